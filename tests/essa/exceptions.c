// SPDX-License-Identifier: GPL-2.0
/* ESSA's program exceptions, and that one that raises changes nothing. */
#include "essa.h"

/* essa %r2,%r3,N and a return for each N, 6 bytes long */
extern u8 essa_stubs[];

static void *stub(unsigned int op)
{
	return essa_stubs + op * 6;
}

/* A problem-state program ends by an operation exception. */
asm(".pushsection .text\n"
    "problem_stubs:\n"
    ".set op, 0\n"
    ".rept 7\n"
    ".insn rrf, 0xb9ab0000, %r2, %r3, op, 0\n"
    ".short 0\n"
    ".set op, op + 1\n"
    ".endr\n"
    ".popsection\n");
extern u8 problem_stubs[];

static void expect(struct insn *insn, unsigned int op, unsigned int code, u64 old)
{
	if (!insn->faults)
		fail("operation %u: no exception, result 0x%lx", op, insn->out[2]);
	else if (insn->fault.code != code)
		fail("operation %u: exception 0x%x, not 0x%x", op, insn->fault.code, code);
	else if (insn->fault.old.addr != old)
		fail("operation %u: the old PSW is at 0x%lx, not at 0x%lx", op,
		     insn->fault.old.addr, old);
	else if (insn->fault.r[2] != insn->r[2])
		fail("operation %u: R1 has changed to 0x%lx", op, insn->fault.r[2]);
}

static void test_specification(void)
{
	u8 *page = alloc_pages(1);
	struct insn insn = { 0 };

	begin("operations 8 to 15: specification");
	essa(SET_VOLATILE, page);
	for (unsigned int op = 8; op < 16; op++) {
		run_at(&insn, stub(op), 0x1234, (u64)page);
		/* Suppressed: the old PSW is after the instruction. */
		expect(&insn, op, PGM_SPECIFICATION, (u64)stub(op) + 4);
		if (essa(GET, page) != VOLATILE)
			fail("operation %u has changed the state to 0x%lx", op, essa(GET, page));
	}
	essa(SET_STABLE, page);
	if (!intact(page, 0))
		fail("the content has changed");
	end();
}

static void test_privileged(void)
{
	u8 *page = alloc_pages(1);
	struct insn insn = { 0 };

	begin("problem state: privileged operation");
	essa(SET_VOLATILE, page);
	for (unsigned int op = 0; op < 7; op++) {
		insn.r[2] = 0x1234;
		insn.r[3] = (u64)page;
		insn.psw.mask = PSW_64 | PSW_PROBLEM;
		insn.psw.addr = (u64)problem_stubs + op * 6;
		run(&insn);
		expect(&insn, op, PGM_PRIVILEGED, insn.psw.addr + 4);
		if (essa(GET, page) != VOLATILE)
			fail("operation %u has changed the state to 0x%lx", op, essa(GET, page));
	}
	end();
}

static void test_addressing(void)
{
	u64 size = memory_size();
	const u64 beyond[] = { size, size + PAGE_SIZE - 1, size + PAGE_SIZE, 1UL << 40, -PAGE_SIZE };
	struct insn insn = { 0 };

	begin("beyond storage: addressing");
	for (unsigned int op = 0; op < 7; op++) {
		for (unsigned int i = 0; i < ARRAY_SIZE(beyond); i++) {
			run_at(&insn, stub(op), 0x1234, beyond[i]);
			expect(&insn, op, PGM_ADDRESSING, (u64)stub(op) + 4);
		}
	}
	end();

	begin("the last page of storage");
	if (size != MEMORY_MIB << 20)
		fail("storage ends at 0x%lx", size);
	if (essa(SET_VOLATILE, (void *)(size - PAGE_SIZE)) & USAGE)
		fail("it was not stable");
	if ((essa(SET_STABLE, (void *)(size - 1)) & USAGE) != VOLATILE)
		fail("it was not volatile");
	end();
}

static void test_low_bits(void)
{
	static const unsigned int offsets[] = { 1, 7, 0x800, 0xfff };
	u8 *page = alloc_pages(3) + PAGE_SIZE;

	begin("the low 12 bits of the address are ignored");
	for (unsigned int i = 0; i < ARRAY_SIZE(offsets); i++) {
		essa(SET_VOLATILE, page + offsets[i]);
		if (essa(GET, page) != VOLATILE || essa(GET, page + 0xfff - offsets[i]) != VOLATILE)
			fail("offset 0x%x sets another page", offsets[i]);
		if (state_of(page - 1) || state_of(page + PAGE_SIZE))
			fail("offset 0x%x sets a page beside it", offsets[i]);
		if (essa(SET_STABLE, page + offsets[i]) != VOLATILE || state_of(page))
			fail("offset 0x%x does not set stable", offsets[i]);
	}
	end();
}

int main(void)
{
	test_specification();
	test_privileged();
	test_addressing();
	test_low_bits();
	return 0;
}
