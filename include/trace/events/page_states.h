/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM page_states

#if !defined(_TRACE_PAGE_STATES_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_PAGE_STATES_H

#include <linux/mm.h>
#include <linux/tracepoint.h>

DECLARE_EVENT_CLASS(page_states_folio,
		    TP_PROTO(struct folio *folio),
		    TP_ARGS(folio),
		    TP_STRUCT__entry(__field(unsigned long, pfn)
				     __field(unsigned int, pages)
				     __field(pgoff_t, index)),
		    TP_fast_assign(__entry->pfn = folio_pfn(folio);
				   __entry->pages = folio_nr_pages(folio);
				   __entry->index = folio->index;),
		    TP_printk("pfn=0x%lx pages=%u index=%lu",
			      __entry->pfn, __entry->pages, __entry->index)
);

DEFINE_EVENT(page_states_folio, page_states_make_volatile,
	     TP_PROTO(struct folio *folio),
	     TP_ARGS(folio)
);

DEFINE_EVENT(page_states_folio, page_states_discard,
	     TP_PROTO(struct folio *folio),
	     TP_ARGS(folio)
);

TRACE_EVENT(page_states_make_stable,
	    TP_PROTO(struct folio *folio, bool stable),
	    TP_ARGS(folio, stable),
	    TP_STRUCT__entry(__field(unsigned long, pfn)
			     __field(unsigned int, pages)
			     __field(pgoff_t, index)
			     __field(bool, stable)),
	    TP_fast_assign(__entry->pfn = folio_pfn(folio);
			   __entry->pages = folio_nr_pages(folio);
			   __entry->index = folio->index;
			   __entry->stable = stable;),
	    TP_printk("pfn=0x%lx pages=%u index=%lu %s",
		      __entry->pfn, __entry->pages, __entry->index,
		      __entry->stable ? "stable" : "discarded")
);

TRACE_EVENT(page_states_discard_fault,
	    TP_PROTO(unsigned long pfn, bool may_sleep),
	    TP_ARGS(pfn, may_sleep),
	    TP_STRUCT__entry(__field(unsigned long, pfn)
			     __field(bool, may_sleep)),
	    TP_fast_assign(__entry->pfn = pfn;
			   __entry->may_sleep = may_sleep;),
	    TP_printk("pfn=0x%lx%s", __entry->pfn,
		      __entry->may_sleep ? "" : " atomic")
);

#endif /* _TRACE_PAGE_STATES_H */

#include <trace/define_trace.h>
