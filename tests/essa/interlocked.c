// SPDX-License-Identifier: GPL-2.0
/* Nullification: interlocked updates. */
#include "essa.h"

STUB(cs, "cs %r4, %r6, 0(%r2)");
STUB(csg, "csg %r4, %r6, 0(%r2)");
STUB(cds, "cds %r4, %r6, 0(%r2)");
STUB(cdsg, "cdsg %r4, %r6, 0(%r2)");
STUB(csp, "csp %r4, %r2");
STUB(cspg, "cspg %r4, %r2");
STUB(csst, "csst 0(%r2), 0(%r3), %r4");
STUB(ts, "ts 0(%r2)");
STUB(laa, "laa %r4, %r5, 0(%r2)");
STUB(laag, "laag %r4, %r5, 0(%r2)");
STUB(lang, "lang %r4, %r5, 0(%r2)");
STUB(laog, "laog %r4, %r5, 0(%r2)");
STUB(laxg, "laxg %r4, %r5, 0(%r2)");
STUB(lpdg, "lpdg %r4, 0(%r2), 0(%r3)");

/* What is compared is equal: in words of both lengths. */
static void equal(u8 *first, u8 *second, u64 *r)
{
	for (int i = 0; i < 16; i++)
		first[i] = 0;
	r[4] = 0;
	r[5] = 0;
}

/* 64-bit compare and store; the new values are in a list. */
static void store_too(u8 *first, u8 *second, u64 *r)
{
	static u64 list[4] __attribute__((aligned(16))) = { 0x1234, 0, 0x5678, 0 };

	equal(first, second, r);
	r[0] = 0x301;
	r[1] = (u64)list;
}

static void store_unless(u8 *first, u8 *second, u64 *r)
{
	store_too(first, second, r);
	r[4] = 1;
}

static void unlocked(u8 *first, u8 *second, u64 *r)
{
	first[0] = 0;
}

static const struct nullify tests[] = {
	{ "CS, equal", stub_cs, 4, .aligned = true, .prepare = equal },
	{ "CS, not equal", stub_cs, 4, .aligned = true },
	{ "CSG, equal", stub_csg, 8, .aligned = true, .prepare = equal },
	{ "CSG, not equal", stub_csg, 8, .aligned = true },
	{ "CDS, equal", stub_cds, 8, .aligned = true, .prepare = equal },
	{ "CDS, not equal", stub_cds, 8, .aligned = true },
	{ "CDSG, equal", stub_cdsg, 16, .aligned = true, .prepare = equal },
	{ "CDSG, not equal", stub_cdsg, 16, .aligned = true },
	{ "CSP", stub_csp, 4, .aligned = true, .prepare = equal },
	{ "CSPG", stub_cspg, 8, .aligned = true, .prepare = equal },
	{ "CSST, equal", stub_csst, 8, 8, .aligned = true, .prepare = store_too },
	/* Its second operand is not accessed then. */
	{ "CSST, not equal", stub_csst, 8, .aligned = true, .prepare = store_unless },
	{ "TS", stub_ts, 1, .prepare = unlocked },
	{ "LAA", stub_laa, 4, .aligned = true },
	{ "LAAG", stub_laag, 8, .aligned = true },
	{ "LANG", stub_lang, 8, .aligned = true },
	{ "LAOG", stub_laog, 8, .aligned = true },
	{ "LAXG", stub_laxg, 8, .aligned = true },
	{ "LPDG", stub_lpdg, 8, 8, .aligned = true },
};

int main(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(tests); i++)
		nullify(&tests[i], NULL);
	return 0;
}
