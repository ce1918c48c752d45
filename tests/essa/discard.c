// SPDX-License-Identifier: GPL-2.0
/*
 * What the host does to pages that it may drop, and every operation on dropped
 * ones. To be run with policy "always" and no interval.
 */
#include "table.h"

STUB(load, "lg %r4, 0(%r2)");

/* The first drop is the one that QEMU does not reckon with, nor does GET tell of it. */
static void test_first(void)
{
	struct insn insn = { 0 };
	u64 right, until;
	u8 *page;

	begin("the first page that is dropped faults");
	for (int tries = 0; tries < 20; tries++) {
		page = alloc_pages(1);
		right = *(u64 *)page;
		essa(SET_VOLATILE, page);
		until = now_us() + 50000;
		while (now_us() < until)
			;
		if (!run_at(&insn, stub_load, (u64)page, 0))
			break;
		/* It was too early. */
		if (insn.out[4] != right)
			fail("0x%lx is loaded", insn.out[4]);
	}
	if (insn.fault.code != PGM_DISCARD)
		fail("program interruption 0x%x", insn.fault.code);
	end();
}

/* Zero content got by a discard */
static void *dropped_page_in(u64 state)
{
	void *page = alloc_pages(1);

	discard(page);
	if ((state & USAGE) == UNUSED)
		essa(SET_UNUSED, page);
	else if ((state & USAGE) == STABLE)
		essa(SET_STABLE, page);
	return page;
}

static void test_table(void)
{
	for (unsigned int i = 0; i < ROWS; i++) {
		if ((table[i].state & CONTENT) != ZERO)
			continue;
		begin(table[i].name);
		for (unsigned int op = GET; op < SET_NODAT; op++)
			check_operation(&table[i], op, dropped_page_in(table[i].state));
		end();
	}
}

static void test_unused(void)
{
	volatile u8 *page = alloc_pages(1);

	begin("Ur is dropped to Uz");
	essa(SET_UNUSED, (void *)page);
	if (!wait_for((void *)page, UNUSED | ZERO, 2000))
		fail("it stays 0x%lx", essa(GET, (void *)page));
	end();

	/* Strict models raise an addressing exception; ours is lenient. */
	begin("an access to an unused page finds zeroes");
	if (!all_zero((void *)page))
		fail("it is not zero");
	if ((essa(GET, (void *)page) & USAGE) != UNUSED)
		fail("its state is 0x%lx", essa(GET, (void *)page));
	page[5] = 5;
	if (!wait_for((void *)page, UNUSED | ZERO, 2000))
		fail("touched, it is not dropped again");
	essa(SET_STABLE, (void *)page);
	if (!all_zero((void *)page))
		fail("dropped again, it is not zero");
	end();
}

/* Volatile and unused are left and entered faster than the host looks. */
static void test_usage_changes(void)
{
	u8 *page = alloc_pages(1);
	unsigned int kept = 0, lost = 0;
	u64 was;

	begin("volatile, unused, volatile");
	essa(SET_VOLATILE, page);
	essa(SET_UNUSED, page);
	was = essa(SET_VOLATILE, page);
	if ((was & USAGE) != UNUSED)
		fail("the result is 0x%lx", was);
	if (!wait_for(page, DISCARDED, 2000))
		fail("it is not discarded");
	was = essa(SET_UNUSED, page);
	if (was != DISCARDED)
		fail("discarded to unused: the result is 0x%lx", was);
	was = essa(SET_VOLATILE, page);
	if (was != (UNUSED | ZERO))
		fail("and back: the result is 0x%lx", was);
	was = essa(SET_STABLE, page);
	if (was != DISCARDED)
		fail("and stable: the result is 0x%lx", was);
	end();

	begin("set stable in time, the content is kept");
	for (int i = 0; i < 3000; i++) {
		fill(page, i);
		essa(SET_VOLATILE, page);
		for (volatile int delay = i % 300; delay; delay--)
			;
		was = essa(i % 2 ? SET_STABLE : SET_UNLESS_DISCARDED, page);
		if (was == VOLATILE) {
			kept++;
			if (!intact(page, i))
				fail("round %u: the content is lost", i);
		} else if (was == DISCARDED) {
			lost++;
			essa(SET_STABLE, page);
			if (!all_zero(page))
				fail("round %u: discarded, but not zero", i);
		} else {
			fail("round %u: the result is 0x%lx", i, was);
		}
	}
	say("# %u kept, %u discarded", kept, lost);
	end();
}

