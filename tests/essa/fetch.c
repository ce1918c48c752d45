// SPDX-License-Identifier: GPL-2.0
/*
 * Instruction fetch from a discarded page. All code has been run before it is
 * discarded, so that what was translated from it lies ready.
 */
#include "nullify.h"

static const u8 lghi[] = { 0xa7, 0x49, 0x00, 0x07, 0x07, 0xfe };
static const u8 mvc[] = { 0xd2, 0x07, 0x40, 0x00, 0x30, 0x00, 0x07, 0xfe };

static u8 scratch[256];

static void put_code(u8 *to, const u8 *code, unsigned int length)
{
	for (unsigned int i = 0; i < length; i++)
		to[i] = code[i];
}

/* Instructions that go to the end: br %r14; bct %r5,0(%r14); bctg %r5,0(%r14) */
static void put_br(struct operands *at)
{
	put_code(at->first, (const u8 []) { 0x07, 0xfe }, 2);
}

static void put_bct(struct operands *at)
{
	put_code(at->first, (const u8 []) { 0x46, 0x50, 0xe0, 0x00 }, 4);
}

static void put_bctg(struct operands *at)
{
	put_code(at->first, (const u8 []) { 0xe3, 0x50, 0xe0, 0x00, 0x00, 0x46 }, 6);
}

/* mvc 0(8,%r4),0(%r3); br %r14 */
static void put_mvc(struct operands *at)
{
	put_code(at->first, mvc, sizeof(mvc));
	at->r[4] = (u64)scratch;
}

static bool refill_lghi(struct insn *insn)
{
	u8 *page = insn->data;

	if (insn->fault.code != PGM_DISCARD || insn->fault.addr != (u64)page)
		return false;
	if (insn->fault.r[5] != 1)
		fail("the first page's instructions ran %lu times", insn->fault.r[5]);
	essa(SET_STABLE, page);
	put_code(page, lghi, sizeof(lghi));
	return true;
}

/* From the last instruction of a page to the first of a discarded one */
static void test_next_page(void)
{
	static const u8 aghi[] = { 0xa7, 0x5b, 0x00, 0x01 };
	u8 *pages = alloc_pages(2), *code = pages + PAGE_SIZE - sizeof(aghi);
	struct insn insn = {
		.psw = { PSW_64, (u64)code },
		.retry = refill_lghi,
		.data = pages + PAGE_SIZE,
	};

	begin("going on into a discarded page");
	/* aghi %r5,1 and, in the next page, lghi %r4,7; br %r14 */
	put_code(code, aghi, sizeof(aghi));
	put_code(pages + PAGE_SIZE, lghi, sizeof(lghi));
	for (int i = 0; i < 10; i++) {
		if (!run(&insn) || insn.out[4] != 7)
			fail("round %u: it does not run", i);
		if (insn.faults != (i ? 1 : 0))
			fail("round %u: %u faults", i, insn.faults);
		if (insn.faults && insn.fault.old.addr != (u64)pages + PAGE_SIZE)
			fail("round %u: the old PSW is at 0x%lx", i, insn.fault.old.addr);
		discard(pages + PAGE_SIZE);
	}
	essa(SET_STABLE, pages + PAGE_SIZE);
	end();
}

/* What is read as zero must not run as what it was. */
static void test_zeroes(void)
{
	static const unsigned int sets[] = { SET_VOLATILE, SET_UNUSED };
	static const char *const names[] = {
		"discarded and stable again, it is zeroes that run",
		"unused and dropped, it is zeroes that run",
	};
	struct insn insn = { 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(sets); i++) {
		u8 *page = alloc_pages(1);

		begin(names[i]);
		put_code(page, lghi, sizeof(lghi));
		for (int j = 0; j < 3; j++) {
			if (!run_at(&insn, page, 0, 0))
				fail("program interruption 0x%x at first", insn.fault.code);
		}
		essa(sets[i], page);
		if (!wait_for(page, sets[i] == SET_UNUSED ? UNUSED | ZERO : DISCARDED, 2000))
			fail("it is not dropped");
		if (sets[i] == SET_VOLATILE)
			essa(SET_STABLE, page);
		if (run_at(&insn, page, 0, 0))
			fail("what was there has run");
		else if (insn.fault.code != PGM_OPERATION)
			fail("program interruption 0x%x", insn.fault.code);
		essa(SET_STABLE, page);
		end();
	}
}

/* Code that makes its own page volatile runs on in it, or faults in it. */
static void test_own_page(void)
{
	/* 0: essa %r4,%r2,3; 4: brct %r5,4; 8: br %r14 */
	static const u8 loop[] = {
		0xb9, 0xab, 0x30, 0x42, 0xa7, 0x56, 0x00, 0x00, 0x07, 0xfe,
	};
	u8 *page = alloc_pages(1);
	struct insn insn = { .r[5] = 200000 };

	begin("running in a page that is volatile");
	put_code(page, loop, sizeof(loop));
	if (run_at(&insn, page, (u64)page, 0)) {
		if ((u32)insn.out[5])
			fail("the loop ended at %u", (u32)insn.out[5]);
	} else if (insn.fault.code != PGM_DISCARD || insn.fault.addr != (u64)page ||
		   (insn.fault.old.addr & -PAGE_SIZE) != (u64)page) {
		fail("program interruption 0x%x at 0x%lx, trans_exc_code 0x%lx",
		     insn.fault.code, insn.fault.old.addr, insn.fault.addr);
	}
	if (!wait_for(page, DISCARDED, 2000))
		fail("in the end it is not discarded");
	if (run_at(&insn, page, (u64)page, 0) || insn.fault.code != PGM_DISCARD)
		fail("discarded, it runs");
	essa(SET_STABLE, page);
	end();
}

int main(void)
{
	static const struct nullify tests[] = {
		{ "an instruction of 2 bytes", NULL, 2, .align = { 2 }, .prepare = put_br },
		{ "an instruction of 4 bytes", NULL, 4, .align = { 2 }, .prepare = put_bct },
		{ "an instruction of 6 bytes", NULL, 6, .align = { 2 }, .prepare = put_bctg },
		/* After 4 bytes, a page ends at most. */
		{ "an instruction and its operand", NULL, sizeof(mvc), 8, .align = { 4 },
		  .prepare = put_mvc },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(tests); i++)
		nullify(&tests[i], NULL);
	test_next_page();
	test_zeroes();
	test_own_page();
	return 0;
}
