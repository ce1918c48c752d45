// SPDX-License-Identifier: GPL-2.0
/*
 * DIAGNOSE X'10', release pages: they are zero and stable afterwards, whatever
 * they were, and nothing else is any different. With and without ESSA.
 */
#include "essa.h"

#define RUN_MS 1000

STUB(diag10, "diag %r2, %r3, 0x10");
/* To be run in the page that it releases, where nothing may follow it */
STUB(release_self, "diag %r2, %r3, 0x10\nlghi %r4, 1");
STUB(load, "lg %r4, 0(%r2)");
STUB(store, "stg %r3, 0(%r2)");

/* A problem-state program ends by an operation exception. */
asm(".pushsection .text\n"
    "problem_stub: diag %r2, %r3, 0x10\n"
    ".short 0\n"
    ".popsection\n");
extern u8 problem_stub[], essa_stubs[];

static bool has_essa;

static void release(void *first, void *last)
{
	asm volatile("diag %0, %1, 0x10" : : "d" (first), "d" (last) : "memory");
}

static void wait_ms(unsigned int ms)
{
	u64 until = now_us() + ms * 1000UL;

	while (now_us() < until)
		;
}

/* To look at the content of one may make all pages of a huge page resident. */
static void expect_released(u8 *pages, unsigned int count)
{
	for (u8 *page = pages; has_essa && page < pages + count * PAGE_SIZE; page += PAGE_SIZE) {
		if (essa(GET, page) != (STABLE | ZERO))
			fail("page 0x%lx is in state 0x%lx", (u64)page, essa(GET, page));
	}
	for (u8 *page = pages; page < pages + count * PAGE_SIZE; page += PAGE_SIZE) {
		if (!all_zero(page))
			fail("page 0x%lx is not zero", (u64)page);
	}
}

static void expect_refused(u64 first, u64 last, unsigned int code)
{
	struct insn insn = { 0 };

	if (run_at(&insn, stub_diag10, first, last))
		fail("0x%lx to 0x%lx: no exception", first, last);
	else if (insn.fault.code != code)
		fail("0x%lx to 0x%lx: exception 0x%x", first, last, insn.fault.code);
	else if (insn.fault.old.addr != (u64)stub_diag10 + 4)
		fail("0x%lx to 0x%lx: the old PSW is at 0x%lx", first, last, insn.fault.old.addr);
}

static void test_refusals(void)
{
	u8 *pages = alloc_pages(3), *last_page = (u8 *)(MEMORY_MIB << 20) - PAGE_SIZE;
	u64 page = (u64)pages + PAGE_SIZE, beyond = MEMORY_MIB << 20;
	struct insn insn = {
		.r[2] = page, .r[3] = page, .psw = { PSW_64 | PSW_PROBLEM, (u64)problem_stub },
	};

	begin("no pages' addresses, not in order, below 8 KiB: specification");
	expect_refused(page + 1, page + PAGE_SIZE, PGM_SPECIFICATION);
	expect_refused(page - 0x800, page, PGM_SPECIFICATION);
	expect_refused(page, page + 1, PGM_SPECIFICATION);
	expect_refused(page, page + 0xfff, PGM_SPECIFICATION);
	expect_refused(page, page - PAGE_SIZE, PGM_SPECIFICATION);
	expect_refused(page, 0, PGM_SPECIFICATION);
	expect_refused(0, 0, PGM_SPECIFICATION);
	expect_refused(0, page, PGM_SPECIFICATION);
	expect_refused(PAGE_SIZE, page, PGM_SPECIFICATION);
	end();

	begin("beyond storage: addressing");
	fill(last_page, 3);
	expect_refused(beyond, beyond, PGM_ADDRESSING);
	expect_refused((u64)last_page, beyond, PGM_ADDRESSING);
	expect_refused(page, 1UL << 40, PGM_ADDRESSING);
	expect_refused(page, -PAGE_SIZE, PGM_ADDRESSING);
	expect_refused(-PAGE_SIZE, -PAGE_SIZE, PGM_ADDRESSING);
	if (!intact(last_page, 3))
		fail("the last page is released");
	release(last_page, last_page);
	expect_released(last_page, 1);
	end();

	begin("problem state: privileged operation");
	if (run(&insn) || insn.fault.code != PGM_PRIVILEGED)
		fail("program interruption 0x%x", insn.fault.code);
	end();

	begin("what is refused releases nothing");
	for (int i = 0; i < 3; i++) {
		if (!intact(pages + i * PAGE_SIZE, i))
			fail("page %u has changed", i);
	}
	end();
}

