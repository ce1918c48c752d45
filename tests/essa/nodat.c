// SPDX-License-Identifier: GPL-2.0
/*
 * Facility 147: operation 7 sets stable, and says that there are no DAT tables
 * in the page, which bit 0x20 of the result shows from then on. Operation 1
 * takes it back, the others leave it alone. To be run with policy "always" and
 * no interval. (tests/qemu/resets.c has what resets do to it.)
 */
#include "essa.h"

#define NODAT 0x20

extern u8 essa_stubs[];

STUB(load, "lg %r4, 0(%r2)");
STUB(store, "stg %r4, 0(%r2)");

/* With the bit, which essa() hides */
static u64 raw(unsigned int op, void *page)
{
	u64 (*stub)(u64 unused, void *page) = (void *)(essa_stubs + op * 6);

	return stub(~0UL, page);
}

static void expect(const char *what, void *page, u64 state)
{
	u64 is = raw(GET, page);

	if ((is & CONTENT) == PRESERVED)
		is &= ~(u64)CONTENT;
	if (is != state)
		fail("%s: the state is 0x%lx, not 0x%lx", what, is, state);
}

static void test_operations(void)
{
	static const u64 usage[] = { 0, STABLE, UNUSED, VOLATILE, POT_VOLATILE, STABLE, STABLE };
	static const char *const name[] = {
		"operation 0 keeps it", "operation 1 takes it away", "operation 2 keeps it",
		"operation 3 keeps it", "operation 4 keeps it", "operation 5 keeps it",
		"operation 6 keeps it",
	};

	for (unsigned int op = GET; op < SET_NODAT; op++) {
		u8 *page = alloc_pages(1);
		u64 was, now;

		begin(name[op]);
		expect("at first", page, STABLE);
		was = raw(SET_NODAT, page);
		if (was & ~(u64)PRESERVED)
			fail("operation 7: the result is 0x%lx", was);
		expect("after operation 7", page, NODAT);
		was = raw(op, page);
		if ((was & ~(u64)PRESERVED) != NODAT)
			fail("the result is 0x%lx", was);
		/* It may be dropped by now. */
		now = raw(GET, page);
		if ((now & (USAGE | NODAT)) != (usage[op] | (op == SET_STABLE ? 0 : NODAT)) &&
		    !(op == SET_POT_VOLATILE && now == NODAT))
			fail("the state is 0x%lx", now);
		raw(SET_STABLE, page);
		expect("in the end", page, STABLE);
		end();
	}
}

static void test_from_everywhere(void)
{
	static const struct { const char *name; unsigned int op; u64 state; bool waits; } from[] = {
		{ "Ur or Uz", SET_UNUSED, UNUSED, false },
		{ "Uz", SET_UNUSED, UNUSED | ZERO, true },
		{ "Vz", SET_VOLATILE, DISCARDED, true },
		{ "Pr", SET_POT_VOLATILE, POT_VOLATILE, false },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(from); i++) {
		u8 *page = alloc_pages(1);
		u64 was;

		begin(from[i].name);
		essa(from[i].op, page);
		if (from[i].waits && !wait_for(page, from[i].state, 2000))
			fail("the state is 0x%lx", essa(GET, page));
		was = raw(SET_NODAT, page);
		if ((was & USAGE) != (from[i].state & USAGE) &&
		    !(from[i].op == SET_POT_VOLATILE && !(was & USAGE)))
			fail("the result is 0x%lx", was);
		if (from[i].waits ? !all_zero(page) : !all_zero(page) && !intact(page, 0))
			fail("the content is wrong");
		expect("then", page, NODAT);
		raw(SET_STABLE, page);
		expect("in the end", page, STABLE);
		end();
	}
}

static void test_discard(void)
{
	u8 *page = alloc_pages(3) + PAGE_SIZE;
	struct insn insn = { 0 };

	begin("a discard leaves it alone");
	raw(SET_NODAT, page);
	raw(SET_VOLATILE, page);
	if (!wait_for(page, DISCARDED, 2000))
		fail("the page is not discarded");
	expect("discarded", page, DISCARDED | NODAT);
	if (run_at(&insn, stub_load, (u64)page, 0) || insn.fault.code != PGM_DISCARD ||
	    insn.fault.addr != (u64)page)
		fail("a load does not fault");
	if (raw(SET_UNLESS_DISCARDED, page) != (DISCARDED | NODAT))
		fail("operation 6 makes it 0x%lx", raw(GET, page));
	expect("after operation 6", page, DISCARDED | NODAT);
	if (raw(SET_RESIDENT, page) != (DISCARDED | NODAT) || !all_zero(page))
		fail("operation 5 does not bring a page of zeroes");
	expect("after operation 5", page, NODAT);
	end();

	begin("accesses leave it alone");
	run_at(&insn, stub_store, (u64)page, 0);
	run_at(&insn, stub_load, (u64)page, 0);
	expect("stored and loaded", page, NODAT);
	raw(SET_UNUSED, page);
	run_at(&insn, stub_store, (u64)page, 0);
	if (!(raw(GET, page) & NODAT))
		fail("stored to while unused: 0x%lx", raw(GET, page));
	end();

	begin("pages beside it have none");
	expect("before it", page - PAGE_SIZE, STABLE);
	expect("behind it", page + PAGE_SIZE, STABLE);
	raw(SET_STABLE, page);
	end();
}

static void test_exceptions(void)
{
	void *stub = essa_stubs + SET_NODAT * 6;
	struct insn insn = { 0 };
	u8 *page = alloc_pages(1);

	begin("operation 7: exceptions");
	if (run_at(&insn, stub, 0x1234, memory_size()) || insn.fault.code != PGM_ADDRESSING)
		fail("beyond storage: 0x%x", insn.fault.code);
	insn.r[2] = 0x1234;
	insn.r[3] = (u64)page;
	insn.psw = (struct psw) { PSW_64 | PSW_PROBLEM, (u64)stub };
	if (run(&insn) || insn.fault.code != PGM_PRIVILEGED)
		fail("problem state: 0x%x", insn.fault.code);
	expect("then", page, STABLE);
	end();
}

int main(void)
{
	check(facility(147), "facility 147 is there");
	test_operations();
	test_from_everywhere();
	test_discard();
	test_exceptions();
	return 0;
}
