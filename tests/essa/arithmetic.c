// SPDX-License-Identifier: GPL-2.0
/* Nullification: arithmetic, logic and comparison with an operand in storage. */
#include "nullify.h"

/* A dividend that no divisor is too small for */
static void small(struct operands *at)
{
	at->r[4] = 0;
	at->r[5] = 1000;
}

/* Comparison ends at the first difference. */
static void equal(struct operands *at)
{
	for (int i = 0; i < 3; i++)
		at->first[i] = at->r[4];
}

INSN(A, "a %r4, 0(%r2)", 4);
INSN(AY, "ay %r4, 0(%r2)", 4);
INSN(AG, "ag %r4, 0(%r2)", 8);
INSN(AGF, "agf %r4, 0(%r2)", 4);
INSN(AH, "ah %r4, 0(%r2)", 2);
INSN(AHY, "ahy %r4, 0(%r2)", 2);
INSN(AGH, "agh %r4, 0(%r2)", 2);
INSN(AL, "al %r4, 0(%r2)", 4);
INSN(ALY, "aly %r4, 0(%r2)", 4);
INSN(ALG, "alg %r4, 0(%r2)", 8);
INSN(ALGF, "algf %r4, 0(%r2)", 4);
INSN(ALC, "alc %r4, 0(%r2)", 4);
INSN(ALCG, "alcg %r4, 0(%r2)", 8);
INSN(S, "s %r4, 0(%r2)", 4);
INSN(SY, "sy %r4, 0(%r2)", 4);
INSN(SG, "sg %r4, 0(%r2)", 8);
INSN(SGF, "sgf %r4, 0(%r2)", 4);
INSN(SH, "sh %r4, 0(%r2)", 2);
INSN(SHY, "shy %r4, 0(%r2)", 2);
INSN(SGH, "sgh %r4, 0(%r2)", 2);
INSN(SL, "sl %r4, 0(%r2)", 4);
INSN(SLY, "sly %r4, 0(%r2)", 4);
INSN(SLG, "slg %r4, 0(%r2)", 8);
INSN(SLGF, "slgf %r4, 0(%r2)", 4);
INSN(SLB, "slb %r4, 0(%r2)", 4);
INSN(SLBG, "slbg %r4, 0(%r2)", 8);

INSN(N, "n %r4, 0(%r2)", 4);
INSN(NY, "ny %r4, 0(%r2)", 4);
INSN(NG, "ng %r4, 0(%r2)", 8);
INSN(O, "o %r4, 0(%r2)", 4);
INSN(OY, "oy %r4, 0(%r2)", 4);
INSN(OG, "og %r4, 0(%r2)", 8);
INSN(X, "x %r4, 0(%r2)", 4);
INSN(XY, "xy %r4, 0(%r2)", 4);
INSN(XG, "xg %r4, 0(%r2)", 8);
INSN(TM, "tm 0(%r2), 0xff", 1);
INSN(TMY, "tmy 0(%r2), 0xff", 1);
INSN(TP, "tp 0(16, %r2)", 16);

INSN(C, "c %r4, 0(%r2)", 4);
INSN(CY, "cy %r4, 0(%r2)", 4);
INSN(CG, "cg %r4, 0(%r2)", 8);
INSN(CGF, "cgf %r4, 0(%r2)", 4);
INSN(CH, "ch %r4, 0(%r2)", 2);
INSN(CHY, "chy %r4, 0(%r2)", 2);
INSN(CGH, "cgh %r4, 0(%r2)", 2);
INSN(CHF, "chf %r4, 0(%r2)", 4);
INSN(CHHSI, "chhsi 0(%r2), 5", 2);
INSN(CHSI, "chsi 0(%r2), 5", 4);
INSN(CGHSI, "cghsi 0(%r2), 5", 8);
INSN(CL, "cl %r4, 0(%r2)", 4);
INSN(CLY, "cly %r4, 0(%r2)", 4);
INSN(CLG, "clg %r4, 0(%r2)", 8);
INSN(CLGF, "clgf %r4, 0(%r2)", 4);
INSN(CLHF, "clhf %r4, 0(%r2)", 4);
INSN(CLI, "cli 0(%r2), 5", 1);
INSN(CLIY, "cliy 0(%r2), 5", 1);
INSN(CLHHSI, "clhhsi 0(%r2), 5", 2);
INSN(CLFHSI, "clfhsi 0(%r2), 5", 4);
INSN(CLGHSI, "clghsi 0(%r2), 5", 8);
INSN(CLM, "clm %r4, 7, 0(%r2)", 3, .prepare = equal);
INSN(CLMY, "clmy %r4, 7, 0(%r2)", 3, .prepare = equal);
INSN(CLMH, "clmh %r4, 7, 0(%r2)", 3, .prepare = equal);
/* Traps on equality, which there is not */
INSN(CLT, "clt %r4, 8, 0(%r2)", 4);
INSN(CLGT, "clgt %r4, 8, 0(%r2)", 8);

INSN(M, "m %r4, 0(%r2)", 4);
INSN(MFY, "mfy %r4, 0(%r2)", 4);
INSN(MG, "mg %r4, 0(%r2)", 8);
INSN(MH, "mh %r4, 0(%r2)", 2);
INSN(MHY, "mhy %r4, 0(%r2)", 2);
INSN(MGH, "mgh %r4, 0(%r2)", 2);
INSN(ML, "ml %r4, 0(%r2)", 4);
INSN(MLG, "mlg %r4, 0(%r2)", 8);
INSN(MS, "ms %r4, 0(%r2)", 4);
INSN(MSY, "msy %r4, 0(%r2)", 4);
INSN(MSC, "msc %r4, 0(%r2)", 4);
INSN(MSG, "msg %r4, 0(%r2)", 8);
INSN(MSGF, "msgf %r4, 0(%r2)", 4);
INSN(MSGC, "msgc %r4, 0(%r2)", 8);
INSN(D, "d %r4, 0(%r2)", 4, .prepare = small);
INSN(DL, "dl %r4, 0(%r2)", 4, .prepare = small);
INSN(DLG, "dlg %r4, 0(%r2)", 8, .prepare = small);
INSN(DSG, "dsg %r4, 0(%r2)", 8, .prepare = small);
INSN(DSGF, "dsgf %r4, 0(%r2)", 4, .prepare = small);

int main(void)
{
	nullify_all(NULL);
	return 0;
}
