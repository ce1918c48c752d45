// SPDX-License-Identifier: GPL-2.0
/* Pages of which it is known at any time what they must be and hold. */
#include "tracked.h"

#define GOLDEN		0x9e3779b97f4a7c15UL
#define NODAT		0x20
#define MAX_CPUS	2
#define KEPT		5

STUB(tracked_load, "lg %r4, 0(%r2)");
STUB(tracked_touch, "lg %r4, 0(%r2)\nstg %r4, 0(%r2)");

extern u8 essa_stubs[];

static struct {
	u64 count;
	struct {
		const char *what;
		struct tracked page;
		u64 is, should;
	} first[KEPT];
} complaints[MAX_CPUS];

static unsigned int this_cpu(void)
{
	u16 cpu;

	asm volatile("stap %0" : "=Q" (cpu));
	return cpu;
}

static void complain(const struct tracked *t, const char *what, u64 is, u64 should)
{
	unsigned int cpu = this_cpu();
	u64 n = complaints[cpu].count++;

	if (n < KEPT) {
		complaints[cpu].first[n].what = what;
		complaints[cpu].first[n].page = *t;
		complaints[cpu].first[n].is = is;
		complaints[cpu].first[n].should = should;
	}
}

void tell_complaints(void)
{
	for (int cpu = 0; cpu < MAX_CPUS; cpu++) {
		for (unsigned int i = 0; i < KEPT && i < complaints[cpu].count; i++) {
			struct tracked *t = &complaints[cpu].first[i].page;

			fail("page 0x%lx (usage 0x%x%s%s%s): %s: 0x%lx, not 0x%lx", (u64)t->page,
			     t->usage, t->nodat ? ", no DAT" : "", t->clean ? ", clean" : "",
			     t->vague ? ", was unused" : "", complaints[cpu].first[i].what,
			     complaints[cpu].first[i].is, complaints[cpu].first[i].should);
		}
		if (complaints[cpu].count)
			fail("CPU %u: %lu complaints", cpu, complaints[cpu].count);
		complaints[cpu].count = 0;
	}
}

/* Word 0 tells the whole: GOLDEN is odd, so the product can be undone. */
static u64 word_of(u64 id, unsigned int word)
{
	return id ? (id << 9 | word) * GOLDEN : 0;
}

static u64 id_of(u64 word)
{
	u64 inverse = GOLDEN;

	for (int i = 0; i < 5; i++)
		inverse *= 2 - GOLDEN * inverse;
	return word * inverse >> 9;
}

void put_content(u64 *page, u64 id)
{
	for (unsigned int i = 0; i < PAGE_SIZE / 8; i++)
		page[i] = word_of(id, i);
}

u64 get_content(const u64 *page)
{
	u64 id = id_of(page[0]);

	for (unsigned int i = 0; i < PAGE_SIZE / 8; i++) {
		if (page[i] != word_of(id, i))
			return ~0UL;
	}
	return id;
}

/* With the no-DAT bit, which essa() hides */
static u64 raw_essa(unsigned int op, void *page)
{
	u64 (*stub)(u64 unused, void *page) = (void *)(essa_stubs + op * 6);

	return stub(~0UL, page);
}

static u64 new_id(struct tracked *t)
{
	static u64 generation[MAX_CPUS];

	return ++generation[this_cpu()] << 24 | (u64)t->page / PAGE_SIZE;
}

void rewrite(struct tracked *t)
{
	operate(t, SET_STABLE);
	t->id = new_id(t);
	t->vague = t->clean = false;
	put_content(t->page, t->id);
}

void track(struct tracked *t, void *page)
{
	raw_essa(SET_STABLE, page);
	*t = (struct tracked) { .page = page };
	t->id = new_id(t);
	put_content(t->page, t->id);
}

/* What a page may be reported as, beyond what it was last set to */
static bool plausible(const struct tracked *t, u64 state)
{
	bool zero = (state & CONTENT) == ZERO;

	if (state & ~(u64)(USAGE | CONTENT))
		return false;
	switch (t->usage) {
	case STABLE:
		return (state & USAGE) == STABLE && (!zero || !t->id);
	case POT_VOLATILE:
		/* Evicted: changed, and stable now; or not, and discarded */
		if ((state & USAGE) == STABLE)
			return !zero;
		return state == POT_VOLATILE || (state == DISCARDED && t->clean);
	case VOLATILE:
		if (t->gone)
			return state == DISCARDED;
		/* fallthrough */
	default:
		return (state & USAGE) == t->usage && (zero || !(state & CONTENT));
	}
}

