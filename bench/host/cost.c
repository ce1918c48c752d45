// SPDX-License-Identifier: GPL-2.0
/*
 * What page states cost a page: ESSA, lending, taking back, and the report of a
 * page that the host has dropped. Each beside the bare mechanism's cost, which
 * is measured anew in each round, between the machines.
 *
 * What happens on one thread of QEMU is counted in its CPU time, which other
 * load on the host disturbs less. The report to a device takes two threads and
 * is the time that goes by.
 */
#include <stdio.h>
#include <string.h>
#include "floor.h"
#include "machine.h"

#define DEVICE "s390-storage_attributes-tcg"
#define LENDER "page-lender"
#define VCPU "CPU 0/TCG"
#define SILENT_SECONDS 60
#define LEND_SECONDS 30

static const char *const operations[] = {
    "get", "set_stable", "set_unused", "set_volatile",
    "set_potentially_volatile", "set_stable_if_not_discarded",
};

typedef struct {
    Bench *bench;
    Machine *machine;
    SampleTable *values;        /* of this machine, microseconds a page */
    double vcpu;                /* CPU seconds at the last restart */
    double lender;              /* and of the lender when pages were ready */
    gint64 lent;                /* pages, then */
    guint64 address, size;      /* dropped pages to look at */
} Program;

static void add(Program *p, const char *name, double seconds, double pages)
{
    samples_add(sample_table_get(p->values, name), seconds / pages * 1e6);
}

/* Until a counter has come so far; what it is then, or -1. */
static gint64 await_counter(Program *p, const char *path, gint64 least,
                            GError **error)
{
    double end = bench_now() + LEND_SECONDS;
    gint64 value;

    do {
        if (!bench_sleep(p->bench, 0.02, error)) {
            return -1;
        }
        value = machine_counter(p->machine, path, error);
    } while (value >= 0 && value < least && bench_now() < end);
    if (value >= 0 && value < least) {
        g_set_error(error, FARM_ERROR, 0, "after %d s %s is %" G_GINT64_FORMAT
                    " where %" G_GINT64_FORMAT " is expected: does this QEMU "
                    "lend?", LEND_SECONDS, path, value, least);
        return -1;
    }
    return value;
}

static gboolean get_ready(Program *p, gint64 pages, GError **error)
{
    /* The lender still has its look at what was taken back. */
    if (!bench_sleep(p->bench, 0.3, error)) {
        return FALSE;
    }
    p->lender = machine_thread_cpu(p->machine, LENDER);
    p->lent = machine_counter(p->machine, "lent", error);
    return p->lent >= 0;
}

static gboolean lend(Program *p, const char *name, gint64 pages, GError **error)
{
    gint64 lent = await_counter(p, "lent", p->lent + pages, error);

    if (lent < 0 || !bench_sleep(p->bench, 0.02, error)) {
        return FALSE;
    }
    add(p, name, machine_thread_cpu(p->machine, LENDER) - p->lender,
        lent - p->lent);
    return TRUE;
}

static gboolean lend_range(Program *p, gint64 pages, GError **error)
{
    return lend(p, "lend_range", pages, error);
}

static gboolean lend_scattered(Program *p, gint64 pages, GError **error)
{
    return lend(p, "lend_single", pages, error);
}

static gboolean discard(Program *p, gint64 pages, GError **error)
{
    return await_counter(p, "pages.volatile-zero", pages, error) >= 0;
}

static double save_memory(Program *p, GError **error)
{
    g_autofree char *arguments = g_strdup_printf(
        "{\"val\":%" G_GUINT64_FORMAT ",\"size\":%" G_GUINT64_FORMAT
        ",\"filename\":\"/dev/null\"}", p->address, p->size);
    double begin = bench_now();
    g_autoptr(JsonNode) done = machine_command(p->machine, "pmemsave",
                                               arguments, error);

    return done ? bench_now() - begin : -1;
}

