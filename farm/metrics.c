// SPDX-License-Identifier: GPL-2.0
/* The figures of a run: what they are called, and whether more of them is better. */
#include <stdlib.h>
#include "metrics.h"

#define IN_MIB ((double)MIB)

const Metric metrics[N_METRICS] = {
    [GUESTS_FIT] = { "guests_fit", "guests that fit", 1, 0, 1 },
    [REQUESTS_PER_S] = { "requests_per_s", "requests/s", 1, 1, 1 },
    [REQUESTS_BEFORE] = { "requests_per_s_before", "requests/s before", 1, 1, 0 },
    [REQUESTS_KEPT] = { "requests_kept_percent", "kept of them (%)", 1, 1, 1 },
    [LATENCY_P50] = { "latency_p50_ms", "latency, median (ms)", 1, 1, -1 },
    [LATENCY_P99] = { "latency_p99_ms", "latency, 99% (ms)", 1, 1, -1 },
    [SWAP_IN] = { "host_swap_in_bytes", "host swap in (MiB)", IN_MIB, 0, -1 },
    [SWAP_OUT] = { "host_swap_out_bytes", "host swap out (MiB)", IN_MIB, 0, -1 },
    [MEMORY_PEAK] = { "host_memory_peak_bytes", "host memory, peak (MiB)", IN_MIB, 0, 0 },
    [MEMORY_GIB_MIN] = { "host_memory_gib_min", "memory charged (GiB min)", 1, 2, 0 },
    [HELD_GIB_MIN] = { "host_memory_held_gib_min", "memory held (GiB min)", 1, 2, -1 },
    [DISCARDS] = { "discards", "discards", 1, 0, 0 },
    [DISCARD_FAULTS] = { "discard_faults", "discard faults", 1, 0, 0 },
    [ESSA_OPS] = { "essa_ops", "ESSA instructions", 1, 0, 0 },
    [CONTENT_ERRORS] = { "content_errors", "content errors", 1, 0, -1 },
    [GUESTS_ALIVE] = { "guests_alive", "guests alive", 1, 0, 0 },
    [REQUESTS] = { "requests", NULL, 1, 0, 0 },
    [REQUESTS_FAILED] = { "requests_failed", "requests failed", 1, 0, -1 },
    [REQUESTS_TIMED_OUT] = { "requests_timed_out", "requests timed out", 1, 0, -1 },
    [SERVED] = { "served_bytes", NULL, 1, 0, 0 },
    [WORKING_SET] = { "working_set_bytes", NULL, 1, 0, 0 },
    [CHECKED] = { "checked_files", "files checked", 1, 0, 0 },
    [CHECKS_FAILED] = { "checks_failed", "files not obtained", 1, 0, 0 },
    [GUEST_WARNINGS] = { "guest_warnings", "guest kernel warnings", 1, 0, -1 },
    [GUEST_READ] = { "guest_read_bytes", "guests read (MiB)", IN_MIB, 0, 0 },
    [GUEST_TAKEN] = { "guest_taken_bytes", "taken from guests (MiB)", IN_MIB, 0, 0 },
    [PAGES_LENT] = { "pages_lent", NULL, 1, 0, 0 },
    [PAGES_TAKEN_BACK] = { "pages_taken_back", NULL, 1, 0, 0 },
    [QEMU_RSS] = { "qemu_rss_bytes", NULL, 1, 0, 0 },
    [QEMU_SWAPPED] = { "qemu_swapped_bytes", NULL, 1, 0, 0 },
    [BOOT] = { "boot_seconds", NULL, 1, 2, 0 },
    [WARMUP] = { "warmup_seconds", NULL, 1, 2, 0 },
    [WORK] = { "work_seconds", "longest work (s)", 1, 1, -1 },
};

const MetricId metrics_compared[N_COMPARED] = {
    GUESTS_FIT, REQUESTS_PER_S, REQUESTS_KEPT, LATENCY_P99, SWAP_IN, SWAP_OUT, HELD_GIB_MIN,
    MEMORY_GIB_MIN, WORK,
};

static int compare(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double metric_median(double *values, guint n)
{
    qsort(values, n, sizeof(*values), compare);
    return (values[(n - 1) / 2] + values[n / 2]) / 2;
}
