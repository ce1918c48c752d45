// SPDX-License-Identifier: GPL-2.0
/*
 * What every CPU does to pages that belong to nobody, all at the same time:
 * nothing is known of them and nothing is checked here, but that the other
 * pages keep their content and that the machine goes on. Everything stays
 * inside of the shared pages, unless the guest is a wild one.
 */
#include "fuzz.h"

extern u8 essa_stubs[];

STUB(any_store, "stg %r4, 0(%r2)");
STUB(any_sske, "sske %r4, %r2, 0");
STUB(any_sske_multiple, ".insn rrf, 0xb22b0000, %r4, %r2, 1, 0");
STUB(any_iske, "iske %r4, %r2");
STUB(any_rrbe, "rrbe %r4, %r2");
STUB(any_rrbm, ".insn rre, 0xb9ae0000, %r4, %r2");
STUB(any_ivsk, ".insn rre, 0xb2230000, %r4, %r2");
STUB(any_pfmf, ".insn rre, 0xb9af0000, %r4, %r2");
STUB(any_testblock, "tb %r4, %r2");
STUB(any_tprot, "tprot 0(%r2), 0(%r4)");
STUB(any_ipte, "ipte %r2, %r4");
STUB(any_idte, ".insn rrf, 0xb98e0000, %r2, %r4, %r6, 0");
STUB(any_ptlb, "ptlb");
STUB(any_palb, "palb");
STUB(any_servc, ".insn rre, 0xb2200000, %r4, %r2");
STUB(any_diag308, "diag %r2, %r4, 0x308");
STUB(any_diag500, "diag %r2, %r4, 0x500");
STUB(any_diag44, "diag %r2, %r4, 0x44");
STUB(any_diag9c, "diag %r2, %r4, 0x9c");
STUB(any_diag288, "diag %r8, %r4, 0x288");
STUB(any_diag318, "diag %r2, %r4, 0x318");
STUB(any_stsch, "stsch 0(%r2)");
STUB(any_tsch, "tsch 0(%r2)");
STUB(any_tpi, "tpi 0(%r2)");
STUB(any_stcrw, "stcrw 0(%r2)");
STUB(any_stcps, "stcps 0(%r2)");
STUB(any_chsc, ".insn rre, 0xb25f0000, %r2, %r0");
STUB(any_hsch, "hsch");
STUB(any_csch, "csch");
STUB(any_xsch, "xsch");
STUB(any_rsch, "rsch");
STUB(any_rchp, "rchp");
STUB(any_sal, "sal");
STUB(any_schm, "schm");
STUB(any_stsi, "stsi 0(%r2)");
STUB(any_ectg, "ectg 0(%r2), 0(%r3), %r8");
STUB(any_sigp, "sigp %r4, %r3, 0(%r6)");

static void *const control_stubs[] = {
	stub_any_sske, stub_any_sske_multiple, stub_any_iske, stub_any_rrbe, stub_any_rrbm,
	stub_any_ivsk, stub_any_pfmf, stub_any_testblock, stub_any_tprot, stub_any_ipte,
	stub_any_idte, stub_any_ptlb, stub_any_palb, stub_any_servc, stub_any_diag308,
	stub_any_diag500, stub_any_diag44, stub_any_diag9c, stub_any_diag288,
	stub_any_diag318, stub_any_stsch, stub_any_tsch, stub_any_tpi, stub_any_stcrw,
	stub_any_stcps, stub_any_chsc, stub_any_hsch, stub_any_csch, stub_any_xsch,
	stub_any_rsch, stub_any_rchp, stub_any_sal, stub_any_schm, stub_any_stsi,
	stub_any_ectg,
};

u8 *shared_address(struct cpu *cpu)
{
	u64 base = one_in(cpu, 8) ? SHARED_BASE : HOT_BASE;
	/* Few pages, so that CPUs meet; a way from the end, so that none leaves. */
	u64 page = below(cpu, one_in(cpu, 2) ? 16 : (STORAGE_END - base) / PAGE_SIZE - 4);

	return (u8 *)(base + page * PAGE_SIZE + (one_in(cpu, 2) ? below(cpu, PAGE_SIZE) :
						 below(cpu, 512) * 8));
}

