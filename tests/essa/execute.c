// SPDX-License-Identifier: GPL-2.0
/*
 * Nullification: EXECUTE, by its target's page and by its target's operands.
 * That every instruction can be its target, nullify() sees to.
 */
#include "nullify.h"

static void put_target(u8 *to, const u8 *insn)
{
	for (unsigned int i = 0; i < 6; i++)
		to[i] = insn[i];
}

static u8 scratch[256];

/* mvc 0(8,%r2),0(%r4) */
static void target_mvc(struct operands *at)
{
	put_target(at->second, (const u8 []) { 0xd2, 0x07, 0x20, 0x00, 0x40, 0x00 });
	at->r[4] = (u64)scratch;
}

/* Its length comes from %r5. */
static void target_with_length(struct operands *at)
{
	put_target(at->second, (const u8 []) { 0xd2, 0x00, 0x20, 0x00, 0x40, 0x00 });
	at->r[4] = (u64)scratch;
	at->r[5] = 7;
}

/* lmg %r5,%r8,0(%r2) */
static void target_lmg(struct operands *at)
{
	put_target(at->second, (const u8 []) { 0xeb, 0x58, 0x20, 0x00, 0x00, 0x04 });
}

/* l %r4,0(%r2) */
static void target_l(struct operands *at)
{
	put_target(at->second, (const u8 []) { 0x58, 0x40, 0x20, 0x00, 0x00, 0x00 });
}

/* br %r14, to the end */
static void target_br(struct operands *at)
{
	put_target(at->first, (const u8 []) { 0x07, 0xfe, 0x00, 0x00, 0x00, 0x00 });
}

#define ALIGN .align = { 1, 2 }, .flags = NO_EXECUTE

INSN(EX, "ex %r0, 0(%r3)", 8, 6, ALIGN, .prepare = target_mvc, .name = "EX of MVC");
INSN(EX, "ex %r5, 0(%r3)", 8, 6, ALIGN, .prepare = target_with_length,
     .name = "EX that gives a length");
INSN(EX, "ex %r0, 0(%r3)", 32, 6, ALIGN, .prepare = target_lmg, .name = "EX of LMG");
INSN(EX, "ex %r0, 0(%r3)", 4, 4, ALIGN, .prepare = target_l, .name = "EX of L");
INSN(EXRL, "exrl %r0, .", 2, .align = { 2 }, .flags = RELATIVE | NO_EXECUTE,
     .prepare = target_br);

int main(void)
{
	nullify_all(NULL);
	return 0;
}
