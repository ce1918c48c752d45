/* SPDX-License-Identifier: GPL-2.0 */
/* The load: who asks the guests for files, outside the guests' cgroup. */
#ifndef FARM_LOAD_H
#define FARM_LOAD_H

#include <glib.h>
#include "run.h"

typedef struct Load Load;

/**
 * LoadResult:
 * @requests_per_s: of all guests together; at a fixed rate, of those due in that time
 *   how many were answered at all
 * @p50_ms: median latency over the requests of all guests, %NAN if there were none
 * @p99_ms: the latency that 99% of them did not exceed
 * @failed: answers other than 2xx and 3xx, and failures of the connection
 * @timed_out: answers that took longer than 30 seconds
 */
typedef struct {
    double requests_per_s;
    double p50_ms;
    double p99_ms;
    guint64 requests;
    guint64 bytes;
    guint64 failed;
    guint64 timed_out;
} LoadResult;

/**
 * load_start:
 * @guests: (element-type Guest): those to be asked, unless they have died
 *
 * Each guest's choice of files depends on the seed and the guest's number
 * alone: it is the same in every mode.
 */
Load *load_start(const Farm *farm, const Scenario *scenario, GPtrArray *guests,
                 GError **error);
gboolean load_is_running(const Load *load);

/**
 * load_finish:
 *
 * To be called when load_is_running() no longer says so.
 */
gboolean load_finish(Load *load, LoadResult *result, GError **error);

/* Stops what still runs. */
void load_free(Load *load);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Load, load_free)

/**
 * load_program:
 *
 * Returns: (transfer full) (nullable): where wrk is
 */
char *load_program(void);

#endif
