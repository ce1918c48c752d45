/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs share that are run for what QEMU has to do: a range of
 * memory that nobody else uses, and an appointment with the host.
 *
 * After a line "wait NAME PAGES" the CPU waits until the host injects a restart.
 * What QEMU's thread of this CPU has taken since the last one is the cost of
 * NAME on so many pages.
 */
#ifndef COST_H
#define COST_H

#include "essa.h"

#define FIRST (64UL << 20)

/* Open to external interruptions, none of which is enabled: not for ever. */
#define PSW_EXTERNAL 0x0100000000000000

/**
 * LOOP: a function that runs one instruction on every STRIDE-th page of a range
 * @text: may use %0 as a result and %1 as the page
 */
#define LOOP(name, text)						\
static void name(u64 pages, u64 stride)					\
{									\
	u64 end = FIRST + pages * stride * PAGE_SIZE, result;		\
									\
	for (u64 page = FIRST; page < end; page += stride * PAGE_SIZE)	\
		asm volatile(text : "=&a" (result) : "a" (page)		\
			     : "cc", "memory");				\
}

#define ESSA(op) ".insn rrf, 0xb9ab0000, %0, %1, " #op ", 0"

/* Each page becomes, or stays, resident and not like any other. */
#define WRITE "stg %1, 0(%1)"
#define READ "lg %0, 0(%1)"
#define NOTHING "lgr %0, %1"

static inline void purge_tlb(void)
{
	asm volatile("ptlb" : : : "memory");
}

/*
 * The restart takes the wait out of both the PSW that it interrupts and the one
 * that is yet to be loaded: the host may be faster than we are.
 */
extern struct psw appointment;
extern u8 restart_entry[];

asm("	.pushsection .text\n"
    "restart_entry:\n"
    "	stg	%r1, 0x338\n"
    "	larl	%r1, appointment\n"
    "	ni	1(%r1), 0xfd\n"
    "	ni	0x121, 0xfd\n"
    "	lg	%r1, 0x338\n"
    "	lpswe	0x120\n"
    "	.popsection\n"
    "	.pushsection .bss\n"
    "	.balign	8\n"
    "appointment:\n"
    "	.space	16\n"
    "	.popsection\n");

static inline void wait_for_host(const char *name, u64 pages)
{
	u8 *prefix, mask;

	asm("lghi %0, 0" : "=d" (prefix));
	*(volatile struct psw *)(prefix + LC_RESTART_NEW) =
		(struct psw){ PSW_64, (u64)restart_entry };
	appointment.mask = PSW_64 | PSW_WAIT | PSW_EXTERNAL;
	say("wait %s %lu", name, pages);
	asm volatile("	larl	%%r1, 0f\n"
		     "	stg	%%r1, 8+%0\n"
		     "	lpswe	%0\n"
		     "0:	stnsm	%1, 0xfe\n"	/* closed again: say() enables one */
		     : "+Q" (appointment), "=Q" (mask) : : "r1", "cc", "memory");
}

#endif
