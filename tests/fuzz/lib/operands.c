// SPDX-License-Identifier: GPL-2.0
/*
 * Instructions whose operands are pages of known content in random states: run
 * on the pages, with each discard fault checked and served, then on their
 * shadows, which nothing can happen to. Registers, condition code, exception
 * and storage have to be the same.
 */
#include "fuzz.h"

#define PLACES 4	/* two pages for each of two operands */

STUB(fuzz_load_once, "lg %r4, 0(%r2)");
/* Ends with what is left of the length in %r9. */
STUB(fuzz_compare, "0: lg %r4, 0(%r8)\n"
     "   cg %r4, 0(%r10)\n"
     "   jne 1f\n"
     "   la %r8, 8(%r8)\n"
     "   la %r10, 8(%r10)\n"
     "   brctg %r9, 0b\n"
     "1:");

bool tables_fault;

struct attempt {
	struct cpu *cpu;
	const struct template *template;
	unsigned int page[PLACES];
	bool resumable;		/* no page is discarded after it was accessed */
	bool partial;		/* interruptible, and it was interrupted */
};

/*
 * Translation tables: everything one to one. The page table of the CPU's own
 * pages and the segment table above it are pages that may be volatile.
 */
#define SEGMENTS	(STORAGE_END >> 20)
#define COMMON_TABLES	(TABLE_BASE + 0x10000)
#define OWN_SEGMENT	(OWN_BASE >> 20)

static u64 *segment_table(unsigned int cpu)
{
	return (u64 *)(TABLE_BASE + cpu * 4 * PAGE_SIZE);
}

static u64 *own_table(unsigned int cpu)
{
	return segment_table(cpu) + PAGE_SIZE / 8;
}

static void fill_table(struct cpu *cpu, bool segments)
{
	for (unsigned int i = 0; i < PAGE_SIZE / 8; i++) {
		if (!segments)
			own_table(cpu->id)[i] = OWN_BASE + i * PAGE_SIZE;
		else if (i >= SEGMENTS)
			segment_table(cpu->id)[i] = 0x20;
		else
			segment_table(cpu->id)[i] = COMMON_TABLES + i * 2048;
	}
	if (segments)
		for (unsigned int i = 0; i < 2; i++)
			segment_table(cpu->id)[OWN_SEGMENT + i] =
				(u64)own_table(cpu->id) + i * 2048;
}

void make_tables(struct cpu *cpu)
{
	if (!cpu->id)
		for (u64 i = 0; i < SEGMENTS * 256; i++)
			((u64 *)COMMON_TABLES)[i] = i * PAGE_SIZE;
	essa(SET_STABLE, segment_table(cpu->id));
	essa(SET_STABLE, own_table(cpu->id));
	fill_table(cpu, true);
	fill_table(cpu, false);
	/* 512 entries */
	set_control(1, (u64)segment_table(cpu->id));
}

/*
 * A discarded table is a discard fault. One that were zeroes would map to frame 0,
 * so that is found out before any is.
 */
void probe_tables(void)
{
	u64 *table = own_table(0);
	struct insn insn = { .psw = { PSW_64 | PSW_DAT, (u64)stub_fuzz_load_once } };

	insn.r[2] = OWN_BASE;
	essa(SET_VOLATILE, table);
	/* Other policies than "always" may spare it. */
	if (wait_for(table, DISCARDED, 200)) {
		tables_fault = !run(&insn) && insn.fault.code == PGM_DISCARD &&
			       insn.fault.addr == (u64)table;
		if (!tables_fault)
			complain(&cpus[0], "a discarded table does not fault", (u64)table,
				 insn.fault.code, insn.fault.addr);
	}
	essa(SET_STABLE, table);
	fill_table(&cpus[0], false);
}

static bool restore_table(struct cpu *cpu, u64 address)
{
	for (int segments = 0; segments < 2; segments++) {
		u64 *table = segments ? segment_table(cpu->id) : own_table(cpu->id);

		if (address == (u64)table) {
			if (essa(SET_STABLE, table) != DISCARDED)
				complain(cpu, "a table at fault was not discarded", address, 0, 0);
			fill_table(cpu, segments);
			return true;
		}
	}
	return false;
}