/* From outside, as a device would, first while they are missing. */
static gboolean look(Program *p, gint64 pages, GError **error)
{
    double missing = save_memory(p, error), present;

    if (missing < 0 || (present = save_memory(p, error)) < 0) {
        return FALSE;
    }
    add(p, "report", missing - present, pages);
    return TRUE;
}

static const struct {
    const char *name;
    gboolean (*meet)(Program *program, gint64 pages, GError **error);
} appointments[] = {
    { "ready", get_ready },
    { "lend", lend_range },
    { "lend_scattered", lend_scattered },
    { "discard", discard },
    { "look", look },
};

static gboolean meet(Program *p, const char *name, gint64 pages, GError **error)
{
    add(p, name, machine_thread_cpu(p->machine, VCPU) - p->vcpu, pages);
    for (guint i = 0; i < G_N_ELEMENTS(appointments); i++) {
        if (g_str_equal(appointments[i].name, name) &&
            !appointments[i].meet(p, pages, error)) {
            return FALSE;
        }
    }
    p->vcpu = machine_thread_cpu(p->machine, VCPU);
    return machine_restart(p->machine, error);
}

static gboolean listen(Program *p, GError **error)
{
    GError *failed = NULL;
    gboolean done = FALSE;
    char *line;

    while (!failed && !done &&
           (line = machine_line(p->machine, SILENT_SECONDS, &failed))) {
        char name[64];
        gint64 pages;

        if (sscanf(line, "wait %63s %" G_GINT64_FORMAT, name, &pages) == 2) {
            meet(p, name, pages, &failed);
        } else if (g_str_has_prefix(line, "range ")) {
            sscanf(line, "range %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
                   &p->address, &p->size);
        } else if (g_str_has_prefix(line, "not ok")) {
            failed = g_error_new(FARM_ERROR, 0, "the program failed");
        }
        done = g_str_equal(line, "done");
        g_free(line);
    }
    if (failed) {
        g_propagate_error(error, failed);
    } else if (!done) {
        g_set_error(error, FARM_ERROR, 0, "it did not come to its end");
    }
    return !failed && done;
}

/*
 * The medians of one machine's run are one round's values. The first of each
 * is left out: it translates code, and pages are lent for the first time.
 */
static void keep(SampleTable *values, SampleTable *all)
{
    GHashTableIter iter;
    gpointer name, samples;

    g_hash_table_iter_init(&iter, values);
    while (g_hash_table_iter_next(&iter, &name, &samples)) {
        g_array_remove_index((Samples *)samples, 0);
        samples_add(sample_table_get(all, name),
                    samples_quantile(samples, 0.5));
    }
}

static gboolean run_program(Bench *bench, const char *name, const char *policy,
                            const char *interval, SampleTable *all,
                            GError **error)
{
    g_autofree char *set_policy = g_strconcat(DEVICE ".policy=", policy, NULL);
    g_autofree char *set_interval = g_strconcat(DEVICE ".interval-ms=",
                                                interval, NULL);
    /* The program may be at its end before QEMU answers the last restart. */
    const char *arguments[] = { "-no-shutdown",
                                "-global", set_policy,
                                "-global", set_interval,
                                "-global", LEND_AT_ONCE, NULL };
    const MachineSpec spec = {
        .name = name, .program = name, .cmm = TRUE, .memory = 256,
        .arguments = arguments,
    };
    g_autoptr(Machine) machine = machine_start(bench, &spec, error);
    g_autoptr(GHashTable) values = sample_table_new();
    Program p = { .bench = bench, .machine = machine, .values = values };

    if (!machine) {
        return FALSE;
    }
    if (!listen(&p, error)) {
        g_prefix_error(error, "%s: ", name);
        return FALSE;
    }
    keep(values, all);
    return TRUE;
}

