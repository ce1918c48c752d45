// SPDX-License-Identifier: GPL-2.0
/*
 * Every operation in every state, on pages that the host does not drop: zero
 * pages are such as nothing has touched yet. To be run with an interval so
 * long that nothing is lent.
 */
#include "table.h"

STUB(load, "lg %r4, 0(%r2)");

/* A page that has just got into the state */
static void *page_in(u64 state)
{
	static const unsigned int op[] = { SET_STABLE, SET_UNUSED, SET_POT_VOLATILE, SET_VOLATILE };
	void *page = (state & CONTENT) == ZERO ? alloc_fresh() : alloc_pages(1);

	essa(op[(state & USAGE) / UNUSED], page);
	return page;
}

static void test_table(void)
{
	for (unsigned int i = 0; i < ROWS; i++) {
		begin(table[i].name);
		for (unsigned int op = GET; op < SET_NODAT; op++)
			check_operation(&table[i], op, page_in(table[i].state));
		end();
	}
}

static void test_untouched(void)
{
	u8 *page = alloc_fresh();

	begin("an untouched page");
	if (essa(GET, page) != ZERO)
		fail("its state is 0x%lx", essa(GET, page));
	essa(SET_VOLATILE, page);
	if (essa(GET, page) != DISCARDED)
		fail("volatile, its state is 0x%lx", essa(GET, page));
	end();

	begin("potentially volatile on zero is discarded");
	page = alloc_fresh();
	essa(SET_POT_VOLATILE, page);
	if (essa(GET, page) != DISCARDED)
		fail("the state is 0x%lx", essa(GET, page));
	end();
}

/* How a guest finds out at boot whether the host keeps the contract */
static void test_probe(void)
{
	struct insn insn = { 0 };
	u8 *page = alloc_fresh();

	begin("the boot probe");
	if (essa(GET, page) != ZERO)
		fail("the page is in state 0x%lx", essa(GET, page));
	essa(SET_VOLATILE, page);
	if (run_at(&insn, stub_load, (u64)page, 0))
		fail("a load raises nothing");
	else if (insn.fault.code != PGM_DISCARD || insn.fault.addr != (u64)page)
		fail("program interruption 0x%x, trans_exc_code 0x%lx", insn.fault.code,
		     insn.fault.addr);
	if (essa(SET_STABLE, page) != DISCARDED || !all_zero(page))
		fail("it does not come back as zero");
	end();
}

static void test_first_access(void)
{
	volatile u8 *page = alloc_fresh();

	begin("first access by a load: Sz to Sr");
	if (essa(GET, (void *)page) != ZERO)
		fail("it begins as 0x%lx", essa(GET, (void *)page));
	if (page[100])
		fail("it is not zero");
	if (state_of((void *)page) != STABLE)
		fail("it is 0x%lx then", essa(GET, (void *)page));
	end();

	begin("first access by a store: Sz to Sr");
	page = alloc_fresh();
	if (essa(GET, (void *)page) != ZERO)
		fail("it begins as 0x%lx", essa(GET, (void *)page));
	page[100] = 1;
	if (state_of((void *)page) != STABLE)
		fail("it is 0x%lx then", essa(GET, (void *)page));
	page[100] = 0;
	if (!all_zero((void *)page))
		fail("the rest is not zero");
	end();
}

/* An access to a resident page changes no usage. */
static void test_access(void)
{
	static const u64 states[] = { STABLE, UNUSED, POT_VOLATILE, VOLATILE };

	begin("accesses leave the usage alone");
	for (unsigned int i = 0; i < ARRAY_SIZE(states); i++) {
		volatile u8 *page = page_in(states[i]);
		u8 byte = page[1];

		if (state_of((void *)page) != states[i])
			fail("a load makes 0x%lx of 0x%lx", essa(GET, (void *)page), states[i]);
		page[1] = byte;
		if (state_of((void *)page) != states[i])
			fail("a store makes 0x%lx of 0x%lx", essa(GET, (void *)page), states[i]);
		if (!intact((void *)page, 0))
			fail("the content of 0x%lx has changed", states[i]);
	}
	end();
}

int main(void)
{
	test_table();
	test_untouched();
	test_probe();
	test_first_access();
	test_access();
	return 0;
}
