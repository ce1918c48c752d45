// SPDX-License-Identifier: GPL-2.0
/*
 * Strict mode: an access to an unused page is an addressing exception, before
 * anything is done, until the page has another usage. To be run with
 * x-strict=on, with two CPUs, and with policy "host" or "always".
 */
#include "essa.h"

STUB(lg, "lg %r4, 0(%r2)");
STUB(stg, "stg %r4, 0(%r2)");
STUB(mvi, "mvi 0(%r2), 1");
STUB(oi, "oi 0(%r2), 1");
STUB(csg, "csg %r4, %r5, 0(%r2)");
STUB(mvc_to, "mvc 0(200, %r2), 0(%r3)");
STUB(mvc_from, "mvc 0(200, %r3), 0(%r2)");
STUB(clc, "clc 0(200, %r2), 0(%r3)");
STUB(xc, "xc 0(200, %r2), 0(%r3)");
STUB(stmg, "stmg %r0, %r13, 0(%r2)");
STUB(lmg, "lmg %r4, %r8, 0(%r2)");
STUB(vst, "vst %v1, 0(%r2)");
STUB(ex, "ex %r0, 0(%r2)");
STUB(lctlg, "lctlg 9, 10, 0(%r2)");
STUB(stctg, "stctg 9, 10, 0(%r2)");
STUB(lpswe, "lpswe 0(%r2)");
STUB(stck, "stck 0(%r2)");
STUB(stcke, "stcke 0(%r2)");
STUB(stidp, "stidp 0(%r2)");
STUB(stpx, "stpx 0(%r2)");
STUB(stap, "stap 0(%r2)");
STUB(sckc, "sckc 0(%r2)");
STUB(stfle, "lghi %r0, 0\nstfle_itself: stfle 0(%r2)");
STUB(stura, "stura %r4, %r2");
STUB(lura, "lura %r4, %r2");
STUB(stcrw, "stcrw 0(%r2)");
STUB(stsch, "stsch 0(%r2)");
STUB(servc, ".insn rre, 0xb2200000, %r4, %r2");
STUB(branch, "br %r2");

#define OFFSET 0x100

static u8 *page;		/* the unused one; those beside it are stable */
static u8 *other;

/* Returns: whether the page is unused, as ESSA says */
static bool is_unused(void *at)
{
	return (essa(GET, at) & USAGE) == UNUSED;
}

static void make_unused(void)
{
	essa(SET_STABLE, page);
	fill(page, 1);
	essa(SET_UNUSED, page);
}

/*
 * The operation is suppressed: the old PSW is behind the instruction, and
 * neither registers nor storage have changed.
 */
static void expect_addressing(const char *name, void *stub, u64 address, u64 second)
{
	struct insn insn = { .r[4] = 0x1111, .r[5] = 0x2222 };

	make_unused();
	fill(page - PAGE_SIZE, 0);
	fill(page + PAGE_SIZE, 2);
	fill(other, 3);
	/* The first subchannel, for STSCH; READ SCP INFO, for SERVC */
	insn.r[1] = 0x10000;
	if (stub == stub_servc)
		insn.r[4] = 0x00020001;
	if (run_at(&insn, stub, address, second)) {
		fail("%s: no exception", name);
	} else if (insn.fault.code != PGM_ADDRESSING) {
		fail("%s: program interruption 0x%x", name, insn.fault.code);
	} else {
		if (insn.fault.old.addr <= (u64)stub || insn.fault.old.addr > (u64)stub + 10)
			fail("%s: the old PSW is at 0x%lx, the instruction at 0x%lx", name,
			     insn.fault.old.addr, (u64)stub);
		for (int i = 1; i < 14; i++) {
			if (insn.fault.r[i] != insn.r[i])
				fail("%s: register %u has changed", name, i);
		}
	}
	if (!intact(page - PAGE_SIZE, 0) || !intact(page + PAGE_SIZE, 2) || !intact(other, 3))
		fail("%s: storage has changed", name);
	if (!is_unused(page))
		fail("%s: the state is 0x%lx", name, essa(GET, page));
	essa(SET_STABLE, page);
	if (!intact(page, 1) && !all_zero(page))
		fail("%s: the page itself has changed", name);
}

