// SPDX-License-Identifier: GPL-2.0
/* An instruction against every discard of its operands. */
#include "nullify.h"

#define NO_PAGE OPERAND_PAGES

/* How an operand lies in its two pages */
enum position { ENDS_WITH_PAGE, BEGINS_AT_END, HALF, ENDS_AT_BEGINNING, POSITIONS };

struct setting {
	const struct nullify *test;
	const struct places *places;
	bool execute;
	unsigned int offset[OPERANDS];
	/* Pages, a bit each: that operands lie in; that lie around them */
	unsigned int used, around;
	struct code code;
	struct insn insn;	/* as it begins */
	struct state state;
	u8 before[OPERAND_PAGES][PAGE_SIZE];

	/* What comes out without any discard */
	u64 r[14];
	unsigned int cc;
	struct state state_after;
	u8 after[OPERAND_PAGES][PAGE_SIZE];

	/* Of one attempt: to be discarded, and what still is */
	unsigned int lost, discarded;
	bool told;
};

/* Says first, once an attempt, what is attempted. */
#define wrong(s, ...)							\
	do {								\
		if (!(s)->told)						\
			fail("%spages 0x%x of operands at 0x%x 0x%x 0x%x discarded:", \
			     (s)->execute ? "executed, " : "", (s)->lost, \
			     (s)->offset[0], (s)->offset[1], (s)->offset[2]); \
		(s)->told = true;					\
		fail(__VA_ARGS__);					\
	} while (0)

static unsigned int length_of(const struct nullify *test, unsigned int operand)
{
	return operand == 0 ? test->first : operand == 1 ? test->second : test->third;
}

static u64 address_of(const struct setting *s, unsigned int operand)
{
	return s->places->virt[operand] + s->offset[operand];
}

/*
 * Storage and registers agree about what is done of an interruptible
 * instruction: what is done is as it will be in the end, the rest is as it was.
 */
static void check_progress(struct setting *s, unsigned int page, const u64 *r)
{
	unsigned int operand = page / 2, at = page % 2 * PAGE_SIZE, done = 0;

	if (operand == 0 && s->test->first)
		done = r[4] - s->insn.r[4];
	if (operand == 2 && s->test->flags & CHAINS && r[6] != s->insn.r[6])
		return;
	if (operand == 1 && s->test->flags & STORES_SECOND)
		done = r[6] - s->insn.r[6];
	if (done > length_of(s->test, operand))
		wrong(s, "%u bytes of %u are done", done, length_of(s->test, operand));
	if (!done && same_page(s->places->page[page], s->before[page]))
		return;
	done += s->offset[operand];
	for (unsigned int i = 0; i < PAGE_SIZE; i++) {
		u8 is = s->places->page[page][i];

		if (at + i < done && s->test->flags & VARIES)
			continue;
		if (is != (at + i < done ? s->after : s->before)[page][i]) {
			wrong(s, "page %u is wrong at 0x%x, by what is done", page, i);
			break;
		}
	}
}

static void check_unchanged(struct setting *s, const struct fault *fault)
{
	bool interruptible = s->test->flags & INTERRUPTIBLE;
	static struct state state;
	const char *differs;

	get_state(&state);
	differs = state_differs(&state, &s->state);
	if (differs)
		wrong(s, "%s was changed before the fault", differs);
	for (int i = 0; i < 14; i++) {
		if (fault->r[i] != s->insn.r[i] && !(interruptible && i >= 4 && i <= 7))
			wrong(s, "register %u was changed before the fault: 0x%lx", i,
			      fault->r[i]);
	}
	for (unsigned int i = 0; i < OPERAND_PAGES; i++) {
		/* To look into it would be a fault of our own. */
		if (s->discarded & 1 << i)
			continue;
		if (interruptible)
			check_progress(s, i, fault->r);
		else if (!same_page(s->places->page[i], s->before[i]))
			wrong(s, "page %u was changed before the fault", i);
	}
}

