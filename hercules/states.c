// SPDX-License-Identifier: GPL-2.0
/*
 * The table: a byte for each page, with the block usage state, and whether the
 * page was discarded. The rest of the block content state is the host's to tell
 * (memory.c).
 *
 * BUSY is the lock of the page. Who sets it changes state and content; nobody
 * touches main storage meanwhile, since the handler of a missing page takes the
 * lock too.
 */
#include "essa.h"

#define BUSY 0x80

static BYTE *table;
static U64 pages;

bool states_begin(void)
{
	if (table)
		return true;
	pages = memory_pages();
	table = calloc(pages, 1);
	if (!table)
		logmsg("HHCES004E no memory for the states of %" I64_FMT "u pages\n", pages);
	return table;
}

/* All pages are stable, with what content they have. */
void states_reset(void)
{
	for (U64 page = 0; table && page < pages; page++) {
		BYTE state = state_lock(page);

		if (state & DISCARDED)
			memory_drop(page);
		state_unlock(page, STABLE);
	}
}

BYTE state_lock(U64 page)
{
	for (;;) {
		BYTE state = __atomic_load_n(&table[page], __ATOMIC_RELAXED);

		if (!(state & BUSY) &&
		    __atomic_compare_exchange_n(&table[page], &state, state | BUSY, true,
						__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return state;
		sched_yield();
	}
}

void state_unlock(U64 page, BYTE state)
{
	__atomic_store_n(&table[page], state, __ATOMIC_RELEASE);
}

/*
 * By the storage key: keys are kept for each half of a page. Hercules changes them without
 * an interlock, so that of several CPUs one may undo the change bit that another sets;
 * then it says nothing, and any page may be changed.
 */
bool may_be_changed(U64 page)
{
	U64 address = page * PAGE_BYTES;

	return sysblk.cpus > 1 ||
	       (STORAGE_KEY1(address, &sysblk) | STORAGE_KEY2(address, &sysblk)) & STORKEY_CHANGE;
}

BYTE state_peek(U64 page)
{
	return table ? __atomic_load_n(&table[page], __ATOMIC_ACQUIRE) & ~BUSY : STABLE;
}
