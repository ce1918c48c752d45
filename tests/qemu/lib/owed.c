// SPDX-License-Identifier: GPL-2.0
/* Pages in each state, and what the guest is owed of them. */
#include "owed.h"

#define RECORD		(47UL << 20)
#define PAGES_START	(48UL << 20)
#define PAGES		512
#define MAGIC		0x6f776564206f776eUL

/* Long enough for two looks of the lender at its usual pace */
#define SETTLE_MS	500

STUB(owed_load, "lg %r4, 0(%r2)");

extern u8 essa_stubs[];

struct owed_record *const owed = (struct owed_record *)RECORD;

/* Neighbours differ, so that nothing can be lent or kept by whole ranges. */
static const struct {
	const char *name;
	unsigned int op;
	u64 usage;
	bool unchanged;		/* by its storage key */
} kinds[] = {
	{ "stable", SET_STABLE, STABLE },
	{ "stable, no DAT", SET_NODAT, STABLE },
	{ "volatile", SET_VOLATILE, VOLATILE },
	{ "unused", SET_UNUSED, UNUSED },
	{ "volatile", SET_VOLATILE, VOLATILE },
	{ "potentially volatile", SET_POT_VOLATILE, POT_VOLATILE },
	{ "potentially volatile, unchanged", SET_POT_VOLATILE, POT_VOLATILE, true },
};

static u8 *page_at(unsigned int i)
{
	return (u8 *)(PAGES_START + i * PAGE_SIZE);
}

static unsigned int kind_of(unsigned int i)
{
	return i % ARRAY_SIZE(kinds);
}

static bool may_be_discarded(unsigned int i)
{
	return kinds[kind_of(i)].usage >= POT_VOLATILE;
}

bool owed_before(void)
{
	return owed->magic == MAGIC;
}

static unsigned int op_of(unsigned int i)
{
	unsigned int op = kinds[kind_of(i)].op;

	return op == SET_NODAT && !facility(147) ? SET_STABLE : op;
}

static void make(unsigned int i)
{
	fill(page_at(i), i);
	/* SSKE */
	if (kinds[kind_of(i)].unchanged)
		asm volatile(".insn rrf, 0xb22b0000, %0, %1, 0, 0" : : "d" (0), "a" (page_at(i)));
	essa(op_of(i), page_at(i));
}

/* essa() does not tell. */
static bool is_nodat(unsigned int i)
{
	u64 (*get)(u64 unused, void *page) = (void *)essa_stubs;

	return get(0, page_at(i)) & 0x20;
}

/* A host that drops pages at once has dropped them all when this is over. */
static void settle(void)
{
	u64 deadline = now_us() + SETTLE_MS * 1000;

	owed->lending = 0;
	for (unsigned int i = 0; i < PAGES; i++) {
		owed->discarded[i] = 0;
		if (kinds[kind_of(i)].usage != VOLATILE)
			continue;
		while (essa(GET, page_at(i)) != DISCARDED && now_us() < deadline)
			;
	}
	for (unsigned int i = 0; i < PAGES; i++) {
		u64 state = essa(GET, page_at(i));

		owed->discarded[i] = state == DISCARDED;
		owed->lending |= state == DISCARDED || state == (UNUSED | ZERO);
	}
}

void owed_set_up(void)
{
	essa(SET_STABLE, owed);
	if (!owed_before())
		owed->lives = owed->note = 0;
	owed->magic = MAGIC;
	owed->lives++;
	owed->valid = false;
	for (unsigned int i = 0; i < PAGES; i++)
		make(i);
	settle();
	owed->valid = true;
}

/* A page that is or may be discarded: its content, or the fault */
static void check_fault(unsigned int i)
{
	struct insn insn = { 0 };
	u8 *page = page_at(i);
	u64 was;

	if (run_at(&insn, stub_owed_load, (u64)page, 0)) {
		if (owed->discarded[i])
			fail("page %u: was discarded, and reads 0x%lx without a fault",
			     i, insn.out[4]);
		else if (!intact(page, i))
			fail("page %u: not what was written, and no fault", i);
		return;
	}
	if (insn.fault.code != PGM_DISCARD || insn.fault.addr != (u64)page ||
	    insn.fault.old.addr != (u64)stub_owed_load)
		fail("page %u: program interruption 0x%x at 0x%lx, trans_exc_code 0x%lx",
		     i, insn.fault.code, insn.fault.old.addr, insn.fault.addr);
	was = essa(SET_STABLE, page);
	if (was != DISCARDED)
		fail("page %u: state 0x%lx after the fault", i, was);
	if (!all_zero(page))
		fail("page %u: not zero after a discard", i);
}

