/* SPDX-License-Identifier: GPL-2.0 */
/* What guests of a scenario do, and what a run is made of meanwhile. */
#ifndef FARM_WORKLOAD_H
#define FARM_WORKLOAD_H

#include "checker.h"
#include "disks.h"
#include "progress.h"
#include "run.h"
#include "zram.h"

struct Guest;

/**
 * Run:
 * @name: of the run, for its files
 * @sockets: directory in which its guests listen
 * @guests: (element-type Guest): those that have been started
 * @all_needed: a guest that ends has failed
 * @limit: of the host's memory, as it is now, in bytes
 * @zram: (nullable): what the host swaps to, if not to a file
 * @monitor: (nullable): who steers them, if anybody does
 * @samples: (nullable): what is being measured over time
 * @record: what is being measured in all
 * @checks: of all files, before, during and after the load
 *
 * A run that goes on.
 */
typedef struct Run {
    const Farm *farm;
    const Cell *cell;
    const char *name;
    const char *sockets;
    const Disks *disks;
    const Cgroup *cgroup;
    gint64 limit;
    const Zram *zram;
    gboolean all_needed;
    GPtrArray *guests;
    struct Monitor *monitor;
    struct Samples *samples;
    Progress progress;
    CheckTally checks;
    Record *record;
} Run;

/**
 * Workload:
 * @scratch: its guests' base image is the one with programs, and they have a disk
 *   to write to
 * @one_by_one: it starts the guests itself, and each may be one too many
 * @run: what happens with the guests, once they have booted
 */
typedef struct {
    gboolean scratch;
    gboolean one_by_one;
    gboolean (*run)(Run *run, GError **error);
} Workload;

/* By #WorkloadId */
extern const Workload workloads[N_WORKLOADS];

/**
 * run_wait:
 * @seconds: as announced
 * @grace: seconds more that it may take
 *
 * Waits while @busy says so, or until all that time is over.
 *
 * Returns: %FALSE on Ctrl-C
 */
gboolean run_wait(Run *run, const char *phase, int seconds, int grace,
                  gboolean (*busy)(gpointer opaque), gpointer opaque,
                  GError **error);

/**
 * run_lower_limit:
 *
 * The host's memory becomes what it is to be in the end, while the guests run.
 *
 * Returns: %FALSE if it does not, or on Ctrl-C
 */
gboolean run_lower_limit(Run *run, GError **error);

/**
 * run_guest_failed:
 * @what: has happened to it
 *
 * Tells the user.
 *
 * Returns: %FALSE if the scenario is not to go on without it
 */
gboolean run_guest_failed(const Run *run, const struct Guest *guest,
                          const char *what, GError **error);

/**
 * run_guest:
 *
 * Starts one more guest.
 *
 * Returns: (transfer none): it
 */
struct Guest *run_guest(Run *run, GError **error);

/**
 * launch_run:
 *
 * Starts a guest, in which a program takes most of its memory and ends, and then
 * the next one; until one fails.
 */
gboolean launch_run(Run *run, GError **error);

/**
 * web_run:
 *
 * Guests serve files: once each, then those that a load asks for, then a sample.  If
 * memory is to become less meanwhile, the load comes before that, too.
 */
gboolean web_run(Run *run, GError **error);

/**
 * task_run:
 *
 * Guests do work of their own, all at once, and say how much they have done.
 */
gboolean task_run(Run *run, GError **error);

#endif
