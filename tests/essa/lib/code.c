// SPDX-License-Identifier: GPL-2.0
/* An instruction as it is to be run: where it is, elsewhere, or by EXECUTE. */
#include "nullify.h"

/* Room for a stub in which the instruction is replaced */
#define STUB_SIZE 32

static void put_relative(u8 *insn, u64 to)
{
	u32 halfwords = (s64)(to - (u64)insn) / 2;

	*(u16 *)(insn + 2) = halfwords >> 16;
	*(u16 *)(insn + 4) = halfwords;
}

static u8 *put(u8 *to, u64 code, unsigned int length)
{
	for (unsigned int i = 0; i < length; i++)
		to[i] = code >> 8 * (length - 1 - i);
	return to + length;
}

struct code place_code(const struct nullify *test, u64 first, bool execute)
{
	static u8 *page;
	struct code code = { (u64)test->stub, (u64)test->stub + PREAMBLE_SIZE };
	u8 *to;

	if (!test->stub)
		return (struct code) { first, first };
	/* In the heap, where every operand is near enough. */
	if (!page)
		page = alloc_pages(1);

	if (test->flags & RELATIVE) {
		for (int i = 0; i < STUB_SIZE; i++)
			page[i] = ((u8 *)test->stub)[i];
		put_relative(page + PREAMBLE_SIZE, first);
		code = (struct code) { (u64)page, (u64)page + PREAMBLE_SIZE };
	}
	if (execute) {
		u64 target = code.insn;

		to = page + STUB_SIZE;
		code.entry = (u64)to;
		to = put(to, *(u32 *)test->stub, PREAMBLE_SIZE);
		code.insn = (u64)to;
		to = put(to, 0xc60000000000, 6);	/* exrl %r0, target */
		put_relative((u8 *)code.insn, target);
		if (test->flags & INTERRUPTIBLE)
			to = put(to, 0xa714fffd, 4);	/* jo to the EXRL */
		put(to, 0x07fe, 2);			/* br %r14 */
	}
	return code;
}
