// SPDX-License-Identifier: GPL-2.0
/* The results as tables on a terminal: behind each median half of its spread. */
#include <math.h>
#include "table.h"

#define LABEL 26
#define COLUMN 15

static char *describe(const Metric *metric, double median, double spread,
                      guint rounds)
{
    if (isnan(median)) {
        return g_strdup("-");
    }
    if (rounds < 2) {
        return g_strdup_printf("%.*f", metric->digits, median / metric->scale);
    }
    return g_strdup_printf("%.*f +-%.*f", metric->digits, median / metric->scale,
                           metric->digits, spread / 2 / metric->scale);
}

static void print_row(const Metric *metric, int m, const Summary *columns,
                      guint count)
{
    gboolean any = FALSE;

    for (guint i = 0; i < count; i++) {
        any |= !isnan(columns[i].median[m]);
    }
    if (!metric->label || !any) {
        return;
    }
    g_print("%-*s", LABEL, metric->label);
    for (guint i = 0; i < count; i++) {
        g_autofree char *text = describe(metric, columns[i].median[m],
                                         columns[i].most[m] - columns[i].least[m],
                                         columns[i].rounds);

        g_print(" %*s", COLUMN - 1, text);
    }
    g_print("\n");
}

static void print_ratio(const Summary *mode, const Summary *first, MetricId m)
{
    g_autofree char *text = NULL;

    if (!(first->median[m] > 0) || isnan(mode->median[m])) {
        text = g_strdup("-");
    } else {
        text = g_strdup_printf("%.2f%s", mode->median[m] / first->median[m],
                               mode != first && first->rounds > 1 &&
                               results_overlap(mode, first, m)
                               ? " (noise)" : "");
    }
    g_print(" %*s", COLUMN - 1, text);
}

/* What each mode changes against the first one */
static void print_ratios(const Summary *columns, guint count)
{
    g_print("\nin parts of %s's%s\n", columns->first->mode, columns->rounds < 2 ?
            ", of one round: what is noise cannot be told" :
            "; noise: some rounds of both are alike");
    for (guint i = 0; i < N_COMPARED; i++) {
        if (isnan(columns->median[metrics_compared[i]])) {
            continue;
        }
        g_print("%-*s", LABEL, metrics[metrics_compared[i]].label);
        for (guint column = 0; column < count; column++) {
            print_ratio(&columns[column], columns, metrics_compared[i]);
        }
        g_print("\n");
    }
}

static void print_table(const Summary *columns, guint count, gpointer opaque)
{
    const Record *r = columns->first;

    g_print("\n%s: %d guests of %d MiB under %d MiB (%.3gx), %d s of load a mode, "
            "%s\n\n%*s", r->scenario, (int)r->guests, (int)(r->memory / MIB),
            (int)(r->limit / MIB), r->overcommit, (int)r->seconds,
            columns->rounds == 1 ? "one round" : "medians of rounds", LABEL, "");
    for (guint i = 0; i < count; i++) {
        g_print(" %*s", COLUMN - 1, columns[i].first->mode);
    }
    g_print("\n");
    for (int m = 0; m < N_METRICS; m++) {
        print_row(&metrics[m], m, columns, count);
    }
    if (count > 1) {
        print_ratios(columns, count);
    }
}

void table_print(const Results *results)
{
    results_tables(results, print_table, NULL);
    if (!results->complete) {
        g_print("\nincomplete: some runs are missing\n");
    }
}
