// SPDX-License-Identifier: GPL-2.0
/*
 * Volatile page cache: states of folios by ESSA, and the discard fault.
 */
#define pr_fmt(fmt) "page states: " fmt

#include <linux/extable.h>
#include <linux/kdebug.h>
#include <linux/kprobes.h>
#include <linux/kstrtox.h>
#include <linux/mm.h>
#include <linux/page-states.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
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

/* So often no race with other CPUs leads to the same fault in a row. */
#define MAX_FAULTS_OF_NOTHING	1000

int __bootdata_preserved(page_states_mode);

/*
 * A host that does not know ESSA any more, after a migration say, has no
 * volatile pages either.
 */
static __always_inline unsigned long try_essa(unsigned long addr,
					      unsigned char op)
{
	unsigned long state = 0;
	int trapped = 1;

	asm volatile(
		"	.insn	rrf,0xb9ab0000,%[state],%[addr],%[op],0\n"
		"0:	lhi	%[trapped],0\n"
		"1:\n"
		EX_TABLE(0b, 1b)
		: [state] "+&d" (state), [trapped] "+&d" (trapped)
		: [addr] "a" (addr), [op] "i" (op)
		: "memory");
	if (unlikely(trapped)) {
		cmma_flag = 0;
		page_states_stop("does not know ESSA any more");
	}
	return state;
}

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
		refused = try_essa(addr, ESSA_SET_VOLATILE) & ESSA_EXCEPTION;
	/* What is gone already must be known as discarded. */
	return !refused || !arch_folio_make_stable(folio);
}

bool arch_folio_make_stable(struct folio *folio)
{
	unsigned long addr = PFN_PHYS(folio_pfn(folio));
	unsigned long end = addr + folio_size(folio);

	for (; addr < end; addr += PAGE_SIZE)
		if (discarded(try_essa(addr, ESSA_SET_STABLE_IF_RESIDENT)))
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
		if (discarded(try_essa(addr, ESSA_GET_STATE)))
			return true;
	return false;
}

unsigned int arch_page_state(unsigned long pfn)
{
	return cmma_flag ? try_essa(PFN_PHYS(pfn), ESSA_GET_STATE) : 0;
}

struct fault_of_nothing {
	unsigned long addr;
	unsigned long pfn;
	unsigned int count;
};

static DEFINE_PER_CPU(struct fault_of_nothing, last_fault_of_nothing);

/* The same access meets a page again that is not discarded. */
static bool too_often(struct pt_regs *regs, unsigned long pfn)
{
	struct fault_of_nothing *last = get_cpu_ptr(&last_fault_of_nothing);
	unsigned int count;

	if (last->addr != regs->psw.addr || last->pfn != pfn) {
		last->addr = regs->psw.addr;
		last->pfn = pfn;
		last->count = 0;
	}
	count = ++last->count;
	put_cpu_ptr(&last_fault_of_nothing);
	return count > MAX_FAULTS_OF_NOTHING;
}

/* To try again would lead here again. */
static void give_up(struct pt_regs *regs)
{
	if (user_mode(regs))
		force_sig_fault(SIGBUS, BUS_ADRERR,
				(void __user *)instruction_pointer(regs));
	else if (!fixup_exception(regs))
		die(regs, "Unexpected discard fault");
}

/* The fault does not say so: it is of the page that the instruction is on. */
static bool in_fetch(struct pt_regs *regs, unsigned long pfn)
{
	unsigned long addr = instruction_pointer(regs);
	pgd_t *pgd;
	p4d_t *p4d;
	pud_t *pud;
	pmd_t pmd;
	pte_t pte;

	/* Page tables are freed by RCU. */
	guard(rcu)();
	pgd = pgd_offset(current->mm, addr);
	if (pgd_none(*pgd))
		return false;
	p4d = p4d_offset(pgd, addr);
	if (p4d_none(*p4d))
		return false;
	pud = pud_offset(p4d, addr);
	if (pud_none(*pud) || pud_leaf(*pud))
		return false;
	pmd = READ_ONCE(*pmd_offset(pud, addr));
	if (pmd_none(pmd) || pmd_leaf(pmd))
		return false;
	pte = READ_ONCE(*pte_offset_kernel(&pmd, addr));
	return pte_present(pte) && pte_pfn(pte) == pfn;
}

static enum discard_fault_place
place_of(struct pt_regs *regs, unsigned long pfn, bool may_sleep)
{
	if (user_mode(regs))
		return in_fetch(regs, pfn) ? DISCARD_FAULT_FETCH : DISCARD_FAULT_USER;
	return may_sleep ? DISCARD_FAULT_KERNEL : DISCARD_FAULT_ATOMIC;
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
	if (IS_ENABLED(CONFIG_DEBUG_PAGE_STATES))
		page_states_debug_fault(place_of(regs, pfn, may_sleep));
	switch (page_discard_fault(pfn, may_sleep)) {
	case DISCARD_SERVED:
		break;
	case DISCARD_NOT_HERE:
		/* The access fails, to be tried where it may sleep. */
		fixup_exception(regs);
		break;
	case DISCARD_NONE:
		if (!too_often(regs, pfn))
			break;
		page_states_stop("delivers discard faults for stable pages");
		give_up(regs);
		break;
	case DISCARD_NO_PAGE:
		page_states_stop("delivers discard faults outside of memory");
		give_up(regs);
		break;
	}
}

NOKPROBE_SYMBOL(do_discard_fault);

/* The boot code has taken from it what it knows. */
static int __init check_parameter(char *val)
{
	bool on;

	if (!val || (strcmp(val, "full") && strcmp(val, "unused") &&
		     kstrtobool(val, &on)))
		pr_warn("cmma=%s is unknown, and full is used: on, off, unused and full are known\n",
			val ?: "");
	return 0;
}
early_param("cmma", check_parameter);

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
