// SPDX-License-Identifier: GPL-2.0
/*
 * Volatile page cache: from stable to volatile and back, and the end of
 * discarded folios.
 *
 * PG_volatile says that a folio's pages are, or are about to be, volatile for
 * the hypervisor. It changes under the folio's state lock, one of a hashed
 * array, together with the pages' states.
 *
 * Maker (the scanner, folio locked):	  User of the content:
 *
 *	set PG_volatile				take a reference
 *	smp_mb()				smp_mb()
 *	extra reference? -> take it back	PG_volatile? -> make stable
 *
 * One of the two sees the other; the state lock puts their changes of the
 * state in order. References of mappings are no extra ones: unmapping lowers
 * the map count before it drops the reference, fork takes the reference
 * before it raises the map count, with folio_sync_volatile() in between, and
 * all other mappers hold the folio lock. So if the maker reads the reference
 * count first and the map count second, a reference can be missing from the
 * count of mappings, which is harmless, but no mapping can be missing from the
 * count of references, and nobody hides behind it.
 */
#include <linux/dax.h>
#include <linux/hash.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/page-states.h>
#include <linux/pagemap.h>
#include <linux/rmap.h>
#include <linux/sched/rt.h>
#include <linux/vmstat.h>
#include "page_states.h"

#define CREATE_TRACE_POINTS
#include <trace/events/page_states.h>

#define STATE_LOCK_BITS	8

static spinlock_t state_lock[1 << STATE_LOCK_BITS] = {
	[0 ... (1 << STATE_LOCK_BITS) - 1] = __SPIN_LOCK_UNLOCKED(state_lock)
};

static spinlock_t *folio_state_lock(struct folio *folio)
{
	return &state_lock[hash_ptr(folio, STATE_LOCK_BITS)];
}

/* With interrupts disabled */
static void account_volatile(struct folio *folio, long nr)
{
	__lruvec_stat_mod_folio(folio, NR_VOLATILE, nr);
}

static void set_stable(struct folio *folio)
{
	folio_clear_volatile(folio);
	account_volatile(folio, -folio_nr_pages(folio));
}

/* The slow half of folio_make_stable(). */
bool __folio_make_stable(struct folio *folio)
{
	bool stable = true;
	unsigned long flags;

	spin_lock_irqsave(folio_state_lock(folio), flags);
	if (folio_test_volatile(folio)) {
		stable = arch_folio_make_stable(folio);
		if (stable) {
			set_stable(folio);
			count_vm_events(PAGE_STABLE, folio_nr_pages(folio));
		}
		trace_page_states_make_stable(folio, stable);
		page_states_verify(folio);
	}
	spin_unlock_irqrestore(folio_state_lock(folio), flags);
	if (stable)
		folio_rest_volatile(folio);
	return stable;
}

/* The slow half of folio_sync_volatile(). */
void __folio_sync_volatile(struct folio *folio)
{
	unsigned long flags;

	spin_lock_irqsave(folio_state_lock(folio), flags);
	spin_unlock_irqrestore(folio_state_lock(folio), flags);
}

/*
 * The slow half of folio_forget_volatile(). If the folio is discarded it keeps
 * the flag until it is freed, for those who found it in the page cache before
 * it left, and have yet to ask whether it is stable.
 */
void __folio_forget_volatile(struct folio *folio)
{
	unsigned long flags;

	spin_lock_irqsave(folio_state_lock(folio), flags);
	if (folio_test_volatile(folio)) {
		if (arch_folio_make_stable(folio))
			set_stable(folio);
		else
			account_volatile(folio, -folio_nr_pages(folio));
	}
	spin_unlock_irqrestore(folio_state_lock(folio), flags);
}

static bool has_extra_references(struct folio *folio)
{
	int refs = folio_ref_count(folio);

	/* Reference count first: see the top of this file. */
	smp_rmb();
	/* The page cache's, and the caller's. */
	return refs != folio_nr_pages(folio) + 1 + folio_mapcount(folio) +
		       !!folio_has_private(folio);
}

static bool stop_if_locked(struct folio *folio, struct vm_area_struct *vma,
			   unsigned long address, void *locked)
{
	*(bool *)locked = vma->vm_flags & VM_LOCKED;
	return !*(bool *)locked;
}

/*
 * Of a large folio that is mapped after mlock(), or locked in part, only its
 * mappings say so. What was volatile before is made stable when mlock()
 * populates it.
 */