/* Addresses at which there is no storage, or none that is aligned right */
u64 any_address(struct cpu *cpu)
{
	switch (below(cpu, 12)) {
	case 0:
		return STORAGE_END + below(cpu, 3) * PAGE_SIZE;
	case 1:
		return STORAGE_END << below(cpu, 38);
	case 2:
		return -PAGE_SIZE - below(cpu, 2);
	case 3:
		return 0x80000000 - below(cpu, 2) * PAGE_SIZE;
	case 4:
		return STORAGE_END - 1 - below(cpu, 16);
	default:
		return (u64)shared_address(cpu) & (one_in(cpu, 2) ? -PAGE_SIZE : -1UL);
	}
}

void set_some_state(struct cpu *cpu, u8 *page)
{
	static const u8 ops[] = { SET_STABLE, SET_UNUSED, SET_VOLATILE, SET_VOLATILE,
				  SET_POT_VOLATILE, SET_RESIDENT, SET_UNLESS_DISCARDED };

	essa(ops[below(cpu, ARRAY_SIZE(ops))], page);
}

/* A store to a page that another CPU may be setting volatile */
static void poke(struct cpu *cpu, u64 address, u64 value)
{
	struct insn insn = { .r[4] = value };

	if (address >= STORAGE_END)
		return;
	essa(SET_STABLE, (void *)address);
	run_at(&insn, stub_any_store, address, 0);
}

void step_shared_essa(struct cpu *cpu)
{
	struct insn *insn = &cpu->insn;
	unsigned int op = below(cpu, 16);
	unsigned int expected = 0;
	u64 address = any_address(cpu);

	if (op > SET_NODAT || (op == SET_NODAT && !nodat_facility))
		expected = PGM_SPECIFICATION;
	else if (address >= STORAGE_END)
		expected = PGM_ADDRESSING;
	if (run_at(insn, essa_stubs + op * 6, random64(cpu), address)) {
		if (expected)
			complain(cpu, "ESSA should not have done this", op, address, insn->out[2]);
		else if (insn->out[2] & ~0x2fUL)
			complain(cpu, "ESSA says what it never should", address, op, insn->out[2]);
	} else if (insn->fault.code != expected) {
		complain(cpu, "ESSA has another exception", op, address, insn->fault.code);
	}
}

/*
 * An exception of a kind that the architecture has; more is not known. LRA may
 * find a table discarded.
 */
static void check_code(struct cpu *cpu)
{
	const struct fault *fault = &cpu->insn.fault;

	if (!fault->code || fault->code > 0x40)
		complain(cpu, "a strange exception", fault->code, fault->old.addr, fault->addr);
	else if (fault->code == PGM_DISCARD &&
		 (fault->addr % PAGE_SIZE || fault->addr >= STORAGE_END ||
		  (fault->addr < SHARED_BASE && fault->addr / 0x10000 != TABLE_BASE / 0x10000)))
		complain(cpu, "a strange exception", fault->code, fault->old.addr, fault->addr);
}

void step_shared_insn(struct cpu *cpu)
{
	const struct template *template = &templates[below(cpu, template_count)];
	u8 *first = shared_address(cpu), *second = shared_address(cpu);
	struct insn *insn = &cpu->insn;

	/* Those that need content would do anything with any. */
	if (template->prepare)
		template = &templates[0];
	if (one_in(cpu, 2))
		set_some_state(cpu, first);
	if (one_in(cpu, 2))
		set_some_state(cpu, second);
	cpu->doing = template->name;
	set_registers(cpu, insn, (u64)first, (u64)second);
	insn->psw.mask = PSW_64;
	insn->psw.addr = (u64)template->stub;
	insn->retry = NULL;
	/* The key is not that of most pages. */
	if (one_in(cpu, 8))
		insn->psw.mask |= (u64)below(cpu, 16) << 52;
	if (!run(insn))
		check_code(cpu);
}

static void random_schid(struct cpu *cpu, u64 *r)
{
	r[1] = 0x00010000 | below(cpu, 5);
	if (one_in(cpu, 8))
		r[1] = random64(cpu);
}

#define SCLP_WRITE_EVENT 0x00760005

