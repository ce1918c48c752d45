// SPDX-License-Identifier: GPL-2.0
/*
 * A machine in which nothing changes but 16 pages, ten times a second: all
 * others have been volatile, and lent, for long.
 */
#include "cost.h"

#define CHANGING 16
#define PERIOD_US 100000

int main(void)
{
	u64 size = memory_size(), next;

	for (u64 page = FIRST; page < size; page += PAGE_SIZE) {
		*(volatile u64 *)page = page;
		essa(SET_VOLATILE, (void *)page);
	}
	wait_for_host("settle", size / PAGE_SIZE);
	next = now_us();
	for (;;) {
		for (u64 i = 0; i < CHANGING; i++)
			essa(SET_STABLE, (void *)(FIRST + i * PAGE_SIZE));
		for (u64 i = 0; i < CHANGING; i++)
			essa(SET_VOLATILE, (void *)(FIRST + i * PAGE_SIZE));
		next += PERIOD_US;
		while (now_us() < next)
			;
	}
}
