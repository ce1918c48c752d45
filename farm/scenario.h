/* SPDX-License-Identifier: GPL-2.0 */
/* A scenario: what runs, read from a key file and checked. */
#ifndef FARM_SCENARIO_H
#define FARM_SCENARIO_H

#include "modes.h"

/* workloads[] says what each is. */
typedef enum {
    WORKLOAD_WEB,
    WORKLOAD_LAUNCH,
    WORKLOAD_BUILD,
    WORKLOAD_DATABASE,
    WORKLOAD_REUSE,
    N_WORKLOADS
} WorkloadId;

/**
 * Level:
 * @overcommit: guests' memory together, in parts of the host's
 * @modes: (element-type FarmMode): those that run at it
 */
typedef struct {
    double overcommit;
    const GPtrArray *modes;
} Level;

/**
 * Scenario:
 * @name: of its file, without .scenario
 * @path: of its file
 * @title: what it shows, in half a line
 * @workload: what its guests do
 * @modes: (element-type FarmMode): in the order in which they run first
 * @curve_modes: (element-type FarmMode): those of them that also run at @curve
 * @overcommit: (element-type double): at which all modes run
 * @curve: (element-type double): at which only @curve_modes do
 * @limit: the host's memory instead of @overcommit, or 0
 * @from: the overcommit under which load is measured first, or 0
 * @levels: (element-type Level): what follows from these, each overcommit once
 * @disk_iops: to which the host's disk is limited, of images and swap, or 0
 * @swappiness: of the host for the guests, or 0 for what it has
 * @repeat: how often each mode runs at each overcommit
 * @continues: with the other guests, if one fails
 * @greedy: what a program in the first guest takes and frees over and over, or 0
 * @tb_size: of translated code in each QEMU, at most
 * @private_disks: a copy of the base image for each guest, not one for all
 * @drop_seconds: between two drops of the caches, in the modes that do that
 * @zipf: exponent of the files' popularity, or 0 if all are alike
 * @rate: requests a second to each guest, whether it answers or not; 0 if each
 *   connection waits for its answer
 *
 * Sizes are in MiB.  Documentation/farm.rst lists the keys.
 */
typedef struct {
    char *name;
    char *path;
    char *title;
    int workload;
    GPtrArray *modes;
    GPtrArray *curve_modes;
    GArray *overcommit;
    GArray *curve;
    int limit;
    double from;
    GArray *levels;
    int swap;
    int disk_iops;
    int swappiness;
    int repeat;
    gboolean continues;
    int guests;
    int memory;
    int anon;
    int greedy;
    int tb_size;
    gboolean private_disks;
    int drop_seconds;
    int seconds;
    int connections;
    double zipf;
    int rate;
} Scenario;

/**
 * scenario_read:
 * @name: of one of the project's, or the path of a file
 * @changes: (nullable): %NULL-terminated, each "GROUP.KEY=VALUE": as if it
 *   stood in the file
 *
 * Refuses unknown groups and keys, values out of range, values that do not fit
 * together and modes that this machine cannot run.  The message has file, key
 * and reason.
 */
Scenario *scenario_read(const char *name, char **changes, GError **error);
void scenario_free(Scenario *scenario);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scenario, scenario_free)

/**
 * scenario_workload:
 *
 * Returns: the name of what its guests do
 */
const char *scenario_workload(const Scenario *scenario);

/**
 * scenario_limit:
 * @overcommit: one of the scenario's
 *
 * Returns: the host's memory for all guests and their QEMUs, in MiB
 */
int scenario_limit(const Scenario *scenario, double overcommit);

/**
 * scenario_list:
 *
 * Returns: (transfer full) (element-type utf8): names of the project's own, in
 * alphabetical order
 */
GPtrArray *scenario_list(void);

/**
 * scenario_describe_keys:
 *
 * Returns: (transfer full): a line for each key, with its range and default
 */
char *scenario_describe_keys(void);

#endif
