/* SPDX-License-Identifier: GPL-2.0 */
/* One run of a scenario in one mode, from the guests' boot to their end. */
#ifndef FARM_RUN_H
#define FARM_RUN_H

#include <gio/gio.h>
#include "cgroup.h"
#include "eta.h"
#include "options.h"
#include "record.h"
#include "scenario.h"

/**
 * Farm:
 * @files: (element-type ManifestFile): the served files
 * @log_dir: an existing directory for the guests' consoles
 * @cancel: cancelled by Ctrl-C
 *
 * What all runs share.
 */
typedef struct {
    const FarmOptions *options;
    CgroupHost *cgroups;
    GPtrArray *files;
    const char *log_dir;
    GCancellable *cancel;
} Farm;

/**
 * Cell:
 * @round: of the scenario's, from 0
 * @eta: when it runs, of this and those that come after it
 *
 * A run that is to be: the scenario at one overcommit in one mode.
 */
typedef struct {
    const Scenario *scenario;
    const FarmMode *mode;
    double overcommit;
    int round;
    const Eta *eta;
} Cell;

/**
 * run_describe:
 *
 * Returns: (transfer full): its settings, without figures
 */
Record *run_describe(const Cell *cell);

/**
 * run_cell:
 *
 * Returns: (transfer full): what was measured
 *
 * Whatever it returns, it leaves no guest, no cgroup and no swap behind.
 */
Record *run_cell(const Farm *farm, const Cell *cell, GError **error);

#endif
