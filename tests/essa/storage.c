// SPDX-License-Identifier: GPL-2.0
/* Nullification: instructions with two operands in storage. */
#include "essa.h"

STUB(mvc, "mvc 0(200, %r2), 0(%r3)");
STUB(mvc_1, "mvc 0(1, %r2), 0(%r3)");
STUB(mvc_256, "mvc 0(256, %r2), 0(%r3)");
STUB(xc, "xc 0(200, %r2), 0(%r3)");
STUB(nc, "nc 0(200, %r2), 0(%r3)");
STUB(oc, "oc 0(200, %r2), 0(%r3)");
STUB(xc_same, "xc 0(200, %r2), 0(%r2)");
STUB(clc, "clc 0(200, %r2), 0(%r3)");
STUB(mvcin, "mvcin 0(200, %r2), 199(%r3)");
STUB(mvn, "mvn 0(200, %r2), 0(%r3)");
STUB(mvz, "mvz 0(200, %r2), 0(%r3)");
STUB(mvo, "mvo 0(16, %r2), 0(16, %r3)");
STUB(pack, "pack 0(8, %r2), 0(15, %r3)");
STUB(unpk, "unpk 0(15, %r2), 0(8, %r3)");
STUB(pka, "pka 0(%r2), 0(16, %r3)");
STUB(unpka, "unpka 0(16, %r2), 0(%r3)");
STUB(unpku, "unpku 0(32, %r2), 0(%r3)");
STUB(tr, "tr 0(200, %r2), 0(%r3)");
STUB(trt, "trt 0(200, %r2), 0(%r3)");
STUB(trtr, "trtr 199(200, %r2), 0(%r3)");
STUB(mvpg, "mvpg %r2, %r3");
STUB(kimd_query, ".insn rre, 0xb93e0000, %r0, %r4");

/* It ends at the first difference. */
static void equal(u8 *first, u8 *second, u64 *r)
{
	for (int i = 0; i < 200; i++)
		second[i] = first[i];
}

/* Bytes that use all of the table, alternating between its halves */
static void use_table(u8 *first, u8 *second, u64 *r)
{
	for (int i = 0; i < 200; i++)
		first[i] = i & 1 ? 0xff - i / 2 : i / 2;
}

/* They end at the first function byte that is not zero. */
static void no_function(u8 *first, u8 *second, u64 *r)
{
	use_table(first, second, r);
	for (int i = 0; i < 256; i++)
		second[i] = 0;
}

static void no_options(u8 *first, u8 *second, u64 *r)
{
	r[0] = 0;
}

/* A bad page translation sets the condition code; a discard is none. */
static void condition_code_option(u8 *first, u8 *second, u64 *r)
{
	r[0] = 0x100;
}

static void parameter_block(u8 *first, u8 *second, u64 *r)
{
	r[0] = 0;
	r[1] = r[2];
}

static const struct nullify tests[] = {
	{ "MVC", stub_mvc, 200, 200 },
	{ "MVC of one byte", stub_mvc_1, 1, 1 },
	{ "MVC of 256 bytes", stub_mvc_256, 256, 256 },
	{ "XC", stub_xc, 200, 200 },
	{ "NC", stub_nc, 200, 200 },
	{ "OC", stub_oc, 200, 200 },
	{ "XC with itself", stub_xc_same, 200 },
	{ "CLC", stub_clc, 200, 200, .prepare = equal },
	{ "MVCIN", stub_mvcin, 200, 200 },
	{ "MVN", stub_mvn, 200, 200 },
	{ "MVZ", stub_mvz, 200, 200 },
	{ "MVO", stub_mvo, 16, 16 },
	{ "PACK", stub_pack, 8, 15 },
	{ "UNPK", stub_unpk, 15, 8 },
	{ "PKA", stub_pka, 16, 16 },
	{ "UNPKA", stub_unpka, 16, 16 },
	{ "UNPKU", stub_unpku, 32, 16 },
	{ "TR", stub_tr, 200, 256, .prepare = use_table },
	{ "TRT", stub_trt, 200, 256, .prepare = no_function },
	{ "TRTR", stub_trtr, 200, 256, .prepare = no_function },
	{ "MVPG", stub_mvpg, 1, 1, .whole_page = true, .prepare = no_options },
	{ "MVPG with the condition-code option", stub_mvpg, 1, 1, .whole_page = true,
	  .prepare = condition_code_option },
	{ "KIMD query", stub_kimd_query, 16, .prepare = parameter_block },
};

int main(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(tests); i++)
		nullify(&tests[i], NULL);
	return 0;
}
