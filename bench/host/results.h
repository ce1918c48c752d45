/* SPDX-License-Identifier: GPL-2.0 */
/* Figures: how they are summed up, the JSON file and the table. */
#ifndef RESULTS_H
#define RESULTS_H

#include <json-glib/json-glib.h>
#include "samples.h"

typedef struct Results Results;

/**
 * results_new:
 * @goal_digits: so many of a figure tell how far it is from its goal
 */
Results *results_new(int goal_digits);
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

/*
 * For rows and objects of another form:
 *
 * results_root: the object that is the whole file
 * results_set, results_set_pair: figures in an object of the file
 * results_line: a line of the table
 */
JsonObject *results_root(Results *results);
void results_set(JsonObject *object, const char *key, double value);
void results_set_pair(JsonObject *object, const char *key, double a, double b);
void results_line(Results *results, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/**
 * results_give:
 *
 * Writes the file, then prints the table and where the file is.
 */
gboolean results_give(Results *results, const char *path, GError **error);

#endif
