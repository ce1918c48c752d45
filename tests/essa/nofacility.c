// SPDX-License-Identifier: GPL-2.0
/* Without the facility (cmm=off) ESSA is no instruction. */
#include "essa.h"

extern u8 essa_stubs[];

int main(void)
{
	u8 *page = alloc_pages(1);
	struct insn insn = { 0 };

	begin("operation exception");
	for (unsigned int op = 0; op < 16; op++) {
		if (run_at(&insn, essa_stubs + op * 6, 0, (u64)page))
			fail("operation %u: no exception", op);
		else if (insn.fault.code != PGM_OPERATION)
			fail("operation %u: exception 0x%x", op, insn.fault.code);
	}
	if (!intact(page, 0))
		fail("the page's content has changed");
	end();
	return 0;
}
