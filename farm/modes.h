/* SPDX-License-Identifier: GPL-2.0 */
/* The ways to give a host's memory to guests that are compared. */
#ifndef FARM_MODES_H
#define FARM_MODES_H

#include "farm.h"

/**
 * FarmMode:
 * @name: as in scenarios and in the results
 * @title: what it is, in half a line
 * @cmma: the guest's kernel parameter cmma=
 * @device: (nullable): a device of QEMU's that the guests have besides
 * @balloon: that device is a balloon, which a monitor inflates and deflates
 * @cmm: the guests' cmm driver takes memory from them, as a monitor says
 * @drops: the guests drop their clean page cache every few seconds
 * @zram: the host swaps to compressed memory instead of a file
 *
 * All else is alike in all modes: kernel, QEMU, CPU model, disks and load.
 */
typedef struct {
    const char *name;
    const char *title;
    const char *cmma;
    const char *device;
    gboolean balloon;
    gboolean cmm;
    gboolean drops;
    gboolean zram;
} FarmMode;

/**
 * mode_find:
 *
 * Returns: (nullable): the mode of that name
 */
const FarmMode *mode_find(const char *name);

/**
 * mode_next:
 * @mode: (nullable): one of them, or %NULL for the first
 *
 * Returns: (nullable): the one that comes after it
 */
const FarmMode *mode_next(const FarmMode *mode);

/**
 * mode_names:
 *
 * Returns: (transfer full): all of them, for messages
 */
char *mode_names(void);

/**
 * mode_lacks:
 *
 * Returns: (nullable): why this machine cannot run it, and what to do
 */
const char *mode_lacks(const FarmMode *mode);

#endif
