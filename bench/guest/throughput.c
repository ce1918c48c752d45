// SPDX-License-Identifier: GPL-2.0
/*
 * Work in real time: two CPUs do the same at once, and the modes take turns.
 * Ratios of throughput are of guests that ran next to each other.
 */
#include <string.h>
#include "guest.h"
#include "samples.h"

static const struct {
    const char *name;
    int units, quick;
} works[] = {
    { "read-sequential", 40, 1 },
    { "exec-static", 1000, 10 },
    { "compile", 2, 1 },
};

#define WORKS G_N_ELEMENTS(works)

/* Seconds of each work, the mean of the CPUs */
static gboolean run_mode(Bench *bench, const char *cmma, double seconds[WORKS],
                         GError **error)
{
    g_autofree char *name = g_strdup_printf("throughput-%s", cmma);
    g_autoptr(GString) list = g_string_new("1");
    g_autoptr(Guest) guest = NULL;
    guint count[WORKS] = { 0 };

    for (guint i = 0; i < WORKS; i++) {
        g_string_append_printf(list, " %s:%d", works[i].name,
                               bench->quick ? works[i].quick : works[i].units);
        seconds[i] = 0;
    }
    guest = guest_start(bench, &(GuestSpec) {
        .name = name, .cmma = cmma, .memory = 1024, .cpus = 2,
        .work = list->str }, error);
    if (!guest || !guest_finish(guest, error)) {
        return FALSE;
    }
    for (guint k = 0; k < guest_works(guest)->len; k++) {
        const GuestWork *work = g_ptr_array_index(guest_works(guest), k);

        for (guint i = 0; i < WORKS; i++) {
            if (g_str_equal(work->name, works[i].name)) {
                seconds[i] += work->seconds;
                count[i]++;
            }
        }
    }
    for (guint i = 0; i < WORKS; i++) {
        if (count[i] != 2) {
            g_set_error(error, FARM_ERROR, 0, "%s: %s was done by %u CPUs, not 2",
                        name, works[i].name, count[i]);
            return FALSE;
        }
        seconds[i] /= 2;
    }
    return TRUE;
}

static void report(Bench *bench, Samples * const ratios[WORKS])
{
    JsonArray *array = json_array_new();
    Results *r = bench->results;

    results_line(r, "\nthroughput with 2 CPUs in real time, full against off, "
                 "%u pairs: median (95%% interval)", ratios[0]->len);
    for (guint i = 0; i < WORKS; i++) {
        JsonObject *object = json_object_new();
        double median = samples_quantile(ratios[i], 0.5), low, high;

        samples_confidence(ratios[i], &low, &high);
        json_object_set_string_member(object, "name", works[i].name);
        results_set(object, "ratio", median);
        results_set_pair(object, "ratio_95", low, high);
        results_set(object, "pairs", ratios[i]->len);
        json_array_add_object_element(array, object);
        results_line(r, "  %-16s %.4f (%.4f-%.4f)", works[i].name,
                     median, low, high);
        /* No loss can be seen if the interval reaches 1. */
        results_goal(r, works[i].name, high, FALSE, 1);
    }
    json_object_set_array_member(results_root(r), "throughput", array);
}

gboolean throughput_run(Bench *bench, GError **error)
{
    int rounds = bench->rounds > 0 ? bench->rounds : bench->quick ? 1 : 10;
    Samples *ratios[WORKS];
    gboolean ok = TRUE;

    for (guint i = 0; i < WORKS; i++) {
        ratios[i] = samples_new();
    }
    for (int round = 0; ok && round < rounds; round++) {
        double off[WORKS], full[WORKS];

        bench_say("throughput: round %d of %d", round + 1, rounds);
        ok = round % 2
             ? run_mode(bench, "full", full, error) &&
               run_mode(bench, "off", off, error)
             : run_mode(bench, "off", off, error) &&
               run_mode(bench, "full", full, error);
        for (guint i = 0; ok && i < WORKS; i++) {
            samples_add(ratios[i], off[i] / full[i]);
        }
    }
    if (ok) {
        report(bench, ratios);
    }
    for (guint i = 0; i < WORKS; i++) {
        samples_free(ratios[i]);
    }
    return ok;
}
