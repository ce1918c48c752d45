// SPDX-License-Identifier: GPL-2.0
/* The discard fault: its code, its address, where it comes and where not. */
#include "essa.h"

STUB(load, "lg %r4, 0(%r2)");
STUB(store, "stg %r3, 0(%r2)");
STUB(second, "lghi %r4, 5\nlg %r5, 0(%r2)");
STUB(load_problem, "lg %r4, 0(%r2)\n.short 0");

static u8 *page;

static void expect(const struct insn *insn, const void *at, u64 address)
{
	if (insn->fault.code != PGM_DISCARD)
		fail("program interruption 0x%x", insn->fault.code);
	if (insn->fault.addr != address)
		fail("trans_exc_code is 0x%lx, not 0x%lx", insn->fault.addr, address);
	if (insn->fault.old.addr != (u64)at)
		fail("the old PSW is at 0x%lx, not at 0x%lx", insn->fault.old.addr, (u64)at);
}

static void test_offsets(void)
{
	static const unsigned int offsets[] = { 0, 8, 0x7f8, 0xff8 };
	struct insn insn = { 0 };

	begin("the page's address, whatever the offset");
	for (unsigned int i = 0; i < ARRAY_SIZE(offsets); i++) {
		discard(page);
		if (run_at(&insn, stub_load, (u64)page + offsets[i], 0))
			fail("a load at 0x%x raises nothing", offsets[i]);
		expect(&insn, stub_load, (u64)page);
		if (run_at(&insn, stub_store, (u64)page + offsets[i], 1))
			fail("a store at 0x%x raises nothing", offsets[i]);
		expect(&insn, stub_store, (u64)page);
		essa(SET_STABLE, page);
	}
	end();
}

static void test_again(void)
{
	struct insn insn = { 0 };

	begin("each access to a discarded page faults");
	discard(page);
	for (int i = 0; i < 5; i++) {
		if (run_at(&insn, i & 1 ? stub_store : stub_load, (u64)page, 1))
			fail("access %u raises nothing", i);
		expect(&insn, i & 1 ? stub_store : stub_load, (u64)page);
		if (essa(GET, page) != DISCARDED)
			fail("after fault %u the state is 0x%lx", i, essa(GET, page));
	}
	end();

	begin("none once it is stable, and it reads as zero");
	if (essa(SET_STABLE, page) != DISCARDED)
		fail("it was not discarded");
	if (!run_at(&insn, stub_load, (u64)page, 0))
		fail("program interruption 0x%x", insn.fault.code);
	if (insn.out[4] || !all_zero(page))
		fail("it is not zero");
	end();

	begin("none on an unused page");
	discard(page);
	essa(SET_UNUSED, page);
	if (!run_at(&insn, stub_load, (u64)page, 0))
		fail("program interruption 0x%x", insn.fault.code);
	if (insn.out[4])
		fail("it is not zero");
	essa(SET_STABLE, page);
	end();
}

static void test_untouched(void)
{
	u8 *fresh = alloc_fresh();
	struct insn insn = { 0 };

	/* Other pages have been lent and dropped before. */
	begin("an untouched page set volatile, after discards");
	if (essa(SET_VOLATILE, fresh) != ZERO)
		fail("it was not zero");
	if (run_at(&insn, stub_load, (u64)fresh, 0))
		fail("a load raises nothing");
	expect(&insn, stub_load, (u64)fresh);
	if (essa(SET_STABLE, fresh) != DISCARDED)
		fail("it is not discarded");
	end();
}

static void test_old_psw(void)
{
	struct insn insn = { .r[4] = 1 };

	begin("the instruction before the fault has taken effect");
	discard(page);
	if (run_at(&insn, stub_second, (u64)page, 0))
		fail("a load raises nothing");
	expect(&insn, stub_second + 4, (u64)page);
	if (insn.fault.r[4] != 5)
		fail("its result is 0x%lx", insn.fault.r[4]);
	essa(SET_STABLE, page);
	end();
}

static void test_problem_state(void)
{
	struct insn insn = {
		.r[2] = (u64)page,
		.psw = { PSW_64 | PSW_PROBLEM | PSW_CC, (u64)stub_load_problem },
	};

	begin("a fault in problem state");
	discard(page);
	run(&insn);
	expect(&insn, stub_load_problem, (u64)page);
	if (insn.fault.old.mask != insn.psw.mask)
		fail("the old PSW's mask is 0x%lx", insn.fault.old.mask);
	essa(SET_STABLE, page);
	end();
}

/* An operation on a discarded page's state is no access. */
static void test_essa(void)
{
	begin("ESSA itself does not fault");
	discard(page);
	for (int i = 0; i < 3; i++) {
		essa(GET, page);
		essa(SET_UNLESS_DISCARDED, page);
		essa(SET_VOLATILE, page);
	}
	if (essa(SET_STABLE, page) != DISCARDED)
		fail("it is not discarded");
	end();
}

int main(void)
{
	page = alloc_pages(1);
	test_offsets();
	test_again();
	test_untouched();
	test_old_psw();
	test_problem_state();
	test_essa();
	return 0;
}
