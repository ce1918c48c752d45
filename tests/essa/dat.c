// SPDX-License-Identifier: GPL-2.0
/*
 * With address translation the fault still brings the absolute address, and
 * every alias of a discarded page faults. Here too are the instructions that do
 * nothing without it.
 */
#include "dat.h"

STUB(load, "lg %r4, 0(%r2)");

static void equal(struct operands *at)
{
	for (int i = 0; i < 200; i++)
		at->second[i] = at->first[i];
}

static void target_mvc(struct operands *at)
{
	static const u8 mvc[] = { 0xd2, 0x07, 0x20, 0x00, 0x40, 0x00 };
	static u8 scratch[8];

	for (unsigned int i = 0; i < sizeof(mvc); i++)
		at->second[i] = mvc[i];
	at->r[4] = (u64)scratch;
}

/* bct %r5,0(%r14) */
static void put_code(struct operands *at)
{
	*(u32 *)at->first = 0x4650e000;
}

/* Access key 0, and no other address space asked for */
static void true_length(struct operands *at)
{
	at->r[0] = 0;
	at->r[5] = 200;
	at->r[6] = 0;
}

/* Longer than what is moved at once */
static void long_length(struct operands *at)
{
	true_length(at);
	at->r[5] = 5000;
}

INSN(MVC, "mvc 0(200, %r2), 0(%r3)", 200, 200);
INSN(CLC, "clc 0(200, %r2), 0(%r3)", 200, 200, .prepare = equal);
INSN(XC, "xc 0(200, %r2), 0(%r3)", 200, 200);
INSN(LMG, "lmg %r0, %r5, 0(%r2)", 48);
INSN(STMG, "stmg %r0, %r13, 0(%r2)", 112);
INSN(CSG, "csg %r4, %r6, 0(%r2)", 8, .align = { 8 });
INSN(EX, "ex %r0, 0(%r3)", 8, 6, .align = { 1, 2 }, .flags = NO_EXECUTE, .prepare = target_mvc);
INSN(MVCOS, "mvcos 0(%r2), 0(%r3), %r5", 200, 200, .prepare = true_length);
INSN(MVCOS, "mvcos 0(%r2), 0(%r3), %r5", 4096, 4096, .prepare = long_length,
     .name = "MVCOS of 4096 bytes");
INSN(MVCP, "mvcp 0(%r5, %r2), 0(%r3), %r6", 200, 200, .prepare = true_length);
INSN(MVCP, "mvcp 0(%r5, %r2), 0(%r3), %r6", 256, 256, .prepare = long_length,
     .name = "MVCP of 256 bytes");
INSN(MVCS, "mvcs 0(%r5, %r2), 0(%r3), %r6", 200, 200, .prepare = true_length);
INSN(MVCS, "mvcs 0(%r5, %r2), 0(%r3), %r6", 256, 256, .prepare = long_length,
     .name = "MVCS of 256 bytes");
INSN(LRA, "lra %r4, 0(%r2)", 1, .flags = NO_ACCESS);
INSN(LRAY, "lray %r4, 0(%r2)", 1, .flags = NO_ACCESS);
INSN(LRAG, "lrag %r4, 0(%r2)", 1, .flags = NO_ACCESS);
INSN(TPROT, "tprot 0(%r2), 0", 1, .flags = NO_ACCESS);

static void test_aliases(void)
{
	u8 *page = alloc_pages(1);
	struct insn insn = { .psw = { PSW_64 | PSW_DAT, (u64)stub_load } };

	begin("every alias faults, with the one absolute address");
	dat_map(WINDOW + 0x10000, page);
	dat_map(WINDOW + 0x20000, page);
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
	dat_unmap(page);
	if (!run(&insn))
		fail("program interruption 0x%x", insn.fault.code);
	if ((essa(SET_STABLE, page) & USAGE) != VOLATILE)
		fail("it has not set the page volatile");
	end();
}

/*
 * An instruction goes on in a page that lies elsewhere. What lies behind the first
 * one is discarded, no part of the instruction, and read by the next.
 */
static void test_behind(void)
{
	/* lghi %r4,7; lg %r6,0(%r2); br %r14 */
	static const u8 code[] = {
		0xa7, 0x49, 0x00, 0x07, 0xe3, 0x60, 0x20, 0x00, 0x00, 0x04, 0x07, 0xfe,
	};
	u8 *pages = alloc_pages(3), *behind = pages + PAGE_SIZE;
	u64 first = WINDOW + 0x10000, alias = WINDOW + 0x20000;
	struct insn insn = {
		.r[2] = alias,
		.psw = { PSW_64 | PSW_DAT, first + PAGE_SIZE - 2 },
	};

	for (unsigned int i = 0; i < sizeof(code); i++)
		(i < 2 ? behind - 2 : behind + PAGE_SIZE - 2)[i] = code[i];
	dat_map(first, pages);
	dat_map(first + PAGE_SIZE, behind + PAGE_SIZE);
	dat_map(alias, behind);
	discard(behind);

	begin("behind a page that ends within an instruction lies a discarded one");
	if (run(&insn))
		fail("a load from it raises nothing and brings 0x%lx", insn.out[6]);
	else if (insn.fault.code != PGM_DISCARD || insn.fault.addr != (u64)behind)
		fail("0x%x, trans_exc_code 0x%lx", insn.fault.code, insn.fault.addr);
	end();
	begin("it is the load that faults, not the instruction");
	if (insn.fault.old.addr != first + PAGE_SIZE + 2)
		fail("the old PSW is at 0x%lx", insn.fault.old.addr);
	end();
	essa(SET_STABLE, behind);
}

int main(void)
{
	static const struct nullify fetch = {
		"instruction fetch", NULL, 4, .align = { 2 }, .prepare = put_code,
	};

	dat_tables();
	nullify_all(dat_places());
	nullify(&fetch, dat_places());
	test_aliases();
	test_essa();
	test_behind();
	return 0;
}