/* Called at the fault: nothing may have happened; restore the page. */
static bool at_fault(struct insn *insn)
{
	struct setting *s = insn->data;
	const struct fault *fault = &insn->fault;
	unsigned int found = NO_PAGE;
	u64 mask = s->insn.psw.mask;

	if (fault->code != PGM_DISCARD) {
		wrong(s, "program interruption 0x%x", fault->code);
		return false;
	}
	for (unsigned int i = 0; i < OPERAND_PAGES; i++) {
		if (s->discarded & s->used & 1 << i && fault->addr == (u64)s->places->page[i])
			found = i;
	}
	if (found == NO_PAGE) {
		wrong(s, "a fault at 0x%lx, which is no discarded page of an operand",
		      fault->addr);
		return false;
	}
	if (fault->old.addr != s->code.insn)
		wrong(s, "the old PSW is at 0x%lx, not at 0x%lx", fault->old.addr,
		      s->code.insn);
	if (s->test->flags & INTERRUPTIBLE)
		mask = (mask & ~PSW_CC) | (fault->old.mask & PSW_CC);
	if (fault->old.mask != mask)
		wrong(s, "the old PSW's mask is 0x%lx", fault->old.mask);
	if (fault->breaking_event == s->code.insn)
		wrong(s, "it is its own breaking event");
	check_unchanged(s, fault);

	if (essa(SET_STABLE, s->places->page[found]) != DISCARDED)
		wrong(s, "the page at fault was not discarded");
	if (!all_zero(s->places->page[found]))
		wrong(s, "a discarded page was not zero when made stable");
	copy_page(s->places->page[found], s->before[found]);
	s->discarded &= ~(1 << found);
	return true;
}

static void begin_attempt(struct setting *s, struct insn *insn)
{
	for (unsigned int i = 0; i < OPERAND_PAGES; i++)
		copy_page(s->places->page[i], s->before[i]);
	if (s->test->before)
		s->test->before();
	*insn = s->insn;
	set_state();
	get_state(&s->state);
}

/* What comes out without any discard. Returns: false if the CPU has no such thing. */
static bool run_undisturbed(struct setting *s)
{
	struct insn insn;

	s->lost = 0;
	s->told = false;
	begin_attempt(s, &insn);
	if (!run(&insn)) {
		if (insn.fault.code == PGM_OPERATION)
			return false;
		wrong(s, "program interruption 0x%x", insn.fault.code);
		return true;
	}
	get_state(&s->state_after);
	s->cc = insn.cc;
	for (int i = 0; i < 14; i++)
		s->r[i] = insn.out[i];
	for (int i = 0; i < OPERAND_PAGES; i++)
		copy_page(s->after[i], s->places->page[i]);
	return true;
}

static void run_with_discards(struct setting *s, unsigned int lost)
{
	static struct state state;
	unsigned int faults = 0;
	const char *differs;
	struct insn insn;
	bool ended;

	s->lost = lost;
	s->told = false;
	begin_attempt(s, &insn);
	insn.retry = at_fault;
	insn.data = s;
	s->discarded = lost | s->around;
	for (unsigned int i = 0; i < OPERAND_PAGES; i++) {
		faults += lost >> i & 1;
		if (s->discarded & 1 << i)
			essa(SET_VOLATILE, s->places->page[i]);
	}
	for (unsigned int i = 0; i < OPERAND_PAGES; i++) {
		if (s->discarded & 1 << i)
			discard(s->places->page[i]);
	}
	ended = run(&insn);
	get_state(&state);
	for (unsigned int i = 0; i < OPERAND_PAGES; i++)
		essa(SET_STABLE, s->places->page[i]);
	if (!ended)
		return;

	if (insn.faults != faults)
		wrong(s, "%u faults, not %u", insn.faults, faults);
	differs = state_differs(&state, &s->state_after);
	if (differs)
		wrong(s, "in the end %s is wrong", differs);
	for (int i = 0; i < 14; i++) {
		if (insn.out[i] != s->r[i] && !(s->test->varies & 1 << i))
			wrong(s, "in the end register %u is 0x%lx, not 0x%lx", i,
			      insn.out[i], s->r[i]);
	}
	if (insn.cc != s->cc)
		wrong(s, "in the end the condition code is %u, not %u", insn.cc, s->cc);
	for (unsigned int i = 0; i < OPERAND_PAGES; i++) {
		if (s->used & 1 << i && !(s->test->flags & VARIES) &&
		    !same_page(s->places->page[i], s->after[i]))
			wrong(s, "in the end page %u is wrong", i);
	}
}

/* Where an operand begins in its first page */
static unsigned int offset_of(const struct nullify *test, unsigned int operand,
			      enum position position)
{
	unsigned int length = length_of(test, operand), unit = test->align[operand] ?: 1;
	unsigned int units = (length + unit - 1) / unit;

	if (test->flags & WHOLE_PAGE)
		return 0;
	switch (position) {
	case BEGINS_AT_END:
		return PAGE_SIZE - unit;
	case HALF:
		return PAGE_SIZE - (units + 1) / 2 * unit;
	case ENDS_AT_BEGINNING:
		if (units > 1)
			return PAGE_SIZE - (units - 1) * unit;
		break;
	default:
		break;
	}
	return PAGE_SIZE - units * unit;
}

