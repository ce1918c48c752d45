// SPDX-License-Identifier: GPL-2.0
/*
 * Volatile page cache: the scanner, which finds what has become eligible.
 *
 * Whatever may have made a folio eligible sets its frame's bit in a bitmap:
 * it has come into the page cache, was written back, munlocked or looked up.
 * The scanner visits the frames whose bits are set, makes volatile what it
 * can, and keeps the bits of those for which it is too early. It allocates
 * nothing, holds one folio lock at a time, rests between batches, waits
 * longer while it gets nothing done, and stops when no bit is left.
 */
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/page-states.h>
#include <linux/pagemap.h>
#include <linux/swap.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>
#include "page_states.h"

/* Frames visited in a row, without a rest */
#define SCAN_BATCH	2048
/* The longest wait, as a power of two of the shortest */
#define MAX_BACKOFF	3

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "page_states."

static unsigned int interval_ms = 200;
module_param(interval_ms, uint, 0644);
MODULE_PARM_DESC(interval_ms, "shortest time between two scans, in milliseconds");

static unsigned long *offered;
static unsigned long offered_pfns;
static unsigned int backoff;
static unsigned long scan_running;

static void scan(struct work_struct *work);
static DECLARE_DELAYED_WORK(scan_work, scan);

static void scan_later(void)
{
	unsigned long delay = msecs_to_jiffies(interval_ms) << backoff;

	queue_delayed_work(system_unbound_wq, &scan_work, max(delay, 1UL));
}

/**
 * folio_offer_volatile - a folio may have become eligible
 * @folio: the folio
 *
 * Any context.
 */
void folio_offer_volatile(struct folio *folio)
{
	/* The length comes with the map: see page_states_enable(). */
	unsigned long *map = smp_load_acquire(&offered);
	unsigned long pfn = folio_pfn(folio);

	if (!map || pfn >= offered_pfns || test_and_set_bit(pfn, map))
		return;
	/* The bit before the test: see the end of scan(). */
	if (!test_bit(0, &scan_running) && !test_and_set_bit(0, &scan_running))
		scan_later();
}

/* Returns true if the frame is to be visited again. */
static bool visit(unsigned long pfn, unsigned int *made)
{
	struct page *page = pfn_to_online_page(pfn);
	enum volatile_result result = VOLATILE_LATER;
	struct folio *folio;

	if (!page)
		return false;
	folio = page_folio(page);
	if (!folio_try_get(folio))
		return false;
	if (!folio_test_lru(folio)) {
		/*
		 * On its way to a list in a CPU's batch, or something new in
		 * this frame. As long as that is nowhere to be found its owner
		 * changes the flags by plain stores: a lock would get lost, or
		 * stay for ever.
		 */
		if (page_has_type(page) || !folio->mapping ||
		    folio_mapping_flags(folio))
			result = VOLATILE_NEVER;
	} else if (page_folio(page) != folio) {
		result = VOLATILE_NEVER;
	} else if (folio_trylock(folio)) {
		result = folio_make_volatile(folio);
		folio_unlock(folio);
	}
	folio_put(folio);
	if (result == VOLATILE_YES)
		(*made)++;
	return result == VOLATILE_LATER;
}

static void scan(struct work_struct *work)
{
	unsigned long word, words = BITS_TO_LONGS(offered_pfns);
	unsigned int visited = 0, made = 0;
	bool again = false;

	/* Folios in this CPU's batches have a reference more. */
	lru_add_drain();
	for (word = 0; word < words; word++) {
		unsigned long bits, keep = 0;

		if (!READ_ONCE(offered[word]))
			continue;
		bits = xchg(&offered[word], 0);
		for (; bits; bits &= bits - 1) {
			unsigned long bit = __ffs(bits);

			if (visit(word * BITS_PER_LONG + bit, &made))
				keep |= BIT(bit);
			if (++visited % SCAN_BATCH == 0)
				cond_resched();
		}
		if (keep) {
			atomic_long_or(keep, (atomic_long_t *)&offered[word]);
			again = true;
		}
	}

	if (made)
		backoff = 0;
	else if (backoff < MAX_BACKOFF)
		backoff++;
	if (again) {
		scan_later();
		return;
	}
	/* Who offers from here on starts us again. */
	backoff = 0;
	clear_bit(0, &scan_running);
	/* Against test_and_set_bit() in folio_offer_volatile(). */
	smp_mb__after_atomic();
	if (!bitmap_empty(offered, offered_pfns) &&
	    !test_and_set_bit(0, &scan_running))
		scan_later();
}

/**
 * page_states_enable - begin to make page cache volatile
 *
 * For the architecture to call, once, at the earliest in an initcall, if the
 * host delivers discard faults.
 */
void __init page_states_enable(void)
{
	unsigned long pfns = PHYS_PFN(memblock_end_of_DRAM());
	unsigned long *map = vzalloc(BITS_TO_LONGS(pfns) * sizeof(long));

	if (!map)
		return;
	offered_pfns = pfns;
	/* folio_offer_volatile() runs already: the length first. */
	smp_store_release(&offered, map);
}
