/* SPDX-License-Identifier: GPL-2.0 */
/* The line that tells how a run goes on. */
#ifndef FARM_PROGRESS_H
#define FARM_PROGRESS_H

#include "run.h"

/**
 * Progress:
 * @limit: of the host's memory at present, in bytes
 * @guests: (element-type Guest): those of the run
 * @swap_in: what the host had swapped in before the run began, bytes
 * @swap_out: and out
 */
typedef struct {
    const Farm *farm;
    const Cell *cell;
    const Cgroup *cgroup;
    const gint64 *limit;
    GPtrArray *guests;
    guint64 swap_in, swap_out;
    gint64 phase_start, next;
    const char *phase;
    int phase_seconds;
} Progress;

/**
 * progress_begin:
 *
 * Before the first guest is started.
 */
void progress_begin(Progress *progress, const Farm *farm, const Cell *cell,
                    const Cgroup *cgroup, const gint64 *limit,
                    GPtrArray *guests);

/**
 * progress_swap:
 *
 * Bytes swapped in and out since the run began.
 */
void progress_swap(const Progress *progress, guint64 *in, guint64 *out);

/**
 * progress_phase:
 * @seconds: that it takes at most
 */
void progress_phase(Progress *progress, const char *phase, int seconds);

/**
 * progress_tick:
 *
 * To be called often.  Says something once a second on a terminal, and every
 * ten seconds elsewhere.
 */
void progress_tick(Progress *progress);

/**
 * progress_end:
 *
 * To be called before anything else is printed.
 */
void progress_end(const Progress *progress);

#endif