static void test_accesses(void)
{
	static const struct { const char *name; void *stub; } plain[] = {
		{ "LG", stub_lg }, { "STG", stub_stg }, { "MVI", stub_mvi }, { "OI", stub_oi },
		{ "CSG", stub_csg }, { "MVC to", stub_mvc_to }, { "MVC from", stub_mvc_from },
		{ "CLC", stub_clc }, { "XC", stub_xc }, { "STMG", stub_stmg }, { "LMG", stub_lmg },
		{ "VST", stub_vst },
	}, control[] = {
		{ "LCTLG", stub_lctlg }, { "STCTG", stub_stctg }, { "LPSWE", stub_lpswe },
		{ "STCK", stub_stck }, { "STCKE", stub_stcke }, { "STIDP", stub_stidp },
		{ "STPX", stub_stpx }, { "STAP", stub_stap }, { "SCKC", stub_sckc },
		{ "STFLE", stub_stfle }, { "STURA", stub_stura }, { "LURA", stub_lura },
		{ "STCRW", stub_stcrw }, { "STSCH", stub_stsch },
	};

	begin("loads and stores");
	for (unsigned int i = 0; i < ARRAY_SIZE(plain); i++)
		expect_addressing(plain[i].name, plain[i].stub, (u64)page + OFFSET, (u64)other);
	end();

	begin("operands that cross into it, or out of it");
	for (unsigned int i = 0; i < ARRAY_SIZE(plain); i++) {
		/* CLC may end before it comes there. */
		if (plain[i].stub == stub_clc || plain[i].stub == stub_mvi ||
		    plain[i].stub == stub_oi || plain[i].stub == stub_csg)
			continue;
		expect_addressing(plain[i].name, plain[i].stub, (u64)page - 4, (u64)other);
		expect_addressing(plain[i].name, plain[i].stub, (u64)page + PAGE_SIZE - 4, (u64)other);
	}
	end();

	begin("operands of control and I/O instructions");
	for (unsigned int i = 0; i < ARRAY_SIZE(control); i++)
		expect_addressing(control[i].name, control[i].stub, (u64)page + OFFSET, 0);
	expect_addressing("SERVC", stub_servc, (u64)page, 0);
	end();

	begin("the target of EXECUTE");
	expect_addressing("EX", stub_ex, (u64)page + OFFSET, 0);
	end();
}

/* What the old PSW says then depends on the model. */
static void test_fetch(void)
{
	static const u16 code[] = { 0xa749, 0x0007, 0x07fe };	/* LGHI, BR 14 */
	struct insn insn = { 0 };

	begin("instruction fetch, of what has been run before");
	for (int i = 0; i < 3; i++)
		((u16 *)page)[i] = code[i];
	if (!run_at(&insn, page, 0, 0) || insn.out[4] != 7)
		fail("it does not run while it is stable");
	essa(SET_UNUSED, page);
	if (run_at(&insn, page, 0, 0))
		fail("it runs while it is unused");
	else if (insn.fault.code != PGM_ADDRESSING)
		fail("program interruption 0x%x", insn.fault.code);
	if (run_at(&insn, stub_branch, (u64)page, 0) || insn.fault.code != PGM_ADDRESSING)
		fail("branched to, 0x%x", insn.fault.code);
	essa(SET_STABLE, page);
	for (int i = 0; i < 3; i++)
		((u16 *)page)[i] = code[i];
	if (!run_at(&insn, page, 0, 0) || insn.out[4] != 7)
		fail("it does not run once more");
	end();
}

static void test_again(void)
{
	static const unsigned int op[] = { SET_STABLE, SET_VOLATILE, SET_POT_VOLATILE, SET_RESIDENT,
					   SET_UNLESS_DISCARDED, SET_NODAT };
	struct insn insn = { 0 };

	begin("with another usage it is accessible, or discarded");
	for (unsigned int i = 0; i < ARRAY_SIZE(op); i++) {
		u64 state, usage;

		make_unused();
		essa(op[i], page);
		state = essa(GET, page);
		usage = state & USAGE;
		if (usage == UNUSED)
			fail("operation %u: the state is 0x%lx", op[i], state);
		if (run_at(&insn, stub_lg, (u64)page, 0)) {
			essa(SET_STABLE, page);
			if (insn.out[4] && !intact(page, 1))
				fail("operation %u: 0x%lx is loaded", op[i], insn.out[4]);
		} else if (!usage || insn.fault.code != PGM_DISCARD) {
			fail("operation %u: program interruption 0x%x", op[i], insn.fault.code);
		}
		essa(SET_STABLE, page);
	}
	end();

	begin("an entry of the TLB does not outlive the operation");
	for (int i = 0; i < 1000; i++) {
		page[i] = i;
		essa(SET_UNUSED, page);
		if (run_at(&insn, i % 2 ? stub_stg : stub_lg, (u64)page, 0) ||
		    insn.fault.code != PGM_ADDRESSING) {
			fail("round %u: program interruption 0x%x", i, insn.faults ? insn.fault.code : 0);
			break;
		}
		essa(SET_STABLE, page);
	}
	essa(SET_STABLE, page);
	end();
}

