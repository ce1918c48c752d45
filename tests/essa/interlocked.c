// SPDX-License-Identifier: GPL-2.0
/*
 * Nullification: interlocked access to storage. QEMU has two kinds of code for most of
 * them, for one CPU and for several: see interlocked-parallel.c.
 */
#include "nullify.h"

/* Of what the host cannot do in one access */
#ifndef UNALIGNED
#define UNALIGNED 0
#endif

/* What is compared is equal: in words of all lengths. */
static void equal(struct operands *at)
{
	for (int i = 0; i < 16; i++)
		at->first[i] = 0;
	at->r[4] = 0;
	at->r[5] = 0;
}

/* Of CSP, %r5 is the new value. */
static void equal_purge(struct operands *at)
{
	u64 new = at->r[5];

	equal(at);
	at->r[5] = new;
	at->r[2] |= 1;
}

/* The parameter list of CSST: new values for both operands */
static void parameters(struct operands *at)
{
	at->r[0] = 0x301;
	for (int i = 0; i < 32; i++)
		at->third[i] = 0xc0 + i;
}

static void store_too(struct operands *at)
{
	parameters(at);
	equal(at);
}

static void store_words(struct operands *at)
{
	store_too(at);
	at->r[0] = 0x200;
}

static void store_quadwords(struct operands *at)
{
	store_too(at);
	at->r[0] = 0x402;
}

static void unlocked(struct operands *at)
{
	at->first[0] = 0;
}

INSN(CS, "cs %r4, %r6, 0(%r2)", 4, .align = { 4 }, .prepare = equal, .name = "CS, equal");
INSN(CS, "cs %r4, %r6, 0(%r2)", 4, .align = { 4 });
INSN(CSY, "csy %r4, %r6, 0(%r2)", 4, .align = { 4 }, .prepare = equal, .name = "CSY, equal");
INSN(CSY, "csy %r4, %r6, 0(%r2)", 4, .align = { 4 });
INSN(CSG, "csg %r4, %r6, 0(%r2)", 8, .align = { 8 }, .prepare = equal, .name = "CSG, equal");
INSN(CSG, "csg %r4, %r6, 0(%r2)", 8, .align = { 8 });
INSN(CDS, "cds %r4, %r6, 0(%r2)", 8, .align = { 8 }, .prepare = equal, .name = "CDS, equal");
INSN(CDS, "cds %r4, %r6, 0(%r2)", 8, .align = { 8 });
INSN(CDSY, "cdsy %r4, %r6, 0(%r2)", 8, .align = { 8 }, .prepare = equal, .name = "CDSY, equal");
INSN(CDSY, "cdsy %r4, %r6, 0(%r2)", 8, .align = { 8 });
INSN(CDSG, "cdsg %r4, %r6, 0(%r2)", 16, .align = { 16 }, .prepare = equal, .name = "CDSG, equal");
INSN(CDSG, "cdsg %r4, %r6, 0(%r2)", 16, .align = { 16 });
INSN(CSP, "csp %r4, %r2", 4, .align = { 4 }, .prepare = equal_purge, .name = "CSP, equal");
INSN(CSP, "csp %r4, %r2", 4, .align = { 4 });
INSN(CSPG, "cspg %r4, %r2", 8, .align = { 8 }, .prepare = equal_purge, .name = "CSPG, equal");
INSN(CSPG, "cspg %r4, %r2", 8, .align = { 8 });

INSN(CSST, "csst 0(%r2), 0(%r3), %r4", 8, 8, 32, .align = { 8, 8, 16 },
     .prepare = store_too, .name = "CSST, equal");
INSN(CSST, "csst 0(%r2), 0(%r3), %r4", 4, 4, 32, .align = { 4, 4, 16 },
     .prepare = store_words, .name = "CSST of words, equal");
INSN(CSST, "csst 0(%r2), 0(%r3), %r4", 16, 16, 32, .align = { 16, 16, 16 },
     .prepare = store_quadwords, .name = "CSST of quadwords, equal");
/* QEMU sees to it that the second operand can be stored before it compares. */
INSN(CSST, "csst 0(%r2), 0(%r3), %r4", 8, 8, 32, .align = { 8, 8, 16 },
     .prepare = parameters);

INSN(TS, "ts 0(%r2)", 1, .prepare = unlocked, .name = "TS, not set");
INSN(TS, "ts 0(%r2)", 1);
INSN(LAA, "laa %r4, %r5, 0(%r2)", 4, .align = { 4 });
INSN(LAAG, "laag %r4, %r5, 0(%r2)", 8, .align = { 8 });
INSN(LAAL, "laal %r4, %r5, 0(%r2)", 4, .align = { 4 });
INSN(LAALG, "laalg %r4, %r5, 0(%r2)", 8, .align = { 8 });
INSN(LAN, "lan %r4, %r5, 0(%r2)", 4, .align = { 4 });
INSN(LANG, "lang %r4, %r5, 0(%r2)", 8, .align = { 8 });
INSN(LAO, "lao %r4, %r5, 0(%r2)", 4, .align = { 4 });
INSN(LAOG, "laog %r4, %r5, 0(%r2)", 8, .align = { 8 });
INSN(LAX, "lax %r4, %r5, 0(%r2)", 4, .align = { 4 });
INSN(LAXG, "laxg %r4, %r5, 0(%r2)", 8, .align = { 8 });
INSN(NI, "ni 0(%r2), 0x5a", 1);
INSN(NIY, "niy 0(%r2), 0x5a", 1);
INSN(OI, "oi 0(%r2), 0x5a", 1);
INSN(OIY, "oiy 0(%r2), 0x5a", 1);
INSN(XI, "xi 0(%r2), 0x5a", 1);
INSN(XIY, "xiy 0(%r2), 0x5a", 1);
/* These need not be aligned. */
INSN(ASI, "asi 0(%r2), 5", 4, .flags = UNALIGNED);
INSN(AGSI, "agsi 0(%r2), 5", 8, .flags = UNALIGNED);
INSN(ALSI, "alsi 0(%r2), 5", 4, .flags = UNALIGNED);
INSN(ALGSI, "algsi 0(%r2), 5", 8, .flags = UNALIGNED);
/* Two operands, loaded as one */
INSN(LPD, "lpd %r4, 0(%r2), 0(%r3)", 4, 4, .align = { 4, 4 }, .flags = UNALIGNED);
INSN(LPDG, "lpdg %r4, 0(%r2), 0(%r3)", 8, 8, .align = { 8, 8 }, .flags = UNALIGNED);

int main(void)
{
	nullify_all(NULL);
	return 0;
}
