// SPDX-License-Identifier: GPL-2.0
/*
 * Interruptible instructions: at the fault a part may be done, but then the
 * registers say so, and gone on with, the result is right.
 */
#include "nullify.h"

#define LENGTH 200

/* Both operands by %r4 to %r7 */
static void pairs(struct operands *at)
{
	at->r[4] = at->r[2];
	at->r[5] = LENGTH;
	at->r[6] = at->r[3];
	at->r[7] = LENGTH;
}

static void padding(struct operands *at)
{
	pairs(at);
	at->r[7] = LENGTH / 2;
}

static void equal(struct operands *at)
{
	pairs(at);
	for (int i = 0; i < LENGTH; i++)
		at->second[i] = at->first[i];
}

/* The rest of the second operand is the padding: 0x40, or 0 and 0x40. */
static void equal_padding(struct operands *at)
{
	equal(at);
	at->r[7] = LENGTH / 2;
	for (int i = LENGTH / 2; i < LENGTH; i++)
		at->first[i] = 0x40;
}

static void equal_padding_clcl(struct operands *at)
{
	equal_padding(at);
	at->r[7] |= 0x40000000;
}

static void equal_padding_clclu(struct operands *at)
{
	equal_padding(at);
	for (int i = LENGTH / 2; i < LENGTH; i += 2)
		at->first[i] = 0;
}

/* Up to and with a byte that r0 names */
static void string(struct operands *at)
{
	pairs(at);
	for (int i = 0; i < LENGTH; i++)
		at->first[i] = at->second[i] = i + 1;
	at->r[0] = LENGTH;
}

/* Of what r6 points to, and before what r4 does */
static void search(struct operands *at)
{
	string(at);
	at->r[4] = at->r[3] + 250;
}

static void search_unicode(struct operands *at)
{
	search(at);
	for (int i = 0; i < LENGTH / 2; i++)
		((u16 *)at->second)[i] = i + 1;
	at->r[0] = LENGTH / 2;
}

static void checksum(struct operands *at)
{
	pairs(at);
	at->r[4] = 0;
}

static void checksum_odd(struct operands *at)
{
	checksum(at);
	at->r[7] = LENGTH - 1;
}

/* Bytes that use all of the table, and none that is the test character */
static void translate(struct operands *at)
{
	pairs(at);
	for (int i = 0; i < LENGTH; i++)
		at->first[i] = i & 1 ? 0xff - i / 2 : i / 2;
	at->r[0] = 0xb7;
	for (int i = 0; i < LENGTH; i++) {
		if (at->first[i] == 0xb7)
			at->first[i] = 0;
	}
}

static void translate_until(struct operands *at)
{
	translate(at);
	at->first[LENGTH - 1] = 0xb7;
}

/* Tables of what is never zero, the test character, at r1 */
static void translate_bytes(struct operands *at)
{
	pairs(at);
	for (int i = 0; i < LENGTH; i++)
		at->second[i] = i & 1 ? 0xff - i / 2 : i / 2;
	for (int i = 0; i < 512; i++)
		at->third[i] = i % 255 + 1;
	at->r[0] = 0;
}

static void translate_halfwords(struct operands *at)
{
	translate_bytes(at);
	for (int i = 0; i < LENGTH; i++)
		((u16 *)at->second)[i] = i & 1 ? 0xff - i / 2 : i / 2;
	at->r[5] = 2 * LENGTH;
}

/* What is there to be found ends the translation. */
static void translate_to_test_character(struct operands *at)
{
	translate_bytes(at);
	at->third[at->second[LENGTH - 1]] = 0;
}

/* In place: done twice, it would be wrong. */
static void translate_in_place(struct operands *at)
{
	translate_bytes(at);
	for (int i = 0; i < LENGTH; i++)
		at->first[i] = i & 1 ? 0xff - i / 2 : i / 2;
	at->r[6] = at->r[4];
}

/* Twenty times four characters, which UTF-8 has in one to four bytes */
static const u32 characters[] = { 0x61, 0xe9, 0x20ac, 0x1f600 };

#define TIMES	20
#define UTF8	(TIMES * 10)
#define UTF16	(TIMES * 10)
#define UTF32	(TIMES * 16)

static void text(struct operands *at, const void *bytes, unsigned int length, unsigned int total)
{
	pairs(at);
	at->r[5] = 1000;
	at->r[7] = total;
	for (int i = 0; i < total; i++)
		at->second[i] = ((const u8 *)bytes)[i % length];
}

static void utf8(struct operands *at)
{
	text(at, "a\303\251\342\202\254\360\237\230\200", 10, UTF8);
}

static void utf16(struct operands *at)
{
	static const u16 units[] = { 0x61, 0xe9, 0x20ac, 0xd83d, 0xde00 };

	text(at, units, sizeof(units), UTF16);
}

static void utf32(struct operands *at)
{
	text(at, characters, sizeof(characters), UTF32);
}

#define LOOP(text) "0: " text "\njo 0b"
#define LONG .flags = INTERRUPTIBLE

