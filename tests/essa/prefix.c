// SPDX-License-Identifier: GPL-2.0
/*
 * With a prefix, absolute and real addresses differ: ESSA takes the absolute
 * one, and the fault brings it.
 */
#include "essa.h"

STUB(load, "lg %r4, 0(%r2)");

static u8 area[2 * PAGE_SIZE] __attribute__((aligned(8192)));
static u8 stack[0x2000] __attribute__((aligned(16)));

static void set_prefix(u32 to)
{
	asm volatile("spx %0" : : "Q" (to) : "memory");
}

/* Real 0 is absolute area now, and real area is absolute 0. */
int main(void)
{
	struct insn insn = { 0 };
	u8 *page = alloc_pages(1);
	u64 was;

	init_prefix(area, stack + sizeof(stack));
	set_prefix((u64)area);

	begin("ESSA takes an absolute address");
	was = essa(SET_VOLATILE, (void *)0);
	if (was & USAGE)
		fail("absolute 0 was in state 0x%lx", was);
	if (state_of(area))
		fail("the prefix area's state is 0x%lx", state_of(area));
	end();

	begin("the fault brings an absolute address");
	if (!wait_for((void *)0, DISCARDED, 5000))
		fail("absolute 0 is not discarded");
	if (run_at(&insn, stub_load, (u64)area + 0x10, 0))
		fail("a load raises nothing");
	else if (insn.fault.code != PGM_DISCARD || insn.fault.addr != 0)
		fail("program interruption 0x%x, trans_exc_code 0x%lx", insn.fault.code,
		     insn.fault.addr);
	essa(SET_STABLE, (void *)0);
	if (!all_zero(area))
		fail("made stable, it is not zero");
	end();

	begin("other pages fault as ever");
	discard(page);
	if (run_at(&insn, stub_load, (u64)page, 0))
		fail("a load raises nothing");
	else if (insn.fault.code != PGM_DISCARD || insn.fault.addr != (u64)page)
		fail("program interruption 0x%x, trans_exc_code 0x%lx", insn.fault.code,
		     insn.fault.addr);
	essa(SET_STABLE, page);
	end();
	return 0;
}
