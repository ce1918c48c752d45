// SPDX-License-Identifier: GPL-2.0
/* Nullification: control instructions. */
#include "nullify.h"

extern const char lpswe_target[], lpsw_target[], bic_target[];

static void zero(struct operands *at)
{
	for (int i = 0; i < 4; i++)
		at->first[i] = 0;
}

static void ones(struct operands *at)
{
	for (int i = 0; i < 8; i++)
		at->first[i] = 0xff;
}

static void forever(struct operands *at)
{
	ones(at);
	at->first[0] = 0x7f;
}

static void now(struct operands *at)
{
	u64 tod;

	asm volatile("stck %0" : "=Q" (tod) : : "cc");
	*(u64 *)at->first = tod;
}

/* lpswe and lpsw go on behind themselves. */
static void extended_psw(struct operands *at)
{
	((u64 *)at->first)[0] = PSW_64 | PSW_CC_1;
	((u64 *)at->first)[1] = (u64)lpswe_target;
}

/* 8 bytes, marked by bit 12 */
static void short_psw(struct operands *at)
{
	*(u64 *)at->first = PSW_64 | PSW_CC_1 | 1UL << 51 | (u64)lpsw_target;
}

static void target(struct operands *at)
{
	u64 address = (u64)bic_target;

	for (int i = 0; i < 8; i++)
		at->first[i] = address >> (56 - 8 * i);
}

static void no_options(struct operands *at)
{
	at->r[0] = 0;
}

/* Function code 1, selectors 1 and 1: the machine */
static void machine(struct operands *at)
{
	at->r[0] = 0x10000001;
	at->r[1] = 1;
}

#define ENTRIES 4

/* What is invalidated is in the operand; the address leads to no mapping. */
static void page_table_entry(struct operands *at)
{
	*(u64 *)at->first = 0x123456789000;
	at->r[4] = at->r[2] & ~0x7ffUL;
	at->r[5] = (at->r[2] & 0x7f8) << 9;
}

static void segment_table_entries(struct operands *at)
{
	for (int i = 0; i < ENTRIES; i++)
		((u64 *)at->first)[i] = 0x123456789000 + i * 0x1000;
	at->r[4] = at->r[2] & -PAGE_SIZE;
	at->r[5] = (at->r[2] & 0xff8) << 17 | (ENTRIES - 1);
}

INSN(LCTL, "lctl %c9, %c10, 0(%r2)", 8, .align = { 4 });
INSN(LCTL, "lctl %c14, %c14, 0(%r2)", 4, .align = { 4 }, .name = "LCTL of one register");
INSN(LCTLG, "lctlg %c9, %c12, 0(%r2)", 32, .align = { 8 });
INSN(STCTL, "stctl %c8, %c11, 0(%r2)", 16, .align = { 4 });
INSN(STCTG, "stctg %c8, %c11, 0(%r2)", 32, .align = { 8 });
INSN(LPSW, "lpsw 0(%r2)\nlpsw_target:", 8, .align = { 8 }, .prepare = short_psw);
INSN(LPSWE, "lpswe 0(%r2)\nlpswe_target:", 16, .align = { 8 }, .prepare = extended_psw);
INSN(BIC, "bic 15, 0(%r2)\nbic_target:", 8, .prepare = target);
INSN(SSM, "ssm 0(%r2)", 1, .prepare = zero);
INSN(STNSM, "stnsm 0(%r2), 0xff", 1);
INSN(STOSM, "stosm 0(%r2), 0", 1);
INSN(LPP, "lpp 0(%r2)", 8);
INSN(SPX, "spx 0(%r2)", 4, .align = { 4 }, .prepare = zero);
INSN(STPX, "stpx 0(%r2)", 4, .align = { 4 });
INSN(STAP, "stap 0(%r2)", 2, .align = { 2 });
INSN(STIDP, "stidp 0(%r2)", 8, .align = { 8 });
/* The capability in it may be measured. */
INSN(STSI, "stsi 0(%r2)", 4096, .flags = WHOLE_PAGE | VARIES, .prepare = machine);
INSN(SCK, "sck 0(%r2)", 8, .align = { 8 }, .prepare = now);
INSN(SCKC, "sckc 0(%r2)", 8, .align = { 8 }, .prepare = ones);
INSN(STCKC, "stckc 0(%r2)", 8, .align = { 8 });
INSN(SPT, "spt 0(%r2)", 8, .align = { 8 }, .prepare = forever);
INSN(STPT, "stpt 0(%r2)", 8, .align = { 8 }, .flags = VARIES);
INSN(LURA, "lura %r4, %r2", 4, .align = { 4 });
INSN(LURAG, "lurag %r4, %r2", 8, .align = { 8 });
INSN(STURA, "stura %r4, %r2", 4, .align = { 4 });
INSN(STURG, "sturg %r4, %r2", 8, .align = { 8 });
INSN(TB, "tb %r4, %r2", 4096, .flags = WHOLE_PAGE, .prepare = no_options);
INSN(IPTE, "ipte %r4, %r5", 8, .align = { 8 }, .prepare = page_table_entry);
/* QEMU calls it so. */
INSN(IPDE, "idte %r4, %r0, %r5", 8 * ENTRIES, .align = { 8 }, .prepare = segment_table_entries,
     .name = "IDTE");
/* These are about a page, not about what is in it. */
INSN(ISKE, "iske %r4, %r2", 1, .flags = NO_ACCESS, .varies = 1 << 4);
INSN(RRBE, "rrbe %r4, %r2", 1, .flags = NO_ACCESS);
INSN(SSKE, "sske %r4, %r2", 1, .flags = NO_ACCESS);

int main(void)
{
	nullify_all(NULL);
	return 0;
}
