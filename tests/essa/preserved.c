// SPDX-License-Identifier: GPL-2.0
/*
 * For the test from outside: stable pages that the host swaps out while this
 * program looks on, and what each operation makes of them. To be run with
 * policy "host" and no interval, in a memory cgroup whose limit goes down.
 */
#include "essa.h"

#define PAGES		12288
#define WANTED		16	/* of those swapped out, for each test */
#define PATIENCE_MS	30000
#define NODAT		0x20

#define Sp		(STABLE | PRESERVED)

STUB(load, "lg %r4, 0(%r2)");

extern u8 essa_stubs[];

static u8 *pages;
static unsigned int next;

static void set_key(void *page, u64 key)
{
	asm volatile("sske %0, %1" : : "d" (key), "a" (page) : "memory");
}

/* Distinct content, of which a page's number can be told */
static void mark(unsigned int i)
{
	fill(pages + i * PAGE_SIZE, i);
	*(u64 *)(pages + i * PAGE_SIZE) = i | 0xabcd000000000000;
}

static bool marked(const u8 *page)
{
	u64 i = (u64)(page - pages) / PAGE_SIZE, first = *(const u64 *)page;
	u8 byte = page[PAGE_SIZE - 1];

	return first == (i | 0xabcd000000000000) && byte == (u8)(i * 37 + 4095 * 7 + 15 + 1);
}

/* The next page in a state; dies if none comes to be in it. */
static u8 *find(u64 state)
{
	u64 deadline = now_us() + PATIENCE_MS * 1000UL;

	for (unsigned int passes = 0; passes < 2 || now_us() < deadline; ) {
		u8 *page = pages + next * PAGE_SIZE;

		next++;
		if (next == PAGES) {
			next = 0;
			passes++;
		}
		if (essa(GET, page) == state)
			return page;
	}
	die("no page is in state 0x%lx", state);
}

/* Swapped out it was; the host may have brought it back since. */
static bool was_preserved(unsigned int op, u8 *page)
{
	return essa(op, page) == Sp;
}

/* Tries it on pages until it has come upon enough that were preserved. */
static void try(const char *name, unsigned int op, bool (*good)(u8 *page))
{
	unsigned int done = 0, tried = 0;

	begin(name);
	while (done < WANTED && tried++ < 10 * WANTED) {
		u8 *page = find(Sp);

		if (!was_preserved(op, page))
			continue;
		done++;
		if (!good(page))
			fail("page 0x%lx, then in state 0x%lx", (u64)page, essa(GET, page));
		essa(SET_STABLE, page);
		mark((page - pages) / PAGE_SIZE);
	}
	if (done < WANTED)
		fail("only %u results were 0x%lx", done, (u64)Sp);
	end();
}

static bool stable_again(u8 *page)
{
	return (essa(GET, page) & USAGE) == STABLE && marked(page) && essa(GET, page) == STABLE;
}

static bool resident(u8 *page)
{
	/* It may be swapped out once more, but hardly every time. */
	for (int i = 0; i < 5; i++) {
		if (essa(SET_RESIDENT, page) == STABLE && marked(page))
			return true;
	}
	return false;
}

static bool unused(u8 *page)
{
	return (essa(GET, page) & USAGE) == UNUSED && wait_for(page, UNUSED | ZERO, 2000) &&
	       essa(SET_STABLE, page) == (UNUSED | ZERO) && all_zero(page);
}

/* Dropped, it is not read back: there is a fault, and then zeroes. */
static bool gone(u8 *page)
{
	struct insn insn = { 0 };

	return (essa(GET, page) & USAGE) == VOLATILE && wait_for(page, DISCARDED, 2000) &&
	       !run_at(&insn, stub_load, (u64)page, 0) && insn.fault.code == PGM_DISCARD &&
	       insn.fault.addr == (u64)page && essa(SET_STABLE, page) == DISCARDED && all_zero(page);
}

static bool nodat(u8 *page)
{
	u64 (*get)(u64 unused, void *page) = (void *)essa_stubs;

	return (get(0, page) & (NODAT | USAGE)) == NODAT && marked(page);
}

/* A key says whether it was changed before it was swapped out. */
static void test_pot_volatile(void)
{
	begin("Sp to potentially volatile, changed: stable");
	for (int i = 0; i < WANTED; i++) {
		u8 *page = find(Sp);

		if (essa(SET_POT_VOLATILE, page) != Sp)
			continue;
		if (essa(GET, page) & USAGE)
			fail("page 0x%lx is in state 0x%lx", (u64)page, essa(GET, page));
		if (!marked(page))
			fail("page 0x%lx has lost its content", (u64)page);
		if (essa(GET, page) & USAGE)
			fail("page 0x%lx, read, is in state 0x%lx", (u64)page, essa(GET, page));
	}
	end();

	begin("Sp to potentially volatile, not changed: discarded");
	for (int i = 0; i < WANTED; i++) {
		u8 *page = find(Sp);

		set_key(page, 0);
		if (essa(SET_POT_VOLATILE, page) != Sp)
			continue;
		if (!wait_for(page, DISCARDED, 2000))
			fail("page 0x%lx is in state 0x%lx", (u64)page, essa(GET, page));
		essa(SET_STABLE, page);
		mark((page - pages) / PAGE_SIZE);
	}
	end();
}

int main(void)
{
	u8 *page;

	/* Beyond the heap, which is too small */
	pages = (u8 *)(64UL << 20);
	for (unsigned int i = 0; i < PAGES; i++)
		mark(i);
	say("squeeze");
	page = find(Sp);
	begin("an access makes it resident");
	for (int i = 0; i < WANTED; i++, page = find(Sp)) {
		if (!marked(page))
			fail("page 0x%lx has lost its content", (u64)page);
	}
	end();
	try("operation 1", SET_STABLE, stable_again);
	try("operation 2: Uz", SET_UNUSED, unused);
	try("operation 3: Vz", SET_VOLATILE, gone);
	try("operation 5: resident", SET_RESIDENT, resident);
	try("operation 6", SET_UNLESS_DISCARDED, stable_again);
	try("operation 7", SET_NODAT, nodat);
	test_pot_volatile();
	ready_and_wait();
}
