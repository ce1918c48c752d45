/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the bench have in common. */
#ifndef BENCH_H
#define BENCH_H

#include <gio/gio.h>
#include "cgroup.h"
#include "command.h"
#include "farm.h"
#include "results.h"

/**
 * Bench:
 * @programs: directory of the bare-metal programs
 * @image: ext4 disk with BENCH_FILES files of 1 MiB in /files
 * @rounds: as asked for, or -1 for what each part thinks enough
 * @check: look at the options only
 * @logs: directory for consoles and what QEMU says
 */
struct Bench {
    char *qemu;
    char *firmware;
    char *kernel;
    char *initrd;
    char *programs;
    char *image;
    char *output;
    char *swap_dir;
    char *logs;
    int rounds;
    gboolean check;
    CgroupHost *cgroups;
    Results *results;
    GCancellable *cancel;
};

#define BENCH_FILES 1536

/* The parts, in the order they run in */
gboolean work_run(Bench *bench, GError **error);
gboolean cost_run(Bench *bench, GError **error);
gboolean idle_run(Bench *bench, GError **error);
gboolean reclaim_run(Bench *bench, GError **error);
gboolean migration_run(Bench *bench, GError **error);

/**
 * bench_rounds:
 *
 * Returns: how often a part repeats what it does
 */
int bench_rounds(const Bench *bench, int enough);

/**
 * bench_sleep:
 *
 * Returns: %FALSE on Ctrl-C
 */
gboolean bench_sleep(Bench *bench, double seconds, GError **error);

/* Seconds of a clock that never goes back. */
double bench_now(void);

#endif
