// SPDX-License-Identifier: GPL-2.0
/*
 * The random policy: some pages are dropped, the others are not, and which
 * depends on the seed alone. To be run with an interval that is long enough to
 * set all pages volatile meanwhile.
 */
#include "essa.h"

#define PAGES 256

STUB(load, "lg %r4, 0(%r2)");

static bool any_discarded(u8 *pages)
{
	for (int i = 0; i < PAGES; i++)
		if (essa(GET, pages + i * PAGE_SIZE) == DISCARDED)
			return true;
	return false;
}

int main(void)
{
	u8 *pages = alloc_pages(PAGES);
	struct insn insn = { 0 };
	unsigned int lost = 0;
	u64 word = 0, since;

	begin("some are dropped, and only they fault");
	for (int i = 0; i < PAGES; i++)
		essa(SET_VOLATILE, pages + i * PAGE_SIZE);
	/* A host that does other things, too, takes its time to begin. */
	since = now_us();
	while (!any_discarded(pages) && now_us() < since + 8000000)
		;
	since = now_us();
	while (now_us() < since + 300000)
		;
	for (int i = 0; i < PAGES; i++) {
		u8 *page = pages + i * PAGE_SIZE;
		u64 state = essa(GET, page);

		if (state != VOLATILE && state != DISCARDED)
			fail("page %u is in state 0x%lx", i, state);
		if (state == DISCARDED &&
		    (run_at(&insn, stub_load, (u64)page, 0) || insn.fault.addr != (u64)page))
			fail("page %u is discarded, but does not fault", i);
		if (essa(SET_UNLESS_DISCARDED, page) != state)
			fail("page %u has changed its state", i);
		if (state == DISCARDED) {
			essa(SET_STABLE, page);
			lost++;
		}
		if (state == DISCARDED ? !all_zero(page) : !intact(page, i))
			fail("page %u in state 0x%lx has the wrong content", i, state);
		word = word << 1 | (state == DISCARDED);
		if (i % 64 == 63)
			say("# lost 0x%lx", word);
	}
	say("# dropped %u", lost);
	if (!lost || lost == PAGES)
		fail("%u of %u are dropped", lost, PAGES);
	end();
	return 0;
}
