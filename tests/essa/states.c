// SPDX-License-Identifier: GPL-2.0
/*
 * For the tests from outside: pages in known states, a known number of
 * operations and of faults. It says what there is to be found, and waits. To
 * be run with an interval so long that nothing is lent.
 */
#include "essa.h"

STUB(load, "lg %r4, 0(%r2)");

static unsigned int faults;

static void make(const char *name, unsigned int op, u64 state, unsigned int count)
{
	struct insn insn = { 0 };

	for (unsigned int i = 0; i < count; i++) {
		u8 *page = (state & CONTENT) == ZERO ? alloc_fresh() : alloc_pages(1);

		essa(op, page);
		/* Another number of faults than of pages */
		for (unsigned int j = 0; state == DISCARDED && j <= i; j++) {
			run_at(&insn, stub_load, (u64)page, 0);
			faults++;
		}
		say("expect cmma 0x%lx %c%c", (u64)page, '0' + (u32)state / 16,
		    "0123456789abcdef"[state % 16]);
	}
	say("expect pages %s %u", name, count);
}

int main(void)
{
	make("unused-resident", SET_UNUSED, UNUSED, 3);
	make("unused-zero", SET_UNUSED, UNUSED | ZERO, 4);
	make("volatile-resident", SET_VOLATILE, VOLATILE, 5);
	make("volatile-zero", SET_VOLATILE, DISCARDED, 6);
	make("potentially-volatile-resident", SET_POT_VOLATILE, POT_VOLATILE, 7);
	/* Every operation a different number of times */
	for (int i = 0; i < 11; i++)
		essa(GET, (void *)0);
	for (int i = 0; i < 12; i++)
		essa(SET_STABLE, (void *)0);
	for (int i = 0; i < 13; i++)
		essa(SET_RESIDENT, (void *)0);
	for (int i = 0; i < 14; i++)
		essa(SET_UNLESS_DISCARDED, (void *)0);
	for (unsigned int op = 0; op < OPERATIONS; op++)
		say("expect essa %u %lu", op, essa_count[op]);
	say("expect faults %u", faults);
	ready_and_wait();
}
