/* SPDX-License-Identifier: GPL-2.0 */
/* What goes to the JSON file and to the table. */
#ifndef REPORT_H
#define REPORT_H

#include <json-glib/json-glib.h>

/**
 * Report:
 * @root: of the file; keys have their unit in the name
 * @table: what is printed at the end
 */
typedef struct {
    JsonObject *root;
    GString *table;
    JsonArray *goals;
} Report;

Report *report_new(void);
void report_free(Report *report);

/**
 * report_line:
 *
 * A line of the table.
 */
void report_line(Report *report, const char *format, ...) G_GNUC_PRINTF(2, 3);

/**
 * report_goal:
 * @most: whether @value may be at most, or must be at least, @goal
 */
void report_goal(Report *report, const char *what, double value, gboolean most,
                 double goal);

gboolean report_write(Report *report, const char *path, GError **error);

/* Numbers of which so many digits are meant, and pairs of them */
void report_set(JsonObject *object, const char *key, double value);
void report_set_pair(JsonObject *object, const char *key, double a, double b);

#endif
