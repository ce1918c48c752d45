// SPDX-License-Identifier: GPL-2.0
/*
 * Instructions for a fixed amount of work, with page states and without, in one
 * kernel on one QEMU.
 *
 * A guest does all the work, one piece after the other, in each mode. Each round
 * has a seed of its own, so that addresses and all else that is random differ. What
 * Linux has without this project, unused, is shown by the first round alone; and a
 * quick run has one guest twice, whose counts have to be the same.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "guest.h"
#include "samples.h"

/* Units as work.c has them: about 10^9 instructions. quick: 0 if left out */
static const struct {
    const char *name;
    int units, quick;
} works[] = {
    { "read-sequential", 800, 4 },
    { "read-random", 1000000, 10000 },
    { "fault-anonymous", 80, 0 },
    { "fault-private", 250, 4 },
    { "fault-shared", 250, 0 },
    { "fault-cow", 72, 0 },
    { "exec-static", 1300, 20 },
    { "exec-dynamic", 640, 0 },
    { "find", 100, 0 },
    { "tar", 94, 0 },
    { "create", 9, 0 },
    { "overwrite", 147000, 1000 },
    { "sendfile", 3500, 0 },
    { "nginx", 6000, 0 },
    { "compile", 6, 0 },
};

#define WORKS G_N_ELEMENTS(works)

enum { OFF, UNUSED, FULL, MODES };

static const char * const modes[MODES] = { "off", "unused", "full" };

typedef struct {
    guint count, chosen[WORKS];
    Samples *insns[WORKS][MODES];
    Samples *owed[WORKS][MODES];
    Samples *ratios[WORKS];
    double made_volatile[WORKS], made_stable[WORKS], seconds[WORKS];
    GHashTable *functions[WORKS][MODES];    /* of the first round */
    double repeat_difference;
} Sums;

static Sums *sums_new(void)
{
    Sums *sums = g_new0(Sums, 1);

    for (guint i = 0; i < WORKS; i++) {
        sums->ratios[i] = samples_new();
        for (guint mode = 0; mode < MODES; mode++) {
            sums->insns[i][mode] = samples_new();
            sums->owed[i][mode] = samples_new();
        }
    }
    return sums;
}

static void sums_free(Sums *sums)
{
    for (guint i = 0; i < WORKS; i++) {
        samples_free(sums->ratios[i]);
        for (guint mode = 0; mode < MODES; mode++) {
            samples_free(sums->insns[i][mode]);
            samples_free(sums->owed[i][mode]);
            g_clear_pointer(&sums->functions[i][mode], g_hash_table_unref);
        }
    }
    g_free(sums);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sums, sums_free)

static double mean(const Samples *samples)
{
    double sum = 0;

    for (guint i = 0; i < samples->len; i++) {
        sum += g_array_index(samples, double, i);
    }
    return sum / MAX(samples->len, 1);
}

static Guest *start(Bench *bench, const Sums *sums, guint mode, guint seed,
                    const char *suffix, GError **error)
{
    g_autofree char *name = g_strdup_printf("work-%s-%u%s", modes[mode], seed,
                                            suffix);
    g_autoptr(GString) list = g_string_new(bench->quick ? "2" : REST_SECONDS);

    for (guint i = 0; i < sums->count; i++) {
        guint work = sums->chosen[i];

        g_string_append_printf(list, " %s:%d", works[work].name, bench->quick ?
                               MAX(works[work].quick, 1) : works[work].units);
    }
    return guest_start(bench, &(GuestSpec) {
        .name = name, .cmma = modes[mode], .memory = 1024, .cpus = 1,
        .seed = seed, .work = list->str }, error);
}

static gboolean finish(const Sums *sums, Guest *guest, GError **error)
{
    if (!guest_finish(guest, error)) {
        return FALSE;
    }
    if (guest_works(guest)->len != sums->count) {
        g_set_error(error, FARM_ERROR, 0, "a guest did not do all of its work");
        return FALSE;
    }
    for (guint i = 0; i < sums->count; i++) {
        const GuestWork *work = g_ptr_array_index(guest_works(guest), i);

        /* Then it was not the guest alone that was measured. */
        if (guest_counter(work, "page_discard")) {
            g_set_error(error, FARM_ERROR, 0, "the host has discarded pages, "
                        "though nothing should be short of memory: end other "
                        "programs");
            return FALSE;
        }
    }
    return TRUE;
}