static bool at_position(struct setting *s, const enum position *position)
{
	static u8 image[OPERANDS][2 * PAGE_SIZE];
	const struct nullify *test = s->test;
	struct operands operands;

	s->used = 0;
	s->around = 0;
	for (int i = 0; i < OPERANDS; i++) {
		bool crosses;

		s->offset[i] = offset_of(test, i, position[i]);
		crosses = s->offset[i] + length_of(test, i) > PAGE_SIZE;
		if (length_of(test, i)) {
			s->used |= (crosses ? 3 : 1) << 2 * i;
			s->around |= (crosses ? 0 : 2) << 2 * i;
		}
	}
	if (test->flags & NO_ACCESS) {
		s->around |= s->used;
		s->used = 0;
	}
	s->code = place_code(test, address_of(s, 0), s->execute);

	for (int i = 0; i < 14; i++)
		s->insn.r[i] = 0x4000000000000000 + i * 0x0101010101010101;
	s->insn.r[2] = address_of(s, 0);
	s->insn.r[3] = address_of(s, 1);
	if (test->third)
		s->insn.r[1] = address_of(s, 2);
	s->insn.psw.addr = s->code.entry;
	/* The preamble makes the same condition code. */
	s->insn.psw.mask = PSW_64 | PSW_CC_1 | s->places->mask;

	for (int i = 0; i < OPERAND_PAGES; i++)
		fill(image[i / 2] + i % 2 * PAGE_SIZE, i);
	operands.first = image[0] + s->offset[0];
	operands.second = image[1] + s->offset[1];
	operands.third = image[2] + s->offset[2];
	operands.r = s->insn.r;
	if (test->prepare)
		test->prepare(&operands);
	for (int i = 0; i < OPERAND_PAGES; i++)
		copy_page(s->before[i], image[i / 2] + i % 2 * PAGE_SIZE);

	if (!run_undisturbed(s))
		return false;
	run_with_discards(s, s->used);
	for (unsigned int i = 0; i < OPERAND_PAGES; i++) {
		unsigned int one = s->used & 1 << i, others = s->used & ~one;

		if (one && others)
			run_with_discards(s, one);
		if (one && others & (others - 1))
			run_with_discards(s, others);
	}
	run_with_discards(s, 0);
	return true;
}

/* Every position of each operand, while the others lie in one page or in two */
static bool at_positions(struct setting *s)
{
	for (unsigned int operand = 0; operand < OPERANDS; operand++) {
		unsigned int last_offset = PAGE_SIZE;

		if (!length_of(s->test, operand))
			continue;
		for (int i = 0; i < POSITIONS; i++) {
			unsigned int offset = offset_of(s->test, operand, i);
			enum position position[OPERANDS] = { ENDS_WITH_PAGE, ENDS_WITH_PAGE,
							     ENDS_WITH_PAGE };

			if (offset == last_offset)
				continue;
			last_offset = offset;
			position[operand] = i;
			if (!at_position(s, position))
				return false;
			if (s->used == (s->used & 3U << 2 * operand))
				continue;
			for (unsigned int j = 0; j < OPERANDS; j++) {
				if (j != operand)
					position[j] = HALF;
			}
			at_position(s, position);
		}
	}
	return true;
}

static const struct places *own_places(void)
{
	static struct places own;

	if (!own.virt[0]) {
		u8 *pages = alloc_pages(OPERAND_PAGES + OPERANDS);

		/* The operands are not adjacent to each other. */
		for (int i = 0; i < OPERAND_PAGES; i++)
			own.page[i] = pages + (i + i / 2) * PAGE_SIZE;
		for (int i = 0; i < OPERANDS; i++)
			own.virt[i] = (u64)own.page[2 * i];
	}
	return &own;
}

void nullify(const struct nullify *test, const struct places *places)
{
	static struct setting setting;
	struct setting *s = &setting;
	const char *name = test->name ?: test->insn;

	begin(name);
	s->test = test;
	s->places = places ?: own_places();
	s->execute = false;
	if (!at_positions(s)) {
		skip(name, "no such instruction on this machine");
		return;
	}
	s->execute = true;
	if (test->stub && !(test->flags & NO_EXECUTE)) {
		at_position(s, (enum position []) { ENDS_WITH_PAGE, ENDS_WITH_PAGE,
						    ENDS_WITH_PAGE });
		at_position(s, (enum position []) { HALF, HALF, HALF });
	}
	end();
}

void nullify_all(const struct places *places)
{
	extern const struct nullify __start_insns[], __stop_insns[];

	for (const struct nullify *test = __start_insns; test < __stop_insns; test++)
		nullify(test, places);
}