/* The host still means to look at these: it must see that they are stable. */
static void test_not_touched(void)
{
	enum { COUNT = 64 };
	u8 *pages = alloc_pages(COUNT), *other = alloc_pages(1);

	begin("stable again and not touched, the content is kept");
	for (int i = 0; i < COUNT; i++)
		fill(pages + i * PAGE_SIZE, i);
	for (int round = 0; round < 10; round++) {
		for (int i = 0; i < COUNT; i++) {
			essa(SET_VOLATILE, pages + i * PAGE_SIZE);
			if (essa(SET_STABLE, pages + i * PAGE_SIZE) == DISCARDED)
				fill(pages + i * PAGE_SIZE, i);
		}
		/* It has looked at all of them when this one is gone. */
		essa(SET_VOLATILE, other);
		if (!wait_for(other, DISCARDED, 2000))
			fail("another page is not discarded");
		essa(SET_STABLE, other);
		/* At once: to be volatile again would hide it. */
		for (int i = 0; i < COUNT; i++) {
			if (!intact(pages + i * PAGE_SIZE, i))
				fail("round %u: page %u has lost its content", round, i);
		}
	}
	end();
}

static void test_touched(void)
{
	volatile u8 *page = alloc_pages(1);
	struct insn insn = { 0 };
	u64 end_at = now_us() + 50000, right = *(u64 *)page;

	begin("touched all the time: right or a fault");
	essa(SET_VOLATILE, (void *)page);
	while (now_us() < end_at) {
		if (run_at(&insn, stub_load, (u64)page, 0)) {
			if (insn.out[4] != right)
				fail("0x%lx is loaded", insn.out[4]);
			continue;
		}
		if (insn.fault.code != PGM_DISCARD)
			fail("program interruption 0x%x", insn.fault.code);
		essa(SET_STABLE, (void *)page);
		fill((void *)page, 0);
		essa(SET_VOLATILE, (void *)page);
	}
	end();

	begin("touched no more, it is discarded");
	if (!wait_for((void *)page, DISCARDED, 2000))
		fail("it stays 0x%lx", essa(GET, (void *)page));
	end();
}

static void test_neighbours(void)
{
	enum { COUNT = 512 };
	u8 *pages = alloc_pages(COUNT);

	begin("stable pages beside discarded ones keep their content");
	for (int i = 0; i < COUNT; i += 1 + i % 3)
		essa(SET_VOLATILE, pages + i * PAGE_SIZE);
	for (int i = 0; i < COUNT; i += 1 + i % 3) {
		if (!wait_for(pages + i * PAGE_SIZE, DISCARDED, 2000))
			fail("page %u is not discarded", i);
		essa(SET_RESIDENT, pages + i * PAGE_SIZE);
		fill(pages + i * PAGE_SIZE, i);
	}
	for (int i = 0; i < COUNT; i++) {
		if (state_of(pages + i * PAGE_SIZE) != STABLE)
			fail("page %u is in state 0x%lx", i, essa(GET, pages + i * PAGE_SIZE));
		if (!intact(pages + i * PAGE_SIZE, i))
			fail("page %u is wrong", i);
	}
	end();
}

/* A changed one must be preserved; then its usage may become stable. */
static void test_potentially_volatile(void)
{
	u8 *page = alloc_pages(1);
	u64 until = now_us() + 50000, state;

	begin("a changed potentially volatile page keeps its content");
	fill(page, 9);
	essa(SET_POT_VOLATILE, page);
	while (now_us() < until) {
		state = state_of(page);
		if (state != POT_VOLATILE && state != STABLE)
			fail("the state is 0x%lx", state);
	}
	if (!intact(page, 9))
		fail("the content is lost");
	state = essa(SET_STABLE, page) & ~(u64)PRESERVED;
	if (state != POT_VOLATILE && state != STABLE)
		fail("the result is 0x%lx", state);
	if (!intact(page, 9))
		fail("the content is lost when set stable");
	end();
}

int main(void)
{
	test_first();
	test_table();
	test_unused();
	test_usage_changes();
	test_not_touched();
	test_touched();
	test_neighbours();
	test_potentially_volatile();
	return 0;
}
