// SPDX-License-Identifier: GPL-2.0
/*
 * For the test from outside: potentially volatile pages that are changed, and
 * that the host swaps out before it has looked at them. They become Sp. To be
 * run with an interval so long that nothing is lent, in a memory cgroup whose
 * limit goes down.
 */
#include "essa.h"

#define PAGES		12288
#define WANTED		64
#define PATIENCE_MS	20000

int main(void)
{
	u8 *pages = (u8 *)(64UL << 20);
	unsigned int evicted = 0;
	u64 deadline;

	for (unsigned int i = 0; i < PAGES; i++) {
		fill(pages + i * PAGE_SIZE, i);
		essa(SET_POT_VOLATILE, pages + i * PAGE_SIZE);
	}
	say("squeeze");
	begin("Pr that is changed and evicted: Sp, and stable ever after");
	deadline = now_us() + PATIENCE_MS * 1000UL;
	while (evicted < WANTED && now_us() < deadline) {
		for (unsigned int i = 0; i < PAGES && evicted < WANTED; i++) {
			u8 *page = pages + i * PAGE_SIZE;
			u64 state = essa(GET, page);

			if (state == POT_VOLATILE)
				continue;
			if (state & USAGE)
				fail("page %u is in state 0x%lx", i, state);
			if (state != (STABLE | PRESERVED))
				continue;
			evicted++;
			if (!intact(page, i))
				fail("page %u has lost its content", i);
			state = state_of(page);
			if (state != STABLE)
				fail("page %u: seen as Sp, it is in state 0x%lx later", i, state);
		}
	}
	if (!evicted)
		fail("none is evicted");
	end();
	ready_and_wait();
}
