// SPDX-License-Identifier: GPL-2.0
/* Nullification: instructions with two operands in storage. */
#include "nullify.h"

/* It ends at the first difference. */
static void equal(struct operands *at)
{
	for (int i = 0; i < 200; i++)
		at->second[i] = at->first[i];
}

static void equal_short(struct operands *at)
{
	for (int i = 0; i < 8; i++)
		at->second[i] = at->first[i];
}

/* Bytes that use all of the table, alternating between its halves */
static void use_table(struct operands *at)
{
	for (int i = 0; i < 200; i++)
		at->first[i] = i & 1 ? 0xff - i / 2 : i / 2;
}

/* They end at the first function byte that is not zero. */
static void no_function(struct operands *at)
{
	use_table(at);
	for (int i = 0; i < 256; i++)
		at->second[i] = 0;
}

/* Nearly all: that of the last byte, or of TRTR the first */
static void function_at_end(struct operands *at)
{
	no_function(at);
	at->second[at->first[199]] = 0x77;
}

static void function_at_beginning(struct operands *at)
{
	no_function(at);
	at->second[at->first[0]] = 0x77;
}

static void length_in_r0(struct operands *at)
{
	at->r[0] = 199;
}

static void no_options(struct operands *at)
{
	at->r[0] = 0;
}

/* A bad page translation sets the condition code; a discard is none. */
static void condition_code_option(struct operands *at)
{
	at->r[0] = 0x100;
}

INSN(MVC, "mvc 0(1, %r2), 0(%r3)", 1, 1, .name = "MVC of one byte");
INSN(MVC, "mvc 0(200, %r2), 0(%r3)", 200, 200);
INSN(MVC, "mvc 0(256, %r2), 0(%r3)", 256, 256, .name = "MVC of 256 bytes");
INSN(MVC, "mvc 1(199, %r2), 0(%r2)", 200, .name = "MVC that fills");
INSN(MVC, "mvc 8(192, %r2), 0(%r2)", 200, .name = "MVC that overlaps");
INSN(MVCIN, "mvcin 0(200, %r2), 199(%r3)", 200, 200);
INSN(MVCRL, "mvcrl 0(%r2), 0(%r3)", 200, 200, .prepare = length_in_r0);
INSN(MVN, "mvn 0(200, %r2), 0(%r3)", 200, 200);
INSN(MVZ, "mvz 0(200, %r2), 0(%r3)", 200, 200);
INSN(MVO, "mvo 0(16, %r2), 0(16, %r3)", 16, 16);
INSN(MVO, "mvo 0(3, %r2), 0(16, %r3)", 3, 16, .name = "MVO into fewer bytes");
INSN(XC, "xc 0(200, %r2), 0(%r3)", 200, 200);
INSN(XC, "xc 0(200, %r2), 0(%r2)", 200, .name = "XC with itself");
INSN(XC, "xc 0(31, %r2), 0(%r2)", 31, .name = "XC of 31 bytes with themselves");
INSN(XC, "xc 0(8, %r2), 0(%r2)", 8, .name = "XC of 8 bytes with themselves");
INSN(NC, "nc 0(200, %r2), 0(%r3)", 200, 200);
INSN(OC, "oc 0(200, %r2), 0(%r3)", 200, 200);
INSN(CLC, "clc 0(200, %r2), 0(%r3)", 200, 200, .prepare = equal);
INSN(CLC, "clc 0(8, %r2), 0(%r3)", 8, 8, .prepare = equal_short, .name = "CLC of 8 bytes");
INSN(PACK, "pack 0(8, %r2), 0(15, %r3)", 8, 15);
INSN(PACK, "pack 0(16, %r2), 0(2, %r3)", 16, 2, .name = "PACK with zeroes");
INSN(UNPK, "unpk 0(15, %r2), 0(8, %r3)", 15, 8);
INSN(UNPK, "unpk 0(16, %r2), 0(2, %r3)", 16, 2, .name = "UNPK with zeroes");
INSN(PKA, "pka 0(%r2), 0(32, %r3)", 16, 32);
INSN(PKU, "pku 0(%r2), 0(64, %r3)", 16, 64);
INSN(UNPKA, "unpka 0(32, %r2), 0(%r3)", 32, 16);
INSN(UNPKU, "unpku 0(64, %r2), 0(%r3)", 64, 16);
INSN(TR, "tr 0(200, %r2), 0(%r3)", 200, 256, .prepare = use_table);
INSN(TRT, "trt 0(200, %r2), 0(%r3)", 200, 256, .prepare = no_function);
INSN(TRT, "trt 0(200, %r2), 0(%r3)", 200, 256, .prepare = function_at_end,
     .name = "TRT that finds");
INSN(TRTR, "trtr 199(200, %r2), 0(%r3)", 200, 256, .prepare = no_function);
INSN(TRTR, "trtr 199(200, %r2), 0(%r3)", 200, 256, .prepare = function_at_beginning,
     .name = "TRTR that finds");
INSN(MVPG, "mvpg %r2, %r3", 4096, 4096, .flags = WHOLE_PAGE, .prepare = no_options);
INSN(MVPG, "mvpg %r2, %r3", 4096, 4096, .flags = WHOLE_PAGE,
     .prepare = condition_code_option, .name = "MVPG with the condition-code option");

int main(void)
{
	nullify_all(NULL);
	return 0;
}
