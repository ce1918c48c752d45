// SPDX-License-Identifier: GPL-2.0
/* Without facility 147 there is no operation 7, and no bit 0x20. */
#include "essa.h"

#define NODAT 0x20

extern u8 essa_stubs[];

int main(void)
{
	u64 (*get)(u64 unused, void *page) = (void *)essa_stubs;
	void *stub = essa_stubs + SET_NODAT * 6;
	u8 *page = alloc_pages(1);
	struct insn insn = { 0 };

	check(!facility(147), "there is no facility 147");
	begin("operation 7 is a specification exception");
	for (unsigned int op = SET_STABLE; op <= SET_POT_VOLATILE; op++) {
		u64 before;

		essa(op, page);
		before = get(0, page);
		if (run_at(&insn, stub, 0x1234, (u64)page) || insn.fault.code != PGM_SPECIFICATION ||
		    insn.fault.old.addr != (u64)stub + 4 || insn.fault.r[2] != 0x1234)
			fail("after operation %u: 0x%x", op, insn.fault.code);
		if ((before | get(0, page)) & NODAT || (before ^ get(0, page)) & USAGE)
			fail("after operation %u: the state is 0x%lx, then 0x%lx", op, before,
			     get(0, page));
		essa(SET_STABLE, page);
		fill(page, 0);
	}
	/* Whatever the address is */
	if (run_at(&insn, stub, 0, memory_size()) || insn.fault.code != PGM_SPECIFICATION)
		fail("beyond storage: 0x%x", insn.fault.code);
	end();
	return 0;
}
