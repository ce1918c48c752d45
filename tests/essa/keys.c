// SPDX-License-Identifier: GPL-2.0
/*
 * For the test from outside: potentially volatile pages that are not changed, and
 * lent, until their keys say that they are. To be run with policy "host" and no
 * interval.
 */
#include "essa.h"

#define PAGES 16

static void set_key(void *page, u64 key)
{
	asm volatile("sske %0, %1" : : "d" (key), "a" (page) : "memory");
}

static void wait_ms(unsigned int ms)
{
	u64 until = now_us() + ms * 1000UL;

	while (now_us() < until)
		;
}

int main(void)
{
	u8 *pages = alloc_pages(PAGES);

	for (int i = 0; i < PAGES; i++) {
		set_key(pages + i * PAGE_SIZE, 0);
		essa(SET_POT_VOLATILE, pages + i * PAGE_SIZE);
	}
	wait_ms(500);
	for (int i = 0; i < PAGES; i++)
		set_key(pages + i * PAGE_SIZE, 0x02);
	ready_and_wait();
}
