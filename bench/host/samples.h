/* SPDX-License-Identifier: GPL-2.0 */
/* Values of one figure, of equal weight, and what can be said of them. */
#ifndef SAMPLES_H
#define SAMPLES_H

#include <glib.h>

typedef GArray Samples;

Samples *samples_new(void);
void samples_add(Samples *samples, double value);
void samples_free(Samples *samples);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Samples, samples_free)

/**
 * samples_quantile:
 * @q: 0.5 for the median
 *
 * Returns: a value, or 0 if there is none
 */
double samples_quantile(const Samples *samples, double q);

/**
 * samples_confidence:
 *
 * The order statistics between which the true median lies with 95% confidence,
 * whatever the distribution; all of them if there are less than six.
 */
void samples_confidence(const Samples *samples, double *low, double *high);

/**
 * samples_ratios:
 *
 * Returns: (transfer full): each value of @a by that of @b of the same round
 */
Samples *samples_ratios(const Samples *a, const Samples *b);

/**
 * SampleTable: figures by name, that come into being when first asked for
 */
typedef GHashTable SampleTable;

SampleTable *sample_table_new(void);
Samples *sample_table_get(SampleTable *table, const char *name);

#endif
