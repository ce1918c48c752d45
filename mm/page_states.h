/* SPDX-License-Identifier: GPL-2.0 */
/* Volatile page cache: between mm/page_discard.c and mm/page_states_scan.c */
#ifndef _MM_PAGE_STATES_H
#define _MM_PAGE_STATES_H

struct folio;

enum volatile_result {
	VOLATILE_YES,
	VOLATILE_LATER,
	VOLATILE_NEVER,
};

enum volatile_result folio_make_volatile(struct folio *folio);

#endif /* _MM_PAGE_STATES_H */