static gboolean run_floor(SampleTable *floors, GError **error)
{
    Floor floor;
    const struct {
        const char *name;
        const double *value;
    } values[] = {
        { "essa", &floor.ask_us },
        { "lend", &floor.lend_us },
        { "lend_scattered", &floor.lend_scattered_us },
        { "take_back", &floor.take_back_us },
        { "take_back_scattered", &floor.take_back_scattered_us },
        { "report", &floor.report_us },
        { "report_fault", &floor.report_fault_us },
    };

    if (!floor_measure(&floor, error)) {
        return FALSE;
    }
    for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
        samples_add(sample_table_get(floors, values[i].name), *values[i].value);
    }
    return TRUE;
}

static double value_of(SampleTable *table, const char *name, guint round)
{
    return g_array_index(sample_table_get(table, name), double, round);
}

/* Each operation, and their mean: Linux uses them all. */
static void report_essa(Results *r, SampleTable *all, SampleTable *floors)
{
    guint rounds = sample_table_get(floors, "essa")->len;
    g_autoptr(Samples) mean = samples_new(), floor = samples_new();

    for (guint op = 0; op < G_N_ELEMENTS(operations); op++) {
        g_autofree char *key = g_strdup_printf("essa_%s_ns", operations[op]);
        g_autoptr(Samples) samples = samples_new();

        for (guint i = 0; i < rounds; i++) {
            samples_add(samples, 1e3 * (value_of(all, operations[op], i) -
                                        value_of(all, "nothing", i)));
        }
        results_add(r, key, samples);
    }
    for (guint i = 0; i < rounds; i++) {
        double sum = 0;

        for (guint op = 0; op < G_N_ELEMENTS(operations); op++) {
            sum += value_of(all, operations[op], i) -
                   value_of(all, "nothing", i);
        }
        samples_add(mean, 1e3 * sum / G_N_ELEMENTS(operations));
        samples_add(floor, 1e3 * value_of(floors, "essa", i));
    }
    results_add_floor(r, "essa_ns", mean, floor);
    results_ratio_goal(r, "essa_ns / floor", mean, floor, 2);
}

static void report_pages(Results *r, SampleTable *all, SampleTable *floors)
{
    static const struct {
        const char *key, *value, *without, *floor;
    } figures[] = {
        { "lend_us_per_page", "lend_range", NULL, "lend" },
        { "lend_scattered_us_per_page", "lend_single", NULL, "lend_scattered" },
        { "take_back_us_per_page", "take_back", "touch", "take_back" },
        { "take_back_scattered_us_per_page", "take_back_scattered",
          "touch_scattered", "take_back_scattered" },
        { "report_us_per_page", "report", NULL, "report" },
        { "report_fault_us_per_page", "report_fault", "fault",
          "report_fault" },
    };

    for (guint i = 0; i < G_N_ELEMENTS(figures); i++) {
        g_autofree char *what = g_strconcat(figures[i].key, " / floor", NULL);
        const Samples *floor = sample_table_get(floors, figures[i].floor);
        g_autoptr(Samples) samples = samples_new();

        for (guint round = 0; round < floor->len; round++) {
            samples_add(samples, value_of(all, figures[i].value, round) -
                        (figures[i].without
                         ? value_of(all, figures[i].without, round) : 0));
        }
        results_add_floor(r, figures[i].key, samples, floor);
        results_ratio_goal(r, what, samples, floor, 2);
    }
}

gboolean cost_run(Bench *bench, GError **error)
{
    g_autoptr(GHashTable) all = sample_table_new();
    g_autoptr(GHashTable) floors = sample_table_new();
    int rounds = bench_rounds(bench, 15);

    for (int round = 0; round < rounds; round++) {
        bench_say("cost: round %d of %d", round + 1, rounds);
        /* With an interval of an hour nothing is lent. */
        if (!run_floor(floors, error) ||
            !run_program(bench, "instructions", "host", "3600000", all, error) ||
            !run_program(bench, "lend", "host", "100", all, error) ||
            !run_program(bench, "report", "always", "0", all, error)) {
            return FALSE;
        }
    }
    results_part(bench->results, "ESSA, lending, taking back, reporting: median "
                 "(quartiles), and the bare mechanism");
    report_essa(bench->results, all, floors);
    report_pages(bench->results, all, floors);
    return TRUE;
}
