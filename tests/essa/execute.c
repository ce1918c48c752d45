// SPDX-License-Identifier: GPL-2.0
/* Nullification: EXECUTE, by its target's page and by its target's operands. */
#include "essa.h"

STUB(ex, "ex %r0, 0(%r3)");
STUB(ex_with_length, "ex %r5, 0(%r3)");

/* Where EXRL is, near enough to anything */
static u8 *code;

static void put_target(u8 *to, unsigned int length)
{
	static const u8 mvc[] = { 0xd2, 0x07, 0x20, 0x00, 0x40, 0x00 };

	/* mvc 0(8,%r2),0(%r4) */
	for (unsigned int i = 0; i < sizeof(mvc); i++)
		to[i] = mvc[i];
	to[1] = length;
}

static u8 scratch[256];

static void target_mvc(u8 *first, u8 *second, u64 *r)
{
	put_target(second, 7);
	r[4] = (u64)scratch;
}

static void target_with_length(u8 *first, u8 *second, u64 *r)
{
	put_target(second, 0);
	r[4] = (u64)scratch;
	r[5] = 7;
}

static void target_load(u8 *first, u8 *second, u64 *r)
{
	static const u8 lmg[] = { 0xeb, 0x58, 0x20, 0x00, 0x00, 0x04 };

	/* lmg %r5,%r8,0(%r2) */
	for (unsigned int i = 0; i < sizeof(lmg); i++)
		second[i] = lmg[i];
}

/* EXRL is written anew for each place of its target. */
static void relative(u8 *first, u8 *second, u64 *r)
{
	s32 halfwords = (s64)(r[3] - (u64)code) / 2;

	target_mvc(first, second, r);
	*(u16 *)code = 0xc600;			/* exrl %r0, ... */
	*(u16 *)(code + 2) = (u32)halfwords >> 16;
	*(u16 *)(code + 4) = halfwords;
	*(u16 *)(code + 6) = 0x07fe;		/* br %r14 */
}

int main(void)
{
	struct nullify tests[] = {
		{ "EX of an MVC", stub_ex, 8, 6, .prepare = target_mvc },
		{ "EX that gives a length", stub_ex_with_length, 8, 6, .prepare = target_with_length },
		{ "EX of an LMG", stub_ex, 32, 6, .prepare = target_load },
		{ "EXRL of an MVC", NULL, 8, 6, .prepare = relative },
	};

	code = alloc_pages(1);
	tests[3].stub = code;
	for (unsigned int i = 0; i < ARRAY_SIZE(tests); i++)
		nullify(&tests[i], NULL);
	return 0;
}
