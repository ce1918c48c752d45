// SPDX-License-Identifier: GPL-2.0
/* For the test from outside: pages that are lent, and some taken back. */
#include "essa.h"

#define PAGES 300

int main(void)
{
	u8 *pages = alloc_pages(PAGES);
	u64 until = now_us() + 300000;

	for (int i = 0; i < PAGES; i++)
		essa(i % 2 ? SET_VOLATILE : SET_UNUSED, pages + i * PAGE_SIZE);
	while (now_us() < until)
		;
	for (int i = 0; i < PAGES; i += 10)
		essa(SET_STABLE, pages + i * PAGE_SIZE);
	ready_and_wait();
}
