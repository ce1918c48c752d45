// SPDX-License-Identifier: GPL-2.0
/*
 * For the test from outside: CPU 1 loses its prefix area, and then executes
 * what stores there, or is interrupted. There is no way for it to go on; CPU 0
 * and the host do.
 */
#include "essa.h"

static volatile unsigned int what;
static volatile u64 beats;
static u8 *volatile prefix;

/* Nothing here may need the prefix area before it is lost. */
static void lose(void)
{
	u32 at;

	asm volatile("stpx %0" : "=Q" (at));
	prefix = (u8 *)(u64)at;
	while (!what)
		beats++;
	switch (what) {
	case 1:
		/* STFL */
		asm volatile(".insn s, 0xb2b10000, 0" : : : "memory");
		break;
	case 2:
		/* TPI */
		asm volatile("tpi 0" : : : "cc", "memory");
		break;
	case 3:
		/* A program interruption */
		asm volatile(".short 0");
		break;
	default:
		asm volatile("svc 0");
	}
	for (;;)
		beats++;
}

static void play(unsigned int this)
{
	u64 until;

	what = 0;
	prefix = NULL;
	start_cpu(1, lose);
	while (!prefix)
		;
	essa(SET_VOLATILE, prefix);
	if (!wait_for(prefix, DISCARDED, 5000))
		die("the prefix area is not discarded");
	what = this;
	/* It may be in a loop of interruptions. */
	for (until = now_us() + 100000; now_us() < until; )
		;
	essa(SET_STABLE, prefix);
}

int main(void)
{
	for (unsigned int i = 1; i < 5; i++) {
		play(i);
		say("# CPU 0 after %u", i);
	}
	ready_and_wait();
}