/* CPU 1 has the page in its TLB when CPU 0 makes it unused. */
static volatile u64 asked, answered;
static volatile u32 code;
static volatile bool stop;

static void load_on_1(void)
{
	struct insn insn = { 0 };
	u64 seen = 0;

	while (!stop) {
		/* Now stable, as before, or unused */
		bool done = run_at(&insn, stub_lg, (u64)page, 0);

		if (asked == seen)
			continue;
		seen = asked;
		barrier();
		done = run_at(&insn, seen % 3 ? stub_lg : stub_stg, (u64)page, 0);
		code = done ? 0 : insn.fault.code;
		barrier();
		answered = seen;
	}
}

static void test_other_cpu(void)
{
	u64 until = now_us() + 1000000, round = 0, wrong = 0;

	begin("the other CPU's TLB neither");
	start_cpu(1, load_on_1);
	for (; now_us() < until; ) {
		essa(SET_STABLE, page);
		for (volatile int delay = 1000; delay; delay--)
			;
		if (round % 2)
			essa(SET_UNUSED, page);
		barrier();
		asked = ++round;
		while (answered != round)
			;
		barrier();
		wrong += code != (round % 2 ? 0 : PGM_ADDRESSING);
	}
	stop = true;
	await_cpu(1);
	essa(SET_STABLE, page);
	if (wrong)
		fail("%lu of %lu times", wrong, round);
	say("# %lu rounds", round);
	end();
}

/* Real "area" is absolute 0 then. */
static void test_prefix(void)
{
	static u8 area[2 * PAGE_SIZE] __attribute__((aligned(8192)));
	static u8 stack[0x2000] __attribute__((aligned(16)));
	u32 prefix = (u64)area;
	struct insn insn = { 0 };

	begin("with a prefix, it is the absolute page that counts");
	init_prefix(area, stack + sizeof(stack));
	asm volatile("spx %0" : : "Q" (prefix) : "memory");
	essa(SET_UNUSED, (void *)0);
	if (run_at(&insn, stub_lg, (u64)area + 0x10, 0) || insn.fault.code != PGM_ADDRESSING)
		fail("program interruption 0x%x", insn.faults ? insn.fault.code : 0);
	if (!run_at(&insn, stub_lg, 0x10, 0))
		fail("real 0: program interruption 0x%x", insn.fault.code);
	essa(SET_STABLE, (void *)0);
	/* It is another page's content now, or none. */
	init_prefix(area, stack + sizeof(stack));
	end();
}

/* Stable and volatile pages are what they are in any mode. */
static void test_others(void)
{
	struct insn insn = { 0 };
	u64 content;

	begin("stable and volatile pages as ever");
	make_unused();
	for (int i = -1; i <= 1; i += 2) {
		if (!run_at(&insn, stub_lg, (u64)page + i * (long)PAGE_SIZE, 0))
			fail("a page beside it: program interruption 0x%x", insn.fault.code);
	}
	fill(other, 3);
	/* Looked at again it may be gone. */
	content = *(u64 *)other;
	essa(SET_VOLATILE, other);
	if (run_at(&insn, stub_lg, (u64)other, 0)) {
		if (insn.out[4] != content)
			fail("0x%lx is loaded", insn.out[4]);
	} else if (insn.fault.code != PGM_DISCARD) {
		fail("program interruption 0x%x", insn.fault.code);
	}
	essa(SET_STABLE, other);
	essa(SET_STABLE, page);
	end();
}

int main(void)
{
	page = (u8 *)alloc_pages(3) + PAGE_SIZE;
	other = alloc_pages(2);
	test_accesses();
	test_fetch();
	test_again();
	test_others();
	test_other_cpu();
	test_prefix();
	return 0;
}
