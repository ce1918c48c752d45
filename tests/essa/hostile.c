// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that does what none should: it has the machine itself use pages that
 * are discarded. Its own storage may come to harm; the host must not.
 */
#include "essa.h"

STUB(servc, ".insn rre, 0xb2200000, %r4, %r2");
STUB(diag308, "diag %r2, %r4, 0x308");
STUB(sigp, "sigp %r4, %r3, 0(%r2)");

int main(void)
{
	u8 *page = alloc_pages(1);
	struct insn insn = { 0 };

	/* SERVICE CALL, write event data */
	discard(page);
	insn.r[4] = 0x00760005;
	run_at(&insn, stub_servc, (u64)page, 0);

	/* DIAGNOSE 0x308: set and store the IPL parameters */
	for (insn.r[4] = 5; insn.r[4] < 7; insn.r[4]++) {
		essa(SET_STABLE, page);
		discard(page);
		run_at(&insn, stub_diag308, (u64)page, 0);
	}

	/* SIGP to the other CPU: store status at address, set prefix */
	essa(SET_STABLE, page);
	discard(page);
	insn.r[5] = (u64)page;
	insn.r[4] = 0;
	run_at(&insn, stub_sigp, 0x0e, 1);
	run_at(&insn, stub_sigp, 0x0d, 1);
	say("ready");

	/* Its own prefix area: the next interruption finds no new PSW. */
	essa(SET_VOLATILE, (void *)0);
	for (;;)
		essa(GET, (void *)(1UL << 40));
}
