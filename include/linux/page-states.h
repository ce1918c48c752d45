/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Volatile page cache: what the core mm sees of block usage states.
 *
 * A hypervisor that knows block usage states may drop the content of a
 * volatile page whenever it likes, and then owes a discard fault to whoever
 * accesses the page. Clean page cache is made volatile behind the back of its
 * users; whoever takes a reference in order to look at the content makes it
 * stable again by folio_make_stable(), or learns that it is gone.
 *
 * See Documentation/mm/page_states.rst for the contract and the locking.
 */
#ifndef _LINUX_PAGE_STATES_H
#define _LINUX_PAGE_STATES_H

#include <linux/mm_types.h>
#include <linux/page-flags.h>
#include <linux/fs.h>

#ifdef CONFIG_PAGE_STATES

/*
 * What the architecture provides. Changes are made with the folio's state lock
 * held, or when nobody else can have a reference. A discarded page stays
 * discarded until it is freed.
 */
bool arch_folio_make_volatile(struct folio *folio);
bool arch_folio_make_stable(struct folio *folio);
void arch_folio_set_stable(struct folio *folio);
bool arch_folio_discarded(struct folio *folio);
unsigned int arch_page_state(unsigned long pfn);

bool __folio_make_stable(struct folio *folio);
void __folio_sync_volatile(struct folio *folio);
void __folio_forget_volatile(struct folio *folio);
void folio_offer_volatile(struct folio *folio);
bool folio_discard(struct folio *folio);
bool folio_discard_locked(struct folio *folio);
bool filemap_discard(struct address_space *mapping, pgoff_t index);
void page_states_enable(void);
void page_states_stop(const char *why);

enum discard_fault {
	DISCARD_SERVED,
	DISCARD_NOT_HERE,
	DISCARD_NONE,
	DISCARD_NO_PAGE,
};

enum discard_fault page_discard_fault(unsigned long pfn, bool may_sleep);

/* Whose access it was, for tests that have to have had all of them */
enum discard_fault_place {
	DISCARD_FAULT_USER,
	DISCARD_FAULT_FETCH,	/* of an instruction, in user space */
	DISCARD_FAULT_KERNEL,
	DISCARD_FAULT_ATOMIC,	/* in the kernel where it may not sleep */
	NR_DISCARD_FAULT_PLACES
};

void page_states_debug_fault(enum discard_fault_place place);

/**
 * folio_make_stable - make sure of a folio's content before looking at it
 * @folio: a folio; the caller has taken a reference just now
 *
 * Reference first, then this: together with the opposite order in the maker
 * of volatile folios this is what keeps referenced folios stable. Any context,
 * interrupts included.
 *
 * Return: true if the content is there and stays; false if the host has
 * discarded it. The caller then treats the folio as not present.
 */
static inline bool folio_make_stable(struct folio *folio)
{
	/* Against the barrier in folio_make_volatile(). */
	smp_mb__after_atomic();
	return likely(!folio_test_volatile(folio)) ||
	       __folio_make_stable(folio);
}

/**
 * page_make_stable - the same for one page of a folio
 * @page: a page; the caller has a reference to its folio
 *
 * Return: true if the content of all of the folio is there and stays.
 */
static inline bool page_make_stable(struct page *page)
{
	return folio_make_stable(page_folio(page));
}

/**
 * folio_sync_volatile - before a mapping without the folio lock (fork)
 * @folio: a file folio; the caller has taken the new mapping's reference but
 *	   not yet raised its map count
 *
 * Waits for a maker that is comparing the two. Any context.
 */
static inline void folio_sync_volatile(struct folio *folio)
{
	/* Against the barrier in folio_make_volatile(). */
	smp_mb__after_atomic();
	if (unlikely(folio_test_volatile(folio)))
		__folio_sync_volatile(folio);
}

/**
 * folio_forget_volatile - a folio leaves the page cache
 * @folio: the folio; the caller holds the i_pages lock
 */
static inline void folio_forget_volatile(struct folio *folio)
{
	if (unlikely(folio_test_volatile(folio)))
		__folio_forget_volatile(folio);
}

/**
 * folio_free_volatile - a folio is being freed, and about to be initialized
 * @folio: the folio, without references
 *
 * Only discarded folios still have the flag here.
 */
static inline void folio_free_volatile(struct folio *folio)
{
	if (unlikely(folio_test_volatile(folio))) {
		arch_folio_set_stable(folio);
		folio_clear_volatile(folio);
	}
}

/**
 * folio_map_volatile - before a folio is mapped as it is (fault-around)
 * @folio: a locked folio; the caller has taken a reference
 *
 * Mappings that cannot write can do with a volatile folio. The others would
 * make it dirty with nobody noticing.
 *
 * Return: false if the folio is not to be mapped.
 */
static inline bool folio_map_volatile(struct folio *folio)
{
	return !mapping_writably_mapped(folio->mapping) ||
	       folio_make_stable(folio);
}

#else /* !CONFIG_PAGE_STATES */

/* No function: even one that is inlined changes how gcc arranges its callers. */
#define folio_make_stable(folio)	((void)(folio), true)

static inline bool page_make_stable(struct page *page)
{
	return true;
}

static inline void folio_sync_volatile(struct folio *folio)
{
}

static inline void folio_forget_volatile(struct folio *folio)
{
}

static inline void folio_free_volatile(struct folio *folio)
{
}

static inline bool folio_map_volatile(struct folio *folio)
{
	return true;
}

static inline void folio_offer_volatile(struct folio *folio)
{
}

static inline bool folio_discard(struct folio *folio)
{
	return false;
}

static inline bool folio_discard_locked(struct folio *folio)
{
	return false;
}

static inline bool filemap_discard(struct address_space *mapping, pgoff_t index)
{
	return false;
}

#endif /* CONFIG_PAGE_STATES */

#endif /* _LINUX_PAGE_STATES_H */
