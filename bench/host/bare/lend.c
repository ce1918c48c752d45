// SPDX-License-Identifier: GPL-2.0
/*
 * Pages to be lent, next to each other and scattered, and what it costs to take
 * them back: a touch of lent pages, and the same touch of the same pages when
 * they are stable and not in the TLB.
 */
#include "cost.h"

#define PAGES 8192
#define ROUNDS 4

LOOP(write, WRITE)
LOOP(read, READ)
LOOP(set_stable, ESSA(1))
LOOP(set_volatile, ESSA(3))

static void lend(u64 stride, const char *lend, const char *take_back, const char *touch)
{
	write(PAGES, stride);
	wait_for_host("ready", PAGES);
	set_volatile(PAGES, stride);
	wait_for_host(lend, PAGES);
	read(PAGES, stride);
	wait_for_host(take_back, PAGES);
	set_stable(PAGES, stride);
	purge_tlb();
	wait_for_host("purged", PAGES);
	read(PAGES, stride);
	wait_for_host(touch, PAGES);
}

int main(void)
{
	for (int round = 0; round < ROUNDS; round++) {
		lend(1, "lend", "take_back", "touch");
		lend(2, "lend_scattered", "take_back_scattered", "touch_scattered");
	}
	return 0;
}