static void fuzz_tables(struct cpu *cpu)
{
	if (!tables_fault || !one_in(cpu, 4))
		return;
	for (int segments = 0; segments < 2; segments++) {
		u64 *table = segments ? segment_table(cpu->id) : own_table(cpu->id);
		u64 was = essa(SET_UNLESS_DISCARDED, table);

		if (was == DISCARDED) {
			essa(SET_STABLE, table);
			fill_table(cpu, segments);
		}
		if (one_in(cpu, 2))
			essa(SET_VOLATILE, table);
	}
}

/* Whether a change before a fault was seen in any page that cannot be discarded */
static void check_nothing_done(struct attempt *attempt)
{
	struct cpu *cpu = attempt->cpu;

	for (int i = 0; i < PLACES; i++) {
		u8 *page = own_page(cpu->id, attempt->page[i]);

		if (cpu->model[attempt->page[i]].usage == STABLE &&
		    !same_page(page, page + SHADOW))
			complain(cpu, "something was stored before the fault", (u64)page, i, 0);
	}
	/* A fetch may fault at a later instruction than the first. */
	if (cpu->insn.fault.old.addr != cpu->insn.psw.addr) {
		if (attempt->template->stub)
			complain(cpu, "the old PSW is not at the instruction",
				 cpu->insn.fault.old.addr, cpu->insn.psw.addr, 0);
		return;
	}
	for (int i = 0; i < 14; i++)
		if (cpu->insn.fault.r[i] != cpu->insn.r[i])
			complain(cpu, "a register has changed before the fault", i,
				 cpu->insn.fault.r[i], cpu->insn.r[i]);
}

/* At a discard fault: see that it is right, and make the page anew. */
static bool at_fault(struct insn *insn)
{
	struct attempt *attempt = insn->data;
	struct cpu *cpu = attempt->cpu;

	if (insn->fault.code != PGM_DISCARD)
		return false;
	cpu->faults++;
	if (insn->faults > 1000) {
		complain(cpu, "no end of faults", insn->fault.addr, insn->fault.old.addr, 0);
		return false;
	}
	if (restore_table(cpu, insn->fault.addr))
		return true;
	if (!(attempt->template->flags & INSN_PARTIAL))
		check_nothing_done(attempt);
	for (int i = 0; i < PLACES; i++) {
		unsigned int page = attempt->page[i];

		if (insn->fault.addr != (u64)own_page(cpu->id, page))
			continue;
		own_lost(cpu, page);
		own_essa(cpu, page, GET);
		if (attempt->template->flags & INSN_PARTIAL && !attempt->resumable) {
			attempt->partial = true;
			return false;
		}
		own_essa(cpu, page, SET_STABLE);
		return true;
	}
	complain(cpu, "a discard fault for another page", insn->fault.addr, insn->fault.old.addr, 0);
	return false;
}

/* The shadows need the tables too. */
static bool at_table_fault(struct insn *insn)
{
	struct attempt *attempt = insn->data;

	return insn->fault.code == PGM_DISCARD &&
	       restore_table(attempt->cpu, insn->fault.addr);
}

void set_registers(struct cpu *cpu, struct insn *insn, u64 first, u64 second)
{
	static const u32 lengths[] = { 0, 1, 7, 8, 16, 255, 256, 257, 2048, 4000 };

	for (int i = 0; i < 14; i++)
		insn->r[i] = random64(cpu);
	/* Function codes and terminators: what most instructions accept */
	insn->r[0] = one_in(cpu, 2) ? 0 : below(cpu, 256);
	insn->r[2] = insn->r[8] = first;
	insn->r[3] = insn->r[10] = second;
	insn->r[9] = one_in(cpu, 2) ? lengths[below(cpu, ARRAY_SIZE(lengths))] : below(cpu, 4096);
	insn->r[11] = one_in(cpu, 2) ? insn->r[9] :
		      lengths[below(cpu, ARRAY_SIZE(lengths))];
	/* MVCL's padding byte */
	insn->r[11] |= (u64)below(cpu, 256) << 24;
}

/* Equal, and still in whatever state it was; or discarded meanwhile */
static void compare_in_place(struct cpu *cpu, unsigned int page)
{
	u8 *address = own_page(cpu->id, page);
	struct insn insn = { 0 };

	insn.r[8] = (u64)address;
	insn.r[10] = (u64)address + SHADOW;
	insn.r[9] = PAGE_SIZE / 8;
	if (!run_at(&insn, stub_fuzz_compare, 0, 0)) {
		if (insn.fault.code != PGM_DISCARD || insn.fault.addr != (u64)address)
			complain(cpu, "an exception when its pages are read", insn.fault.code,
				 insn.fault.addr, 0);
		else
			own_lost(cpu, page);
	} else if (insn.out[9]) {
		complain(cpu, "what it stored is wrong", insn.out[8], insn.out[4], 0);
	}
}

