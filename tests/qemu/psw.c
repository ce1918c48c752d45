// SPDX-License-Identifier: GPL-2.0
/*
 * PSWs that are invalid, loaded by an interruption and by "load normal": a
 * specification exception before the first instruction, with an instruction
 * length of 0 (Principles of Operation, "Early Exception Recognition"). When
 * all is said the machine gets a new PSW for program interruptions that is
 * invalid as well, and such an interruption.
 */
#include "essa.h"

#define LC_PGM_LENGTH	0x8c
#define PSW_64_ALONE	0x0000000100000000	/* no such addressing mode */
#define CLOCK_COMPARATOR 0x800			/* in control register 0 */
#define SHORT_PSW	(1UL << 51)

STUB(svc, "svc 7");
/* The interruption, and the reset, come when it pleases them. */
STUB(clock, "sckc 0(%r2)\n\tstosm 8(%r2), 1\n0:\tj 0b");
STUB(load_normal, "diag %r2, %r4, 0x308\n0:\tj 0b");
STUB(nothing, ".short 0");

static const struct psw invalid[] = {
	{ PSW_64_ALONE, 0x2000 },
	{ PSW_64 | 1UL << 63, 0x2000 },		/* a bit that has to be 0 */
	{ 0, 0x1000000 },			/* beyond 24 bits, and 31 */
	{ 0x80000000, 0x80000000 },
};

static void *lowcore(unsigned int offset)
{
	u8 *at;

	asm("lghi %0, 0" : "=d" (at));
	return at + offset;
}

static void expect(const struct insn *insn, bool done, const struct psw *psw)
{
	const struct fault *fault = &insn->fault;

	if (done || !insn->faults)
		fail("no exception with 0x%lx, 0x%lx", psw->mask, psw->addr);
	else if (fault->code != PGM_SPECIFICATION)
		fail("exception 0x%x with 0x%lx, 0x%lx", fault->code, psw->mask, psw->addr);
	else if (fault->old.mask != psw->mask || fault->old.addr != psw->addr)
		fail("the old PSW is 0x%lx, 0x%lx", fault->old.mask, fault->old.addr);
	else if (*(u16 *)lowcore(LC_PGM_LENGTH))
		fail("the instruction length is %u", *(u16 *)lowcore(LC_PGM_LENGTH));
}

static void test_interruption(const char *name, unsigned int new_psw, void *stub)
{
	struct psw *new = lowcore(new_psw), was = *new;
	struct insn insn = { 0 };
	u64 operands[2] = { 0 };

	begin(name);
	for (unsigned int i = 0; i < ARRAY_SIZE(invalid); i++) {
		*new = invalid[i];
		expect(&insn, run_at(&insn, stub, (u64)operands, 0), new);
	}
	*new = was;
	end();
}

static void test_external(void)
{
	u64 never = ~0UL, control;

	asm volatile("stctg 0, 0, %0" : "=S" (control));
	set_control(0, control | CLOCK_COMPARATOR);
	test_interruption("an external interruption", LC_EXT_NEW, stub_clock);
	asm volatile("sckc %0" : : "Q" (never));
	set_control(0, control);
}

static void test_load_normal(void)
{
	const struct psw psw = { PSW_64_ALONE, 0x2000 };
	struct insn insn = { .r[4] = 1 };

	begin("load normal");
	*(u64 *)lowcore(0) = psw.mask | SHORT_PSW | psw.addr;
	expect(&insn, run_at(&insn, stub_load_normal, 0, 0), &psw);
	end();
}

int main(void)
{
	struct insn insn = { 0 };

	test_interruption("a supervisor call", LC_SVC_NEW, stub_svc);
	test_external();
	test_load_normal();
	say("ready");
	*(struct psw *)lowcore(LC_PGM_NEW) = invalid[0];
	run_at(&insn, stub_nothing, 0, 0);
	die("the machine goes on");
}