static void collect(Sums *sums, Guest * const guests[MODES])
{
    for (guint i = 0; i < sums->count; i++) {
        double all[MODES];

        for (guint mode = 0; mode < MODES; mode++) {
            GuestWork *work;

            if (!guests[mode]) {
                continue;
            }
            work = g_ptr_array_index(guest_works(guests[mode]), i);
            all[mode] = work->insns + work->owed;
            samples_add(sums->insns[i][mode], all[mode]);
            samples_add(sums->owed[i][mode], work->owed);
            if (!sums->functions[i][mode]) {
                sums->functions[i][mode] = g_hash_table_ref(work->functions);
            }
            if (mode == FULL) {
                sums->made_volatile[i] = guest_counter(work, "page_volatile");
                sums->made_stable[i] = guest_counter(work, "page_stable");
                sums->seconds[i] = work->seconds;
            }
        }
        samples_add(sums->ratios[i], all[FULL] / all[OFF]);
    }
}

static void compare(Sums *sums, const Guest *a, const Guest *b)
{
    for (guint i = 0; i < sums->count; i++) {
        const GuestWork *x = g_ptr_array_index(guest_works(a), i);
        const GuestWork *y = g_ptr_array_index(guest_works(b), i);
        double one = x->insns + x->owed, other = y->insns + y->owed;

        sums->repeat_difference = MAX(sums->repeat_difference,
                                      fabs(one - other) / one);
    }
}

static gboolean run_round(Bench *bench, Sums *sums, guint seed, GError **error)
{
    Guest *guests[MODES + 1] = { NULL };
    gboolean ok = TRUE;

    for (guint i = 0; ok && i <= MODES; i++) {
        if ((i != UNUSED || seed == 1) && (i != MODES || bench->quick)) {
            guests[i] = start(bench, sums, i < MODES ? i : FULL, seed,
                              i < MODES ? "" : "-again", error);
            ok = guests[i] != NULL;
        }
    }
    for (guint i = 0; ok && i <= MODES; i++) {
        ok = !guests[i] || finish(sums, guests[i], error);
    }
    if (ok) {
        collect(sums, guests);
        if (guests[MODES]) {
            compare(sums, guests[FULL], guests[MODES]);
        }
    }
    for (guint i = 0; i <= MODES; i++) {
        g_clear_pointer(&guests[i], guest_free);
    }
    return ok;
}

/* Where the instructions go that are in one mode and not in the other */

typedef struct {
    const char *name;
    double off, full;
} Function;

static int by_difference(gconstpointer a, gconstpointer b)
{
    const Function *x = a, *y = b;
    double dx = fabs(x->full - x->off), dy = fabs(y->full - y->off);

    return (dx < dy) - (dx > dy);
}

static double insns_of(GHashTable *table, const char *name)
{
    const guint64 *value = g_hash_table_lookup(table, name);

    return value ? *value : 0;
}

static GArray *differences(const Sums *sums, guint work)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(Function));
    GHashTable *off = sums->functions[work][OFF];
    GHashTable *full = sums->functions[work][FULL];
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, full);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        Function f = { key, insns_of(off, key), insns_of(full, key) };

        g_array_append_val(list, f);
    }
    g_hash_table_iter_init(&iter, off);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        Function f = { key, insns_of(off, key), 0 };

        if (!g_hash_table_contains(full, key)) {
            g_array_append_val(list, f);
        }
    }
    g_array_sort(list, by_difference);
    return list;
}

/* The five functions that differ most to the results, more to the profile */
static JsonArray *report_functions(const Sums *sums, guint work, GString *profile)
{
    g_autoptr(GArray) list = differences(sums, work);
    JsonArray *array = json_array_new();

    g_string_append_printf(profile, "\n%s: %15s %15s %15s\n", works[sums->chosen[work]].name,
                           "full - off", "off", "full");
    for (guint i = 0; i < MIN(list->len, 30); i++) {
        const Function *f = &g_array_index(list, Function, i);

        g_string_append_printf(profile, "%15.0f %15.0f %15.0f  %s\n",
                               f->full - f->off, f->off, f->full, f->name);
        if (i < 5) {
            JsonObject *object = json_object_new();

            json_object_set_string_member(object, "function", f->name);
            results_set(object, "insns_added", f->full - f->off);
            json_array_add_object_element(array, object);
        }
    }
    return array;
}

