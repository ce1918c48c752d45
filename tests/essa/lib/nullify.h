/* SPDX-License-Identifier: GPL-2.0 */
/* An instruction against every discard of its operands (nullify.c). */
#ifndef NULLIFY_H
#define NULLIFY_H

#include "essa.h"

#define OPERANDS 3
#define OPERAND_PAGES (2 * OPERANDS)

/* An operand is where its register points to: as the test begins. */
struct operands {
	u8 *first;	/* at %r2 */
	u8 *second;	/* at %r3 */
	u8 *third;	/* at %r1 */
	u64 *r;		/* registers 0 to 13 */
};

enum {
	/* The operand is all of the page that its address lies in. */
	WHOLE_PAGE = 1,
	/* The instruction gives the first operand's place, by bytes 2 to 5. */
	RELATIVE = 2,
	/*
	 * A part may be done at the fault: %r4 then tells how much of the
	 * first operand, and %r4 to %r7 how to go on, which condition code 3
	 * asks for.
	 */
	INTERRUPTIBLE = 4,
	/* And %r6 how much is done of the second. */
	STORES_SECOND = 8,
	/* No two results in storage are the same. */
	VARIES = 16,
	/* It cannot be the target of an EXECUTE. */
	NO_EXECUTE = 32,
	/* It is given addresses, but accesses nothing there: there is no fault. */
	NO_ACCESS = 64,
	/* The third operand changes with the registers, block by block. */
	CHAINS = 128,
};

struct nullify {
	const char *insn;	/* QEMU's name for it, in insn-data.h.inc */
	void *stub;		/* NULL: the first operand is what is run */
	u16 first, second, third;	/* lengths of the operands, or 0 */
	u16 align[OPERANDS];	/* what their addresses are multiples of, or 0 */
	u8 flags;
	u16 varies;		/* a bit for each register whose result varies */
	const char *name;	/* if it takes more to tell it from others */
	/* Bytes and registers, where the patterns do not do */
	void (*prepare)(struct operands *at);
	/* What has to be done again before each time it is run */
	void (*before)(void);
};

/*
 * Condition code 1 in a way that leaves QEMU to compute it when it is asked
 * for, so that an instruction that spoils it before its fault is found out.
 */
#define PREAMBLE "cgr %r8, %r9"
#define PREAMBLE_SIZE 4

/**
 * INSN: an instruction to be tested, and what struct nullify says of it from
 * the first operand's length on. One whose name is in QEMU's insn-data.h.inc is
 * found by host/instructions.sh.
 */
#define INSN(insn, text, ...) INSN_AT(insn, __COUNTER__, text, __VA_ARGS__)
#define INSN_AT(insn, at, text, ...) INSN_HERE(insn, at, text, __VA_ARGS__)
#define INSN_HERE(insn, at, text, ...)					\
	STUB(insn##_##at, PREAMBLE "\n" text);				\
	static const struct nullify nullify_##insn##_##at		\
	__attribute__((section("insns"), used, aligned(8))) =		\
		{ #insn, stub_##insn##_##at, __VA_ARGS__ }

/* Two pages for each operand, adjacent as the instruction sees them */
struct places {
	u64 mask;		/* PSW bits beyond the usual */
	u64 virt[OPERANDS];
	u8 *page[OPERAND_PAGES];
};

/**
 * nullify: discard the pages that the operands lie in, each alone, all but
 * each, and all, at every position, and see that each fault is right, that
 * nothing had happened before it, and that the result is right in the end; then
 * once more as the target of an EXECUTE
 *
 * @places: NULL for pages of its own, DAT off
 */
void nullify(const struct nullify *test, const struct places *places);

/* nullify_all: every INSN of the program */
void nullify_all(const struct places *places);

/* code.c: an instruction as it is to be run */

struct code {
	u64 entry;		/* where to begin */
	u64 insn;		/* where a fault has to find the instruction */
};

/**
 * place_code: where the test's instruction is, once it has been put there
 *
 * @first: the place of its first operand
 * @execute: by an EXECUTE that stands elsewhere
 */
struct code place_code(const struct nullify *test, u64 first, bool execute);

/* state.c: what a CPU has besides general registers and PSW */

struct state {
	u64 vector[32][2];
	u64 control[16];
	u32 access[16];
	u32 fpc;
	u32 prefix;
	u64 comparator;		/* of the clock */
};

/* v31 is zero: an index for gathering and scattering. */
void set_state(void);
void get_state(struct state *state);

/* Returns: what is not the same, or NULL. */
const char *state_differs(const struct state *a, const struct state *b);

#endif