static void compare_registers(struct attempt *attempt, const struct insn *is,
			      const struct insn *should)
{
	for (int i = 0; i < 14; i++)
		if (is->out[i] != should->out[i] && is->out[i] + SHADOW != should->out[i])
			complain(attempt->cpu, "a register is wrong", i, is->out[i], should->out[i]);
	if (is->cc != should->cc)
		complain(attempt->cpu, "the condition code is wrong", is->cc, should->cc, 0);
}

static void set_states(struct cpu *cpu, struct attempt *attempt)
{
	static const u8 ops[] = { SET_VOLATILE, SET_VOLATILE, SET_VOLATILE, SET_POT_VOLATILE,
				  SET_STABLE, SET_RESIDENT, SET_NODAT, SET_UNLESS_DISCARDED };

	for (int i = 0; i < PLACES; i++) {
		u8 op = ops[below(cpu, ARRAY_SIZE(ops))];

		if (one_in(cpu, 3))
			continue;
		own_essa(cpu, attempt->page[i], op);
		if (op == SET_POT_VOLATILE)
			own_set_key(cpu, attempt->page[i]);
	}
	/* Time for the host to drop them */
	if (one_in(cpu, 4))
		pause_us(below(cpu, 300));
	/*
	 * What an interruptible instruction has done to a page before that is
	 * discarded nobody knows; so let them be discarded before it, or not at all.
	 */
	attempt->resumable = attempt->template->flags & INSN_PARTIAL && one_in(cpu, 2);
	for (int i = 0; attempt->resumable && i < PLACES; i++)
		if (cpu->model[attempt->page[i]].usage != STABLE)
			own_essa(cpu, attempt->page[i], SET_UNLESS_DISCARDED);
}

static u64 random_mask(struct cpu *cpu)
{
	u64 mask = one_in(cpu, 4) ? 0x80000000 : PSW_64;

	if (one_in(cpu, 4)) {
		fuzz_tables(cpu);
		mask |= PSW_DAT;
	}
	/* External and I/O interruptions */
	if (one_in(cpu, 4))
		mask |= 0x0300000000000000;
	return mask | (u64)below(cpu, 4) << 44;
}

static unsigned int random_offset(struct cpu *cpu, unsigned int length, unsigned int align)
{
	/* At the end of the first page, and across it, or anywhere */
	unsigned int offset = one_in(cpu, 2) ? below(cpu, PAGE_SIZE) :
			      PAGE_SIZE - below(cpu, length + 1);

	return align ? offset & ~(align - 1) : offset;
}

static void finish(struct attempt *attempt, struct insn *is, bool done)
{
	const struct template *template = attempt->template;
	struct cpu *cpu = attempt->cpu;
	struct insn should = { .psw = is->psw, .data = attempt, .retry = at_table_fault };
	bool should_be_done;

	for (int i = 0; i < 14; i++) {
		bool ours = (i <= 3 || i == 8 || i == 10) &&
			    is->r[i] >= OWN_BASE && is->r[i] < OWN_END;

		should.r[i] = is->r[i] + (ours ? SHADOW : 0);
	}
	should_be_done = run(&should);
	if (done != should_be_done)
		complain(cpu, "an exception with only one of page and shadow",
			 done ? 0 : is->fault.code, should_be_done ? 0 : should.fault.code, 0);
	else if (!done && is->fault.code != should.fault.code)
		complain(cpu, "the exception is wrong", is->fault.code, should.fault.code, 0);
	else if (done && !(template->flags & INSN_VARIES))
		compare_registers(attempt, is, &should);
}

/* The pages hold what the instruction made of them; now the shadows are to. */
static void copy_to_shadow(struct attempt *attempt)
{
	struct cpu *cpu = attempt->cpu;

	for (int i = 0; i < PLACES; i++) {
		u8 *page = own_page(cpu->id, attempt->page[i]);

		if (essa(SET_UNLESS_DISCARDED, page) == DISCARDED) {
			own_essa(cpu, attempt->page[i], SET_STABLE);
			continue;
		}
		copy_page(page + SHADOW, page);
		model_stable(&cpu->model[attempt->page[i]]);
	}
}

