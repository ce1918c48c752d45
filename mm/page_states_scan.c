// SPDX-License-Identifier: GPL-2.0
/*
 * Volatile page cache: the scanner, which finds what has become eligible.
 *
 * Whatever may have made a folio eligible offers its frame to a set: it has come
 * into the page cache, was written back or munlocked. The scanner takes the
 * frames out, makes volatile what it can, and puts back those for which it is
 * too early. It allocates nothing, holds one folio lock at a time, lets others
 * run, and waits longer while it gets nothing done.
 *
 * A folio that was volatile and had to be made stable is in use. It would be no
 * gain if the host took it, and each turn from volatile to stable and back costs
 * as much as many lookups. So it rests first, in a second set, which is looked
 * at only now and then. Offered meanwhile it rests once more: a log, or a
 * database, that is written over and over is written back each time. What is
 * offered for long in vain goes there too. The scanner stops when both sets are
 * empty.
 */
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/page-states.h>
#include <linux/pagemap.h>
#include <linux/swap.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>
#include "page_states.h"
#include "pfn_set.h"

/* Frames looked at, and pages of their folios, before others may run */
#define SCAN_BATCH	256
/* The longest wait, as a power of two of the shortest */
#define MAX_BACKOFF	3

/* Both in milliseconds */
unsigned int page_states_interval_ms = 200;
unsigned int page_states_rest_ms = 10000;

static struct pfn_set offered, resting;
static unsigned long *reoffered;	/* a bit a frame: while it was resting */
static bool ready;			/* all three are there */
static bool enabled;
static int stopped;
static unsigned int backoff;
static unsigned long rested;		/* in jiffies: last look at @resting */
static unsigned long scan_is_near;

struct scan {
	struct pfn_set *again;		/* where it is too early goes */
	unsigned int visited;
	unsigned int made;
};

static void scan_work_fn(struct work_struct *work);
static DECLARE_DELAYED_WORK(scan_work, scan_work_fn);
static DEFINE_MUTEX(scan_mutex);

static unsigned long interval(void)
{
	unsigned long delay = msecs_to_jiffies(READ_ONCE(page_states_interval_ms));

	return max(delay, 1UL);
}

static unsigned long rest(void)
{
	return max(msecs_to_jiffies(READ_ONCE(page_states_rest_ms)), interval());
}

static void scan_after(unsigned long delay)
{
	mod_delayed_work(system_unbound_wq, &scan_work, delay);
}

/* A frame was added to @offered. The set before the bit: see scan_work_fn(). */
static void scan_soon(void)
{
	if (READ_ONCE(enabled) && !test_bit(0, &scan_is_near) &&
	    !test_and_set_bit(0, &scan_is_near))
		scan_after(interval());
}

/* Also while it is switched off: the frames wait. */
static bool can_offer(unsigned long pfn)
{
	/* The sets come first: see page_states_enable(). */
	return smp_load_acquire(&ready) && pfn < offered.size;
}

/**
 * folio_offer_volatile - a folio may have become eligible
 * @folio: the folio
 *
 * Any context.
 */
void folio_offer_volatile(struct folio *folio)
{
	unsigned long pfn = folio_pfn(folio);

	if (!can_offer(pfn))
		return;
	if (pfn_set_has(&resting, pfn))
		set_bit(pfn, reoffered);
	else if (pfn_set_add(&offered, pfn))
		scan_soon();
}

/**
 * folio_rest_volatile - the same for a folio that was volatile and is in use
 * @folio: the folio
 *
 * Any context.
 */
void folio_rest_volatile(struct folio *folio)
{
	unsigned long pfn = folio_pfn(folio);

	if (can_offer(pfn) && pfn_set_add(&resting, pfn) &&
	    READ_ONCE(enabled) && !delayed_work_pending(&scan_work))
		queue_delayed_work(system_unbound_wq, &scan_work, rest());
}

static enum volatile_result visit_folio(struct folio *folio)
{
	enum volatile_result result = VOLATILE_LATER;

	if (!folio_test_lru(folio)) {
		/*
		 * On its way to a list in a CPU's batch, or something new in
		 * this frame. As long as that is nowhere to be found its owner
		 * changes the flags by plain stores: a lock would get lost, or
		 * stay for ever.
		 */
		if (page_has_type(&folio->page) || !folio->mapping ||
		    folio_mapping_flags(folio))
			result = VOLATILE_NEVER;
	} else if (folio_trylock(folio)) {
		result = folio_make_volatile(folio);
		folio_unlock(folio);
	}
	return result;
}

