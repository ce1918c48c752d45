// SPDX-License-Identifier: GPL-2.0
/*
 * The instructions with storage operands. A stub is one of them, then back to
 * 64 bit addresses and to the caller. Operands are at %r2 and %r3, or in the
 * pairs %r8 and %r10; no instruction here reaches further than 4096 bytes.
 */
#include "fuzz.h"

#define INSN(name, text) STUB(fuzz_##name, text "\n\tsam64")
/* Those that leave it to the program to go on; MVST may meet no end if operands overlap */
#define UNTIL_DONE(name, text) INSN(name, "0: " text "\n\tbrc 1, 0b")

INSN(lg, "lg %r4, 0(%r2)");
INSN(lh, "lh %r4, 0(%r2)");
INSN(lpq, "lpq %r4, 0(%r2)");
INSN(lmg, "lmg %r4, %r7, 0(%r2)");
INSN(lm, "lm %r0, %r1, 0(%r2)");
INSN(lmh, "lmh %r4, %r7, 0(%r2)");
INSN(lam, "lam %a4, %a7, 0(%r2)");
INSN(ld, "ld %f2, 0(%r2)");
INSN(vl, "vl %v5, 0(%r2)");
INSN(vlm, "vlm %v4, %v19, 0(%r2)");
INSN(vll, "vll %v5, %r9, 0(%r2)");
INSN(vgef, "vleg %v5, 0(%r2), 1");
INSN(icmh, "icmh %r4, 5, 0(%r2)");
INSN(ag, "ag %r4, 0(%r2)");
INSN(msg, "msg %r4, 0(%r2)");
INSN(dsg, "dsg %r4, 0(%r2)");
INSN(cvb, "cvb %r4, 0(%r2)");
INSN(cvdg, "cvdg %r4, 0(%r2)");
INSN(tm, "tm 0(%r2), 0x5a");
INSN(cli, "cli 0(%r2), 0x5a");
INSN(stg, "stg %r4, 0(%r2)");
INSN(stc, "stc %r4, 0(%r2)");
INSN(strvg, "strvg %r4, 0(%r2)");
INSN(stpq, "stpq %r4, 0(%r2)");
INSN(stmg, "stmg %r4, %r7, 0(%r2)");
INSN(stm, "stm %r4, %r7, 0(%r2)");
INSN(stcmh, "stcmh %r4, 11, 0(%r2)");
INSN(stam, "stam %a0, %a15, 0(%r2)");
INSN(std, "std %f2, 0(%r2)");
INSN(stfpc, "stfpc 0(%r2)");
INSN(vst, "vst %v5, 0(%r2)");
INSN(vstm, "vstm %v4, %v19, 0(%r2)");
INSN(vstl, "vstl %v5, %r9, 0(%r2)");
INSN(mvi, "mvi 0(%r2), 0x5a");
INSN(mvghi, "mvghi 0(%r2), -42");
INSN(xi, "xi 0(%r2), 0x5a");
INSN(ni, "ni 0(%r2), 0x5a");
INSN(oiy, "oiy 0(%r2), 0x5a");
INSN(agsi, "agsi 0(%r2), 77");
INSN(algsi, "algsi 0(%r2), -1");
INSN(ts, "ts 0(%r2)");
INSN(laag, "laag %r4, %r5, 0(%r2)");
INSN(lang, "lang %r4, %r5, 0(%r2)");
INSN(lao, "lao %r4, %r5, 0(%r2)");
INSN(cs, "cs %r4, %r6, 0(%r2)");
INSN(csg, "csg %r4, %r6, 0(%r2)");
INSN(cds, "cds %r4, %r6, 0(%r2)");
INSN(cdsg, "cdsg %r4, %r6, 0(%r2)");
INSN(csst, "csst 0(%r2), 0(%r3), %r12");
INSN(lpdg, "lpdg %r4, 0(%r2), 0(%r3)");
INSN(plo, "plo %r4, 0(%r2), %r6, 0(%r3)");
INSN(csp, ".insn rre, 0xb2500000, %r4, %r2");
INSN(cspg, ".insn rre, 0xb98a0000, %r4, %r2");