static void check_page(unsigned int i)
{
	u64 usage = kinds[kind_of(i)].usage, state = state_of(page_at(i));
	bool good = (state & USAGE) == usage;

	if (owed->discarded[i])
		good = state == DISCARDED;
	else if (may_be_discarded(i))
		good |= state == DISCARDED;
	/* The host that finds it changed may make it stable. */
	if (usage == POT_VOLATILE)
		good |= state == STABLE;
	if (!good)
		fail("page %u, %s%s: state 0x%lx", i, kinds[kind_of(i)].name,
		     owed->discarded[i] ? " and discarded" : "", state);
	if (is_nodat(i) != (op_of(i) == SET_NODAT))
		fail("page %u, %s: the no-DAT bit is wrong", i, kinds[kind_of(i)].name);
	if (may_be_discarded(i)) {
		check_fault(i);
		return;
	}
	/* What an unused page holds is open, but it is one thing or the other. */
	essa(SET_STABLE, page_at(i));
	if (!intact(page_at(i), i) && (usage == STABLE || !all_zero(page_at(i))))
		fail("page %u, %s: not what was written", i, kinds[kind_of(i)].name);
}

void owed_check(void)
{
	u64 lending = owed->lending;

	owed->valid = false;
	for (unsigned int i = 0; i < PAGES; i++) {
		check_page(i);
		make(i);
	}
	settle();
	owed->valid = true;
	if (lending && !owed->lending)
		fail("pages are not lent any more");
}

void owed_check_reset(void)
{
	u64 lending = owed->lending;

	for (unsigned int i = 0; i < PAGES; i++) {
		bool zero, whole, good;
		const u8 *page = page_at(i);
		u64 state = state_of(page_at(i));

		if ((state & USAGE) != STABLE) {
			fail("page %u, %s: state 0x%lx", i, kinds[kind_of(i)].name, state);
			/* Not to be run into by looking at it */
			essa(SET_STABLE, page_at(i));
		}
		if (is_nodat(i))
			fail("page %u: the no-DAT bit is left", i);
		zero = all_zero(page);
		whole = intact(page, i);
		switch (kinds[kind_of(i)].usage) {
		case STABLE:
			good = whole;
			break;
		case UNUSED:
			good = zero || (whole && !lending);
			break;
		default:
			good = zero || (whole && !owed->discarded[i]);
		}
		if (!good)
			fail("page %u, %s: %s", i, kinds[kind_of(i)].name,
			     zero ? "is zero" : whole ? "has its content" : "is neither");
	}
}

/*
 * The restart goes on where wait_for_restart() was called from, even if it
 * comes while the readiness for it is still being said.
 */
asm(".pushsection .text\n"
    "wait_for_restart:\n"
    "	stmg	%r6, %r15, 48(%r15)\n"
    "	larl	%r1, waiting_stack\n"
    "	stg	%r15, 0(%r1)\n"
    "	aghi	%r15, -160\n"
    "	brasl	%r14, say_ready\n"
    "	larl	%r1, waiting_psw\n"
    "	lpswe	0(%r1)\n"
    "restarted:\n"
    "	larl	%r1, waiting_stack\n"
    "	lg	%r15, 0(%r1)\n"
    "	lmg	%r6, %r15, 48(%r15)\n"
    "	br	%r14\n"
    ".popsection\n"
    ".pushsection .data\n"
    "	.balign	8\n"
    "waiting_stack:\n"
    "	.quad	0\n"
    "waiting_psw:\n"			/* open, so that it is no panic */
    "	.quad	0x0102000180000000, 0\n"
    ".popsection\n");
extern const char restarted[];
void wait_for_restart(void);
void say_ready(void);

void say_ready(void)
{
	say("ready");
}

void wait_for_host(void)
{
	u8 *prefix;

	asm("lghi %0, 0" : "=d" (prefix));
	*(struct psw *)(prefix + LC_RESTART_NEW) = (struct psw) { PSW_64, (u64)restarted };
	wait_for_restart();
}