/* Commands that read and write the block, and some that nobody knows */
static const u32 sclp_commands[] = {
	0x00020001, 0x00120001, 0x00010001, 0x001a0001, 0x00100001, 0x00110001,
	0x00770005, 0x00780005, 0x00040001, 0x00080001, 0x001a0011, SCLP_WRITE_EVENT,
};

static void prepare_control(struct cpu *cpu, struct insn *insn, void *stub)
{
	u64 *r = insn->r;

	if (stub == stub_any_servc) {
		static const u16 lengths[] = { 8, 16, 24, 144, 4096, 4095, 7, 0, 8192 };

		r[4] = sclp_commands[below(cpu, ARRAY_SIZE(sclp_commands))];
		r[2] = one_in(cpu, 4) ? any_address(cpu) : (u64)shared_address(cpu) & ~7UL;
		if (r[2] < STORAGE_END) {
			u64 length = lengths[below(cpu, ARRAY_SIZE(lengths))];
			u64 event = lengths[below(cpu, ARRAY_SIZE(lengths))];

			/* A head, and an event that is not the console's */
			poke(cpu, r[2], length << 48);
			if (r[4] == SCLP_WRITE_EVENT)
				poke(cpu, r[2] + 8, event << 48 | (u64)below(cpu, 0x1a) << 40);
			if (one_in(cpu, 2))
				set_some_state(cpu, (u8 *)r[2]);
		}
	} else if (stub == stub_any_diag308) {
		/* Set and store parameters; the resets are for fuzz.c. */
		static const u8 subcodes[] = { 2, 5, 6, 7, 8, 9, 10, 11 };
		static const u16 lengths[] = { 0, 7, 199, 200, 383, 384, 4096, 4097 };
		static const u8 types[] = { 0x00, 0x02, 0x05, 0xff };

		r[4] = subcodes[below(cpu, sizeof(subcodes))];
		/* Only who also resets knows then what will be loaded. */
		if (r[4] == 5 && cpu->id)
			r[4] = 6;
		if (one_in(cpu, 2)) {
			r[2] = (u64)shared_address(cpu) & -PAGE_SIZE;
			poke(cpu, r[2], (u64)lengths[below(cpu, ARRAY_SIZE(lengths))] << 32);
			poke(cpu, r[2] + 8, (u64)types[below(cpu, sizeof(types))] << 24 |
					    random64(cpu) << 32);
			if (one_in(cpu, 2))
				set_some_state(cpu, (u8 *)r[2]);
		}
	} else if (stub == stub_any_diag500) {
		static const u8 subcodes[] = { 0, 1, 2, 3, 3, 3, 4, 5 };

		random_schid(cpu, r);
		r[2] = r[1];
		r[1] = subcodes[below(cpu, sizeof(subcodes))];
		r[3] = one_in(cpu, 8) ? random64(cpu) : below(cpu, 4);
	} else if (stub == stub_any_pfmf) {
		/* Frames of 4 KiB, 1 MiB and 2 GiB: shared pages come last. */
		r[4] = below(cpu, 4) << 16 | below(cpu, 4) << 12 | below(cpu, 256);
		if (r[2] < SHARED_BASE)
			r[2] = SHARED_BASE;
	} else if (stub == stub_any_chsc) {
		static const u16 commands[] = { 0x10, 0x02, 0x06, 0x12, 0x24, 0x0e, 0x1c, 0x1d };
		u64 word = 0x00100000 | commands[below(cpu, ARRAY_SIZE(commands))];

		r[2] = (u64)shared_address(cpu) & -PAGE_SIZE;
		poke(cpu, r[2], word << 32 | (one_in(cpu, 2) ? 0 : (u32)random64(cpu)));
		poke(cpu, r[2] + 8, one_in(cpu, 2) ? 0 : random64(cpu));
		if (one_in(cpu, 2))
			set_some_state(cpu, (u8 *)r[2]);
	} else if (stub == stub_any_ipte || stub == stub_any_idte) {
		/* The table's origin, and an index below its end */
		r[2] = (u64)shared_address(cpu) & -PAGE_SIZE;
		if (stub == stub_any_idte)
			r[2] |= below(cpu, 16);
		r[4] = below(cpu, 256) << 12;
		r[6] = one_in(cpu, 2) ? 0x800 : 0;
	} else if (stub == stub_any_stsi) {
		r[0] = below(cpu, 4) << 28 | below(cpu, 4);
		r[1] = below(cpu, 4);
	} else if (stub == stub_any_rchp || stub == stub_any_sal || stub == stub_any_schm) {
		r[1] = one_in(cpu, 4) ? random64(cpu) : below(cpu, 4);
		r[2] = (u64)shared_address(cpu) & ~31UL;
	} else if (stub == stub_any_testblock) {
		r[0] = 0;
	}
}