INSN(mvc, "mvc 0(256, %r2), 0(%r3)");
INSN(mvc1, "mvc 1(255, %r2), 0(%r3)");
INSN(mvcin, "mvcin 0(100, %r2), 0(%r3)");
INSN(mvn, "mvn 0(100, %r2), 0(%r3)");
INSN(mvz, "mvz 0(100, %r2), 0(%r3)");
INSN(mvo, "mvo 0(16, %r2), 0(9, %r3)");
INSN(xc, "xc 0(256, %r2), 0(%r3)");
INSN(nc, "nc 0(200, %r2), 0(%r3)");
INSN(oc, "oc 0(77, %r2), 0(%r3)");
INSN(clc, "clc 0(256, %r2), 0(%r3)");
INSN(tr, "tr 0(256, %r2), 0(%r3)");
INSN(trt, "trt 0(256, %r2), 0(%r3)");
INSN(trtr, "trtr 0(256, %r2), 0(%r3)");
INSN(pack, "pack 0(16, %r2), 0(16, %r3)");
INSN(unpk, "unpk 0(16, %r2), 0(16, %r3)");
INSN(pka, "pka 0(%r2), 0(32, %r3)");
INSN(pku, "pku 0(%r2), 0(64, %r3)");
INSN(unpka, "unpka 0(32, %r2), 0(%r3)");
INSN(unpku, "unpku 0(64, %r2), 0(%r3)");
INSN(tp, "tp 0(16, %r2)");
INSN(mvcos, "mvcos 0(%r2), 0(%r3), %r9");
INSN(mvcdk, "mvcdk 0(%r2), 0(%r3)");
INSN(mvcsk, "mvcsk 0(%r2), 0(%r3)");
INSN(mvpg, "mvpg %r2, %r3");
INSN(ex, "ex %r9, 0(%r3)");

INSN(mvcl, "mvcl %r8, %r10");
UNTIL_DONE(mvcle, "mvcle %r8, %r10, 0x5a");
INSN(clcl, "clcl %r8, %r10");
UNTIL_DONE(clcle, "clcle %r8, %r10, 0x5a");
INSN(mvst, "mvst %r2, %r3");
UNTIL_DONE(clst, "clst %r2, %r3");
UNTIL_DONE(cksm, "cksm %r4, %r8");
UNTIL_DONE(tre, "tre %r8, %r3");
UNTIL_DONE(troo, ".insn rrf, 0xb9930000, %r8, %r10, 1, 0");
UNTIL_DONE(klmd, ".insn rre, 0xb93f0000, %r0, %r8");

/* These go on behind themselves, where the PSW says. */
INSN(lpswe, "lpswe 0(%r2)\nfuzz_lpswe_target:");
INSN(lpsw, "lpsw 0(%r2)\nfuzz_lpsw_target:");
INSN(ssm, "ssm 0(%r2)");
INSN(lctlg, "lctlg 10, 11, 0(%r2)");
INSN(lctl, "lctl 10, 11, 0(%r2)");
INSN(sckc, "sckc 0(%r2)");
INSN(spt, "spt 0(%r2)");
extern const char fuzz_lpswe_target[], fuzz_lpsw_target[];

INSN(stck, "stck 0(%r2)");
INSN(stcke, "stcke 0(%r2)");
INSN(stpt, "stpt 0(%r2)");
INSN(stctg, "stctg 2, 13, 0(%r2)");
INSN(stap, "stap 0(%r2)");
INSN(stidp, "stidp 0(%r2)");
INSN(stpx, "stpx 0(%r2)");
INSN(stnsm, "stnsm 0(%r2), 0xff");
INSN(lura, "lura %r4, %r2");
INSN(lurag, "lurag %r4, %r2");
INSN(stura, "stura %r4, %r2");
INSN(sturg, "sturg %r4, %r2");
INSN(lra, "lra %r4, 0(%r2)");
INSN(stfle, "stfle 0(%r2)");
INSN(stsi, "stsi 0(%r2)");
INSN(testblock, "tb %r4, %r2");
INSN(pfmf, ".insn rre, 0xb9af0000, %r4, %r2");
INSN(tprot, "tprot 0(%r2), 0");
INSN(stsch, "stsch 0(%r2)");

/* The registers compared with are right every second time. */
static void compared(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	if (one_in(cpu, 2))
		return;
	r[4] = ((u64 *)first)[0];
	r[5] = ((u64 *)first)[1];
}

static void compared32(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	if (one_in(cpu, 2))
		return;
	r[4] = ((u32 *)first)[0];
	r[5] = ((u32 *)first)[1];
}