/* Takes note of a state that has been reported; returns it. */
static u64 note(struct tracked *t, u64 state)
{
	if (!!(state & NODAT) != t->nodat)
		complain(t, "no-DAT attribute", state, t->nodat ? NODAT : 0);
	state &= ~(u64)NODAT;
	if (!plausible(t, state))
		complain(t, "state", state, t->usage);
	t->usage = state & USAGE;
	t->gone = state == DISCARDED;
	if ((state & CONTENT) == ZERO) {
		t->id = 0;
		t->vague = false;
	}
	return state;
}

/* Nothing but a look can tell what an unused page holds when it is stable. */
static void settle(struct tracked *t)
{
	if (t->vague) {
		u64 id = get_content(t->page);

		if (id && id != t->id)
			complain(t, "unused, now stable: content", id, t->id);
		t->id = id;
		t->vague = false;
	}
}

void operate(struct tracked *t, unsigned int op)
{
	u64 was;

	if (op == SET_NODAT && !facility(147))
		op = SET_STABLE;
	was = note(t, raw_essa(op, t->page));
	if (op == GET || (op == SET_UNLESS_DISCARDED && was == DISCARDED))
		return;
	t->gone = false;
	if (op == SET_STABLE || op == SET_NODAT)
		t->nodat = op == SET_NODAT;
	switch (op) {
	case SET_UNUSED:
		t->usage = UNUSED;
		t->vague = true;
		break;
	case SET_VOLATILE:
		t->usage = VOLATILE;
		break;
	case SET_POT_VOLATILE:
		t->usage = (was & CONTENT) == ZERO ? VOLATILE : POT_VOLATILE;
		/* On a page that has been swapped out it decides at once. */
		if ((was & CONTENT) == PRESERVED)
			note(t, raw_essa(GET, t->page));
		break;
	default:
		t->usage = STABLE;
		settle(t);
	}
}

u64 look(struct tracked *t)
{
	return note(t, raw_essa(GET, t->page));
}

/* After an instruction was given up: the discard that is owed, and anew */
static void take_fault(struct tracked *t, const struct insn *insn)
{
	if (insn->fault.code != PGM_DISCARD)
		complain(t, "program interruption", insn->fault.code, PGM_DISCARD);
	else if (insn->fault.addr != (u64)t->page)
		complain(t, "trans_exc_code", insn->fault.addr, (u64)t->page);
	if (t->usage != VOLATILE && !(t->usage == POT_VOLATILE && t->clean))
		complain(t, "a fault, usage", t->usage, VOLATILE);
	if (look(t) != DISCARDED)
		complain(t, "state after a fault", look(t), DISCARDED);
	rewrite(t);
}

void load(struct tracked *t, unsigned int word)
{
	bool may_be_zero = t->vague || t->usage == UNUSED;
	struct insn insn = { 0 };

	if (!run_at(&insn, stub_tracked_load, (u64)&t->page[word], 0))
		take_fault(t, &insn);
	else if (insn.out[4] != word_of(t->id, word) && !(may_be_zero && !insn.out[4]))
		complain(t, "a word of it", insn.out[4], word_of(t->id, word));
}

void touch(struct tracked *t)
{
	struct insn insn = { 0 };

	if (run_at(&insn, stub_tracked_touch, (u64)t->page, 0))
		t->clean = false;
	else
		take_fault(t, &insn);
}

void release(struct tracked *t)
{
	asm volatile("diag %0, %0, 0x10" : : "d" (t->page) : "memory");
	*t = (struct tracked) { .page = t->page, .clean = t->clean };
}

void clear_key(struct tracked *t)
{
	asm volatile("sske %0, %1" : : "d" (0), "a" (t->page) : "memory");
	t->clean = true;
}

void verify(struct tracked *t)
{
	u64 usage = t->usage, id;

	look(t);
	load(t, 0);
	operate(t, SET_UNLESS_DISCARDED);
	if (t->usage == STABLE) {
		id = get_content(t->page);
		if (id != t->id)
			complain(t, "content", id, t->id);
	}
	/* As it was: with an attribute that only operation 1 takes away */
	if (usage == UNUSED)
		operate(t, SET_UNUSED);
	else if (usage >= POT_VOLATILE)
		operate(t, usage == VOLATILE ? SET_VOLATILE : SET_POT_VOLATILE);
}
