/* SPDX-License-Identifier: GPL-2.0 */
/* One mode of the farm, from the guests' boot to their end. */
#ifndef FARM_RUN_H
#define FARM_RUN_H

#include <gio/gio.h>
#include "cgroup.h"
#include "checker.h"
#include "load.h"
#include "options.h"
#include "qmp.h"

/**
 * Farm:
 * @files: (element-type ManifestFile): the served files
 * @log_dir: an existing directory for the guests' consoles
 * @cancel: cancelled by Ctrl-C
 *
 * What all modes share.
 */
typedef struct {
    const FarmOptions *options;
    const CgroupHost *cgroups;
    GPtrArray *files;
    const char *log_dir;
    GCancellable *cancel;
} Farm;

/**
 * ModeResult:
 * @checks: all files fetched and compared, before, during and after the load
 * @states: of all guests, from boot to end
 * @swap_in: bytes, from boot to end
 * @swap_out: bytes, from boot to end
 * @peak: bytes of host memory in use by the guests, at most
 * @rss: bytes of all QEMUs in memory at the end
 * @swapped: bytes of all QEMUs in swap at the end
 * @working_set: bytes of the files that each guest serves, as fetched
 * @warmed: whether each guest has served each file before the load
 * @content_errors: wrong files, and wrong pages of the guests' own memory
 * @warnings: of the guests' kernels
 * @alive: guests that run and answer at the end
 * @host_counters: whether swap was counted for the whole host
 */
typedef struct {
    const FarmMode *mode;
    LoadResult load;
    CheckTally checks;
    PageStates states;
    guint64 swap_in, swap_out;
    guint64 peak;
    guint64 rss, swapped;
    guint64 working_set;
    double boot_seconds, warmup_seconds;
    gboolean warmed;
    guint64 content_errors;
    guint64 warnings;
    guint alive;
    gboolean host_counters;
} ModeResult;

/**
 * run_mode:
 *
 * Whatever it returns, it leaves no guest and no cgroup behind.
 */
gboolean run_mode(const Farm *farm, const FarmMode *mode, ModeResult *result,
                  GError **error);

#endif
