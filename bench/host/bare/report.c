// SPDX-License-Identifier: GPL-2.0
/*
 * What it costs to learn that a page has been dropped: an access by the CPU, up
 * to the discard fault being delivered; and an access from outside, by the host
 * while the CPU waits. To be run with policy "always".
 */
#include "cost.h"

#define PAGES 2048
#define ROUNDS 4

/*
 * A fault's new PSW goes on behind the access, so that there is nothing but the
 * access and the interruption.
 */
#define READ_OR_FAULT							\
	"	larl	%0, 0f\n"					\
	"	stg	%0, 0x1d8\n"					\
	"	lg	%0, 0(%1)\n"					\
	"0:"

/* Beyond the storage: an addressing exception, which takes a fault alone */
#define FAULT								\
	"	larl	%0, 0f\n"					\
	"	stg	%0, 0x1d8\n"					\
	"	lgr	%0, %1\n"					\
	"	oihl	%0, 0x8000\n"					\
	"	lg	%0, 0(%0)\n"					\
	"0:"

LOOP(write, WRITE)
LOOP(read, READ_OR_FAULT)
LOOP(fault, FAULT)
LOOP(set_stable, ESSA(1))
LOOP(set_volatile, ESSA(3))

static void be_discarded(void)
{
	write(PAGES, 1);
	set_volatile(PAGES, 1);
	wait_for_host("discard", PAGES);
}

int main(void)
{
	u64 entry;

	asm volatile("lg %0, 0x1d8" : "=d" (entry));
	for (int round = 0; round < ROUNDS; round++) {
		be_discarded();
		read(PAGES, 1);
		wait_for_host("report_fault", PAGES);
		fault(PAGES, 1);
		wait_for_host("fault", PAGES);
		asm volatile("stg %0, 0x1d8" : : "d" (entry) : "memory");
		set_stable(PAGES, 1);

		be_discarded();
		say("range %lu %lu", FIRST, PAGES * PAGE_SIZE);
		wait_for_host("look", PAGES);
		set_stable(PAGES, 1);
	}
	return 0;
}
