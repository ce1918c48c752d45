// SPDX-License-Identifier: GPL-2.0
/*
 * For the tests from outside: known numbers of pages that were at least lent,
 * taken back and discarded, and pages that nobody has touched since they were
 * discarded. To be run with policy "always" and no interval.
 */
#include "essa.h"

#define PAGES 100
#define UNTOUCHED 20

STUB(load, "lg %r4, 0(%r2)");

int main(void)
{
	u8 *pages = alloc_pages(PAGES + UNTOUCHED);
	struct insn insn = { 0 };

	for (int i = 0; i < PAGES + UNTOUCHED; i++)
		essa(SET_VOLATILE, pages + i * PAGE_SIZE);
	for (int i = 0; i < PAGES + UNTOUCHED; i++)
		discard(pages + i * PAGE_SIZE);
	for (int i = 0; i < PAGES; i++)
		run_at(&insn, stub_load, (u64)pages + i * PAGE_SIZE, 0);
	say("expect faults %u", PAGES);
	say("expect pages volatile-zero %u", PAGES + UNTOUCHED);
	for (int i = 0; i < PAGES + UNTOUCHED; i++)
		say("expect cmma 0x%lx 0f", (u64)pages + i * PAGE_SIZE);
	for (int i = PAGES; i < PAGES + UNTOUCHED; i++)
		say("expect untouched 0x%lx", (u64)pages + i * PAGE_SIZE);
	say("expect least lent %u", PAGES + UNTOUCHED);
	say("expect least taken-back %u", PAGES);
	say("expect least discarded %u", PAGES);
	ready_and_wait();
}
