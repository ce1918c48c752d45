// SPDX-License-Identifier: GPL-2.0
/*
 * What the lender takes when there is nothing to do: in a guest that is idle,
 * and a round in machines of several sizes in which the same few pages change.
 */
#include "machine.h"

#define LENDER "page-lender"
#define CACHE_FILES 600
#define SETTLE_SECONDS 15
#define IDLE_SECONDS 60
#define STEADY_SECONDS 10
#define ROUNDS_PER_S 10

/* Idle guests; what a process takes more than the first is what it costs. */
static const struct {
    const char *name;
    gboolean cmm;
    const char *cmma;
    const char *global;         /* QEMU option, or NULL */
} modes[] = {
    { "off", FALSE, "off", NULL },
    { "full", TRUE, "full", NULL },
    { "lending", TRUE, "full", LEND_AT_ONCE },
};

static const int sizes[] = { 256, 1024, 4096 };

typedef struct {
    Bench *bench;
    SampleTable *process;       /* by mode: percent of a core */
    SampleTable *lender;
    SampleTable *steady;        /* by size: microseconds */
} Idle;

static Machine *start_guest(Bench *bench, guint mode, GError **error)
{
    g_autofree char *name = g_strconcat("idle-", modes[mode].name, NULL);
    const char *arguments[] = { "-global", modes[mode].global, NULL };
    const MachineSpec spec = {
        .name = name, .cmm = modes[mode].cmm, .cmma = modes[mode].cmma,
        .memory = 1024, .arguments = modes[mode].global ? arguments : NULL,
    };
    g_autoptr(Machine) m = machine_start(bench, &spec, error);

    if (!m || !machine_boot(m, error) ||
        !machine_ask(m, 300, error, "read 0 %d 1", CACHE_FILES)) {
        return NULL;
    }
    return g_steal_pointer(&m);
}

/* All guests at once: what disturbs one disturbs the others. */
static gboolean watch(Idle *idle, GPtrArray *guests, GError **error)
{
    double process[G_N_ELEMENTS(modes)], lender[G_N_ELEMENTS(modes)];

    if (!bench_sleep(idle->bench, SETTLE_SECONDS, error)) {
        return FALSE;
    }
    for (guint i = 0; i < guests->len; i++) {
        process[i] = machine_cpu(guests->pdata[i]);
        lender[i] = machine_thread_cpu(guests->pdata[i], LENDER);
    }
    if (!bench_sleep(idle->bench, IDLE_SECONDS, error)) {
        return FALSE;
    }
    for (guint i = 0; i < guests->len; i++) {
        process[i] = machine_cpu(guests->pdata[i]) - process[i];
        lender[i] = machine_thread_cpu(guests->pdata[i], LENDER) - lender[i];
        samples_add(sample_table_get(idle->process, modes[i].name),
                    process[i] / IDLE_SECONDS * 100);
        samples_add(sample_table_get(idle->lender, modes[i].name),
                    lender[i] / IDLE_SECONDS * 100);
    }
    return TRUE;
}

static gboolean compare(Idle *idle, GError **error)
{
    g_autoptr(GPtrArray) guests = g_ptr_array_new_with_free_func(
        (GDestroyNotify)machine_free);

    for (guint mode = 0; mode < G_N_ELEMENTS(modes); mode++) {
        Machine *m = start_guest(idle->bench, mode, error);

        if (!m) {
            return FALSE;
        }
        g_ptr_array_add(guests, m);
    }
    return watch(idle, guests, error);
}

/* Until a bare-metal program waits for the host. */
static gboolean await_program(Machine *m, GError **error)
{
    GError *failed = NULL;
    char *line;

    while ((line = machine_line(m, 120, &failed))) {
        gboolean waits = g_str_has_prefix(line, "wait ");

        g_free(line);
        if (waits) {
            return TRUE;
        }
    }
    if (!failed) {
        failed = g_error_new(FARM_ERROR, 0, "the program 'steady' has ended");
    }
    g_propagate_error(error, failed);
    return FALSE;
}

static gboolean steady(Idle *idle, int memory, const char *key, GError **error)
{
    g_autofree char *name = g_strdup_printf("steady-%d", memory);
    const char *arguments[] = { "-global", LEND_AT_ONCE, NULL };
    const MachineSpec spec = {
        .name = name, .program = "steady", .cmm = TRUE, .memory = memory,
        .arguments = arguments,
    };
    g_autoptr(Machine) m = machine_start(idle->bench, &spec, error);
    double cpu;

    if (!m || !await_program(m, error) ||
        !bench_sleep(idle->bench, 3, error) || !machine_restart(m, error) ||
        !bench_sleep(idle->bench, 1, error)) {
        return FALSE;
    }
    cpu = machine_thread_cpu(m, LENDER);
    if (!bench_sleep(idle->bench, STEADY_SECONDS, error)) {
        return FALSE;
    }
    cpu = machine_thread_cpu(m, LENDER) - cpu;
    samples_add(sample_table_get(idle->steady, key),
                cpu * 1e6 / (STEADY_SECONDS * ROUNDS_PER_S));
    return TRUE;
}

static char *steady_key(guint i)
{
    return g_strdup_printf("lender_us_per_round.%d_mib", sizes[i]);
}

static void report(const Idle *idle)
{
    Results *r = idle->bench->results;
    double off = samples_quantile(sample_table_get(idle->process, "off"), 0.5);
    g_autofree char *smallest = steady_key(0);
    g_autofree char *largest = steady_key(G_N_ELEMENTS(sizes) - 1);

    results_part(r, "idle guests of 1 GiB: percent of a core");
    for (guint mode = 0; mode < G_N_ELEMENTS(modes); mode++) {
        Samples *process = sample_table_get(idle->process, modes[mode].name);
        g_autofree char *key = g_strconcat("idle_core_percent.",
                                           modes[mode].name, NULL);
        g_autofree char *lender = g_strconcat("idle_lender_core_percent.",
                                              modes[mode].name, NULL);
        g_autofree char *what = g_strconcat(key, " - off", NULL);

        results_add(r, key, process);
        if (modes[mode].cmm) {
            results_add(r, lender,
                        sample_table_get(idle->lender, modes[mode].name));
            results_goal(r, what, samples_quantile(process, 0.5) - off, TRUE,
                         0.1);
        }
    }
    results_part(r, "the lender's rounds while 16 pages change: CPU microseconds");
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *key = steady_key(i);

        results_add(r, key, sample_table_get(idle->steady, key));
    }
    results_ratio_goal(r, "lender_us_per_round, 4096 / 256 MiB",
                       sample_table_get(idle->steady, largest),
                       sample_table_get(idle->steady, smallest), 1.25);
}

gboolean idle_run(Bench *bench, GError **error)
{
    g_autoptr(GHashTable) process = sample_table_new();
    g_autoptr(GHashTable) lender = sample_table_new();
    g_autoptr(GHashTable) table = sample_table_new();
    Idle idle = { bench, process, lender, table };
    int rounds = bench_rounds(bench, 2);

    for (int round = 0; round < rounds; round++) {
        bench_say("idle: round %d of %d, three guests for %d s", round + 1,
                  rounds, SETTLE_SECONDS + IDLE_SECONDS);
        if (!compare(&idle, error)) {
            return FALSE;
        }
        for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
            g_autofree char *key = steady_key(i);

            bench_say("idle: round %d of %d, 16 pages of %d MiB change",
                      round + 1, rounds, sizes[i]);
            if (!steady(&idle, sizes[i], key, error)) {
                return FALSE;
            }
        }
    }
    report(&idle);
    return TRUE;
}
