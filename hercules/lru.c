// SPDX-License-Identifier: GPL-2.0
/*
 * The pages that the host may drop, those that became so last at the end: a list
 * through two arrays. What the guest touches again without a fault does not move;
 * the host sees accesses only to what is not there.
 */
#include "essa.h"

#define NOBODY 0xffffffffU

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Neighbours of each page; the page itself is its neighbour if it is in no list. */
static U32 *before, *after, first = NOBODY, last = NOBODY;

bool lru_begin(void)
{
	U64 pages = memory_pages();

	if (before)
		return true;
	before = malloc(pages * sizeof(*before));
	after = malloc(pages * sizeof(*after));
	if (!before || !after) {
		logmsg("HHCES006E essa: no memory for a list of %" I64_FMT "u pages\n", pages);
		return false;
	}
	for (U64 page = 0; page < pages; page++)
		before[page] = after[page] = page;
	return true;
}

static void take_out(U32 page)
{
	U32 left = before[page], right = after[page];

	if (left == page)
		return;
	if (left == NOBODY)
		first = right;
	else
		after[left] = right;
	if (right == NOBODY)
		last = left;
	else
		before[right] = left;
	before[page] = after[page] = page;
}

void lru_add(U64 page)
{
	pthread_mutex_lock(&lock);
	take_out(page);
	before[page] = last;
	after[page] = NOBODY;
	if (last == NOBODY)
		first = page;
	else
		after[last] = page;
	last = page;
	pthread_mutex_unlock(&lock);
}

void lru_remove(U64 page)
{
	pthread_mutex_lock(&lock);
	take_out(page);
	pthread_mutex_unlock(&lock);
}

/* Takes the oldest out. Returns: false if there is none */
bool lru_take(U64 *page)
{
	bool any;

	pthread_mutex_lock(&lock);
	any = first != NOBODY;
	if (any) {
		*page = first;
		take_out(first);
	}
	pthread_mutex_unlock(&lock);
	return any;
}
