/* SPDX-License-Identifier: GPL-2.0 */
/* The figures of a run: what they are called, and whether more of them is better. */
#ifndef FARM_METRICS_H
#define FARM_METRICS_H

#include "farm.h"

/* What a run measures; metrics[] says how each is called. */
typedef enum {
    GUESTS_FIT,
    REQUESTS_PER_S,
    REQUESTS_BEFORE,
    REQUESTS_KEPT,
    LATENCY_P50,
    LATENCY_P99,
    SWAP_IN,
    SWAP_OUT,
    MEMORY_PEAK,
    MEMORY_GIB_MIN,
    HELD_GIB_MIN,
    DISCARDS,
    DISCARD_FAULTS,
    ESSA_OPS,
    CONTENT_ERRORS,
    GUESTS_ALIVE,
    REQUESTS,
    REQUESTS_FAILED,
    REQUESTS_TIMED_OUT,
    SERVED,
    WORKING_SET,
    CHECKED,
    CHECKS_FAILED,
    GUEST_WARNINGS,
    GUEST_READ,
    GUEST_TAKEN,
    PAGES_LENT,
    PAGES_TAKEN_BACK,
    QEMU_RSS,
    QEMU_SWAPPED,
    BOOT,
    WARMUP,
    WORK,
    N_METRICS
} MetricId;

/**
 * Metric:
 * @key: in the results' JSON, with its unit
 * @label: (nullable): in tables, if it is shown there
 * @scale: by which the value is divided in tables
 * @digits: after the point, in tables; 0 also makes it an integer in JSON
 * @better: 1 if more is better, -1 if less is, 0 if neither
 */
typedef struct {
    const char *key;
    const char *label;
    double scale;
    int digits;
    int better;
} Metric;

/* One for each MetricId. */
extern const Metric metrics[N_METRICS];

/* What is said of a scenario first, and compared with its first mode */
#define N_COMPARED 9
extern const MetricId metrics_compared[N_COMPARED];

/**
 * metric_median:
 * @values: (array length=n): n is at least 1; it is sorted
 *
 * Returns: the value in the middle, or the mean of the two there
 */
double metric_median(double *values, guint n);

#endif
