/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the bare-metal tests of ESSA share: a machine with DAT off and
 * interruptions disabled, where absolute and virtual addresses are the same
 * unless a test makes it otherwise.
 *
 *   report.c     console, results, end
 *   interrupt.c  one instruction at a time, and what it was interrupted by
 *   page.c       ESSA, and pages in each state
 *   smp.c        a second CPU
 */
#ifndef ESSA_H
#define ESSA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lowcore.h"

typedef int32_t s32;
typedef int64_t s64;
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define PAGE_SIZE 4096UL
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* report.c */

void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * begin: a test case; fail() any number of times makes it fail; end() says
 * how it went. check() is all of that for one condition.
 */
void begin(const char *name);
void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void end(void);
void check(bool good, const char *name);
void skip(const char *name, const char *reason);

/* Ends the whole program as failed. */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* For host tests: say "ready" and do nothing more while the machine runs. */
void ready_and_wait(void) __attribute__((noreturn));

/* interrupt.c */

#define PGM_OPERATION		0x01
#define PGM_PRIVILEGED		0x02
#define PGM_ADDRESSING		0x05
#define PGM_SPECIFICATION	0x06
#define PGM_DISCARD		0x1a

struct psw {
	u64 mask;
	u64 addr;
};

struct fault {
	u16 code;
	u64 addr;		/* the translation-exception identification */
	u64 breaking_event;	/* the address of the last branch */
	struct psw old;
	u64 r[16];
};

struct insn {
	u64 r[14];
	struct psw psw;
	/* Says what to do about a fault; without it the stub is given up. */
	bool (*retry)(struct insn *insn);
	void *data;		/* of retry() */

	/* What came of it */
	unsigned int faults;
	struct fault fault;	/* the last one */
	u64 out[14];		/* if it was not given up */
	unsigned int cc;
};

/**
 * STUB: an instruction for run(). More may follow it, to loop or to make its
 * result seen.
 */
#define STUB(name, text)						\
	asm(".pushsection .text\n"					\
	    ".machine push\n.machine z15\n.balign 8\n"			\
	    "stub_" #name ":\n" text "\n\tbr %r14\n"			\
	    ".machine pop\n.popsection\n");				\
	extern u8 stub_##name[]

/**
 * run: run a stub with the registers and the PSW in @insn
 *
 * The stub must leave registers 14 and 15 alone. An interruption outside of
 * run() ends the program.
 *
 * Returns: true if it came to its end.
 */
bool run(struct insn *insn);

/* run_at: the same without a retry, with no registers but 2 and 3 */
bool run_at(struct insn *insn, void *stub, u64 r2, u64 r3);

/* Wait for the end of a SERVICE CALL. */
void take_service_signal(void);

void set_control(unsigned int cr, u64 value);
void init_prefix(u8 *prefix, u8 *stack_end);

/* page.c */

#define STABLE		0x00
#define UNUSED		0x04
#define POT_VOLATILE	0x08
#define VOLATILE	0x0c
#define USAGE		0x0c
#define RESIDENT	0x00
#define PRESERVED	0x02
#define ZERO		0x03
#define CONTENT		0x03
#define DISCARDED	(VOLATILE | ZERO)

enum {
	GET, SET_STABLE, SET_UNUSED, SET_VOLATILE, SET_POT_VOLATILE,
	SET_RESIDENT, SET_UNLESS_DISCARDED, SET_NODAT, OPERATIONS
};

extern u64 essa_count[OPERATIONS];

/* Returns: the state before, without the no-DAT bit. */
u64 essa(unsigned int op, void *page);

/* Returns: the state, where a page that the host paged out counts as resident */
u64 state_of(void *page);

bool facility(unsigned int number);
u64 memory_size(void);
u64 now_us(void);

/* Pages next to each other, written once */
void *alloc_pages(unsigned int count);

/* A page that nothing has touched since the machine started */
void *alloc_fresh(void);

void fill(void *page, u8 seed);
bool intact(const void *page, u8 seed);
bool all_zero(const void *page);
void copy_page(void *to, const void *from);
bool same_page(const void *a, const void *b);

/**
 * wait_for: until a page is in a state
 *
 * Returns: false if it was not within @ms.
 */
bool wait_for(void *page, u64 state, unsigned int ms);

/* Set volatile, and wait until it is discarded; dies if it never is. */
void discard(void *page);

/* smp.c */

#define CC_BUSY			2	/* of SIGP: to be tried again */

/* Returns: the condition code; the status too, of which there is one with 1. */
unsigned int sigp_once(unsigned int order, u16 cpu, u64 parameter, u64 *status);
bool cpu_exists(unsigned int cpu);
void start_cpu(unsigned int cpu, void (*main)(void));
void await_cpu(unsigned int cpu);
void stop_cpu(void) __attribute__((noreturn));
void lock(volatile u32 *lock);
void unlock(volatile u32 *lock);

#define barrier() asm volatile("bcr 15, 0" : : : "memory")

#endif