static bool mapped_locked(struct folio *folio)
{
	bool locked = false;
	struct rmap_walk_control rwc = {
		.rmap_one = stop_if_locked,
		.arg = &locked,
		.try_lock = true,
	};

	rmap_walk(folio, &rwc);
	return locked || rwc.contended;
}

/*
 * Who is eligible: what reclaim could drop without writing it. Dirty folios,
 * mlocked ones and those without a backing store are not. A folio that is not
 * up to date is: nobody reads into it, or it were locked, or its buffers were
 * busy and not released below; and without buffers nothing in it counts.
 *
 * A writable shared mapping can dirty a page without a lookup, so folios of
 * such files stay out of it while they are mapped; and so do folios that are
 * mapped by a PMD, whose pages cannot be unmapped by themselves, and which
 * get_user_pages() takes without asking. The folio lock keeps do_set_pmd() from
 * mapping one meanwhile. And a filesystem that wants to look at a folio when it
 * leaves the page cache may look at its content.
 */
static enum volatile_result check_eligible(struct folio *folio)
{
	struct address_space *mapping;

	if (folio_test_anon(folio))
		return VOLATILE_NEVER;
	mapping = folio->mapping;
	if (!mapping || folio_test_swapbacked(folio) ||
	    mapping_unevictable(mapping) || mapping_inaccessible(mapping) ||
	    mapping_exiting(mapping) || dax_mapping(mapping) ||
	    mapping->a_ops->free_folio)
		return VOLATILE_NEVER;
	if (folio_test_dirty(folio) || folio_test_writeback(folio) ||
	    folio_test_unevictable(folio) || folio_test_mlocked(folio))
		return VOLATILE_NEVER;
	if (has_extra_references(folio))
		return VOLATILE_LATER;
	if (folio_mapped(folio) && mapping_writably_mapped(mapping))
		return VOLATILE_LATER;
	if (folio_test_large(folio) && folio_mapped(folio) &&
	    (folio_entire_mapcount(folio) || mapped_locked(folio)))
		return VOLATILE_LATER;
	return filemap_release_folio(folio, 0) ? VOLATILE_YES : VOLATILE_LATER;
}

/**
 * folio_make_volatile - allow the host to discard a folio, if it is eligible
 * @folio: a locked folio, seen on an LRU list; the caller holds one reference
 *
 * Return: VOLATILE_YES if the folio is volatile now, VOLATILE_LATER if what
 * stands against it will pass without further notice, VOLATILE_NEVER if not,
 * or if folio_offer_volatile() will be called when it has passed.
 */
enum volatile_result folio_make_volatile(struct folio *folio)
{
	enum volatile_result result = check_eligible(folio);
	unsigned long flags;

	if (result != VOLATILE_YES)
		return result;

	spin_lock_irqsave(folio_state_lock(folio), flags);
	if (folio_test_volatile(folio))
		goto unlock;
	folio_set_volatile(folio);
	/* Against the barrier in folio_make_stable(). */
	smp_mb__after_atomic();
	if (has_extra_references(folio) || folio_test_mlocked(folio) ||
	    folio_test_dirty(folio) || !arch_folio_make_volatile(folio)) {
		folio_clear_volatile(folio);
		result = VOLATILE_LATER;
		goto unlock;
	}
	account_volatile(folio, folio_nr_pages(folio));
	count_vm_events(PAGE_VOLATILE, folio_nr_pages(folio));
	trace_page_states_make_volatile(folio);
	page_states_verify(folio);
unlock:
	spin_unlock_irqrestore(folio_state_lock(folio), flags);
	return result;
}

#ifdef CONFIG_DEBUG_PAGE_STATES
/**
 * folio_verify_volatile - check a folio against the rules, at any time
 * @folio: a folio on an LRU list; the caller holds a reference
 *
 * Return: true if all is well; otherwise the kernel has been warned.
 */
bool folio_verify_volatile(struct folio *folio)
{
	unsigned long flags;
	bool well;

	spin_lock_irqsave(folio_state_lock(folio), flags);
	well = __page_states_verify(folio);
	spin_unlock_irqrestore(folio_state_lock(folio), flags);
	return well;
}
#endif

/*
 * Let whoever stands in the way go on, before the same is tried again. A task
 * of a real-time class would keep those of lower ones from the CPU meanwhile.
 */
static void give_way(void)
{
	if (rt_or_dl_task(current))
		schedule_timeout_uninterruptible(1);
	else
		cond_resched();
}

