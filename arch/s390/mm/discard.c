// SPDX-License-Identifier: GPL-2.0
/*
 * Volatile page cache: states of folios by ESSA, and the discard fault.
 */
#define pr_fmt(fmt) "page states: " fmt

#include <linux/extable.h>
#include <linux/kdebug.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/page-states.h>
#include <linux/printk.h>
#include <linux/uaccess.h>
#include <asm/extable.h>
#include <asm/page-states.h>
#include <asm/ptrace.h>
#include "../kernel/entry.h"
#include "../boot/page_states.h"

/* What ESSA returns: z/VM CP Programming Services; asm/page-states.h */
#define ESSA_USAGE_VOLATILE_MASK	0x08	/* volatile or potentially volatile */
#define ESSA_EXCEPTION			0x10
#define ESSA_CONTENT_MASK		0x03
#define ESSA_CONTENT_ZERO		0x03

int __bootdata_preserved(page_states_mode);

static bool discarded(unsigned long state)
{
	return (state & ESSA_USAGE_VOLATILE_MASK) &&
	       (state & ESSA_CONTENT_MASK) == ESSA_CONTENT_ZERO;
}

bool arch_folio_make_volatile(struct folio *folio)
{
	unsigned long addr = PFN_PHYS(folio_pfn(folio));
	unsigned long end = addr + folio_size(folio);
	bool refused = false;

	for (; addr < end && !refused; addr += PAGE_SIZE)
		refused = essa(addr, ESSA_SET_VOLATILE) & ESSA_EXCEPTION;
	if (refused)
		arch_folio_set_stable(folio);
	return !refused;
}

bool arch_folio_make_stable(struct folio *folio)
{
	unsigned long addr = PFN_PHYS(folio_pfn(folio));
	unsigned long end = addr + folio_size(folio);

	for (; addr < end; addr += PAGE_SIZE)
		if (discarded(essa(addr, ESSA_SET_STABLE_IF_RESIDENT)))
			return false;
	return true;
}

void arch_folio_set_stable(struct folio *folio)
{
	__set_page_stable_dat(folio_address(folio), folio_nr_pages(folio));
}

bool arch_folio_discarded(struct folio *folio)
{
	unsigned long addr = PFN_PHYS(folio_pfn(folio));
	unsigned long end = addr + folio_size(folio);

	for (; addr < end; addr += PAGE_SIZE)
		if (discarded(essa(addr, ESSA_GET_STATE)))
			return true;
	return false;
}

unsigned int arch_page_state(unsigned long pfn)
{
	return cmma_flag ? essa(PFN_PHYS(pfn), ESSA_GET_STATE) : 0;
}

/*
 * The discard fault, program interruption 0x1a. It nullifies, so to return is
 * to try again, and it reports an absolute address: whose access it was, and
 * by which virtual address, does not matter.
 */
void do_discard_fault(struct pt_regs *regs)
{
	unsigned long pfn = PHYS_PFN(regs->int_parm_long);
	bool may_sleep = user_mode(regs) ||
			 (!faulthandler_disabled() && !irqs_disabled());

	/* The instruction has been nullified. Don't signal a single step. */
	clear_thread_flag(TIF_PER_TRAP);
	if (kprobe_page_fault(regs, 0x1a))
		return;
	/*
	 * The kernel may only meet a discarded page where it is prepared for a
	 * page fault: anything else is an access without folio_make_stable().
	 */
	if (!user_mode(regs) && !s390_search_extables(regs->psw.addr))
		die(regs, "Unexpected discard fault");
	/* In atomic context the access fails, to be tried where it may sleep. */
	if (!page_discard_fault(pfn, may_sleep))
		fixup_exception(regs);
}

NOKPROBE_SYMBOL(do_discard_fault);

static int __init page_states_init(void)
{
	if (!cmma_flag) {
		pr_info("off\n");
	} else if (page_states_mode == PAGE_STATES_FULL) {
		pr_info("full: unused and volatile\n");
		page_states_enable();
	} else if (page_states_mode == PAGE_STATES_NO_FAULTS) {
		pr_info("unused only: the host delivers no discard faults\n");
	} else {
		pr_info("unused only\n");
	}
	return 0;
}
arch_initcall(page_states_init);
