/* SPDX-License-Identifier: GPL-2.0 */
/* Looks at a QEMU again and again, in a thread of its own. */
#ifndef FARM_WATCH_H
#define FARM_WATCH_H

#include "qmp.h"

typedef struct Watch Watch;

/**
 * Sight:
 * @alive: whether QEMU answers
 * @gone: whether it did not, so that the watch has ended
 * @states: as of now
 * @essa_per_s: ESSA instructions
 * @discards_per_s: pages found discarded
 * @faults_per_s: discard faults
 * @read_per_s: bytes that the guest reads from its disks: what it has lost and
 *   reads again, and whatever else it reads
 *
 * What there was to be seen last, and rates since the time before.
 */
typedef struct {
    gboolean alive;
    gboolean gone;
    PageStates states;
    double essa_per_s;
    double discards_per_s;
    double faults_per_s;
    double read_per_s;
} Sight;

/**
 * watch_new:
 * @path: of the socket of a QMP monitor
 * @interval_ms: between two looks
 */
Watch *watch_new(const char *path, guint interval_ms, GError **error);

/* Ends the thread, which may take seconds if its QEMU does not answer. */
void watch_free(Watch *watch);

void watch_see(Watch *watch, Sight *sight);

#endif
