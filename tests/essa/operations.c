// SPDX-License-Identifier: GPL-2.0
/* Operations 0 to 7 and their result: the state before. */
#include "essa.h"

STUB(same_register, ".insn rrf, 0xb9ab0000, %r2, %r2, 3, 0");
STUB(set_nodat, ".insn rrf, 0xb9ab0000, %r2, %r3, 7, 0");

static const struct {
	const char *name;
	unsigned int op;
	u64 usage;
} set[] = {
	{ "operation 1 sets stable", SET_STABLE, STABLE },
	{ "operation 2 sets unused", SET_UNUSED, UNUSED },
	{ "operation 3 sets volatile", SET_VOLATILE, VOLATILE },
	{ "operation 4 sets potentially volatile", SET_POT_VOLATILE, POT_VOLATILE },
	{ "operation 5 sets stable", SET_RESIDENT, STABLE },
	{ "operation 6 sets stable", SET_UNLESS_DISCARDED, STABLE },
};

static void test_get(void)
{
	u8 *page = alloc_pages(1);

	begin("operation 0 changes nothing");
	for (int i = 0; i < 3; i++) {
		if (state_of(page) != (STABLE | RESIDENT))
			fail("get %u of a stable page: 0x%lx", i, state_of(page));
	}
	essa(SET_VOLATILE, page);
	for (int i = 0; i < 3; i++) {
		if (state_of(page) != (VOLATILE | RESIDENT))
			fail("get %u of a volatile page: 0x%lx", i, state_of(page));
	}
	essa(SET_STABLE, page);
	if (!intact(page, 0))
		fail("the content has changed");
	end();
}

static void test_set(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(set); i++) {
		u8 *page = alloc_pages(3);
		u64 was, is;

		begin(set[i].name);
		was = essa(set[i].op, page + PAGE_SIZE);
		if ((was & ~(u64)PRESERVED) != STABLE)
			fail("the result is 0x%lx", was);
		is = state_of(page + PAGE_SIZE);
		if (is != set[i].usage)
			fail("the state is 0x%lx", is);
		if (state_of(page) || state_of(page + 2 * PAGE_SIZE))
			fail("a page beside it has changed");
		is = essa(SET_STABLE, page + PAGE_SIZE);
		if (is != set[i].usage)
			fail("the result of the next operation is 0x%lx", is);
		if (!intact(page + PAGE_SIZE, 1))
			fail("the content has changed");
		end();
	}
}

/* Each result is what the operation before has set. */
static void test_chain(void)
{
	u8 *page = alloc_pages(1);
	unsigned int last = 0, random = 12345;

	begin("results chain");
	for (int i = 0; i < 1000; i++) {
		unsigned int next = (random = random * 1103515245 + 12345) / 65536 % ARRAY_SIZE(set);
		u64 was = essa(set[next].op, page);

		if ((was & USAGE) != set[last].usage)
			fail("step %u: after operation %u the state is 0x%lx", i, set[last].op, was);
		last = next;
	}
	end();
}

static void test_same_register(void)
{
	u8 *page = alloc_pages(1);
	struct insn insn = { 0 };

	begin("R1 and R2 may be one register");
	if (!run_at(&insn, stub_same_register, (u64)page, 0))
		fail("program interruption 0x%x", insn.fault.code);
	if (insn.out[2] & ~(u64)PRESERVED)
		fail("the result is 0x%lx", insn.out[2]);
	if (essa(SET_STABLE, page) != VOLATILE)
		fail("the page is not volatile");
	end();
}

/* The PSW that the stub starts with has condition code 1. */
static void test_condition_code(void)
{
	u8 *page = alloc_pages(1);
	struct insn insn = {
		.r[2] = (u64)page,
		.psw = { PSW_64 | PSW_CC_1, (u64)stub_same_register },
	};

	check(run(&insn) && insn.cc == 1, "the condition code stays");
}

static void test_nodat(void)
{
	u8 *page = alloc_pages(1);
	struct insn insn = { 0 };

	essa(SET_VOLATILE, page);
	begin("operation 7, which takes facility 147");
	if (facility(147)) {
		if (!run_at(&insn, stub_set_nodat, 0, (u64)page))
			fail("program interruption 0x%x", insn.fault.code);
		else if (insn.out[2] != VOLATILE)
			fail("the result is 0x%lx", insn.out[2]);
		if (essa(SET_STABLE, page))
			fail("it does not set stable");
		end();
		return;
	}
	if (run_at(&insn, stub_set_nodat, 0, (u64)page) || insn.fault.code != PGM_SPECIFICATION)
		fail("no specification exception");
	if (essa(SET_STABLE, page) != VOLATILE)
		fail("it has changed the state");
	end();
}

int main(void)
{
	test_get();
	test_set();
	test_chain();
	test_same_register();
	test_condition_code();
	test_nodat();
	return 0;
}