void step_control(struct cpu *cpu)
{
	void *stub = control_stubs[below(cpu, ARRAY_SIZE(control_stubs))];
	struct insn *insn = &cpu->insn;
	u64 address = any_address(cpu);

	if (address < STORAGE_END && one_in(cpu, 2))
		set_some_state(cpu, (u8 *)address);
	set_registers(cpu, insn, address, (u64)shared_address(cpu));
	insn->r[4] = one_in(cpu, 2) ? below(cpu, 256) : random64(cpu);
	random_schid(cpu, insn->r);
	prepare_control(cpu, insn, stub);
	insn->psw.mask = PSW_64;
	insn->psw.addr = (u64)stub;
	insn->retry = NULL;
	if (!run(insn))
		check_code(cpu);
	if (stub == stub_any_diag308 && insn->r[4] == 5 && insn->out[3] == 1)
		PARAMETERS->loads_another = true;
}

/*
 * Orders that leave the other CPU where it is. Those that do not are for
 * step_victim(): two CPUs that give them to a third could leave it with the
 * prefix area of another.
 */
void step_sigp(struct cpu *cpu)
{
	static const u8 orders[] = {
		0x01, 0x02, 0x03, 0x15, 0x13, 0x12, 0x00, 0x08, 0x0e, 0x17, 0x16, 0xff,
	};
	set_registers(cpu, &cpu->insn, 0, 0);
	/* Those that take 31 bits must not be left with a page of the program. */
	cpu->insn.r[5] = any_address(cpu);
	if ((cpu->insn.r[5] & 0x7fffe000) < SHARED_BASE)
		cpu->insn.r[5] = (u64)shared_address(cpu);
	cpu->insn.r[3] = one_in(cpu, 8) ? random64(cpu) : below(cpu, MAX_CPUS + 1);
	cpu->insn.r[6] = orders[below(cpu, ARRAY_SIZE(orders))];
	cpu->insn.psw.mask = PSW_64;
	cpu->insn.psw.addr = (u64)stub_any_sigp;
	cpu->insn.retry = NULL;
	if (!run(&cpu->insn))
		check_code(cpu);
}

/*
 * CPU 0 ill-treats another: stops and resets it, stores its status into pages
 * in all states, and has it restarted with a prefix area that is discarded.
 * What is there then is zeroes, so it goes no further than page 0 of itself.
 * Then it begins anew.
 */
void step_victim(struct cpu *cpu)
{
	static const u8 orders[] = { 0x05, 0x09, 0x0b, 0x0c, 0x01, 0x0e, 0x0e, 0x0e, 0x17, 0x15 };
	bool wild = has_flag(FLAG_WILD);
	unsigned int victim = below(cpu, MAX_CPUS);
	u8 *area = (u8 *)VICTIM_AREA;

	if (victim >= PARAMETERS->cpus || (wild ? victim == cpu->id : cpu->id || !victim))
		return;
	for (unsigned int i = below(cpu, 6); i--;)
		sigp(orders[below(cpu, ARRAY_SIZE(orders))], victim, (u64)shared_address(cpu));
	if (one_in(cpu, 4)) {
		sigp(0x0b, victim, 0);
		for (int page = 0; page < 2; page++) {
			essa(SET_STABLE, area + page * PAGE_SIZE);
			for (unsigned int i = 0; i < PAGE_SIZE; i++)
				area[page * PAGE_SIZE + i] = 0;
			essa(one_in(cpu, 4) ? SET_UNUSED : SET_VOLATILE, area + page * PAGE_SIZE);
		}
		sigp(0x0d, victim, (u64)area);
		pause_us(below(cpu, 300));
		sigp(0x06, victim, 0);
		pause_us(below(cpu, 1000));
		sigp(0x09, victim, 0);
		sigp(0x0b, victim, 0);
	}
	start_cpu(victim, cpu_main);
}
