// SPDX-License-Identifier: GPL-2.0
/*
 * For the test from outside: memory that is filled and, a second later, released
 * by DIAGNOSE X'10', page by page. What happens to it meanwhile is the host's.
 */
#include "essa.h"

#define PAGES	24576

int main(void)
{
	u8 *pages = (u8 *)(64UL << 20);
	u64 until;

	for (int i = 0; i < PAGES; i++)
		fill(pages + i * PAGE_SIZE, i);
	say("filled");
	until = now_us() + 1000000;
	while (now_us() < until)
		;
	for (int i = 0; i < PAGES; i++)
		asm volatile("diag %0, %0, 0x10" : : "d" (pages + i * PAGE_SIZE) : "memory");
	begin("released pages are zero");
	/* To look may take memory. */
	for (int i = 0; i < PAGES; i += 64) {
		if (!all_zero(pages + i * PAGE_SIZE))
			fail("page %u is not", i);
	}
	end();
	ready_and_wait();
}
