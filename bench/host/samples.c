// SPDX-License-Identifier: GPL-2.0
/* Values of one figure, of equal weight, and what can be said of them. */
#include <math.h>
#include "samples.h"

Samples *samples_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(double));
}

void samples_add(Samples *samples, double value)
{
    g_array_append_val(samples, value);
}

void samples_free(Samples *samples)
{
    g_array_unref(samples);
}

static double value_at(const Samples *samples, guint i)
{
    return g_array_index(samples, double, i);
}

static int by_value(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static Samples *sorted(const Samples *samples)
{
    Samples *copy = samples_new();

    if (samples->len) {
        g_array_append_vals(copy, samples->data, samples->len);
        g_array_sort(copy, by_value);
    }
    return copy;
}

double samples_quantile(const Samples *samples, double q)
{
    g_autoptr(Samples) s = sorted(samples);
    double at = s->len ? q * (s->len - 1) : 0;
    guint below = at;

    if (!s->len) {
        return 0;
    }
    if (below + 1 == s->len) {
        return value_at(s, below);
    }
    return value_at(s, below) +
           (at - below) * (value_at(s, below + 1) - value_at(s, below));
}

void samples_confidence(const Samples *samples, double *low, double *high)
{
    g_autoptr(Samples) s = sorted(samples);
    guint n = s->len, k = 0;
    /* So many of n values are below the median with this probability. */
    double term = pow(0.5, n), tail = term;

    while (tail + term * (n - k) / (k + 1) <= 0.025) {
        term = term * (n - k) / (k + 1);
        tail += term;
        k++;
    }
    /* The k-th from either end leaves out less than that. */
    *low = n ? value_at(s, k) : 0;
    *high = n ? value_at(s, n - 1 - k) : 0;
}

Samples *samples_ratios(const Samples *a, const Samples *b)
{
    Samples *ratios = samples_new();

    for (guint i = 0; i < MIN(a->len, b->len); i++) {
        samples_add(ratios, value_at(a, i) / value_at(b, i));
    }
    return ratios;
}

SampleTable *sample_table_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                 (GDestroyNotify)samples_free);
}

Samples *sample_table_get(SampleTable *table, const char *name)
{
    Samples *samples = g_hash_table_lookup(table, name);

    if (!samples) {
        samples = samples_new();
        g_hash_table_insert(table, g_strdup(name), samples);
    }
    return samples;
}
