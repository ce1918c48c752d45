// SPDX-License-Identifier: GPL-2.0
/* What the host and each guest's pages are like, every two seconds of a run. */
#include <errno.h>
#include <stdio.h>
#include "guest.h"
#include "samples.h"

#define INTERVAL_US (2 * G_USEC_PER_SEC)

struct Samples {
    const Run *run;
    FILE *file;
    gint64 start, last, next;
    double byte_us, held_byte_us;
};

Samples *samples_new(const Run *run, const char *path, GError **error)
{
    Samples *samples;
    FILE *file = fopen(path, "we");

    if (!file) {
        g_set_error(error, FARM_ERROR, 0, "cannot write %s: %s", path,
                    g_strerror(errno));
        return NULL;
    }
    samples = g_new0(Samples, 1);
    samples->run = run;
    samples->file = file;
    samples->start = samples->last = g_get_monotonic_time();
    return samples;
}

static void write_guest(FILE *file, Guest *guest, GCancellable *cancel)
{
    PageStates states = { 0 };

    /* One that boots is not to be kept waiting by its monitor. */
    if (guest_is_running(guest) && guest_is_ready(guest)) {
        qmp_page_states(guest->qmp, &states, cancel, NULL);
    }
    fprintf(file, "\t%.1f\t%.1f\t%.1f\t%.1f", states.stable / PAGES_PER_MIB,
            states.volatile_ / PAGES_PER_MIB, states.unused / PAGES_PER_MIB,
            states.preserved / PAGES_PER_MIB);
}

void samples_tick(Samples *samples)
{
    const Run *run = samples->run;
    gint64 now = g_get_monotonic_time();
    guint64 usage, cached, swapped = 0, compressed;

    if (now < samples->next) {
        return;
    }
    samples->next = now + INTERVAL_US;
    usage = cgroup_usage(run->cgroup);
    cached = cgroup_cached(run->cgroup);
    compressed = run->zram ? zram_used(run->zram) : 0;
    for (guint i = 0; i < run->guests->len; i++) {
        swapped += guest_swapped(run->guests->pdata[i]);
    }
    /* What is compressed is memory, which no cgroup is charged for. */
    samples->byte_us += (double)(usage + compressed) * (now - samples->last);
    samples->held_byte_us += (double)(less(usage, cached) +
                                      (run->zram ? compressed : swapped)) *
                             (now - samples->last);
    samples->last = now;
    fprintf(samples->file, "%.1f\t%.1f\t%.1f\t%.1f",
            (now - samples->start) / (double)G_USEC_PER_SEC, usage / (double)MIB,
            cgroup_page_cache(run->cgroup) / (double)MIB, swapped / (double)MIB);
    for (guint i = 0; i < run->guests->len; i++) {
        write_guest(samples->file, run->guests->pdata[i], run->farm->cancel);
    }
    fputc('\n', samples->file);
}

void samples_restart(Samples *samples)
{
    samples->byte_us = samples->held_byte_us = 0;
    samples->last = g_get_monotonic_time();
}

static double gib_min(double byte_us)
{
    return byte_us / (1024 * MIB) / (60 * G_USEC_PER_SEC);
}

void samples_free(Samples *samples)
{
    double *value = samples->run->record->value;

    value[MEMORY_GIB_MIN] = gib_min(samples->byte_us);
    value[HELD_GIB_MIN] = gib_min(samples->held_byte_us);
    fclose(samples->file);
    g_free(samples);
}