static void test_content(void)
{
	enum { COUNT = 1030 };
	u8 *pages = alloc_pages(COUNT), *fresh = alloc_fresh();

	begin("zero, and the pages beside them are as they were");
	release(pages + PAGE_SIZE, pages + PAGE_SIZE);
	release(pages + 3 * PAGE_SIZE, pages + (COUNT - 2) * PAGE_SIZE);
	release(fresh, fresh);
	release(fresh, fresh);
	expect_released(fresh, 1);
	expect_released(pages + PAGE_SIZE, 1);
	expect_released(pages + 3 * PAGE_SIZE, COUNT - 4);
	for (int i = 0; i < COUNT; i++) {
		if ((i == 0 || i == 2 || i == COUNT - 1) && !intact(pages + i * PAGE_SIZE, i))
			fail("page %u has changed", i);
	}
	end();

	begin("what is stored after that stays");
	for (int i = 0; i < COUNT; i++)
		fill(pages + i * PAGE_SIZE, i + 1);
	wait_ms(100);
	for (int i = 0; i < COUNT; i++) {
		if (!intact(pages + i * PAGE_SIZE, i + 1))
			fail("page %u is wrong", i);
	}
	end();
}

/* Pages that may be lent at any moment, lent, or dropped: before and after a while */
static void test_states(void)
{
	static const unsigned int ops[] = {
		SET_STABLE, SET_UNUSED, SET_VOLATILE, SET_POT_VOLATILE, SET_RESIDENT,
	};
	static const unsigned int waits[] = { 0, 1, 100 };
	enum { ALL = ARRAY_SIZE(ops) * ARRAY_SIZE(waits) };
	u8 *pages = alloc_pages(ALL), *page = pages;

	begin("stable and zero from any state");
	for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++) {
		for (unsigned int j = 0; j < ARRAY_SIZE(waits); j++, page += PAGE_SIZE) {
			/* A key of 0 says that the page is not changed. */
			asm volatile("sske %0, %1" : : "d" (0), "a" (page) : "memory");
			essa(ops[i], page);
			wait_ms(waits[j]);
			release(page, page);
			expect_released(page, 1);
			fill(page, i + j);
		}
	}
	wait_ms(100);
	page = pages;
	for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++) {
		for (unsigned int j = 0; j < ARRAY_SIZE(waits); j++, page += PAGE_SIZE) {
			if (state_of(page) != STABLE || !intact(page, i + j))
				fail("later, page 0x%lx is in state 0x%lx", (u64)page, state_of(page));
		}
	}
	end();
}

static void expect_operation(void *stub, void *at, void *page)
{
	struct insn insn = { 0 };

	if (run_at(&insn, stub, (u64)page, (u64)page))
		fail("it runs to its end");
	else if (insn.fault.code != PGM_OPERATION || insn.fault.old.addr != (u64)at + 2)
		fail("program interruption 0x%x at 0x%lx", insn.fault.code, insn.fault.old.addr);
}

static void test_code(void)
{
	/* lghi %r4, 1 or 2; br %r14 */
	static const u8 code[2][6] = {
		{ 0xa7, 0x49, 0, 1, 0x07, 0xfe }, { 0xa7, 0x49, 0, 2, 0x07, 0xfe },
	};
	u8 *page = alloc_pages(1);
	struct insn insn = { 0 };

	begin("code that was there does not run any more, new code does");
	for (u64 i = 0; i < 4; i++) {
		for (unsigned int j = 0; j < sizeof(code[0]); j++)
			page[j] = code[i % 2][j];
		if (!run_at(&insn, page, 0, 0) || insn.out[4] != i % 2 + 1)
			fail("the code does 0x%lx", insn.out[4]);
		release(page, page);
		expect_operation(page, page, page);
	}
	end();

	begin("nor what follows in the same page");
	for (unsigned int j = 0; j < 16; j++)
		page[j] = stub_release_self[j];
	expect_operation(page, page + 4, page);
	end();
}

/*
 * Real addresses: of the prefix area those of absolute 0. Real 0 and what is
 * there, which no release can name, stays.
 */
