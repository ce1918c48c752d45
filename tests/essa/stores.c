// SPDX-License-Identifier: GPL-2.0
/* Nullification: stores from general and access registers and of clocks. */
#include "nullify.h"

static void three_doublewords(struct operands *at)
{
	at->r[0] = 2;
}

INSN(ST, "st %r4, 0(%r2)", 4);
INSN(STY, "sty %r4, 0(%r2)", 4);
INSN(STG, "stg %r4, 0(%r2)", 8);
INSN(STC, "stc %r4, 0(%r2)", 1);
INSN(STCY, "stcy %r4, 0(%r2)", 1);
INSN(STCH, "stch %r4, 0(%r2)", 1);
INSN(STH, "sth %r4, 0(%r2)", 2);
INSN(STHY, "sthy %r4, 0(%r2)", 2);
INSN(STHH, "sthh %r4, 0(%r2)", 2);
INSN(STFH, "stfh %r4, 0(%r2)", 4);
/* On condition code 1, which there is */
INSN(STOC, "stoc %r4, 0(%r2), 4", 4);
INSN(STOCG, "stocg %r4, 0(%r2), 4", 8);
INSN(STOCFH, "stocfh %r4, 0(%r2), 4", 4);
INSN(STRVH, "strvh %r4, 0(%r2)", 2);
INSN(STRV, "strv %r4, 0(%r2)", 4);
INSN(STRVG, "strvg %r4, 0(%r2)", 8);
INSN(STPQ, "stpq %r4, 0(%r2)", 16, .align = { 16 });
INSN(STCM, "stcm %r4, 4, 0(%r2)", 1, .name = "STCM of one byte");
INSN(STCM, "stcm %r4, 6, 0(%r2)", 2, .name = "STCM of two bytes");
INSN(STCM, "stcm %r4, 7, 0(%r2)", 3, .name = "STCM of three bytes");
INSN(STCM, "stcm %r4, 11, 0(%r2)", 3, .name = "STCM of three bytes apart");
INSN(STCM, "stcm %r4, 15, 0(%r2)", 4, .name = "STCM of four bytes");
INSN(STCMY, "stcmy %r4, 5, 0(%r2)", 2);
INSN(STCMH, "stcmh %r4, 13, 0(%r2)", 3);

INSN(STM, "stm %r0, %r13, 0(%r2)", 56);
INSN(STM, "stm %r2, %r3, 0(%r2)", 8, .name = "STM of two registers");
INSN(STMY, "stmy %r0, %r5, 0(%r2)", 24);
INSN(STMG, "stmg %r0, %r13, 0(%r2)", 112);
INSN(STMG, "stmg %r2, %r3, 0(%r2)", 16, .name = "STMG of two registers");
INSN(STMH, "stmh %r0, %r13, 0(%r2)", 56);
INSN(STAM, "stam %a2, %a5, 0(%r2)", 16, .align = { 4 });
INSN(STAM, "stam %a14, %a3, 0(%r2)", 24, .align = { 4 }, .name = "STAM, wrapping around");
INSN(STAMY, "stamy %a0, %a15, 0(%r2)", 64, .align = { 4 });

INSN(MVI, "mvi 0(%r2), 0x5a", 1);
INSN(MVIY, "mviy 0(%r2), 0x5a", 1);
INSN(MVHHI, "mvhhi 0(%r2), 0x5a", 2);
INSN(MVHI, "mvhi 0(%r2), 0x5a", 4);
INSN(MVGHI, "mvghi 0(%r2), 0x5a", 8);

INSN(CVD, "cvd %r4, 0(%r2)", 8);
INSN(CVDY, "cvdy %r4, 0(%r2)", 8);
INSN(CVDG, "cvdg %r4, 0(%r2)", 16);

INSN(STCK, "stck 0(%r2)", 8, .flags = VARIES);
INSN(STCKF, "stckf 0(%r2)", 8, .flags = VARIES);
INSN(STCKE, "stcke 0(%r2)", 16, .flags = VARIES);
INSN(STFLE, "stfle 0(%r2)", 24, .align = { 8 }, .prepare = three_doublewords);

int main(void)
{
	nullify_all(NULL);
	return 0;
}
