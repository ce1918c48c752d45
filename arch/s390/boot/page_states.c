// SPDX-License-Identifier: GPL-2.0
/*
 * Volatile page cache: does the host keep the contract?
 *
 * A host may know the states and yet never deliver a discard fault; then
 * volatile pages would lose their content silently. The way to find out needs
 * no hypervisor's name: a page that was never touched since reset is zero for
 * the host, so if it is made volatile it is a discarded page, and an access to
 * it must fault.
 */
#include <linux/string.h>
#include <asm/lowcore.h>
#include <asm/page-states.h>
#include <asm/processor.h>
#include <asm/sections.h>
#include "boot.h"
#include "page_states.h"

#define PGM_DISCARD	0x1a
#define STATE_ZERO	0x03	/* stable and logically zero */
#define PROBE_PAGES	65536

int __bootdata_preserved(page_states_mode) = PAGE_STATES_FULL;

/**
 * page_states_parse - the words of cmma= beyond on and off
 * @val: the parameter's value, or NULL
 *
 * Return: true if the word was one of ours.
 */
bool page_states_parse(const char *val)
{
	if (val && !strcmp(val, "unused"))
		page_states_mode = PAGE_STATES_UNUSED;
	else if (val && !strcmp(val, "full"))
		page_states_mode = PAGE_STATES_FULL;
	else
		return false;
	return true;
}

enum probe_stage {
	PROBE_NOT_ZERO,		/* the page has content, or is no page */
	PROBE_VOLATILE,		/* made volatile, then a program check */
	PROBE_NO_FAULT,
};

/*
 * Make a page volatile if it is zero, and touch it. Whatever program check
 * that brings ends it.
 */
static enum probe_stage probe_page(unsigned long addr)
{
	struct lowcore *lc = get_lowcore();
	psw_t old = lc->program_new_psw;
	int stage = PROBE_NOT_ZERO;
	unsigned long state;

	lc->pgm_code = 0;
	lc->program_new_psw.mask = __extract_psw();
	asm volatile(
		"	larl	%[state],0f\n"
		"	stg	%[state],%[new]\n"
		"	.insn	rrf,0xb9ab0000,%[state],%[addr],%[get],0\n"
		"	nill	%[state],0xf\n"
		"	chi	%[state],%[zero]\n"
		"	jne	0f\n"
		"	.insn	rrf,0xb9ab0000,%[state],%[addr],%[vol],0\n"
		"	lhi	%[stage],%[made]\n"
		"	ic	%[state],0(%[addr])\n"
		"	lhi	%[stage],%[nofault]\n"
		"0:\n"
		: [state] "=&a" (state), [stage] "+&d" (stage),
		  [new] "=Q" (lc->program_new_psw.addr)
		: [addr] "a" (addr), [get] "i" (ESSA_GET_STATE),
		  [vol] "i" (ESSA_SET_VOLATILE), [zero] "i" (STATE_ZERO),
		  [made] "i" (PROBE_VOLATILE), [nofault] "i" (PROBE_NO_FAULT)
		: "cc", "memory");
	lc->program_new_psw = old;
	if (stage != PROBE_NOT_ZERO)
		essa(addr, ESSA_SET_STABLE);
	return stage;
}

/**
 * page_states_probe - find out whether the host delivers discard faults
 * @end: end of the storage to look for a page in
 *
 * Goes down from the end, where nobody has been yet. Only pages that the host
 * says are zero are touched, and they are zero afterwards.
 */
void page_states_probe(unsigned long end)
{
	struct lowcore *lc = get_lowcore();
	unsigned long addr = end & PAGE_MASK;
	int i;

	if (!cmma_flag || page_states_mode != PAGE_STATES_FULL)
		return;
	page_states_mode = PAGE_STATES_NO_FAULTS;
	for (i = 0; i < PROBE_PAGES && addr > PAGE_SIZE; i++) {
		addr -= PAGE_SIZE;
		switch (probe_page(addr)) {
		case PROBE_NOT_ZERO:
			continue;
		case PROBE_VOLATILE:
			if (lc->pgm_code == PGM_DISCARD &&
			    (lc->trans_exc_code & PAGE_MASK) == addr)
				page_states_mode = PAGE_STATES_FULL;
			return;
		case PROBE_NO_FAULT:
			return;
		}
	}
}
