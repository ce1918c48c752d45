/* SPDX-License-Identifier: GPL-2.0 */
/* The results as tables on a terminal. */
#ifndef FARM_TABLE_H
#define FARM_TABLE_H

#include "results.h"

/**
 * table_print:
 *
 * Prints a table for each scenario and overcommit, with a column a mode.
 */
void table_print(const Results *results);

#endif
