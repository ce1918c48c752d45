// SPDX-License-Identifier: GPL-2.0
/* Nullification: vector loads and stores. */
#include "nullify.h"

static void highest_index(struct operands *at)
{
	at->r[5] = 14;
}

static void beyond_the_vector(struct operands *at)
{
	at->r[5] = 99;
}

INSN(VL, "vl %v1, 0(%r2)", 16);
INSN(VLM, "vlm %v1, %v1, 0(%r2)", 16, .name = "VLM of one register");
INSN(VLM, "vlm %v1, %v3, 0(%r2)", 48);
INSN(VLM, "vlm %v3, %v18, 0(%r2)", 256, .name = "VLM of 16 registers");
INSN(VLL, "vll %v1, %r5, 0(%r2)", 15, .prepare = highest_index);
INSN(VLL, "vll %v1, %r5, 0(%r2)", 16, .prepare = beyond_the_vector,
     .name = "VLL of a whole vector");
INSN(VLREP, "vlrep %v1, 0(%r2), 0", 1, .name = "VLREP of bytes");
INSN(VLREP, "vlrep %v1, 0(%r2), 1", 2, .name = "VLREP of halfwords");
INSN(VLREP, "vlrep %v1, 0(%r2), 2", 4, .name = "VLREP of words");
INSN(VLREP, "vlrep %v1, 0(%r2), 3", 8, .name = "VLREP of doublewords");
INSN(VLEB, "vleb %v1, 0(%r2), 5", 1);
INSN(VLEH, "vleh %v1, 0(%r2), 5", 2);
INSN(VLEF, "vlef %v1, 0(%r2), 1", 4);
INSN(VLEG, "vleg %v1, 0(%r2), 1", 8);
INSN(VLLEZ, "vllez %v1, 0(%r2), 0", 1, .name = "VLLEZ of a byte");
INSN(VLLEZ, "vllez %v1, 0(%r2), 3", 8, .name = "VLLEZ of a doubleword");
INSN(VLLEZ, "vllez %v1, 0(%r2), 6", 4, .name = "VLLEZ of a word, to the left");
/* It stops at a boundary and so never crosses into another page. */
INSN(VLBB, "vlbb %v1, 0(%r2), 0", 16, .align = { 16 });
INSN(VLBB, "vlbb %v1, 0(%r2), 6", 3, .align = { 3 }, .name = "VLBB up to the page's end");
/* The indexes in v31 are zero. */
INSN(VGEF, "vgef %v1, 0(%v31, %r2), 1", 4);
INSN(VGEG, "vgeg %v1, 0(%v31, %r2), 1", 8);
INSN(VLEBRH, "vlebrh %v1, 0(%r2), 5", 2);
INSN(VLEBRF, "vlebrf %v1, 0(%r2), 1", 4);
INSN(VLEBRG, "vlebrg %v1, 0(%r2), 1", 8);
INSN(VLBRREP, "vlbrrep %v1, 0(%r2), 2", 4);
INSN(VLLEBRZ, "vllebrz %v1, 0(%r2), 3", 8);
INSN(VLBR, "vlbr %v1, 0(%r2), 1", 16, .name = "VLBR of halfwords");
INSN(VLBR, "vlbr %v1, 0(%r2), 4", 16, .name = "VLBR of a quadword");
INSN(VLER, "vler %v1, 0(%r2), 1", 16);
INSN(VST, "vst %v1, 0(%r2)", 16);
INSN(VSTM, "vstm %v1, %v1, 0(%r2)", 16, .name = "VSTM of one register");
INSN(VSTM, "vstm %v1, %v3, 0(%r2)", 48);
INSN(VSTM, "vstm %v3, %v18, 0(%r2)", 256, .name = "VSTM of 16 registers");
INSN(VSTL, "vstl %v1, %r5, 0(%r2)", 15, .prepare = highest_index);
INSN(VSTL, "vstl %v1, %r5, 0(%r2)", 16, .prepare = beyond_the_vector,
     .name = "VSTL of a whole vector");
INSN(VSTEB, "vsteb %v1, 0(%r2), 5", 1);
INSN(VSTEH, "vsteh %v1, 0(%r2), 5", 2);
INSN(VSTEF, "vstef %v1, 0(%r2), 1", 4);
INSN(VSTEG, "vsteg %v1, 0(%r2), 1", 8);
INSN(VSCEF, "vscef %v1, 0(%v31, %r2), 1", 4);
INSN(VSCEG, "vsceg %v1, 0(%v31, %r2), 1", 8);
INSN(VSTEBRH, "vstebrh %v1, 0(%r2), 5", 2);
INSN(VSTEBRF, "vstebrf %v1, 0(%r2), 1", 4);
INSN(VSTEBRG, "vstebrg %v1, 0(%r2), 1", 8);
INSN(VSTBR, "vstbr %v1, 0(%r2), 1", 16, .name = "VSTBR of halfwords");
INSN(VSTBR, "vstbr %v1, 0(%r2), 4", 16, .name = "VSTBR of a quadword");
INSN(VSTER, "vster %v1, 0(%r2), 1", 16);

int main(void)
{
	nullify_all(NULL);
	return 0;
}
