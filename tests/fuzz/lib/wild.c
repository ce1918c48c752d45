// SPDX-License-Identifier: GPL-2.0
/*
 * Anything, anywhere: random instructions with random operands, states and
 * keys for every page of the program itself, and every order to every CPU. A
 * guest does not live long by that. What has to survive is QEMU.
 */
#include "fuzz.h"

STUB(wild_sigp, "sigp %r4, %r3, 0(%r6)");
STUB(wild_sske, "sske %r4, %r2, 0");
STUB(wild_ssch, "ssch 0(%r2)");
STUB(wild_msch, "msch 0(%r2)");
STUB(wild_lpswe, "lpswe 0(%r2)");
STUB(wild_lctlg, "lctlg 0, 15, 0(%r2)");
STUB(wild_spx, "spx 0(%r2)");
STUB(wild_servc, ".insn rre, 0xb2200000, %r4, %r2");
STUB(wild_diag308, "diag %r2, %r4, 0x308");

static void *const wild_stubs[] = {
	stub_wild_sigp, stub_wild_sske, stub_wild_ssch, stub_wild_msch, stub_wild_lpswe,
	stub_wild_lctlg, stub_wild_spx, stub_wild_servc, stub_wild_diag308,
};

/* Code, prefix areas, tables, rings, shared pages, and what is no storage */
static u64 wild_address(struct cpu *cpu)
{
	static const u64 bases[] = { 0, 0x20000, (u64)PARAMETERS, OWN_BASE, OWN_BASE + SHADOW,
				     RING_BASE, TABLE_BASE, VICTIM_AREA };

	if (one_in(cpu, 4))
		return any_address(cpu);
	if (one_in(cpu, 2))
		return (u64)shared_address(cpu);
	return bases[below(cpu, ARRAY_SIZE(bases))] + below(cpu, 16 * PAGE_SIZE);
}

/* What instructions there are is told best by their first bytes. */
static u16 wild_opcode(struct cpu *cpu)
{
	static const u8 first[] = { 0xb2, 0xb2, 0xb9, 0xb9, 0xb3, 0xe3, 0xe5, 0xe7, 0xe7, 0xeb,
				    0xec, 0xed, 0xa5, 0xa7, 0xc0, 0xc2, 0xc4, 0xc6, 0xc8, 0xcc };

	return one_in(cpu, 2) ? below(cpu, 0x10000) :
	       first[below(cpu, sizeof(first))] << 8 | below(cpu, 256);
}

static void wild_insn(struct cpu *cpu)
{
	static u16 code[MAX_CPUS][2048] __attribute__((aligned(4096)));
	u16 *insn = code[cpu->id] + below(cpu, 2000);

	cpu->insn.psw.addr = (u64)insn;
	for (unsigned int count = 1 + below(cpu, 4); count--;) {
		u16 opcode = wild_opcode(cpu);

		*insn++ = opcode;
		if (opcode >> 14) {
			/* Bases that lead somewhere */
			*insn = random64(cpu);
			if (one_in(cpu, 2))
				*insn = (*insn & 0x0fff) | 0x2000;
			insn++;
		}
		if (opcode >> 14 == 3) {
			*insn = random64(cpu);
			/* A second base, but for those that have more of the opcode there */
			if (opcode >> 12 != 0xe && one_in(cpu, 2))
				*insn = (*insn & 0x0fff) | 0x3000;
			insn++;
		}
	}
	*insn++ = 0x010e;
	*insn = 0x07fe;
}

/* Whatever it is, it does not go on for ever. */
static void end_soon(void)
{
	u64 tod;
	u8 mask;

	asm volatile("stck %0" : "=Q" (tod) : : "cc");
	tod += 2000 << 12;
	asm volatile("sckc %0" : : "Q" (tod));
	/* AFP registers, vectors; the clock comparator */
	set_control(0, 0x60800);
	asm volatile("stosm %0, 1" : "=Q" (mask));
}

void step_wild(struct cpu *cpu)
{
	struct insn *insn = &cpu->insn;

	if (!has_flag(FLAG_WILD))
		return;
	if (one_in(cpu, 512)) {
		set_some_state(cpu, (u8 *)(wild_address(cpu) & (STORAGE_END - 1)));
		return;
	}
	set_registers(cpu, insn, wild_address(cpu), wild_address(cpu));
	insn->psw.mask = one_in(cpu, 16) ? random64(cpu) : PSW_64 | PSW_EXTERNAL;
	end_soon();
	insn->retry = NULL;
	if (one_in(cpu, 64)) {
		insn->psw.addr = (u64)wild_stubs[below(cpu, ARRAY_SIZE(wild_stubs))];
		insn->r[1] = 0x00010000 | below(cpu, 5);
		insn->r[3] = below(cpu, MAX_CPUS + 1);
		insn->r[4] = below(cpu, 256);
		insn->r[6] = below(cpu, 32);
	} else {
		wild_insn(cpu);
		if (one_in(cpu, 4))
			insn->r[1] = 0x00010000 | below(cpu, 5);
	}
	run(insn);
}
