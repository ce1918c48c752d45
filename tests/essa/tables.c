// SPDX-License-Identifier: GPL-2.0
/*
 * Discarded pages that hold DAT tables, of every level: the instruction that
 * needs them is nullified, and the fault brings the absolute address of the
 * table's page. In strict mode unused ones are addressing exceptions. To be
 * run with policy "always" and no interval.
 */
#include "essa.h"

/* Every load finds an empty TLB. */
STUB(load, "ptlb\nload_itself: lg %r4, 0(%r2)");
STUB(store, "ptlb\nstore_itself: stg %r4, 0(%r2)");
STUB(mvc, "ptlb\nmvc_itself: mvc 0(200, %r2), 0(%r3)");
STUB(ex, "ptlb\nex_itself: ex %r0, 0(%r2)");
STUB(lra, "ptlb\nlra_itself: lrag %r4, 0(%r2)");
STUB(tprot, "ptlb\ntprot_itself: tprot 0(%r2), 0");
STUB(stctg, "ptlb\nstctg_itself: stctg 9, 9, 0(%r2)");
STUB(stidp, "ptlb\nstidp_itself: stidp 0(%r2)");
STUB(stsch, "ptlb\nlgfi %r1, 0x10000\nstsch_itself: stsch 0(%r2)");
STUB(jump, "ptlb\nbr %r2");

extern const char load_itself[], store_itself[], mvc_itself[], ex_itself[], lra_itself[],
	tprot_itself[], stctg_itself[], stidp_itself[], stsch_itself[];

enum { REGION1, REGION2, REGION3, SEGMENT, PAGE_TABLE, LEVELS };

static const char *const level_name[] = {
	"region first", "region second", "region third", "segment", "page",
};

/* A table of 512 entries is a page; its type is in bits 60 and 61. */
#define TABLE_TYPE(level)	((u64)(REGION1 + 3 - (level)) << 2)
#define INVALID			0x20
#define SEGMENT_SIZE		(1UL << 20)
#define IDENTITY		16	/* segments mapped one to one */

/* By tables of its own: entries 1 of each but the first */
#define WINDOW	(1UL << 53 | 1UL << 42 | 1UL << 31 | 1UL << 20)

/* What the program itself is mapped by, and keeps */
static u64 low[3][512] __attribute__((aligned(4096)));
static u64 low_pages[IDENTITY][256] __attribute__((aligned(2048)));

static u64 *table[LEVELS];		/* of the window, a page each */
static u64 *copy[LEVELS];
static u8 *target[2];
static u64 expected_psw;
static bool strict;

static u64 *new_table(unsigned int level)
{
	u64 *t = alloc_pages(1);

	for (int i = 0; i < 512; i++)
		t[i] = level == PAGE_TABLE ? 0x400 : INVALID | TABLE_TYPE(level);
	return t;
}

static void make_tables(void)
{
	for (int level = 0; level < LEVELS; level++)
		table[level] = new_table(level);
	for (int i = 0; i < 3; i++) {
		for (int j = 0; j < 512; j++)
			low[i][j] = INVALID | TABLE_TYPE(REGION2 + i);
	}
	table[REGION1][0] = (u64)low[0] | TABLE_TYPE(REGION1);
	low[0][0] = (u64)low[1] | TABLE_TYPE(REGION2);
	low[1][0] = (u64)low[2] | TABLE_TYPE(REGION3);
	for (u64 i = 0; i < IDENTITY; i++) {
		low[2][i] = (u64)low_pages[i];
		for (u64 j = 0; j < 256; j++)
			low_pages[i][j] = i * SEGMENT_SIZE + j * PAGE_SIZE;
	}
	for (int level = REGION1; level < SEGMENT; level++)
		table[level][1] = (u64)table[level + 1] | TABLE_TYPE(level);
	table[SEGMENT][1] = (u64)table[PAGE_TABLE];
	for (int i = 0; i < 2; i++)
		table[PAGE_TABLE][i] = (u64)target[i];
	/* The region first table: a quarter of it; type 3 */
	set_control(1, (u64)table[REGION1] | 0x0c);
	for (int level = 0; level < LEVELS; level++) {
		copy[level] = alloc_pages(1);
		copy_page(copy[level], table[level]);
	}
}

static void lose(unsigned int level)
{
	if (strict) {
		essa(SET_UNUSED, table[level]);
	} else {
		essa(SET_VOLATILE, table[level]);
		discard(table[level]);
	}
}

static void restore(unsigned int level)
{
	essa(SET_STABLE, table[level]);
	copy_page(table[level], copy[level]);
}

