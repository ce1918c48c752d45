/* SPDX-License-Identifier: GPL-2.0 */
/* What each operation makes of each state (table.c). */
#ifndef TABLE_H
#define TABLE_H

#include "essa.h"

#define ROWS 7

struct row {
	const char *name;
	u64 state;
	u64 after[SET_NODAT];	/* by operation */
};

extern const struct row table[ROWS];

/*
 * One operation on a page in the row's state: fails the case if its result,
 * the state after it or the page's content is wrong. Content that is not zero
 * is fill(page, 0). The page is stable and resident afterwards.
 */
void check_operation(const struct row *row, unsigned int op, void *page);

#endif
