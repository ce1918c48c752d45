// SPDX-License-Identifier: GPL-2.0
/*
 * With address translation the fault still brings the absolute address, and
 * every alias of a discarded page faults.
 */
#include "essa.h"

STUB(mvc, "mvc 0(200, %r2), 0(%r3)");
STUB(clc, "clc 0(200, %r2), 0(%r3)");
STUB(xc, "xc 0(200, %r2), 0(%r3)");
STUB(lmg, "lmg %r0, %r5, 0(%r2)");
STUB(stmg, "stmg %r0, %r13, 0(%r2)");
STUB(csg, "csg %r4, %r6, 0(%r2)");
STUB(ex, "ex %r0, 0(%r3)");
STUB(mvcos, "mvcos 0(%r2), 0(%r3), %r5");
STUB(load, "lg %r4, 0(%r2)");

#define SEGMENT_SIZE	(1UL << 20)
#define SEGMENTS	2048
#define SEGMENT_INVALID	0x20
#define IDENTITY	16	/* segments that are mapped one to one */
#define WINDOW		0x40000000UL

static u64 segment_table[SEGMENTS] __attribute__((aligned(16384)));
static u64 page_table[IDENTITY + 1][256] __attribute__((aligned(2048)));

static void map(u64 virt, void *page)
{
	page_table[IDENTITY][(virt - WINDOW) / PAGE_SIZE] = (u64)page;
}

static void make_tables(void)
{
	for (int i = 0; i < SEGMENTS; i++)
		segment_table[i] = SEGMENT_INVALID;
	for (int i = 0; i < IDENTITY; i++) {
		segment_table[i] = (u64)page_table[i];
		for (int j = 0; j < 256; j++)
			page_table[i][j] = i * SEGMENT_SIZE + j * PAGE_SIZE;
	}
	segment_table[WINDOW / SEGMENT_SIZE] = (u64)page_table[IDENTITY];
	/* A segment table of 2048 entries */
	set_control(1, (u64)segment_table | 3);
}

static void equal(u8 *first, u8 *second, u64 *r)
{
	for (int i = 0; i < 200; i++)
		second[i] = first[i];
}

static void target_mvc(u8 *first, u8 *second, u64 *r)
{
	static const u8 mvc[] = { 0xd2, 0x07, 0x20, 0x00, 0x40, 0x00 };
	static u8 scratch[8];

	for (unsigned int i = 0; i < sizeof(mvc); i++)
		second[i] = mvc[i];
	r[4] = (u64)scratch;
}

static void put_code(u8 *first, u8 *second, u64 *r)
{
	static const u8 lghi[] = { 0xa7, 0x49, 0x00, 0x07, 0x07, 0xfe };

	for (unsigned int i = 0; i < sizeof(lghi); i++)
		first[i] = lghi[i];
}

static void true_length(u8 *first, u8 *second, u64 *r)
{
	r[0] = 0;
	r[5] = 200;
}

static const struct nullify tests[] = {
	{ "MVC", stub_mvc, 200, 200 },
	{ "CLC", stub_clc, 200, 200, .prepare = equal },
	{ "XC", stub_xc, 200, 200 },
	{ "LMG", stub_lmg, 48 },
	{ "STMG", stub_stmg, 112 },
	{ "CSG", stub_csg, 8, .aligned = true },
	{ "EX", stub_ex, 8, 6, .prepare = target_mvc },
	{ "MVCOS", stub_mvcos, 200, 200, .prepare = true_length },
	{ "instruction fetch", NULL, 6, .prepare = put_code },
};

static void test_aliases(void)
{
	u8 *page = alloc_pages(1);
	struct insn insn = { .psw = { PSW_64 | PSW_DAT, (u64)stub_load } };

	begin("every alias faults, with the one absolute address");
	map(WINDOW + 0x10000, page);
	map(WINDOW + 0x20000, page);
	discard(page);
	for (u64 virt = WINDOW + 0x10000; virt <= WINDOW + 0x20000; virt += 0x10000) {
		insn.r[2] = virt + 0x123;
		if (run(&insn))
			fail("a load at 0x%lx raises nothing", insn.r[2]);
		else if (insn.fault.code != PGM_DISCARD || insn.fault.addr != (u64)page)
			fail("a load at 0x%lx: 0x%x, trans_exc_code 0x%lx", insn.r[2],
			     insn.fault.code, insn.fault.addr);
	}
	essa(SET_STABLE, page);
	for (u64 virt = WINDOW + 0x10000; virt <= WINDOW + 0x20000; virt += 0x10000) {
		insn.r[2] = virt;
		if (!run(&insn) || insn.out[4])
			fail("stable, a load at 0x%lx does not bring zero", virt);
	}
	end();
}

/* ESSA's operand is absolute, with translation on too. */
static void test_essa(void)
{
	extern u8 essa_stubs[];
	u8 *page = alloc_pages(1);
	struct insn insn = {
		.r[3] = (u64)page,
		.psw = { PSW_64 | PSW_DAT, (u64)essa_stubs + SET_VOLATILE * 6 },
	};

	begin("ESSA takes an absolute address");
	/* At the page's absolute address, nothing is mapped any more. */
	page_table[(u64)page / SEGMENT_SIZE][(u64)page / PAGE_SIZE % 256] = 0x400;
	if (!run(&insn))
		fail("program interruption 0x%x", insn.fault.code);
	if ((essa(SET_STABLE, page) & USAGE) != VOLATILE)
		fail("it has not set the page volatile");
	end();
}

int main(void)
{
	u8 *pages = alloc_pages(8);
	/* Adjacent pages lie apart, and backwards. */
	struct places places = {
		.mask = PSW_DAT,
		.virt = { WINDOW, WINDOW + 0x80000 },
		.page = { pages + 6 * PAGE_SIZE, pages + 2 * PAGE_SIZE,
			  pages + 4 * PAGE_SIZE, pages },
	};

	make_tables();
	for (int i = 0; i < 4; i++)
		map(places.virt[i / 2] + i % 2 * PAGE_SIZE, places.page[i]);
	for (unsigned int i = 0; i < ARRAY_SIZE(tests); i++)
		nullify(&tests[i], &places);
	test_aliases();
	test_essa();
	return 0;
}
