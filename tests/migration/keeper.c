// SPDX-License-Identifier: GPL-2.0
/*
 * The guest of the tests. It has
 *
 *  - staged pages: one for every state to begin with and every two operations
 *    that follow, without a store to any of them. The operations are done when
 *    the host asks for it, which is when a migration is under way;
 *  - pages of every state that are released at that moment, by DIAGNOSE X'10';
 *  - churned pages, which each CPU changes at random all the time.
 *
 * The host asks by injecting a restart: for the operations, then for a look at
 * everything, which also begins anew, and so on.
 */
#include "requests.h"
#include "tracked.h"

#define CHURNED	512
#define SCRIBBLED 512
#define KINDS	8
#define LOAD	OPERATIONS	/* beyond operations 1 to 7 */
#define FIRST	(LOAD + 1)	/* of two steps, the first, or none */
#define STAGED	(KINDS * FIRST * LOAD)
#define RELEASED (4 * KINDS)

static struct tracked staged[STAGED];
static struct tracked released[RELEASED];
static struct tracked churned[2][CHURNED];
static volatile u64 rounds[2];
static volatile u64 *scribbled;
static unsigned int kept, discarded, zero, not_zero;

static unsigned int kind_of(unsigned int i)
{
	return i % KINDS;
}

static void begin_with(struct tracked *t, unsigned int kind)
{
	static const unsigned int op[KINDS] = {
		SET_STABLE, SET_NODAT, SET_UNUSED, SET_VOLATILE, SET_VOLATILE,
		SET_POT_VOLATILE, SET_POT_VOLATILE, SET_STABLE,
	};

	rewrite(t);
	if (kind >= KINDS - 2)
		clear_key(t);
	operate(t, op[kind]);
}

static void step(struct tracked *t, unsigned int what)
{
	if (what == LOAD)
		load(t, (u64)t->page / PAGE_SIZE % (PAGE_SIZE / 8));
	else if (what)
		operate(t, what);
}

/* A migration at a slow pace never comes to an end. */
static void scribble(void)
{
	static unsigned int at;

	for (int i = 0; i < 16; i++)
		scribbled[at++ % SCRIBBLED * (PAGE_SIZE / 8)]++;
}

static void change(void)
{
	u64 until = now_us() + 200000;

	for (unsigned int i = 0; i < STAGED; i++) {
		unsigned int first = i / KINDS % FIRST, second = i / KINDS / FIRST + 1;

		step(&staged[i], first);
		if (first)
			step(&staged[i], second);
	}
	for (unsigned int i = 0; i < RELEASED; i++)
		release(&released[i]);
	/* What is dropped now may have been sent before. */
	while (now_us() < until) {
		for (unsigned int i = 0; i < STAGED; i++)
			look(&staged[i]);
		scribble();
	}
}

/* Only pages that nobody has changed since they were set up */
static void count(unsigned int i)
{
	struct tracked *t = &staged[i];
	u64 state;

	if (i / KINDS % FIRST)
		return;
	state = look(t);
	if (kind_of(i) == 3 || kind_of(i) == 4) {
		kept += state == VOLATILE;
		discarded += state == DISCARDED;
	} else if (kind_of(i) == 2) {
		zero += state == (UNUSED | ZERO);
		not_zero += state == UNUSED;
	}
}

static void set_up(void)
{
	for (unsigned int i = 0; i < STAGED; i++)
		begin_with(&staged[i], kind_of(i));
	for (unsigned int i = 0; i < RELEASED; i++)
		begin_with(&released[i], kind_of(i));
}

static void churn(unsigned int cpu)
{
	static unsigned int random[2] = { 1, 2 };
	unsigned int r = (random[cpu] = random[cpu] * 1103515245 + 12345) >> 8;
	struct tracked *t = &churned[cpu][r % CHURNED];

	r /= CHURNED;
	switch (r % 9) {
	case 0:
	case 1:
	case 2:
		operate(t, r / 8 % OPERATIONS);
		break;
	case 3:
		load(t, r / 8 % (PAGE_SIZE / 8));
		break;
	case 4:
		if (t->usage == UNUSED)
			verify(t);
		else
			touch(t);
		break;
	case 5:
		clear_key(t);
		break;
	case 6:
		verify(t);
		break;
	case 7:
		release(t);
		break;
	default:
		rewrite(t);
	}
	scribble();
	rounds[cpu]++;
}

static void churn_on_1(void)
{
	for (;;)
		churn(1);
}

static void check_all(bool two_cpus)
{
	u64 before = rounds[1], deadline = now_us() + 5000000;

	begin("what is owed");
	kept = discarded = zero = not_zero = 0;
	for (unsigned int i = 0; i < STAGED; i++)
		count(i);
	say("# volatile %u kept %u discarded", kept, discarded);
	say("# unused %u zero %u not", zero, not_zero);
	for (unsigned int i = 0; i < STAGED; i++)
		verify(&staged[i]);
	for (unsigned int i = 0; i < RELEASED; i++)
		verify(&released[i]);
	for (unsigned int i = 0; i < CHURNED; i++)
		verify(&churned[0][i]);
	while (two_cpus && rounds[1] < before + 100) {
		if (now_us() > deadline) {
			fail("CPU 1 does not go on");
			break;
		}
	}
	tell_complaints();
	end();
	set_up();
}

int main(void)
{
	bool two_cpus = cpu_exists(1);
	u8 *pages = alloc_pages(STAGED + 2 * CHURNED + SCRIBBLED + RELEASED);
	u64 served = 0;

	for (unsigned int i = 0; i < STAGED; i++)
		track(&staged[i], pages + i * PAGE_SIZE);
	for (unsigned int i = 0; i < 2 * CHURNED; i++)
		track(&churned[i / CHURNED][i % CHURNED], pages + (STAGED + i) * PAGE_SIZE);
	scribbled = (u64 *)(pages + (STAGED + 2 * CHURNED) * PAGE_SIZE);
	for (unsigned int i = 0; i < RELEASED; i++)
		track(&released[i], pages + (STAGED + 2 * CHURNED + SCRIBBLED + i) * PAGE_SIZE);
	set_up();
	if (two_cpus)
		start_cpu(1, churn_on_1);
	accept_requests();
	say("ready");
	for (;;) {
		churn(0);
		if (requests() == served)
			continue;
		if (served++ % 2)
			check_all(two_cpus);
		else
			change();
		say("ready");
	}
}
