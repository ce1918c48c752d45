// SPDX-License-Identifier: GPL-2.0
/* Nullification: operands of control and I/O instructions. */
#include "essa.h"

/* lpswe and lpsw go on behind themselves. */
STUB(lpswe, "lpswe 0(%r2)\nlpswe_target:");
STUB(lpsw, "lpsw 0(%r2)\nlpsw_target:");
STUB(ssm, "ssm 0(%r2)");
STUB(stnsm, "stnsm 0(%r2), 0xff");
STUB(stosm, "stosm 0(%r2), 0");
STUB(lctlg, "lctlg 9, 10, 0(%r2)");
STUB(lctl, "lctl 9, 10, 0(%r2)");
STUB(stctg, "stctg 9, 10, 0(%r2)");
STUB(stctl, "stctl 9, 10, 0(%r2)");
STUB(stap, "stap 0(%r2)");
STUB(stidp, "stidp 0(%r2)");
STUB(spx, "spx 0(%r2)");
STUB(stpx, "stpx 0(%r2)");
STUB(sckc, "sckc 0(%r2)");
STUB(stckc, "stckc 0(%r2)");
STUB(spt, "spt 0(%r2)");
STUB(stpt, "stpt 0(%r2)");
STUB(stck, "stck 0(%r2)");
STUB(stckf, "stckf 0(%r2)");
STUB(stcke, "stcke 0(%r2)");
STUB(stfle, "stfle 0(%r2)");
STUB(stsi, "stsi 0(%r2)");
STUB(lura, "lura %r4, %r2");
STUB(lurag, "lurag %r4, %r2");
STUB(stura, "stura %r4, %r2");
STUB(sturg, "sturg %r4, %r2");
STUB(testblock, "tb %r4, %r2");
STUB(stcrw, "stcrw 0(%r2)");
STUB(stsch, "stsch 0(%r2)");
STUB(msch, "msch 0(%r2)");
STUB(ssch, "ssch 0(%r2)");
STUB(tsch, "tsch 0(%r2)");
STUB(chsc, ".insn rre, 0xb25f0000, %r2, %r0");

extern const char lpswe_target[], lpsw_target[];

static void zero(u8 *first, u8 *second, u64 *r)
{
	for (int i = 0; i < 64; i++)
		first[i] = 0;
}

static void ones(u8 *first, u8 *second, u64 *r)
{
	for (int i = 0; i < 8; i++)
		first[i] = 0xff;
}

static void forever(u8 *first, u8 *second, u64 *r)
{
	ones(first, second, r);
	first[0] = 0x7f;
}

static void extended_psw(u8 *first, u8 *second, u64 *r)
{
	((u64 *)first)[0] = PSW_64 | PSW_CC_1;
	((u64 *)first)[1] = (u64)lpswe_target;
}

/* 8 bytes, marked by bit 12 */
static void short_psw(u8 *first, u8 *second, u64 *r)
{
	*(u64 *)first = PSW_64 | PSW_CC_1 | 1UL << 51 | (u64)lpsw_target;
}

static void first_words(u8 *first, u8 *second, u64 *r)
{
	r[0] = 0;
}

/* Function code 1, selectors 1 and 1: the machine */
static void machine(u8 *first, u8 *second, u64 *r)
{
	r[0] = 0x10000001;
	r[1] = 1;
}

/* The first subchannel, which the machine has */
static void subchannel(u8 *first, u8 *second, u64 *r)
{
	zero(first, second, r);
	r[1] = 0x00010000;
}

static void chsc_request(u8 *first, u8 *second, u64 *r)
{
	((u32 *)first)[0] = 0x00100010;
	for (int i = 1; i < 4; i++)
		((u32 *)first)[i] = 0;
}

static const struct nullify tests[] = {
	{ "LPSWE", stub_lpswe, 16, .prepare = extended_psw },
	{ "LPSW", stub_lpsw, 8, .aligned = true, .prepare = short_psw },
	{ "SSM", stub_ssm, 1, .prepare = zero },
	{ "STNSM", stub_stnsm, 1 },
	{ "STOSM", stub_stosm, 1 },
	{ "LCTLG", stub_lctlg, 16 },
	{ "LCTL", stub_lctl, 8 },
	{ "STCTG", stub_stctg, 16 },
	{ "STCTL", stub_stctl, 8 },
	{ "STAP", stub_stap, 2, .aligned = true },
	{ "STIDP", stub_stidp, 8, .aligned = true },
	{ "SPX", stub_spx, 4, .aligned = true, .prepare = zero },
	{ "STPX", stub_stpx, 4, .aligned = true },
	{ "SCKC", stub_sckc, 8, .aligned = true, .prepare = ones },
	{ "STCKC", stub_stckc, 8, .aligned = true },
	{ "SPT", stub_spt, 8, .aligned = true, .prepare = forever },
	{ "STPT", stub_stpt, 8, .aligned = true, .varies = true },
	{ "STCK", stub_stck, 8, .varies = true },
	{ "STCKF", stub_stckf, 8, .varies = true },
	{ "STCKE", stub_stcke, 16, .varies = true },
	{ "STFLE", stub_stfle, 8, .aligned = true, .prepare = first_words },
	{ "STSI", stub_stsi, 1, .whole_page = true, .prepare = machine },
	{ "LURA", stub_lura, 4, .aligned = true },
	{ "LURAG", stub_lurag, 8, .aligned = true },
	{ "STURA", stub_stura, 4, .aligned = true },
	{ "STURG", stub_sturg, 8, .aligned = true },
	{ "TB", stub_testblock, 1, .whole_page = true, .prepare = first_words },
	{ "STCRW", stub_stcrw, 4, .aligned = true },
	{ "STSCH", stub_stsch, 52, .prepare = subchannel },
	/* Enabled, it has no status pending, which TSCH stores. MSCH ends it. */
	{ "TSCH", stub_tsch, 64, .prepare = subchannel },
	{ "MSCH", stub_msch, 52, .prepare = subchannel },
	{ "SSCH", stub_ssch, 12, .prepare = subchannel },
	{ "CHSC", stub_chsc, 16, .whole_page = true, .prepare = chsc_request },
};

static void enable_subchannel(void)
{
	register u64 sid asm("1") = 0x00010000;
	u8 schib[52] __attribute__((aligned(8)));

	asm volatile("stsch %0" : "=Q" (schib) : "d" (sid) : "cc");
	schib[5] |= 0x80;
	asm volatile("msch %0" : : "Q" (schib), "d" (sid) : "cc");
}

int main(void)
{
	enable_subchannel();
	for (unsigned int i = 0; i < ARRAY_SIZE(tests); i++)
		nullify(&tests[i], NULL);
	return 0;
}
