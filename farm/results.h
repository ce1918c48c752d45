/* SPDX-License-Identifier: GPL-2.0 */
/* The results of all runs, as a file, and summed up by scenario, overcommit and mode. */
#ifndef FARM_RESULTS_H
#define FARM_RESULTS_H

#include "record.h"

/**
 * Results:
 * @machine: on which they were measured
 * @complete: whether these are all that were to be made
 * @records: (element-type Record): a run each
 * @summaries: (element-type Summary): in the order in which they were first made
 */
typedef struct {
    JsonObject *machine;
    gboolean complete;
    gint64 seed;
    char *date;
    GPtrArray *records;
    GArray *summaries;
} Results;

/**
 * Summary:
 * @first: of these runs
 * @rounds: how many they are
 * @median: of their values, by #MetricId; not a number where there are none
 * @least: the smallest of them
 * @most: the largest; their spread is the difference
 *
 * All runs of one scenario, overcommit and mode.
 */
typedef struct {
    const Record *first;
    guint rounds;
    double median[N_METRICS];
    double least[N_METRICS];
    double most[N_METRICS];
} Summary;

/**
 * results_new:
 * @machine: (transfer full)
 */
Results *results_new(JsonObject *machine, gint64 seed);
void results_free(Results *results);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Results, results_free)

/**
 * results_add:
 * @record: (transfer full)
 */
void results_add(Results *results, Record *record);

/**
 * results_find:
 * @record: of which scenario, mode and overcommit are looked at
 *
 * Returns: (transfer none) (nullable): the sum of such runs, until one is added
 */
Summary *results_find(const Results *results, const Record *record);

/**
 * results_find_run:
 *
 * Returns: (nullable): the run of the same round, scenario, overcommit and mode
 */
const Record *results_find_run(const Results *results, const Record *record);

/**
 * results_write:
 * @complete: whether that is all that was to be done
 *
 * Replaces the file.
 */
gboolean results_write(Results *results, const char *path, gboolean complete,
                       GError **error);

/* Reads such a file. */
Results *results_read(const char *path, GError **error);

/**
 * results_overlap:
 *
 * Returns: whether rounds of both overlap in @metric, so that a difference is
 * within the noise
 */
gboolean results_overlap(const Summary *a, const Summary *b, MetricId metric);

/**
 * results_tables:
 *
 * Calls @print with the modes of each scenario and overcommit; scenarios in the
 * order in which they ran, overcommit from low to high.
 */
void results_tables(const Results *results,
                    void (*print)(const Summary *modes, guint count,
                                  gpointer opaque), gpointer opaque);

/**
 * results_verdict:
 *
 * Returns: %FALSE if content was wrong, or a guest has died
 */
gboolean results_verdict(const Results *results, GError **error);

#endif
