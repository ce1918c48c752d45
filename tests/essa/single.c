// SPDX-License-Identifier: GPL-2.0
/* Nullification: loads, stores and updates of one operand. */
#include "essa.h"

STUB(l, "l %r4, 0(%r2)");
STUB(lg, "lg %r4, 0(%r2)");
STUB(llgc, "llgc %r4, 0(%r2)");
STUB(llgh, "llgh %r4, 0(%r2)");
STUB(lrvg, "lrvg %r4, 0(%r2)");
STUB(icm, "icm %r4, 7, 0(%r2)");
STUB(icmh, "icmh %r4, 7, 0(%r2)");
STUB(clm, "clm %r4, 7, 0(%r2)");
STUB(ag, "ag %r4, 0(%r2)");
STUB(cg, "cg %r4, 0(%r2)");
STUB(lm, "lm %r0, %r5, 0(%r2)");
STUB(lmg, "lmg %r0, %r5, 0(%r2)");
STUB(lmh, "lmh %r0, %r5, 0(%r2)");
STUB(lam, "lam %a2, %a5, 0(%r2)\near %r4, %a5");
STUB(lfpc, "lfpc 0(%r2)\nefpc %r4");
STUB(lpq, "lpq %r4, 0(%r2)");
STUB(cvb, "cvbg %r4, 0(%r2)");
STUB(ld, "ld %f1, 0(%r2)\nlgdr %r4, %f1");
STUB(vl, "vl %v1, 0(%r2)\nvlgvg %r4, %v1, 0\nvlgvg %r5, %v1, 1");
STUB(vlm, "vlm %v1, %v3, 0(%r2)\nvlgvg %r4, %v1, 0\nvlgvg %r5, %v3, 1");
STUB(vll, "vll %v1, %r5, 0(%r2)\nvlgvg %r4, %v1, 1");
STUB(vlrepg, "vlrepg %v1, 0(%r2)\nvlgvg %r4, %v1, 0");
STUB(st, "st %r4, 0(%r2)");
STUB(stg, "stg %r4, 0(%r2)");
STUB(stc, "stc %r4, 0(%r2)");
STUB(sth, "sth %r4, 0(%r2)");
STUB(strvg, "strvg %r4, 0(%r2)");
STUB(stcm, "stcm %r4, 7, 0(%r2)");
STUB(stcmh, "stcmh %r4, 7, 0(%r2)");
STUB(stm, "stm %r0, %r13, 0(%r2)");
STUB(stmg, "stmg %r0, %r13, 0(%r2)");
STUB(stmh, "stmh %r0, %r13, 0(%r2)");
STUB(stam, "stam %a2, %a5, 0(%r2)");
STUB(stfpc, "stfpc 0(%r2)");
STUB(stpq, "stpq %r4, 0(%r2)");
STUB(cvd, "cvdg %r4, 0(%r2)");
STUB(std, "std %f1, 0(%r2)");
STUB(vst, "vst %v1, 0(%r2)");
STUB(vstm, "vstm %v1, %v3, 0(%r2)");
STUB(vstl, "vstl %v1, %r5, 0(%r2)");
STUB(vsteg, "vsteg %v1, 0(%r2), 1");
STUB(mvi, "mvi 0(%r2), 0x5a");
STUB(mvghi, "mvghi 0(%r2), 0x5a");
STUB(tm, "tm 0(%r2), 0xff");
STUB(ni, "ni 0(%r2), 0x5a");
STUB(oi, "oi 0(%r2), 0x5a");
STUB(xi, "xi 0(%r2), 0x5a");
STUB(asi, "asi 0(%r2), 5");
STUB(agsi, "agsi 0(%r2), 5");
STUB(alsi, "alsi 0(%r2), 5");

static void packed(u8 *first, u8 *second, u64 *r)
{
	for (int i = 0; i < 15; i++)
		first[i] = 0;
	first[8] = 0x12;
	first[15] = 0x3c;
}

static void highest_index(u8 *first, u8 *second, u64 *r)
{
	r[5] = 14;
}

/* It ends at the first difference. */
static void equal(u8 *first, u8 *second, u64 *r)
{
	for (int i = 0; i < 3; i++)
		first[i] = r[4];
}

static void zero(u8 *first, u8 *second, u64 *r)
{
	for (int i = 0; i < 4; i++)
		first[i] = 0;
}

static const struct nullify tests[] = {
	{ "L", stub_l, 4 },
	{ "LG", stub_lg, 8 },
	{ "LLGC", stub_llgc, 1 },
	{ "LLGH", stub_llgh, 2 },
	{ "LRVG", stub_lrvg, 8 },
	{ "ICM", stub_icm, 3 },
	{ "ICMH", stub_icmh, 3 },
	{ "CLM", stub_clm, 3, .prepare = equal },
	{ "AG", stub_ag, 8 },
	{ "CG", stub_cg, 8 },
	{ "LM", stub_lm, 24 },
	{ "LMG", stub_lmg, 48 },
	{ "LMH", stub_lmh, 24 },
	{ "LAM", stub_lam, 16 },
	{ "LFPC", stub_lfpc, 4, .prepare = zero },
	{ "LPQ", stub_lpq, 16, .aligned = true },
	{ "CVBG", stub_cvb, 16, .prepare = packed },
	{ "LD", stub_ld, 8 },
	{ "VL", stub_vl, 16 },
	{ "VLM", stub_vlm, 48 },
	{ "VLL", stub_vll, 15, .prepare = highest_index },
	{ "VLREPG", stub_vlrepg, 8 },
	{ "ST", stub_st, 4 },
	{ "STG", stub_stg, 8 },
	{ "STC", stub_stc, 1 },
	{ "STH", stub_sth, 2 },
	{ "STRVG", stub_strvg, 8 },
	{ "STCM", stub_stcm, 3 },
	{ "STCMH", stub_stcmh, 3 },
	{ "STM", stub_stm, 56 },
	{ "STMG", stub_stmg, 112 },
	{ "STMH", stub_stmh, 56 },
	{ "STAM", stub_stam, 16 },
	{ "STFPC", stub_stfpc, 4 },
	{ "STPQ", stub_stpq, 16, .aligned = true },
	{ "CVDG", stub_cvd, 16 },
	{ "STD", stub_std, 8 },
	{ "VST", stub_vst, 16 },
	{ "VSTM", stub_vstm, 48 },
	{ "VSTL", stub_vstl, 15, .prepare = highest_index },
	{ "VSTEG", stub_vsteg, 8 },
	{ "MVI", stub_mvi, 1 },
	{ "MVGHI", stub_mvghi, 8 },
	{ "TM", stub_tm, 1 },
	{ "NI", stub_ni, 1 },
	{ "OI", stub_oi, 1 },
	{ "XI", stub_xi, 1 },
	{ "ASI", stub_asi, 4 },
	{ "AGSI", stub_agsi, 8 },
	{ "ALSI", stub_alsi, 4 },
};

int main(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(tests); i++)
		nullify(&tests[i], NULL);
	return 0;
}