static bool repair(struct insn *insn)
{
	const struct fault *fault = &insn->fault;
	unsigned int *lost = insn->data;

	if (strict ? fault->code != PGM_ADDRESSING : fault->code != PGM_DISCARD) {
		fail("program interruption 0x%x", fault->code);
		return false;
	}
	if (strict)
		return false;
	if (fault->old.addr != expected_psw)
		fail("the old PSW is at 0x%lx, not at 0x%lx", fault->old.addr, expected_psw);
	for (int i = 0; i < 14; i++) {
		if (i != 1 && fault->r[i] != insn->r[i])
			fail("register %u has changed", i);
	}
	/* They are needed from the first level down. */
	for (unsigned int level = 0; level < LEVELS; level++) {
		if (!(*lost & 1 << level))
			continue;
		if (fault->addr != (u64)table[level])
			fail("trans_exc_code 0x%lx, not 0x%lx (%s table)", fault->addr,
			     (u64)table[level], level_name[level]);
		if (essa(GET, table[level]) != DISCARDED)
			fail("the %s table is in state 0x%lx", level_name[level],
			     essa(GET, table[level]));
		restore(level);
		*lost &= ~(1 << level);
		return true;
	}
	fail("a fault too many");
	return false;
}

static const struct test {
	const char *name;
	void *stub;
	const char *itself;
	u64 offset;
	bool code;
} tests[] = {
	{ "LG", stub_load, load_itself, 0x123 },
	{ "STG", stub_store, store_itself, 0x800 },
	{ "a load across pages", stub_load, load_itself, PAGE_SIZE - 4 },
	{ "MVC", stub_mvc, mvc_itself, 0x100 },
	{ "EX", stub_ex, ex_itself, 0x200, true },
	{ "LRA", stub_lra, lra_itself, 0x300 },
	{ "TPROT", stub_tprot, tprot_itself, 0x300 },
	{ "STCTG", stub_stctg, stctg_itself, 0x400 },
	{ "STIDP", stub_stidp, stidp_itself, 0x400 },
	{ "STSCH", stub_stsch, stsch_itself, 0x400 },
	{ "instruction fetch", stub_jump, NULL, 0x600, true },
};

static const u16 code[] = { 0xa749, 0x0007, 0x07fe };	/* LGHI, BR 14 */

static void attempt(const struct test *test, unsigned int lose_these)
{
	unsigned int lost = lose_these, count = 0;
	struct insn insn = { .retry = repair, .data = &lost };
	bool done;

	for (int i = 0; i < 2; i++)
		fill(target[i], i);
	if (test->code) {
		for (unsigned int i = 0; i < 3; i++)
			((u16 *)(target[0] + test->offset))[i] = code[i];
	}
	insn.r[2] = WINDOW + test->offset;
	insn.r[3] = (u64)copy[0];
	insn.psw = (struct psw) { PSW_64 | PSW_DAT, (u64)test->stub };
	expected_psw = test->itself ? (u64)test->itself : insn.r[2];
	for (unsigned int level = 0; level < LEVELS; level++) {
		if (lost & 1 << level) {
			lose(level);
			count++;
		}
	}
	done = run(&insn);
	if (strict) {
		if (done)
			fail("no exception");
	} else if (!done) {
		fail("given up: program interruption 0x%x", insn.fault.code);
	} else {
		if (insn.faults != count)
			fail("%u faults, not %u", insn.faults, count);
		if (test->stub == stub_load && test->offset + 8 <= PAGE_SIZE &&
		    insn.out[4] != *(u64 *)(target[0] + test->offset))
			fail("0x%lx is loaded", insn.out[4]);
		if (test->stub == stub_mvc && target[0][test->offset] != *(u8 *)copy[0])
			fail("nothing is moved");
		if (test->stub == stub_lra &&
		    (insn.cc || insn.out[4] != (u64)target[0] + test->offset))
			fail("cc %u, 0x%lx", insn.cc, insn.out[4]);
		if (test->stub == stub_tprot && insn.cc)
			fail("cc %u", insn.cc);
		if (test->code && insn.out[4] != 7)
			fail("it has not been executed");
	}
	for (unsigned int level = 0; level < LEVELS; level++) {
		if (lose_these & 1 << level)
			restore(level);
	}
}

static bool find_out(void)
{
	struct insn insn = { 0 };
	u8 *page = alloc_pages(1);

	essa(SET_UNUSED, page);
	return !run_at(&insn, stub_load, (u64)page, 0) && insn.fault.code == PGM_ADDRESSING;
}

int main(void)
{
	strict = find_out();
	for (int i = 0; i < 2; i++)
		target[i] = alloc_pages(1);
	make_tables();
	/* The first table maps the program too: there is no going on without. */
	for (unsigned int i = 0; i < ARRAY_SIZE(tests); i++) {
		begin(tests[i].name);
		if (!strict)
			attempt(&tests[i], 0);
		for (unsigned int level = REGION2; level < LEVELS; level++)
			attempt(&tests[i], 1 << level);
		if (!strict)
			attempt(&tests[i], 0x1e);
		end();
	}
	return 0;
}
