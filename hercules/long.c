// SPDX-License-Identifier: GPL-2.0
/*
 * Instructions that go on unit by unit, and whose unit of two or more bytes may
 * lie across the end of the first operand's page.
 *
 * How far they will come is not known before, so that touching all of the first
 * operand could end in faults for pages that nobody asked for. They are run up
 * to the end of the page instead, as the architecture allows ("a CPU-determined
 * number of bytes"); only when a unit does not fit any more is the next page
 * touched. Ciphers are run two pages at a time.
 */
#include "essa.h"

/* The longest unit of any of them, and of ciphers */
#define UNIT 4
#define BLOCK 16

struct row {
	U16 opcode;
	/* What the length in R1 + 1 counts: bytes of the first operand, or bytes of
	   the second for each so many of the first */
	BYTE first, second;
	BYTE ended;		/* the condition code when that length is used up */
	zz_func before;
};

static struct row rows[] = {
	{ 0xb2a6, 1, 1, 1, NULL },	/* CU21 */
	{ 0xb2a7, 1, 1, 1, NULL },	/* CU12 */
	{ 0xb9b0, 1, 1, 1, NULL },	/* CU14 */
	{ 0xb9b1, 1, 1, 1, NULL },	/* CU24 */
	{ 0xb9b2, 1, 1, 1, NULL },	/* CU41 */
	{ 0xb9b3, 1, 1, 1, NULL },	/* CU42 */
	{ 0xb990, 2, 2, 0, NULL },	/* TRTT */
	{ 0xb992, 2, 1, 0, NULL },	/* TROT */
	{ 0xb92a, 1, 1, 0, NULL },	/* KMF */
	{ 0xb92b, 1, 1, 0, NULL },	/* KMO */
	{ 0xb92d, 1, 1, 0, NULL },	/* KMCTR */
	{ 0xb92e, 1, 1, 0, NULL },	/* KM */
	{ 0xb92f, 1, 1, 0, NULL },	/* KMC */
};

#define CIPHERS 0xb92a

static struct row *row_of(const BYTE inst[])
{
	struct row *row = rows;

	while (row->opcode != (inst[0] << 8 | inst[1]))
		row++;
	return row;
}

/*
 * Runs it with at most so much length. Interruptions leave by regs->progjmp, and
 * have to find the register as if nothing had been taken from it.
 *
 * Returns: whether there is more to do
 */
static bool run_up_to(const struct row *row, BYTE inst[], REGS *regs, unsigned int r, U64 limit)
{
	U64 length = GR_A(r, regs), beyond = length > limit ? length - limit : 0;
	jmp_buf leave;
	int why;

	if (!beyond) {
		row->before(inst, regs);
		return false;
	}
	memcpy(leave, regs->progjmp, sizeof(leave));
	why = setjmp(regs->progjmp);
	if (!why) {
		SET_GR_A(r, regs, limit);
		row->before(inst, regs);
	}
	SET_GR_A(r, regs, GR_A(r, regs) + beyond);
	memcpy(regs->progjmp, leave, sizeof(leave));
	if (why)
		longjmp(regs->progjmp, why);
	return regs->psw.cc == row->ended;
}

static void ATTR_REGPARM(2) page_by_page(BYTE inst[], REGS *regs)
{
	struct row *row = row_of(inst);
	unsigned int r1 = inst[3] >> 4, size = ILC(inst[0]);
	VADR at = regs->GR_G(r1) & ADDRESS_MAXWRAP(regs);
	unsigned int left = PAGE_BYTES - (at & (PAGE_BYTES - 1));

	/* An odd register is a specification exception. */
	if (SIE_MODE(regs) || r1 & 1) {
		row->before(inst, regs);
		return;
	}
	if (left >= row->first && left / row->first) {
		if (!run_up_to(row, inst, regs, r1 + 1, left / row->first * row->second))
			return;
		if ((regs->GR_G(r1) & ADDRESS_MAXWRAP(regs)) != at) {
			regs->psw.cc = 3;
			return;
		}
		/* A unit does not fit: once more, beyond the page's end. */
		regs->ip -= size;
	}
	regs->ip += size;
	regs->psw.ilc = size;
	touch(regs, at, r1, left + 1);
	regs->ip -= size;
	if (run_up_to(row, inst, regs, r1 + 1,
		      row->first == 1 ? left + UNIT : (left / row->first + 1) * row->second))
		regs->psw.cc = 3;
}

/*
 * A cipher stores as much as it reads, and often in the same place, so that half a
 * block must not be stored. What is touched will be stored, if no more than that is
 * done at a time.
 */
static void ATTR_REGPARM(2) block_by_block(BYTE inst[], REGS *regs)
{
	struct row *row = row_of(inst);
	unsigned int r1 = inst[3] >> 4, r2 = inst[3] & 15, size = ILC(inst[0]);
	VADR at = regs->GR_G(r1) & ADDRESS_MAXWRAP(regs);
	U64 limit = (2 * PAGE_BYTES - (at & (PAGE_BYTES - 1))) & -BLOCK, length;

	if (SIE_MODE(regs) || (r1 | r2) & 1 || !(regs->GR_L(0) & 0x7f)) {
		row->before(inst, regs);
		return;
	}
	length = GR_A(r2 + 1, regs);
	regs->ip += size;
	regs->psw.ilc = size;
	touch(regs, at, r1, length < limit ? length : limit);
	regs->ip -= size;
	if (run_up_to(row, inst, regs, r2 + 1, limit))
		regs->psw.cc = 3;
}

void long_define(define_insn *define)
{
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		U16 opcode = rows[i].opcode;

		rows[i].before = (opcode >> 8 == 0xb2 ? opcode_b2xx : opcode_b9xx)
			[opcode & 0xff][ARCH_900];
		define(HDL_INSTARCH_900, opcode, "page by page",
		       opcode >= CIPHERS && opcode <= CIPHERS + 5 ? block_by_block : page_by_page);
	}
}
