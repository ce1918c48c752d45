// SPDX-License-Identifier: GPL-2.0
/* Nullification: floating point. */
#include "nullify.h"

/* The operand for the control register: no exception enabled nor flagged */
static void rounding(struct operands *at)
{
	for (int i = 0; i < 4; i++)
		at->first[i] = 0;
	at->first[3] = 0x22;
}

INSN(LE, "le %f4, 0(%r2)", 4);
INSN(LEY, "ley %f4, 0(%r2)", 4);
INSN(LD, "ld %f4, 0(%r2)", 8);
INSN(LDY, "ldy %f4, 0(%r2)", 8);
INSN(LDE, "lde %f4, 0(%r2)", 4);
INSN(LDEB, "ldeb %f4, 0(%r2)", 4);
INSN(LXDB, "lxdb %f4, 0(%r2)", 8);
INSN(LXEB, "lxeb %f4, 0(%r2)", 4);
INSN(AEB, "aeb %f4, 0(%r2)", 4);
INSN(ADB, "adb %f4, 0(%r2)", 8);
INSN(SEB, "seb %f4, 0(%r2)", 4);
INSN(SDB, "sdb %f4, 0(%r2)", 8);
INSN(MEEB, "meeb %f4, 0(%r2)", 4);
INSN(MDB, "mdb %f4, 0(%r2)", 8);
INSN(MDEB, "mdeb %f4, 0(%r2)", 4);
INSN(MXDB, "mxdb %f4, 0(%r2)", 8);
INSN(MAEB, "maeb %f4, %f5, 0(%r2)", 4);
INSN(MADB, "madb %f4, %f5, 0(%r2)", 8);
INSN(MSEB, "mseb %f4, %f5, 0(%r2)", 4);
INSN(MSDB, "msdb %f4, %f5, 0(%r2)", 8);
INSN(DEB, "deb %f4, 0(%r2)", 4);
INSN(DDB, "ddb %f4, 0(%r2)", 8);
INSN(SQEB, "sqeb %f4, 0(%r2)", 4);
INSN(SQDB, "sqdb %f4, 0(%r2)", 8);
INSN(CEB, "ceb %f4, 0(%r2)", 4);
INSN(CDB, "cdb %f4, 0(%r2)", 8);
INSN(KEB, "keb %f4, 0(%r2)", 4);
INSN(KDB, "kdb %f4, 0(%r2)", 8);
INSN(STE, "ste %f4, 0(%r2)", 4);
INSN(STEY, "stey %f4, 0(%r2)", 4);
INSN(STD, "std %f4, 0(%r2)", 8);
INSN(STDY, "stdy %f4, 0(%r2)", 8);
INSN(LFPC, "lfpc 0(%r2)", 4, .prepare = rounding);
INSN(LFAS, "lfas 0(%r2)", 4, .prepare = rounding);
INSN(STFPC, "stfpc 0(%r2)", 4);

int main(void)
{
	nullify_all(NULL);
	return 0;
}