static void report_work(Bench *bench, const Sums *sums, guint i,
                        JsonArray *array, GString *profile)
{
    double off = mean(sums->insns[i][OFF]), full = mean(sums->insns[i][FULL]);
    double unused = g_array_index(sums->insns[i][UNUSED], double, 0) /
                    g_array_index(sums->insns[i][OFF], double, 0);
    double low = samples_quantile(sums->ratios[i], 0);
    double high = samples_quantile(sums->ratios[i], 1);
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "name", works[sums->chosen[i]].name);
    results_set(object, "insns_off", round(off));
    results_set(object, "insns_full", round(full));
    results_set(object, "ratio", full / off);
    results_set_pair(object, "ratio_least_most", low, high);
    results_set(object, "ratio_unused", unused);
    results_set(object, "owed_insns_off", round(mean(sums->owed[i][OFF])));
    results_set(object, "owed_insns_full", round(mean(sums->owed[i][FULL])));
    results_set(object, "guest_seconds", sums->seconds[i]);
    results_set(object, "page_volatile", sums->made_volatile[i]);
    results_set(object, "page_stable", sums->made_stable[i]);
    json_object_set_array_member(object, "functions",
                                 report_functions(sums, i, profile));
    json_array_add_object_element(array, object);
    results_line(bench->results, "  %-16s %14.0f %14.0f   %.5f (%.5f-%.5f) "
                 "%9.5f %10.0f %10.0f", works[sums->chosen[i]].name, off, full,
                 full / off, low, high, unused, sums->made_volatile[i],
                 sums->made_stable[i]);
}

static gboolean report(Bench *bench, const Sums *sums, GError **error)
{
    g_autofree char *path = g_strdup_printf("%s/profile.txt", bench->logs);
    g_autoptr(GString) profile = g_string_new(NULL);
    JsonArray *array = json_array_new();
    Results *r = bench->results;
    JsonObject *root = results_root(r);
    double sum = 0, worst = 0;

    results_line(r, "\nwork: instructions, %u rounds\n  %-16s %14s %14s   "
                 "%-27s %9s %10s %10s", sums->ratios[0]->len, "", "off", "full",
                 "ratio (least-most)", "unused", "volatile", "stable");
    for (guint i = 0; i < sums->count; i++) {
        double ratio = mean(sums->insns[i][FULL]) / mean(sums->insns[i][OFF]);

        report_work(bench, sums, i, array, profile);
        sum += ratio;
        worst = MAX(worst, ratio);
    }
    json_object_set_array_member(root, "workloads", array);
    results_set(root, "workloads_ratio_mean", sum / sums->count);
    results_set(root, "workloads_ratio_most", worst);
    if (bench->quick) {
        results_set(root, "workloads_repeat_difference",
                    sums->repeat_difference);
        results_line(r, "  the same seed again: counts differ by at most %.2g",
                     sums->repeat_difference);
    }
    results_goal(r, "ratio of each work", worst, TRUE, 1.005);
    results_goal(r, "mean of the ratios", sum / sums->count, TRUE, 1.002);
    return g_file_set_contents(path, profile->str, -1, error);
}

/* All of them, or those asked for, or those that are quick */
static void choose(const Bench *bench, Sums *sums)
{
    g_auto(GStrv) names = g_strsplit(bench->works ?: "", ",", -1);

    for (guint i = 0; i < WORKS; i++) {
        if (bench->works ? g_strv_contains((const char * const *)names,
                                           works[i].name)
                         : !bench->quick || works[i].quick) {
            sums->chosen[sums->count++] = i;
        }
    }
}

gboolean workloads_check(const Bench *bench, GError **error)
{
    g_auto(GStrv) names = g_strsplit(bench->works ?: works[0].name, ",", -1);

    for (char **name = names; *name || name == names; name++) {
        guint i = 0;

        while (i < WORKS && g_strcmp0(works[i].name, *name)) {
            i++;
        }
        if (i == WORKS) {
            g_set_error(error, FARM_ERROR, 0, "--works: there is no work '%s': "
                        "see Documentation/bench-guest.rst", *name ?: "");
            return FALSE;
        }
    }
    return TRUE;
}

gboolean workloads_run(Bench *bench, GError **error)
{
    g_autoptr(Sums) sums = sums_new();
    int rounds = bench->rounds > 0 ? bench->rounds : bench->quick ? 1 : 2;

    choose(bench, sums);
    for (int round = 1; round <= rounds; round++) {
        bench_say("workloads: round %d of %d", round, rounds);
        if (!run_round(bench, sums, round, error)) {
            return FALSE;
        }
    }
    return report(bench, sums, error);
}