/**
 * folio_discard_locked - drop a folio that the host has discarded
 * @folio: a locked folio; the caller holds a reference, and keeps it
 *
 * Unmaps the folio and takes it out of the page cache, whoever else has a
 * reference: nobody can have looked at the content, and because the flag stays
 * nobody will. Does nothing if the folio is not discarded. May sleep.
 *
 * Return: true if the folio has left the page cache; false also while fork is
 * copying a mapping.
 */
bool folio_discard_locked(struct folio *folio)
{
	if (!folio->mapping || !folio_test_volatile(folio) ||
	    !arch_folio_discarded(folio))
		return false;
	if (folio_mapped(folio))
		try_to_unmap(folio, TTU_IGNORE_MLOCK | TTU_SYNC);
	if (folio_mapped(folio)) {
		give_way();
		return false;
	}
	/* It may have been the last of a file that is being evicted. */
	rcu_read_lock();
	filemap_remove_folio(folio);
	rcu_read_unlock();
	count_vm_events(PAGE_DISCARD, folio_nr_pages(folio));
	trace_page_states_discard(folio);
	return true;
}

/**
 * folio_discard - the same for a folio that is not locked
 * @folio: a folio; the caller holds a reference, and keeps it
 *
 * Takes the folio lock and what unmapping takes, so the same locks may be held
 * as in a page fault.
 *
 * Return: true if the folio has left the page cache. If not, what found it
 * there has to try again.
 */
bool folio_discard(struct folio *folio)
{
	bool gone;

	folio_lock(folio);
	gone = folio_discard_locked(folio);
	folio_unlock(folio);
	return gone;
}

/*
 * A volatile folio of the page cache, with a reference. Until it is found to be
 * still there it may be anything, and must not be locked: see visit_folio().
 */
static struct folio *find_volatile(struct address_space *mapping, pgoff_t index)
{
	struct folio *folio;

	guard(rcu)();
	folio = xa_load(&mapping->i_pages, index);
	if (!folio || xa_is_value(folio) || !folio_test_volatile(folio) ||
	    !folio_try_get(folio))
		return NULL;
	if (xa_load(&mapping->i_pages, index) == folio)
		return folio;
	folio_put(folio);
	return NULL;
}

/**
 * filemap_discard - make room in the page cache for a discarded page
 * @mapping: the file
 * @index: the page's index in it
 *
 * For readahead, and for whoever finds the slot of a page taken which a lookup
 * said was not there. May sleep, but not for a folio lock: readahead holds
 * those of the folios before.
 *
 * Return: true if there was a discarded folio and the slot is free now.
 */
bool filemap_discard(struct address_space *mapping, pgoff_t index)
{
	struct folio *folio = find_volatile(mapping, index);
	bool gone = false;

	if (!folio)
		return false;
	if (folio_trylock(folio)) {
		if (folio->mapping == mapping && folio_contains(folio, index))
			gone = folio_discard_locked(folio);
		folio_unlock(folio);
	} else {
		give_way();
	}
	folio_put(folio);
	return gone;
}

/**
 * page_discard_fault - a CPU has accessed a discarded page
 * @pfn: frame of the absolute address that the fault reports
 * @may_sleep: false in atomic context
 *
 * By the time this runs another CPU may have dealt with the page, and the
 * frame may have been reused. Both show in the state of the page, which is
 * asked again once the frame cannot be freed any more.
 *
 * Return: DISCARD_SERVED if the access is to be tried again; DISCARD_NOT_HERE
 * if that would fault forever, because it takes a sleeping context to get rid
 * of the folio; DISCARD_NONE if there is nothing discarded, so it is to be tried
 * again unless that has happened too often; DISCARD_NO_PAGE if there is no such
 * frame.
 */
enum discard_fault page_discard_fault(unsigned long pfn, bool may_sleep)
{
	struct page *page = pfn_to_online_page(pfn);
	enum discard_fault result = DISCARD_NONE;
	struct folio *folio;

	count_vm_event(PAGE_DISCARD_FAULT);
	trace_page_states_discard_fault(pfn, may_sleep);
	if (!page)
		return DISCARD_NO_PAGE;
	folio = page_folio(page);
	if (!folio_try_get(folio)) {
		/* On its way out: let whoever frees it go on. */
		if (!may_sleep)
			return DISCARD_NOT_HERE;
		give_way();
		return DISCARD_SERVED;
	}
	if (page_folio(page) == folio && folio_test_volatile(folio) &&
	    arch_folio_discarded(folio)) {
		result = DISCARD_NOT_HERE;
		if (may_sleep) {
			folio_discard(folio);
			result = DISCARD_SERVED;
		}
	}
	folio_put(folio);
	return result;
}
