/* SPDX-License-Identifier: GPL-2.0 */
/* The results, as JSON and as a table. */
#ifndef FARM_REPORT_H
#define FARM_REPORT_H

#include "run.h"

/**
 * report_write:
 * @results: (element-type ModeResult): the modes in the order they ran
 *
 * Writes options.output at once and whole.
 */
gboolean report_write(const Farm *farm, GArray *results, GError **error);

/**
 * report_print:
 *
 * Prints a table with a column a mode, and what cmma gains over none.
 */
void report_print(const Farm *farm, GArray *results);

/**
 * report_verdict:
 *
 * Returns: %FALSE if a guest has died or a byte was wrong
 */
gboolean report_verdict(const Farm *farm, GArray *results, GError **error);

#endif
