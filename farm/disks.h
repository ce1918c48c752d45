/* SPDX-License-Identifier: GPL-2.0 */
/* The guests' disks: one base image for all, or a copy for each. */
#ifndef FARM_DISKS_H
#define FARM_DISKS_H

#include <gio/gio.h>
#include "farm.h"

typedef struct Disks Disks;

/**
 * disks_new:
 * @image: the base image
 * @dir: where copies are made
 * @copies: how many, or 0 if all guests share the image
 *
 * None of it is in the host's page cache then.  First removes what killed runs
 * have left in @dir.
 */
Disks *disks_new(const char *image, const char *dir, int copies,
                 GCancellable *cancel, GError **error);

/* Removes the copies. */
void disks_free(Disks *disks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Disks, disks_free)

/**
 * disks_path:
 *
 * Returns: (transfer none): the disk of guest @index
 */
const char *disks_path(const Disks *disks, int index);

#endif
