// SPDX-License-Identifier: GPL-2.0
/*
 * Interruptible instructions: at the fault a part may be done, but then the
 * registers say so, and gone on with, the result is right.
 */
#include "essa.h"

STUB(mvcl, "mvcl %r4, %r6");
STUB(clcl, "clcl %r4, %r6");
STUB(mvcle, "0: mvcle %r4, %r6, 0x40\njo 0b");
STUB(clcle, "0: clcle %r4, %r6, 0x40\njo 0b");
STUB(mvclu, "0: mvclu %r4, %r6, 0x40\njo 0b");
STUB(mvst, "0: mvst %r4, %r6\njo 0b");
STUB(clst, "0: clst %r4, %r6\njo 0b");
STUB(srst, "0: srst %r4, %r6\njo 0b");
STUB(cksm, "0: cksm %r4, %r6\njo 0b");
STUB(tre, "0: tre %r4, %r6\njo 0b");
STUB(troo, "0: troo %r4, %r6, 1\njo 0b");
STUB(clclu, "0: clclu %r4, %r6, 0x40\njo 0b");
STUB(cu12, "0: cu12 %r4, %r6\njo 0b");
STUB(cu21, "0: cu21 %r4, %r6\njo 0b");

static void pairs(u8 *first, u8 *second, u64 *r)
{
	r[4] = r[2];
	r[5] = 200;
	r[6] = r[3];
	r[7] = 200;
}

static void equal(u8 *first, u8 *second, u64 *r)
{
	pairs(first, second, r);
	for (int i = 0; i < 200; i++)
		second[i] = first[i];
}

static void padding(u8 *first, u8 *second, u64 *r)
{
	pairs(first, second, r);
	r[7] = 100;
}

/* Up to and with a byte that r0 names */
static void string(u8 *first, u8 *second, u64 *r)
{
	pairs(first, second, r);
	for (int i = 0; i < 200; i++)
		first[i] = second[i] = i + 1;
	r[0] = 200;
}

/* First operand: where the search ends; second: where it begins */
static void search(u8 *first, u8 *second, u64 *r)
{
	string(first, second, r);
	r[4] = r[3] + 250;
}

static void checksum(u8 *first, u8 *second, u64 *r)
{
	pairs(first, second, r);
	r[4] = 0;
}

static u8 table[256] __attribute__((aligned(8)));

/* Bytes that use all of the table, and none that is the test character */
static void translate(u8 *first, u8 *second, u64 *r)
{
	pairs(first, second, r);
	for (int i = 0; i < 200; i++)
		first[i] = i & 1 ? 0xff - i / 2 : i / 2;
	r[0] = 0xb7;
	for (int i = 0; i < 200; i++) {
		if (first[i] == 0xb7)
			first[i] = 0;
	}
}

static void translate_to(u8 *first, u8 *second, u64 *r)
{
	pairs(first, second, r);
	for (int i = 0; i < 256; i++)
		table[i] = i ^ 0x55;
	r[0] = 0;
	r[1] = (u64)table;
}

/* ASCII is UTF-8. */
static void utf8(u8 *first, u8 *second, u64 *r)
{
	pairs(first, second, r);
	for (int i = 0; i < 100; i++)
		second[i] = 'a' + i % 26;
	r[7] = 100;
}

static void utf16(u8 *first, u8 *second, u64 *r)
{
	pairs(first, second, r);
	for (int i = 0; i < 200; i++)
		second[i] = i & 1 ? 'a' + i % 26 : 0;
	r[5] = 100;
}

static const struct nullify tests[] = {
	{ "MVCL", stub_mvcl, 200, 200, .prepare = pairs },
	{ "MVCL with padding", stub_mvcl, 200, 100, .prepare = padding },
	{ "MVCLE", stub_mvcle, 200, 200, .prepare = pairs },
	{ "MVCLE with padding", stub_mvcle, 200, 100, .prepare = padding },
	{ "MVCLU", stub_mvclu, 200, 200, .prepare = pairs },
	{ "CLCL", stub_clcl, 200, 200, .prepare = equal },
	{ "CLCLE", stub_clcle, 200, 200, .prepare = equal },
	{ "CLCLU", stub_clclu, 200, 200, .prepare = equal },
	{ "MVST", stub_mvst, 200, 200, .prepare = string },
	{ "CLST", stub_clst, 200, 200, .prepare = string },
	{ "SRST", stub_srst, 0, 200, .prepare = search },
	{ "CKSM", stub_cksm, 0, 200, .prepare = checksum },
	{ "TRE", stub_tre, 200, 256, .prepare = translate },
	{ "TROO", stub_troo, 200, 200, .prepare = translate_to },
	{ "CU12", stub_cu12, 200, 100, .prepare = utf8 },
	{ "CU21", stub_cu21, 100, 200, .prepare = utf16 },
};

/* What MVCL has moved, by its registers, is what it has moved. */
struct move {
	u8 *to, *from;		/* three pages each, from the middle of the first */
	unsigned int length;
};

static bool move_faults(struct insn *insn)
{
	const struct move *move = insn->data;
	const u64 *r = insn->fault.r;
	u64 done = r[4] - (u64)move->to;
	u8 *page = (u8 *)insn->fault.addr;

	if (insn->fault.code != PGM_DISCARD) {
		fail("program interruption 0x%x", insn->fault.code);
		return false;
	}
	if (r[6] - (u64)move->from != done || (r[5] & 0xffffff) != move->length - done ||
	    (r[7] & 0xffffff) != move->length - done)
		fail("the registers tell of different progress");
	if (essa(SET_STABLE, page) != DISCARDED) {
		fail("fault at 0x%lx, which is not a discarded page", (u64)page);
		return false;
	}
	if (!all_zero(page))
		fail("the page at fault is not zero");
	/* Only pages of the first operand are discarded here. */
	fill(page, 1);
	for (u64 i = 0; i < move->length; i++) {
		u8 is = move->to[i], was = (u8)~move->from[i];

		if (((u64)&move->to[i] & -PAGE_SIZE) == (u64)page)
			continue;
		if (i < done && is != move->from[i]) {
			fail("byte %lu of %lu done is not moved", i, done);
			break;
		}
		if (i >= done && is != was) {
			fail("byte %lu is moved, but %lu are done", i, done);
			break;
		}
	}
	return true;
}

static void test_progress(void)
{
	u8 *to = alloc_pages(3), *from = alloc_pages(3);
	struct move move = { to + 1000, from + 2000, 9000 };

	begin("MVCL's registers tell of its progress");
	for (unsigned int lost = 0; lost < 3; lost++) {
		struct insn insn = {
			.r[4] = (u64)move.to, .r[5] = move.length,
			.r[6] = (u64)move.from, .r[7] = move.length,
			.psw = { PSW_64, (u64)stub_mvcl },
			.retry = move_faults, .data = &move,
		};

		for (unsigned int i = 0; i < move.length; i++)
			move.to[i] = ~move.from[i];
		discard(to + lost * PAGE_SIZE);
		if (!run(&insn))
			fail("page %u: it does not end", lost);
		if (insn.faults != 1)
			fail("page %u: %u faults", lost, insn.faults);
		for (unsigned int i = 0; i < move.length; i++) {
			if (move.to[i] != move.from[i]) {
				fail("page %u: byte %u is wrong in the end", lost, i);
				break;
			}
		}
	}
	end();
}

int main(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(tests); i++) {
		struct nullify test = tests[i];

		test.interruptible = true;
		nullify(&test, NULL);
	}
	test_progress();
	return 0;
}
