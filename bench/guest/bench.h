/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the bench have in common. */
#ifndef BENCH_H
#define BENCH_H

#include <gio/gio.h>
#include "command.h"
#include "options.h"
#include "results.h"

/**
 * Bench:
 * @initrd: with all that is worked with
 * @small_initrd: without
 * @disk: ext4 image with sources to grep
 * @works: (nullable): names of the work that is wanted, with commas between
 * @map: (nullable): System.map of the kernel
 * @map_base: what the kernel adds to its addresses
 * @rounds: as asked for, or -1 for what each part thinks enough
 * @quick: so little work that only the bench itself is tested
 * @check: look at the options only
 * @logs: directory for consoles, counts, and what QEMU says
 */
struct Bench {
    char *qemu;
    char *firmware;
    char *plugin;
    char *kernel;
    char *map;
    guint64 map_base;
    char *initrd;
    char *small_initrd;
    char *disk;
    char *works;
    char *series_size;
    char *output;
    char *logs;
    int rounds;
    gboolean quick;
    gboolean check;
    Results *results;
    GCancellable *cancel;
};

/* The parts, in the order they run in */
gboolean workloads_run(Bench *bench, GError **error);
gboolean scanner_run(Bench *bench, GError **error);
gboolean coverage_run(Bench *bench, GError **error);
gboolean throughput_run(Bench *bench, GError **error);
gboolean size_run(Bench *bench, GError **error);

/* Whether there is all the work that was asked for */
gboolean workloads_check(const Bench *bench, GError **error);

#endif
