// SPDX-License-Identifier: GPL-2.0
/*
 * What page states cost a guest that is not short of memory, on a host that is
 * not either: CPU time of the whole QEMU process for fixed work. And the same
 * with lending begun, which is what it costs from the moment on when the host
 * was short of memory for the first time.
 *
 * Each round runs the same guest in each mode, and ratios are taken within
 * rounds, so that what changes on the host between rounds cancels out. The order
 * changes from round to round. Each piece of work ends with two idle seconds, in
 * which the guest's scanner and the lender do what the work has left them.
 */
#include "machine.h"

#define LIMIT_SECONDS 600

static const struct {
    const char *name;
    const char *command;        /* NULL: the boot */
} works[] = {
    { "boot", NULL },
    { "compile", "compile 30" },
    { "read", "read 0 300 1" },
    { "reread", "read 0 300 4" },
};

static const struct {
    const char *name;
    gboolean cmm;
    const char *cmma;
    const char *global;         /* QEMU option, or NULL */
    gboolean goal;
} modes[] = {
    { "off", FALSE, "off", NULL, FALSE },
    { "unused", TRUE, "unused", NULL, TRUE },
    { "full", TRUE, "full", NULL, TRUE },
    { "lending", TRUE, "full", LEND_AT_ONCE, FALSE },
};

typedef struct {
    SampleTable *cpu;           /* "WORK.MODE": seconds */
    SampleTable *huge;          /* "MODE": MiB */
    SampleTable *lender;        /* "MODE": seconds, of all work */
} Tables;

static gboolean do_work(Machine *m, guint work, double *cpu, GError **error)
{
    double before = work ? machine_cpu(m) : 0;

    if (!(works[work].command
          ? machine_ask(m, LIMIT_SECONDS, error, "%s", works[work].command)
          : machine_boot(m, error)) ||
        !machine_ask(m, LIMIT_SECONDS, error, "rest 2")) {
        return FALSE;
    }
    *cpu = machine_cpu(m) - before;
    return TRUE;
}

static gboolean run_mode(Bench *bench, guint mode, Tables *tables,
                         GError **error)
{
    g_autofree char *name = g_strconcat("work-", modes[mode].name, NULL);
    const char *arguments[] = { "-global", modes[mode].global, NULL };
    const MachineSpec spec = {
        .name = name, .cmm = modes[mode].cmm, .cmma = modes[mode].cmma,
        .memory = 1024, .arguments = modes[mode].global ? arguments : NULL,
    };
    g_autoptr(Machine) m = machine_start(bench, &spec, error);

    if (!m) {
        return FALSE;
    }
    for (guint work = 0; work < G_N_ELEMENTS(works); work++) {
        g_autofree char *key = g_strconcat(works[work].name, ".",
                                           modes[mode].name, NULL);
        double cpu;

        if (!do_work(m, work, &cpu, error)) {
            g_prefix_error(error, "%s: ", works[work].name);
            return FALSE;
        }
        samples_add(sample_table_get(tables->cpu, key), cpu);
    }
    samples_add(sample_table_get(tables->huge, modes[mode].name),
                machine_huge(m));
    samples_add(sample_table_get(tables->lender, modes[mode].name),
                machine_thread_cpu(m, "page-lender"));
    return TRUE;
}

static Samples *cpu_of(const Tables *tables, guint work, guint mode)
{
    g_autofree char *key = g_strconcat(works[work].name, ".", modes[mode].name,
                                       NULL);

    return sample_table_get(tables->cpu, key);
}

static void report(Results *r, const Tables *tables)
{
    const guint count = G_N_ELEMENTS(modes);

    results_part(r, "work without pressure: CPU seconds, median (quartiles)");
    for (guint i = 0; i < G_N_ELEMENTS(works) * count; i++) {
        g_autofree char *key = g_strdup_printf("work_cpu_s.%s.%s",
                                               works[i / count].name,
                                               modes[i % count].name);

        results_add(r, key, cpu_of(tables, i / count, i % count));
    }
    for (guint mode = 0; mode < count; mode++) {
        g_autofree char *huge = g_strconcat("work_huge_mib.", modes[mode].name,
                                            NULL);
        g_autofree char *lender = g_strconcat("work_lender_cpu_s.",
                                              modes[mode].name, NULL);

        results_add(r, huge, sample_table_get(tables->huge, modes[mode].name));
        results_add(r, lender,
                    sample_table_get(tables->lender, modes[mode].name));
    }
    results_part(r, "the same against cmm=off: median ratio (95% interval), and "
                 "ratio of the least");
    for (guint i = 0; i < G_N_ELEMENTS(works) * (count - 1); i++) {
        guint work = i / (count - 1), mode = 1 + i % (count - 1);
        g_autofree char *key = g_strdup_printf("work_ratio.%s.%s",
                                               works[work].name,
                                               modes[mode].name);
        g_autofree char *least = g_strconcat(key, "_least", NULL);
        g_autoptr(Samples) ratios = samples_ratios(
            cpu_of(tables, work, mode), cpu_of(tables, work, 0));

        results_add_interval(r, key, ratios);
        results_number(r, least,
                       samples_quantile(cpu_of(tables, work, mode), 0) /
                       samples_quantile(cpu_of(tables, work, 0), 0));
        if (modes[mode].goal) {
            results_goal(r, key, samples_quantile(ratios, 0.5), TRUE, 1.01);
        }
    }
}

gboolean work_run(Bench *bench, GError **error)
{
    g_autoptr(GHashTable) cpu = sample_table_new();
    g_autoptr(GHashTable) huge = sample_table_new();
    g_autoptr(GHashTable) lender = sample_table_new();
    Tables tables = { cpu, huge, lender };
    int rounds = bench_rounds(bench, 15);

    for (int round = 0; round < rounds; round++) {
        for (guint i = 0; i < G_N_ELEMENTS(modes); i++) {
            guint mode = (round + i) % G_N_ELEMENTS(modes);

            bench_say("work: round %d of %d, %s", round + 1, rounds,
                      modes[mode].name);
            if (!run_mode(bench, mode, &tables, error)) {
                return FALSE;
            }
        }
    }
    report(bench->results, &tables);
    return TRUE;
}
