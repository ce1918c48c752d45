/* SPDX-License-Identifier: GPL-2.0 */
/* Volatile page cache: between the files mm/page_discard.c and mm/page_states_*.c */
#ifndef _MM_PAGE_STATES_H
#define _MM_PAGE_STATES_H

#include <linux/jump_label.h>

struct folio;

enum volatile_result {
	VOLATILE_YES,
	VOLATILE_LATER,
	VOLATILE_NEVER,
};

enum volatile_result folio_make_volatile(struct folio *folio);
void folio_rest_volatile(struct folio *folio);

extern unsigned int page_states_interval_ms;
extern unsigned int page_states_rest_ms;
bool page_states_enabled(void);
bool page_states_stopped(void);
int page_states_set_enabled(bool enable);
void page_states_scan_now(void);

#ifdef CONFIG_DEBUG_PAGE_STATES
DECLARE_STATIC_KEY_FALSE(debug_page_states);
bool __page_states_verify(struct folio *folio);

/* The caller holds the folio's state lock. */
static inline void page_states_verify(struct folio *folio)
{
	if (static_branch_unlikely(&debug_page_states))
		__page_states_verify(folio);
}

bool folio_verify_volatile(struct folio *folio);
#else
static inline void page_states_verify(struct folio *folio)
{
}
#endif

#endif /* _MM_PAGE_STATES_H */
