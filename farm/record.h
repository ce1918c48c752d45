/* SPDX-License-Identifier: GPL-2.0 */
/* What is kept of a run: its settings and its figures. */
#ifndef FARM_RECORD_H
#define FARM_RECORD_H

#include <json-glib/json-glib.h>
#include "metrics.h"

/**
 * Record:
 * @round: of its scenario, from 1
 * @limit: the host's memory
 * @from: overcommit under which load was measured before, or 0
 * @drop: seconds between two drops of caches, or 0
 * @rate: requests a second to a guest, or 0 for connections that wait
 * @disk_iops: to which the host's disk was limited, or 0
 * @swappiness: of the guests' cgroup
 * @greedy: memory that the first guest's program takes over and over, or 0
 * @tb_size: of translated code in each QEMU, at most
 * @swap_counted_for: "guests" or "host": where swap_in and swap_out are from
 * @samples: (nullable): what was measured over time: a file beside the results
 * @value: by #MetricId; what this kind of scenario does not have is not a number
 *
 * Sizes are in bytes.
 */
typedef struct {
    char *scenario;
    char *title;
    char *mode;
    char *mode_title;
    double overcommit;
    gint64 round;
    gint64 guests;
    gint64 memory;
    gint64 limit;
    double from;
    gint64 swap;
    char *swap_device;
    gint64 anon;
    char *disk;
    char *kernel_parameter;
    char *device;
    gint64 drop;
    gint64 seconds;
    gint64 connections;
    double zipf;
    gint64 rate;
    gint64 disk_iops;
    gint64 swappiness;
    gint64 greedy;
    gint64 tb_size;
    char *swap_counted_for;
    gint64 warmed;
    char *samples;
    double value[N_METRICS];
} Record;

/**
 * record_new:
 *
 * Returns: (transfer full): one without any figures
 */
Record *record_new(void);
void record_free(Record *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Record, record_free)

/**
 * record_rounded:
 *
 * Returns: it in 64ths, which JSON-GLib prints without a tail of digits: what is kept of
 *   numbers that are not whole
 */
double record_rounded(double value);

/**
 * record_same_setting:
 *
 * Returns: whether both are of one scenario, overcommit and mode
 */
gboolean record_same_setting(const Record *a, const Record *b);

/**
 * record_same_run:
 *
 * Returns: whether both are of one round, too, and nothing was set otherwise
 */
gboolean record_same_run(const Record *a, const Record *b);

/**
 * record_add_settings:
 *
 * Adds all but the figures to the object that @builder is in.
 */
void record_add_settings(const Record *record, JsonBuilder *builder);

/**
 * record_add_value:
 * @suffix: of its name
 *
 * Adds a figure, unless it is not a number.
 */
void record_add_value(JsonBuilder *builder, MetricId metric, const char *suffix,
                      double value);

/**
 * record_from_json:
 *
 * Returns: (transfer full): what settings and figures have made
 */
Record *record_from_json(JsonObject *object);

#endif
