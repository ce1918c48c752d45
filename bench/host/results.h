/* SPDX-License-Identifier: GPL-2.0 */
/* Figures: how they are summed up, the JSON file and the table. */
#ifndef RESULTS_H
#define RESULTS_H

#include <glib.h>
#include "samples.h"

typedef struct Results Results;

Results *results_new(void);
void results_free(Results *results);

/**
 * results_part:
 *
 * What follows stands under this heading in the table.
 */
void results_part(Results *results, const char *heading);

/*
 * Keys have their unit in the name; a dot in a key is an object in the file.
 *
 * results_add: a median, with its quartiles as KEY_quartiles
 * results_add_floor: the same beside what the bare mechanism takes, KEY_floor,
 *   and how often that goes into it, KEY_ratio, with the quartiles of the rounds
 * results_add_interval: a median with the interval that holds the true one with
 *   95% confidence, KEY_95
 * results_number, results_text: a single fact
 */
void results_add(Results *results, const char *key, const Samples *samples);
void results_add_floor(Results *results, const char *key,
                       const Samples *samples, const Samples *floor);
void results_add_interval(Results *results, const char *key,
                          const Samples *samples);
void results_number(Results *results, const char *key, double value);
void results_text(Results *results, const char *key, const char *value);

/**
 * results_goal:
 * @most: whether @value may be at most, or must be at least, @goal
 */
void results_goal(Results *results, const char *what, double value,
                  gboolean most, double goal);

/* results_ratio_goal: of the median of the rounds' ratios */
void results_ratio_goal(Results *results, const char *what, const Samples *a,
                        const Samples *b, double most);

void results_print(const Results *results);
gboolean results_write(Results *results, const char *path, GError **error);

#endif
