// SPDX-License-Identifier: GPL-2.0
/*
 * The change bit with two CPUs: what one has stored is not lost because the
 * other has cleared the key before, or reads the page at the same time. To be
 * run with policy "always" and no interval.
 */
#include "essa.h"

#define RUN_MS	1500

STUB(load, "lg %r4, 0(%r2)");
STUB(store, "stg %r4, 0(%r2)");

static u64 *page;
static volatile u64 offered, answered, number;
static volatile bool stored, stop;
static volatile u64 odd;

static void set_key(u64 key)
{
	asm volatile("sske %0, %1" : : "d" (key), "a" (page) : "memory");
}

/* Stores once for each offer: into a page that is clean, and may be dropped. */
static void store_on_1(void)
{
	struct insn insn = { 0 };

	for (u64 seen = 0; !stop; ) {
		if (offered == seen)
			continue;
		seen = offered;
		barrier();
		insn.r[4] = number;
		stored = run_at(&insn, stub_store, (u64)page, 0);
		if (!stored && insn.fault.code != PGM_DISCARD)
			odd = insn.fault.code;
		/* What its TLB holds now is from a changed page. */
		barrier();
		answered = seen;
	}
}

static void play(const char *name, bool also_load)
{
	u64 until = now_us() + RUN_MS * 1000, rounds = 0, kept = 0;
	struct insn insn = { 0 };

	begin(name);
	page = alloc_pages(1);
	offered = answered = odd = 0;
	stop = false;
	start_cpu(1, store_on_1);
	while (now_us() < until) {
		u64 was;

		essa(SET_STABLE, page);
		*page = 1;
		set_key(0);
		essa(SET_POT_VOLATILE, page);
		number = 2 + rounds++;
		barrier();
		offered = rounds;
		for (volatile int delay = rounds % 50; also_load && delay; delay--)
			;
		while (answered != rounds) {
			if (also_load && !run_at(&insn, stub_load, (u64)page, 0) &&
			    insn.fault.code != PGM_DISCARD)
				odd = insn.fault.code;
		}
		barrier();
		/* The host may look at it now and then. */
		for (volatile int delay = rounds % 64 ? 0 : 20000; delay; delay--)
			;
		was = essa(SET_UNLESS_DISCARDED, page);
		if (stored && was == DISCARDED)
			fail("round %lu: what was stored is discarded", rounds);
		else if (stored && *page != number)
			fail("round %lu: %lu instead of %lu", rounds, *page, number);
		else if (!stored && was != DISCARDED)
			fail("round %lu: a fault, and the state is 0x%lx", rounds, was);
		kept += stored;
	}
	stop = true;
	await_cpu(1);
	if (odd)
		fail("program interruption 0x%lx", odd);
	if (!kept)
		fail("nothing was stored");
	essa(SET_STABLE, page);
	say("# %lu rounds, %lu kept", rounds, kept);
	end();
}

/* The bits that two CPUs set at the same time are both set. */
static volatile u64 turn, done;

static void change_on_1(void)
{
	for (u64 seen = 0; !stop; ) {
		if (turn == seen)
			continue;
		seen = turn;
		*(volatile u64 *)page = seen;
		barrier();
		done = seen;
	}
}

static void test_both_bits(void)
{
	u64 until = now_us() + RUN_MS * 1000, lost = 0, key;

	begin("a load on one CPU does not undo the change bit of a store on the other");
	page = alloc_pages(1);
	turn = done = 0;
	stop = false;
	start_cpu(1, change_on_1);
	for (u64 round = 1; now_us() < until; round++) {
		set_key(0);
		barrier();
		turn = round;
		for (volatile int delay = round % 30; delay; delay--)
			;
		*(volatile u64 *)page;
		while (done != round)
			;
		barrier();
		asm volatile("iske %0, %1" : "=d" (key) : "a" (page) : "memory");
		lost += !(key & 2);
	}
	stop = true;
	await_cpu(1);
	if (lost)
		fail("%lu of %lu times it was lost", lost, turn);
	say("# %lu rounds", turn);
	end();
}

int main(void)
{
	play("stored by the other CPU after the key was cleared: kept", false);
	play("the same, while this one loads", true);
	test_both_bits();
	return 0;
}