static u8 area[6 * PAGE_SIZE] __attribute__((aligned(8192)));
static u8 stack[0x2000] __attribute__((aligned(16)));

static void test_prefix(void)
{
	static const struct { int first, last; } ranges[] = {
		{ 1, 4 }, { 2, 3 }, { 0, 2 }, { 3, 5 }, { 2, 2 }, { 3, 3 }, { 0, 1 }, { 4, 5 },
	};
	u8 *prefix = area + 2 * PAGE_SIZE;
	u32 to = (u32)(u64)prefix;
	u64 *real = (u64 *)0x1800;

	asm("" : "+r" (real));
	init_prefix(prefix, stack + sizeof(stack));
	asm volatile("spx %0" : : "Q" (to) : "memory");
	*real = 0x1234;

	begin("with the prefix area in the range");
	for (unsigned int i = 0; i < ARRAY_SIZE(ranges); i++) {
		for (int j = 0; j < 6; j++)
			fill(area + j * PAGE_SIZE, j);
		release(area + ranges[i].first * PAGE_SIZE, area + ranges[i].last * PAGE_SIZE);
		for (int j = 0; j < 6; j++) {
			bool released = j >= ranges[i].first && j <= ranges[i].last;

			if (released ? !all_zero(area + j * PAGE_SIZE) :
				       !intact(area + j * PAGE_SIZE, j))
				fail("pages %u to %u: page %u is wrong", ranges[i].first,
				     ranges[i].last, j);
		}
	}
	if (*real != 0x1234)
		fail("what was at real 0 is released");
	end();
}

/*
 * Two CPUs release, use and lend the same pages. A word of them is what it was
 * always made, or 0.
 */
#define SHARED 32

static u8 *shared;
static volatile bool stop;
static u64 done[2];
static struct { u64 count, page, is; } wrong[2];

static u64 value_of(u64 page)
{
	return (page * 0x9e3779b97f4a7c15) | 1;
}

static void share(unsigned int cpu)
{
	unsigned int random = 42 + cpu;
	u64 since = now_us();
	struct insn insn = { 0 };

	while (!stop) {
		u64 page, what;

		random = random * 1103515245 + 12345;
		page = (u64)shared + (random >> 16) % SHARED * PAGE_SIZE;
		what = (random >> 22) % 8;
		if (what < 2)
			release((void *)page, (void *)page);
		else if (what < 5 && has_essa)
			essa(what == 2 ? SET_UNUSED : what == 3 ? SET_VOLATILE : SET_STABLE, (void *)page);
		else if (run_at(&insn, what < 7 ? stub_load : stub_store, page, value_of(page))) {
			if (what < 7 && insn.out[4] && insn.out[4] != value_of(page)) {
				wrong[cpu].count++;
				wrong[cpu].page = page;
				wrong[cpu].is = insn.out[4];
			}
		} else if (insn.fault.code != PGM_DISCARD && insn.fault.code != PGM_ADDRESSING) {
			wrong[cpu].count++;
			wrong[cpu].page = page;
			wrong[cpu].is = insn.fault.code;
		}
		done[cpu]++;
		if (!cpu && now_us() > since + RUN_MS * 1000)
			stop = true;
	}
}

static void share_on_1(void)
{
	share(1);
}

static void test_cpus(void)
{
	begin("two CPUs, the same pages");
	shared = alloc_pages(SHARED);
	release(shared, shared + (SHARED - 1) * PAGE_SIZE);
	start_cpu(1, share_on_1);
	share(0);
	await_cpu(1);
	for (int cpu = 0; cpu < 2; cpu++) {
		if (wrong[cpu].count)
			fail("CPU %u: %lu times wrong, page 0x%lx: 0x%lx", cpu, wrong[cpu].count,
			     wrong[cpu].page, wrong[cpu].is);
		if (!done[cpu])
			fail("CPU %u did nothing", cpu);
		say("# CPU %u: %lu steps", cpu, done[cpu]);
	}
	release(shared, shared + (SHARED - 1) * PAGE_SIZE);
	expect_released(shared, SHARED);
	end();
}

int main(void)
{
	struct insn insn = { 0 };

	has_essa = run_at(&insn, essa_stubs, 0, (u64)alloc_pages(1));
	test_refusals();
	test_content();
	if (has_essa)
		test_states();
	test_code();
	test_cpus();
	test_prefix();
	return 0;
}