static void visit(unsigned long pfn, void *data)
{
	struct page *page = pfn_to_online_page(pfn);
	enum volatile_result result = VOLATILE_NEVER;
	struct scan *scan = data;
	struct folio *folio;

	if (scan->visited >= SCAN_BATCH) {
		scan->visited = 0;
		cond_resched();
	}
	scan->visited++;
	if (!page)
		return;
	folio = page_folio(page);
	if (!folio_try_get(folio))
		return;
	if (page_folio(page) == folio) {
		scan->visited += folio_nr_pages(folio);
		result = visit_folio(folio);
	}
	folio_put(folio);
	if (result == VOLATILE_YES)
		scan->made++;
	else if (result == VOLATILE_LATER)
		pfn_set_add(scan->again, pfn);
}

static void visit_resting(unsigned long pfn, void *data)
{
	if (test_and_clear_bit(pfn, reoffered))
		pfn_set_add(&resting, pfn);
	else
		visit(pfn, data);
}

static unsigned int scan_offered(void)
{
	struct scan scan = {
		.again = backoff < MAX_BACKOFF ? &offered : &resting,
	};

	/* Folios in this CPU's batches have a reference more. */
	lru_add_drain();
	pfn_set_drain(&offered, visit, &scan);
	return scan.made;
}

static void scan_resting(pfn_set_visit_t visit_one)
{
	struct scan scan = { .again = &resting };

	pfn_set_drain(&resting, visit_one, &scan);
}

static void scan_work_fn(struct work_struct *work)
{
	unsigned int made;

	guard(mutex)(&scan_mutex);
	if (!READ_ONCE(enabled)) {
		/* What was offered waits for page_states_set_enabled(). */
		clear_bit(0, &scan_is_near);
		return;
	}
	made = scan_offered();
	if (time_after_eq(jiffies, rested + rest())) {
		scan_resting(visit_resting);
		rested = jiffies;
	}

	if (made)
		backoff = 0;
	else if (backoff < MAX_BACKOFF)
		backoff++;
	if (!pfn_set_empty(&offered)) {
		scan_after(interval() << backoff);
		return;
	}
	/* Who offers from here on starts us again. */
	backoff = 0;
	if (!pfn_set_empty(&resting))
		scan_after(rest());
	clear_bit(0, &scan_is_near);
	/* Against test_and_set_bit() in scan_soon(). */
	smp_mb__after_atomic();
	if (!pfn_set_empty(&offered))
		scan_soon();
}

/**
 * page_states_scan_now - make volatile whatever is eligible at this moment
 *
 * For tests. May sleep.
 */
void page_states_scan_now(void)
{
	if (!READ_ONCE(enabled))
		return;
	lru_add_drain_all();
	guard(mutex)(&scan_mutex);
	scan_offered();
	scan_resting(visit);
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

	reoffered = vzalloc(BITS_TO_LONGS(pfns) * sizeof(*reoffered));
	if (!reoffered)
		return;
	if (pfn_set_init(&offered, pfns))
		goto free_reoffered;
	if (pfn_set_init(&resting, pfns))
		goto free_offered;
	/* folio_offer_volatile() runs already. */
	smp_store_release(&ready, true);
	WRITE_ONCE(enabled, true);
	return;

free_offered:
	pfn_set_destroy(&offered);
free_reoffered:
	vfree(reoffered);
}

/**
 * page_states_enabled - whether page cache becomes volatile
 */
bool page_states_enabled(void)
{
	return READ_ONCE(enabled);
}

/**
 * page_states_stopped - whether the host has broken the contract
 */
bool page_states_stopped(void)
{
	return READ_ONCE(stopped);
}

/**
 * page_states_set_enabled - switch it on or off
 * @enable: true for on
 *
 * What is volatile when it is switched off stays so until somebody needs it;
 * what becomes eligible meanwhile has to wait until it is switched on. May
 * sleep.
 *
 * Return: 0, -EOPNOTSUPP if the host delivers no discard faults or is not to
 * be used (cmma=), or -EIO after page_states_stop().
 */
int page_states_set_enabled(bool enable)
{
	if (!offered.size)
		return -EOPNOTSUPP;
	if (enable && page_states_stopped())
		return -EIO;
	/* No scan may be about to end because it was off. */
	guard(mutex)(&scan_mutex);
	WRITE_ONCE(enabled, enable);
	scan_soon();
	return 0;
}

/**
 * page_states_stop - make nothing volatile any more, for good
 * @why: what the host has done that it must not do
 *
 * Any context.
 */
void page_states_stop(const char *why)
{
	WRITE_ONCE(enabled, false);
	if (!xchg(&stopped, 1))
		pr_err("page states: the host %s: no page becomes volatile any more\n",
		       why);
}