/* CSP's operand address comes with flags that say what to purge. */
static void purging(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	if (one_in(cpu, 2))
		r[4] = ((u32 *)first)[0];
	r[2] |= below(cpu, 4);
}

/* Function codes 0 to 2, and the first that is none */
static void function_code(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	r[0] = below(cpu, 3) | below(cpu, 4) << 8;
	r[1] = r[2];
}

static void locked_operation(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	r[0] = below(cpu, 3) + below(cpu, 2) * 256;
	compared(cpu, first, second, r);
}

static void plain_spaces(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	r[0] = 0;
	r[9] = one_in(cpu, 4) ? 4096 : below(cpu, 4096);
}

/* True lengths as in MVCDK: one less, in a byte, and keys */
static void key_and_length(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	r[0] = below(cpu, 256);
	r[1] = below(cpu, 16) << 4;
}

static void no_options(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	r[0] = 0;
}

/* These go down from where they begin, and blocks are of two pages. */
static void backwards(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	for (int i = 2; i < 4; i++)
		if (r[i] % (2 * PAGE_SIZE) < 256)
			r[i] += 256;
}

static void terminated(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	r[0] = below(cpu, 256);
	first[below(cpu, 300)] = second[below(cpu, 300)] = r[0];
}

/* Something to execute: an MVC, an XC or an ST inside of the first operand */
static void target(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	static const u16 targets[][3] = {
		{ 0xd200, 0x2000, 0x3000 }, { 0xd707, 0x2000, 0x2010 },
		{ 0x5040, 0x2000, 0x0700 }, { 0xa749, 0x1234, 0x0700 },
	};
	unsigned int which = below(cpu, ARRAY_SIZE(targets));

	for (int i = 0; i < 3; i++)
		((u16 *)second)[i] = targets[which][i];
	/* What EX changes must not be a register number of ours. */
	r[9] = which < 2 ? below(cpu, 64) : 0;
}

/* All bytes lead somewhere; the table of TRE and TROO is on a page boundary. */
static void translation(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	r[0] = 1;
	r[1] = (r[3] & -PAGE_SIZE);
	r[3] &= -PAGE_SIZE;
	r[9] = below(cpu, 4000);
	r[10] = r[2] & -PAGE_SIZE;
}

/* SHA-256 and the like: the parameter block is not what this is about. */
static void digest(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	static const u8 functions[] = { 0, 1, 2, 3 };

	r[0] = functions[below(cpu, sizeof(functions))];
	r[1] = r[3];
	r[9] = below(cpu, 1024);
}

static void doublewords(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	r[0] = below(cpu, 8);
}

static void machine(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	static const u32 code[][2] = { { 0x10000001, 1 }, { 0x20000002, 2 }, { 0x30000002, 2 } };
	unsigned int which = below(cpu, ARRAY_SIZE(code));

	r[0] = code[which][0];
	r[1] = code[which][1];
}

/* Clear the frame or do nothing: a key would forget that a page was changed. */
static void frame(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	r[4] = below(cpu, 2) << 16;
}

static void extended_psw(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	((u64 *)first)[0] = PSW_64 | (u64)below(cpu, 4) << 44;
	((u64 *)first)[1] = (u64)fuzz_lpswe_target;
}

/* 8 bytes, marked by bit 12 */
static void short_psw(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	*(u64 *)first = PSW_64 | 1UL << 51 | (u64)below(cpu, 4) << 44 | (u64)fuzz_lpsw_target;
}

static void no_mask(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	first[0] = 0;
}

static void subchannel(struct cpu *cpu, u8 *first, u8 *second, u64 *r)
{
	r[1] = 0x00010000 | 0x7f;
}

#define T(name, ...) { #name, stub_fuzz_##name, __VA_ARGS__ }
#define PREPARE(function) .prepare = function
#define PARTIAL .flags = INSN_PARTIAL
#define VARIES .flags = INSN_VARIES