void step_operands(struct cpu *cpu)
{
	const struct template *template = &templates[below(cpu, template_count)];
	unsigned int first = below(cpu, OWN_BLOCKS), second = below(cpu, OWN_BLOCKS);
	struct attempt attempt = { .cpu = cpu, .template = template };
	struct insn *insn = &cpu->insn;
	static u8 before[MAX_CPUS][PLACES][PAGE_SIZE];
	bool done;

	cpu->doing = template->name;
	if (one_in(cpu, 8))
		second = first;
	for (int i = 0; i < PLACES; i++)
		attempt.page[i] = (i < 2 ? first : second) * 2 + i % 2;
	set_registers(cpu, insn,
		      (u64)own_page(cpu->id, first * 2) +
		      random_offset(cpu, template->first, template->align),
		      (u64)own_page(cpu->id, second * 2) +
		      random_offset(cpu, template->second, template->align));
	for (int i = 0; i < PLACES; i++)
		if (template->prepare || cpu->model[attempt.page[i]].unknown ||
		    cpu->model[attempt.page[i]].usage == UNUSED)
			own_settle(cpu, attempt.page[i]);
	if (template->prepare) {
		template->prepare(cpu, (u8 *)insn->r[2] + SHADOW, (u8 *)insn->r[3] + SHADOW,
				  insn->r);
		for (int i = 0; i < PLACES; i++)
			copy_page(own_page(cpu->id, attempt.page[i]),
				  own_page(cpu->id, attempt.page[i]) + SHADOW);
	}
	set_states(cpu, &attempt);
	for (int i = 0; i < PLACES; i++)
		if (cpu->model[attempt.page[i]].usage == POT_VOLATILE)
			copy_page(before[cpu->id][i],
				  own_page(cpu->id, attempt.page[i]) + SHADOW);

	insn->psw.mask = random_mask(cpu);
	insn->psw.addr = (u64)template->stub;
	insn->retry = at_fault;
	insn->data = &attempt;
	done = run(insn);
	insn->retry = NULL;
	cpu->runs++;

	if (attempt.partial) {
		/* Who knows how far it came? */
		for (int i = 0; i < PLACES; i++)
			own_anew(cpu, attempt.page[i]);
		return;
	}
	if (done && template->flags & INSN_VARIES) {
		copy_to_shadow(&attempt);
		return;
	}
	finish(&attempt, insn, done);
	for (int i = 0; i < PLACES; i++) {
		unsigned int page = attempt.page[i];
		struct model *model = &cpu->model[page];

		if (model->usage == POT_VOLATILE &&
		    !same_page(before[cpu->id][i], own_page(cpu->id, page) + SHADOW))
			model->keep = true;
		if (!model->discarded)
			compare_in_place(cpu, page);
		if (one_in(cpu, 4))
			own_essa(cpu, page, one_in(cpu, 2) ? SET_STABLE : SET_UNLESS_DISCARDED);
	}
}

/* Instructions in such a page: a load and a way back */
void step_fetch(struct cpu *cpu)
{
	static const struct template fetch = { "instruction fetch" };
	unsigned int block = below(cpu, OWN_BLOCKS) * 2;
	struct attempt attempt = { .cpu = cpu, .template = &fetch };
	u8 *at = own_page(cpu->id, block) + (random_offset(cpu, 8, 2) & ~1u);
	u16 value = random64(cpu) >> 48;
	struct insn *insn = &cpu->insn;
	/* lghi %r4,VALUE; sam64; br %r14 */
	const u16 code[] = { 0xa749, value, 0x010e, 0x07fe };

	cpu->doing = fetch.name;
	for (int i = 0; i < PLACES; i++) {
		attempt.page[i] = block + i % 2;
		own_settle(cpu, attempt.page[i]);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(code); i++)
		((u16 *)(at + SHADOW))[i] = ((u16 *)at)[i] = code[i];
	set_states(cpu, &attempt);
	set_registers(cpu, insn, (u64)at, (u64)at);
	insn->psw.mask = random_mask(cpu);
	insn->psw.addr = (u64)at;
	insn->retry = at_fault;
	insn->data = &attempt;
	for (unsigned int again = below(cpu, 3) + 1; again--;) {
		if (!run(insn))
			complain(cpu, "an exception", insn->fault.code, insn->fault.old.addr,
				 insn->fault.addr);
		else if (insn->out[4] != (u64)(s64)(int16_t)value)
			complain(cpu, "other instructions are executed than are there", (u64)at,
				 insn->out[4], value);
		if (again)
			set_states(cpu, &attempt);
	}
	insn->retry = NULL;
	cpu->runs++;
}
