// SPDX-License-Identifier: GPL-2.0
/* Nullification: loads into general and access registers. */
#include "nullify.h"

/* Decimal digits and a sign */
static void packed(u8 *number, unsigned int length)
{
	for (unsigned int i = 0; i < length; i++)
		number[i] = 0;
	number[length / 2] = 0x12;
	number[length - 1] = 0x3c;
}

static void packed_8(struct operands *at)
{
	packed(at->first, 8);
}

static void packed_16(struct operands *at)
{
	packed(at->first, 16);
}

static void somewhere(struct operands *at)
{
	static const u64 word;

	at->r[4] = at->r[5] = (u64)&word;
}

INSN(L, "l %r4, 0(%r2)", 4);
INSN(LY, "ly %r4, 0(%r2)", 4);
INSN(LG, "lg %r4, 0(%r2)", 8);
INSN(LGF, "lgf %r4, 0(%r2)", 4);
INSN(LT, "lt %r4, 0(%r2)", 4);
INSN(LTG, "ltg %r4, 0(%r2)", 8);
INSN(LTGF, "ltgf %r4, 0(%r2)", 4);
INSN(LAT, "lat %r4, 0(%r2)", 4);
INSN(LGAT, "lgat %r4, 0(%r2)", 8);
INSN(LZRF, "lzrf %r4, 0(%r2)", 4);
INSN(LZRG, "lzrg %r4, 0(%r2)", 8);
INSN(LLZRGF, "llzrgf %r4, 0(%r2)", 4);
INSN(LB, "lb %r4, 0(%r2)", 1);
INSN(LGB, "lgb %r4, 0(%r2)", 1);
INSN(LBH, "lbh %r4, 0(%r2)", 1);
INSN(LH, "lh %r4, 0(%r2)", 2);
INSN(LHY, "lhy %r4, 0(%r2)", 2);
INSN(LGH, "lgh %r4, 0(%r2)", 2);
INSN(LHH, "lhh %r4, 0(%r2)", 2);
INSN(LFH, "lfh %r4, 0(%r2)", 4);
INSN(LFHAT, "lfhat %r4, 0(%r2)", 4);
INSN(LLGF, "llgf %r4, 0(%r2)", 4);
INSN(LLGFAT, "llgfat %r4, 0(%r2)", 4);
INSN(LLC, "llc %r4, 0(%r2)", 1);
INSN(LLGC, "llgc %r4, 0(%r2)", 1);
INSN(LLCH, "llch %r4, 0(%r2)", 1);
INSN(LLH, "llh %r4, 0(%r2)", 2);
INSN(LLGH, "llgh %r4, 0(%r2)", 2);
INSN(LLHH, "llhh %r4, 0(%r2)", 2);
INSN(LLGT, "llgt %r4, 0(%r2)", 4);
INSN(LLGTAT, "llgtat %r4, 0(%r2)", 4);
/* On condition code 1, which there is */
INSN(LOC, "loc %r4, 0(%r2), 4", 4);
INSN(LOCG, "locg %r4, 0(%r2), 4", 8);
INSN(LOCFH, "locfh %r4, 0(%r2), 4", 4);
INSN(LRVH, "lrvh %r4, 0(%r2)", 2);
INSN(LRV, "lrv %r4, 0(%r2)", 4);
INSN(LRVG, "lrvg %r4, 0(%r2)", 8);
INSN(LPQ, "lpq %r4, 0(%r2)", 16, .align = { 16 });
INSN(IC, "ic %r4, 0(%r2)", 1);
INSN(ICY, "icy %r4, 0(%r2)", 1);
INSN(ICM, "icm %r4, 4, 0(%r2)", 1, .name = "ICM of one byte");
INSN(ICM, "icm %r4, 6, 0(%r2)", 2, .name = "ICM of two bytes");
INSN(ICM, "icm %r4, 7, 0(%r2)", 3, .name = "ICM of three bytes");
INSN(ICM, "icm %r4, 15, 0(%r2)", 4, .name = "ICM of four bytes");
INSN(ICMY, "icmy %r4, 13, 0(%r2)", 3);
INSN(ICMH, "icmh %r4, 11, 0(%r2)", 3);

/* The base register is among those that are loaded. */
INSN(LM, "lm %r0, %r5, 0(%r2)", 24);
INSN(LM, "lm %r2, %r2, 0(%r2)", 4, .name = "LM of one register");
INSN(LM, "lm %r1, %r2, 0(%r2)", 8, .name = "LM of two registers");
INSN(LMY, "lmy %r0, %r5, 0(%r2)", 24);
INSN(LMG, "lmg %r0, %r5, 0(%r2)", 48);
INSN(LMG, "lmg %r2, %r2, 0(%r2)", 8, .name = "LMG of one register");
INSN(LMG, "lmg %r2, %r3, 0(%r2)", 16, .name = "LMG of two registers");
INSN(LMH, "lmh %r0, %r5, 0(%r2)", 24);
INSN(LMH, "lmh %r2, %r3, 0(%r2)", 8, .name = "LMH of two registers");
INSN(LAM, "lam %a2, %a5, 0(%r2)", 16, .align = { 4 });
INSN(LAM, "lam %a14, %a3, 0(%r2)", 24, .align = { 4 }, .name = "LAM, wrapping around");
INSN(LAMY, "lamy %a0, %a15, 0(%r2)", 64, .align = { 4 });

INSN(CVB, "cvb %r4, 0(%r2)", 8, .prepare = packed_8);
INSN(CVBY, "cvby %r4, 0(%r2)", 8, .prepare = packed_8);
INSN(CVBG, "cvbg %r4, 0(%r2)", 16, .prepare = packed_16);
/* Its third operand: QEMU does not read the other two. */
INSN(ECTG, "ectg 0(%r4), 0(%r5), %r2", 8, .prepare = somewhere, .varies = 1 << 0);
/* QEMU prefetches nothing. */
INSN(PFD, "pfd 1, 0(%r2)", 1, .flags = NO_ACCESS);
INSN(PFDRL, "pfdrl 1, .", 2, .align = { 2 }, .flags = NO_ACCESS | RELATIVE);
INSN(LCBB, "lcbb %r4, 0(%r2), 6", 1, .flags = NO_ACCESS);

int main(void)
{
	nullify_all(NULL);
	return 0;
}