const struct template templates[] = {
	T(lg, 8), T(lh, 2), T(lpq, 16, 0, 16), T(lmg, 32), T(lm, 8), T(lmh, 16),
	T(lam, 16, 0, 4), T(ld, 8), T(vl, 16), T(vlm, 256), T(vll, 16), T(vgef, 8),
	T(icmh, 2), T(ag, 8), T(msg, 8), T(dsg, 8), T(cvb, 8), T(cvdg, 16), T(tm, 1),
	T(cli, 1),
	T(stg, 8), T(stc, 1), T(strvg, 8), T(stpq, 16, 0, 16), T(stmg, 32), T(stm, 16),
	T(stcmh, 3), T(stam, 64, 0, 4), T(std, 8), T(stfpc, 4), T(vst, 16), T(vstm, 256),
	T(vstl, 16), T(mvi, 1), T(mvghi, 8), T(xi, 1), T(ni, 1), T(oiy, 1),
	T(agsi, 8, 0, 8), T(algsi, 8), T(ts, 1),
	T(laag, 8, 0, 8), T(lang, 8, 0, 8), T(lao, 4, 0, 4),
	T(cs, 4, 0, 4, PREPARE(compared32)), T(csg, 8, 0, 8, PREPARE(compared)),
	T(cds, 8, 0, 8, PREPARE(compared32)), T(cdsg, 16, 0, 16, PREPARE(compared)),
	T(csst, 16, 16, 16, PREPARE(function_code)), T(lpdg, 8, 8, 8),
	T(plo, 16, 16, 16, PREPARE(locked_operation)),
	T(csp, 4, 0, 8, PREPARE(purging)), T(cspg, 8, 0, 8, PREPARE(purging)),
	T(mvc, 256, 256), T(mvc1, 256, 255), T(mvcin, 100, 100, PREPARE(backwards)), T(mvn, 100, 100),
	T(mvz, 100, 100), T(mvo, 16, 9), T(xc, 256, 256), T(nc, 200, 200), T(oc, 77, 77),
	T(clc, 256, 256), T(tr, 256, 256), T(trt, 256, 256), T(trtr, 256, 256, PREPARE(backwards)),
	T(pack, 16, 16), T(unpk, 16, 16), T(pka, 16, 32), T(pku, 16, 64),
	T(unpka, 32, 16), T(unpku, 64, 16), T(tp, 16),
	T(mvcos, 4096, 4096, PREPARE(plain_spaces)),
	T(mvcdk, 256, 256, PREPARE(key_and_length)),
	T(mvcsk, 256, 256, PREPARE(key_and_length)),
	T(mvpg, 4096, 4096, PREPARE(no_options)),
	T(ex, 64, 6, 2, PREPARE(target)),
	T(mvcl, 4096, 4096, PARTIAL), T(mvcle, 4096, 4096, PARTIAL),
	T(clcl, 4096, 4096, PARTIAL), T(clcle, 4096, 4096, PARTIAL),
	T(mvst, 300, 300, PARTIAL, PREPARE(terminated)), T(clst, 300, 300, PARTIAL, PREPARE(terminated)),
	T(cksm, 4096, 0, PARTIAL), T(tre, 4096, 256, PARTIAL, PREPARE(translation)),
	T(troo, 4096, 256, PARTIAL, PREPARE(translation)),
	T(klmd, 1024, 128, PARTIAL, PREPARE(digest)),
	T(lpswe, 16, 0, 8, PREPARE(extended_psw)), T(lpsw, 8, 0, 8, PREPARE(short_psw)),
	T(ssm, 1, PREPARE(no_mask)), T(lctlg, 16, 0, 8), T(lctl, 8, 0, 4), T(sckc, 8, 0, 8),
	T(spt, 8, 0, 8),
	T(stck, 8, 0, 0, VARIES), T(stcke, 16, 0, 0, VARIES), T(stpt, 8, 0, 8, VARIES),
	T(stctg, 96, 0, 8), T(stap, 2, 0, 2), T(stidp, 8, 0, 8), T(stpx, 4, 0, 4),
	T(stnsm, 1), T(lura, 4, 0, 4), T(lurag, 8, 0, 8), T(stura, 4, 0, 4),
	T(sturg, 8, 0, 8), T(lra, 1), T(stfle, 64, 0, 8, PREPARE(doublewords)),
	T(stsi, 4096, 0, 4096, PREPARE(machine)), T(testblock, 4096, PREPARE(no_options)),
	T(pfmf, 4096, PREPARE(frame)), T(tprot, 1),
	T(stsch, 52, 0, 4, PREPARE(subchannel)),
};

const unsigned int template_count = ARRAY_SIZE(templates);