INSN(MVCL, "mvcl %r4, %r6", LENGTH, LENGTH, LONG, .prepare = pairs);
INSN(MVCL, "mvcl %r4, %r6", LENGTH, LENGTH / 2, LONG, .prepare = padding,
     .name = "MVCL with padding");
INSN(MVCLE, LOOP("mvcle %r4, %r6, 0x40"), LENGTH, LENGTH, LONG, .prepare = pairs);
INSN(MVCLE, LOOP("mvcle %r4, %r6, 0x40"), LENGTH, LENGTH / 2, LONG, .prepare = padding,
     .name = "MVCLE with padding");
INSN(MVCLU, LOOP("mvclu %r4, %r6, 0x40"), LENGTH, LENGTH, LONG, .prepare = pairs);
INSN(MVCLU, LOOP("mvclu %r4, %r6, 0x40"), LENGTH, LENGTH / 2, LONG, .prepare = padding,
     .name = "MVCLU with padding");
INSN(CLCL, "clcl %r4, %r6", LENGTH, LENGTH, LONG, .prepare = equal);
INSN(CLCL, "clcl %r4, %r6", LENGTH, LENGTH / 2, LONG, .prepare = equal_padding_clcl,
     .name = "CLCL with padding");
INSN(CLCLE, LOOP("clcle %r4, %r6, 0x40"), LENGTH, LENGTH, LONG, .prepare = equal);
INSN(CLCLE, LOOP("clcle %r4, %r6, 0x40"), LENGTH, LENGTH / 2, LONG, .prepare = equal_padding,
     .name = "CLCLE with padding");
INSN(CLCLU, LOOP("clclu %r4, %r6, 0x40"), LENGTH, LENGTH, LONG, .prepare = equal);
INSN(CLCLU, LOOP("clclu %r4, %r6, 0x40"), LENGTH, LENGTH / 2, LONG,
     .prepare = equal_padding_clclu, .name = "CLCLU with padding");
INSN(MVST, LOOP("mvst %r4, %r6"), LENGTH, LENGTH, LONG, .prepare = string);
INSN(CLST, LOOP("clst %r4, %r6"), LENGTH, LENGTH, LONG, .prepare = string);
INSN(SRST, LOOP("srst %r4, %r6"), 0, LENGTH, LONG, .prepare = search);
INSN(SRSTU, LOOP("srstu %r4, %r6"), 0, LENGTH, LONG, .prepare = search_unicode);
INSN(CKSM, LOOP("cksm %r4, %r6"), 0, LENGTH, LONG, .prepare = checksum);
INSN(CKSM, LOOP("cksm %r4, %r6"), 0, LENGTH - 1, LONG, .prepare = checksum_odd,
     .name = "CKSM of an odd length");

INSN(TRE, LOOP("tre %r4, %r6"), LENGTH, 256, LONG, .prepare = translate);
INSN(TRE, LOOP("tre %r4, %r6"), LENGTH, 256, LONG, .prepare = translate_until,
     .name = "TRE up to the test character");
INSN(TROO, LOOP("troo %r4, %r6"), LENGTH, LENGTH, 256, .align = { 1, 1, 8 }, LONG,
     .prepare = translate_bytes);
INSN(TROO, LOOP("troo %r4, %r6"), LENGTH - 1, LENGTH, 256, .align = { 1, 1, 8 }, LONG,
     .prepare = translate_to_test_character, .name = "TROO up to the test character");
INSN(TROO, LOOP("troo %r4, %r6, 1"), LENGTH, 0, 256, .align = { 1, 1, 8 }, LONG,
     .prepare = translate_in_place, .name = "TROO in place");
INSN(TROT, LOOP("trot %r4, %r6"), 2 * LENGTH, LENGTH, 512, .align = { 1, 1, 8 }, LONG,
     .prepare = translate_bytes);
INSN(TRTO, LOOP("trto %r4, %r6"), LENGTH, 2 * LENGTH, 256, .align = { 1, 1, 8 }, LONG,
     .prepare = translate_halfwords);
INSN(TRTT, LOOP("trtt %r4, %r6"), 2 * LENGTH, 2 * LENGTH, 512, .align = { 1, 1, 8 }, LONG,
     .prepare = translate_halfwords);

INSN(CU12, LOOP("cu12 %r4, %r6, 1"), UTF16, UTF8, LONG, .prepare = utf8);
INSN(CU14, LOOP("cu14 %r4, %r6, 1"), UTF32, UTF8, LONG, .prepare = utf8);
INSN(CU21, LOOP("cu21 %r4, %r6, 1"), UTF8, UTF16, LONG, .prepare = utf16);
INSN(CU24, LOOP("cu24 %r4, %r6, 1"), UTF32, UTF16, LONG, .prepare = utf16);
INSN(CU41, LOOP("cu41 %r4, %r6"), UTF8, UTF32, LONG, .prepare = utf32);
INSN(CU42, LOOP("cu42 %r4, %r6"), UTF16, UTF32, LONG, .prepare = utf32);

int main(void)
{
	nullify_all(NULL);
	return 0;
}
