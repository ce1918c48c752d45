// SPDX-License-Identifier: GPL-2.0
/*
 * Operands looked at before an instruction begins.
 *
 * Hercules translates all of an operand before it stores, so that a page
 * exception finds nothing done. It does not touch it, and a discarded page is
 * found when it is touched: of a store into two pages, the first has been done
 * then, and some registers have been loaded. So the instructions that change
 * something between their first access and their last have a wrapper, which
 * reads a byte of each page that they will access. A discard fault comes from
 * there. No page is dropped between that and the instruction, since all CPUs
 * have to be at the end of an instruction for it.
 *
 * An operand within a page needs no wrapper: its first access is the last that
 * can fault. Instructions that only read one operand and then change registers
 * need none either. I/O instructions do: their first access may come when a
 * subchannel's status is gone.
 */
#include "essa.h"

/* Where an operand is */
enum place {
	NOWHERE,
	RX_,		/* X2, B2, 12 bits of displacement */
	RXY_,		/* the same with 20 bits */
	B1_,		/* the first base and displacement */
	B1Y_,		/* the same with 20 bits */
	B1_UNLESS_0,	/* an address of 0 is none */
	B2_,		/* the second base and displacement */
	B2_BACK,	/* the last byte is there */
	R1_, R3_,	/* of RS: the register has the address, the next one the length */
	GR1_,		/* general register 1 has it */
	TABLE_OF_PAGES,	/* IPTE, IDTE: registers give a table and an index */
	TABLE_ABOVE,
};

/* How long it is: a number of bytes, or */
enum length {
	L = 0x1000,	/* the length field */
	L1, L2,		/* its halves */
	MASK,		/* a byte for each bit of M3 */
	WORDS, DOUBLES,	/* for each register from R1 to R3 */
	PAIR,		/* in the register after the one with the address */
	IN_R1,		/* in the register of the first field, 256 at most */
	IN_R3,		/* in the register of SSF's R3, 4096 at most */
	IN_R0,		/* in bits of general register 0, less one */
	FACILITIES,	/* doublewords, as many as STFLE may store */
	ENTRIES,	/* of IDTE */
	QUERY,		/* what the query function of the message security assist stores */
};

/*
 * Which address space, other than the PSW's, or what is to be heeded besides: privileged
 * instructions change more than storage and registers, or take a lock.
 */
enum space { BY_PSW, PRIMARY_SECONDARY, SECONDARY_PRIMARY, BY_R0, PRIVILEGED };

struct row {
	U16 opcode;
	struct { U16 place, length; } operand[3];
	enum space space;
	zz_func before;
};

#define ONE(opcode, place, length) { opcode, { { place, length } }, BY_PSW, NULL }
#define TWO(opcode, place1, length1, place2, length2) \
	{ opcode, { { place1, length1 }, { place2, length2 } }, BY_PSW, NULL }
#define THREE(opcode, place1, length1, place2, length2, place3, length3) \
	{ opcode, { { place1, length1 }, { place2, length2 }, { place3, length3 } }, BY_PSW, NULL }
#define ONE_PRIVILEGED(opcode, place, length) \
	{ opcode, { { place, length } }, PRIVILEGED, NULL }
#define SPACES(opcode, length, space) \
	{ opcode, { { B1_, length }, { B2_, length } }, space, NULL }

static struct row rows[] = {
	/* Stores */
	ONE(0x50, RX_, 4),		/* ST */
	ONE(0x40, RX_, 2),		/* STH */
	ONE(0x4e, RX_, 8),		/* CVD */
	ONE(0x60, RX_, 8),		/* STD */
	ONE(0x70, RX_, 4),		/* STE */
	ONE(0xe324, RXY_, 8),		/* STG */
	ONE(0xe326, RXY_, 8),		/* CVDY */
	ONE(0xe32e, RXY_, 16),		/* CVDG */
	ONE(0xe32f, RXY_, 8),		/* STRVG */
	ONE(0xe33e, RXY_, 4),		/* STRV */
	ONE(0xe33f, RXY_, 2),		/* STRVH */
	ONE(0xe350, RXY_, 4),		/* STY */
	ONE(0xe370, RXY_, 2),		/* STHY */
	ONE(0xe3c7, RXY_, 2),		/* STHH */
	ONE(0xe3cb, RXY_, 4),		/* STFH */
	ONE(0xed66, RXY_, 4),		/* STEY */
	ONE(0xed67, RXY_, 8),		/* STDY */
	ONE(0xebf3, B1Y_, 4),		/* STOC */
	ONE(0xebe3, B1Y_, 8),		/* STOCG */
	ONE(0xe544, B1_, 2),		/* MVHHI */
	ONE(0xe548, B1_, 8),		/* MVGHI */
	ONE(0xe54c, B1_, 4),		/* MVHI */
	ONE(0xbe, B1_, MASK),		/* STCM */
	ONE(0xeb2d, B1Y_, MASK),	/* STCMY */
	ONE(0xeb2c, B1Y_, MASK),	/* STCMH */
	ONE(0xb205, B1_, 8),		/* STCK */
	ONE(0xb27c, B1_, 8),		/* STCKF */
	ONE(0xb278, B1_, 16),		/* STCKE */
	ONE(0xb29c, B1_, 4),		/* STFPC */
	ONE(0xb2b0, B1_, FACILITIES),	/* STFLE */
	ONE_PRIVILEGED(0xb232, B1_, 52),		/* MSCH */
	ONE_PRIVILEGED(0xb234, B1_, 52),		/* STSCH */
	ONE_PRIVILEGED(0xb235, B1_, 64),		/* TSCH */
	ONE_PRIVILEGED(0xb236, B1_UNLESS_0, 8),	/* TPI */
	ONE_PRIVILEGED(0xb239, B1_, 4),		/* STCRW */

	/* Many registers */
	ONE(0x98, B1_, WORDS),		/* LM */
	ONE(0xeb98, B1Y_, WORDS),	/* LMY */
	ONE(0xeb96, B1Y_, WORDS),	/* LMH */
	ONE(0xeb04, B1Y_, DOUBLES),	/* LMG */
	ONE(0x9a, B1_, WORDS),		/* LAM */
	ONE(0xeb9a, B1Y_, WORDS),	/* LAMY */
	ONE_PRIVILEGED(0xb7, B1_, WORDS),		/* LCTL */
	ONE_PRIVILEGED(0xeb2f, B1Y_, DOUBLES),	/* LCTLG */
	TWO(0xef, B1_, WORDS, B2_, WORDS),	/* LMD */
	ONE(0x90, B1_, WORDS),		/* STM */
	ONE(0xeb90, B1Y_, WORDS),	/* STMY */
	ONE(0xeb26, B1Y_, WORDS),	/* STMH */
	ONE(0xeb24, B1Y_, DOUBLES),	/* STMG */
	ONE(0x9b, B1_, WORDS),		/* STAM */
	ONE(0xeb9b, B1Y_, WORDS),	/* STAMY */
	ONE_PRIVILEGED(0xb6, B1_, WORDS),		/* STCTL */
	ONE_PRIVILEGED(0xeb25, B1Y_, DOUBLES),	/* STCTG */

	/* They take a lock, under which a missing page would be one of zeroes. */
	ONE_PRIVILEGED(0xb221, TABLE_OF_PAGES, 8),	/* IPTE */
	ONE_PRIVILEGED(0xb98e, TABLE_ABOVE, ENTRIES),	/* IDTE */

	/* Storage to storage */
	TWO(0xd1, B1_, L, B2_, L),	/* MVN */
	TWO(0xd2, B1_, L, B2_, L),	/* MVC */
	TWO(0xd3, B1_, L, B2_, L),	/* MVZ */
	TWO(0xd4, B1_, L, B2_, L),	/* NC */
	TWO(0xd6, B1_, L, B2_, L),	/* OC */
	TWO(0xd7, B1_, L, B2_, L),	/* XC */
	TWO(0xdc, B1_, L, B2_, 256),	/* TR */
	TWO(0xe8, B1_, L, B2_BACK, L),	/* MVCIN */
	TWO(0xe9, B1_, 16, B2_, L),	/* PKA */
	TWO(0xe1, B1_, 16, B2_, L),	/* PKU */
	TWO(0xea, B1_, L, B2_, 16),	/* UNPKA */
	TWO(0xe2, B1_, L, B2_, 16),	/* UNPKU */
	TWO(0xf1, B1_, L1, B2_, L2),	/* MVO */
	TWO(0xf2, B1_, L1, B2_, L2),	/* PACK */
	TWO(0xf3, B1_, L1, B2_, L2),	/* UNPK */
	ONE(0xf0, B1_, L1),		/* SRP */
	TWO(0xf8, B1_, L1, B2_, L2),	/* ZAP */
	TWO(0xfa, B1_, L1, B2_, L2),	/* AP */
	TWO(0xfb, B1_, L1, B2_, L2),	/* SP */
	TWO(0xfc, B1_, L1, B2_, L2),	/* MP */
	TWO(0xfd, B1_, L1, B2_, L2),	/* DP */
	ONE(0xde, B1_, L),		/* ED: what of the source depends on the pattern */
	ONE(0xdf, B1_, L),		/* EDMK */
	TWO(0xd9, B1_, IN_R1, B2_, IN_R1),	/* MVCK */
	SPACES(0xda, IN_R1, PRIMARY_SECONDARY),	/* MVCP */
	SPACES(0xdb, IN_R1, SECONDARY_PRIMARY),	/* MVCS */
	TWO(0xe50e, B1_, IN_R0, B2_, IN_R0),	/* MVCSK */
	TWO(0xe50f, B1_, IN_R0, B2_, IN_R0),	/* MVCDK */
	SPACES(0xc800, IN_R3, BY_R0),	/* MVCOS */
	THREE(0xc802, B1_, 1, B2_, 1, GR1_, 32),	/* CSST: its operands are aligned */
	TWO(0xee, B1_, 1, B2_, 1),	/* PLO */

	ONE(0xb91e, GR1_, QUERY),	/* KMAC */
	ONE(0xb928, GR1_, QUERY),	/* PCKMO */
	ONE(0xb92a, GR1_, QUERY),	/* KMF */
	ONE(0xb92b, GR1_, QUERY),	/* KMO */
	ONE(0xb92c, GR1_, QUERY),	/* PCC */
	ONE(0xb92d, GR1_, QUERY),	/* KMCTR */
	ONE(0xb92e, GR1_, QUERY),	/* KM */
	ONE(0xb92f, GR1_, QUERY),	/* KMC */
	ONE(0xb93e, GR1_, QUERY),	/* KIMD */
	ONE(0xb93f, GR1_, QUERY),	/* KLMD */
	TWO(0xeb8e, R1_, PAIR, R3_, PAIR),	/* MVCLU */
};

#define TABLES 256
/* By the first byte, and by the second or the sixth */
static struct row *by_opcode[TABLES][256];

static bool by_sixth(BYTE first)
{
	return first == 0xe3 || first == 0xeb || first == 0xed;
}

static bool by_nibble(BYTE first)
{
	return first == 0xc8;
}

static bool has_second(U16 opcode)
{
	return opcode > 0xff;
}

static struct row *row_of(const BYTE inst[])
{
	BYTE second = by_sixth(inst[0]) ? inst[5] : by_nibble(inst[0]) ? inst[1] & 15 : inst[1];
	struct row *row = by_opcode[inst[0]][0];

	/* Without a second byte the row is at 0. */
	if (row && !has_second(row->opcode))
		return row;
	return by_opcode[inst[0]][second];
}

/* A byte of main storage, or NULL: the instruction will find out why. */
static const volatile BYTE *main_of(REGS *regs, VADR addr, int arn)
{
	unsigned int ix = TLBIX(addr);
	RADR absolute;

	if (arn < (int)(sizeof(regs->aea_ar) / sizeof(*regs->aea_ar)) && regs->aea_ar[arn] &&
	    regs->CR(regs->aea_ar[arn]) == regs->tlb.TLB_ASD(ix) &&
	    ((addr & TLBID_PAGEMASK) | regs->tlbID) == regs->tlb.TLB_VADDR(ix) &&
	    regs->tlb.acc[ix] & ACC_READ)
		return MAINADDR(regs->tlb.main[ix], addr);
	if (REAL_MODE(&regs->psw) || arn == USE_REAL_ADDR)
		regs->dat.raddr = addr;
	else if (ARCH_DEP(translate_addr)(addr, arn, regs, ACCTYPE_READ))
		return NULL;
	absolute = APPLY_PREFIXING(regs->dat.raddr, regs->PX_G);
	return absolute > regs->mainlim ? NULL : regs->mainstor + absolute;
}

/* Reads a byte of each page that the operand lies in. */
void touch(REGS *regs, VADR addr, int arn, unsigned int length)
{
	VADR last = addr + length - 1;

	if (!length)
		return;
	for (;;) {
		const volatile BYTE *main = main_of(regs, addr & ADDRESS_MAXWRAP(regs), arn);

		if (main)
			(void)*main;
		if (!((addr ^ last) & -PAGE_BYTES))
			break;
		addr = (addr & -PAGE_BYTES) + PAGE_BYTES;
	}
}

static VADR based(const BYTE field[], const REGS *regs, int *arn)
{
	unsigned int base = field[0] >> 4;

	*arn = base;
	return (base ? regs->GR_G(base) : 0) + ((field[0] & 15) << 8 | field[1]);
}

/* With the high byte of a long displacement, which is signed */
static VADR based_long(const BYTE inst[], const REGS *regs, int *arn)
{
	return based(inst + 2, regs, arn) + (S64)(signed char)inst[4] * 4096;
}

/*
 * The entry that IDTE invalidates first: where the table of this type begins, and
 * the part of the second register that is its index, by eight bytes
 */
static VADR table_above(const BYTE inst[], const REGS *regs)
{
	static const BYTE shift[] = { 17, 28, 39, 50 };
	U64 table = regs->GR_G(inst[3] >> 4), index = regs->GR_G(inst[3] & 15);

	return (table & -PAGE_BYTES) + (index >> shift[table >> 2 & 3] & 0x3ff8);
}

static VADR table_of_pages(const BYTE inst[], const REGS *regs)
{
	U64 table = regs->GR_G(inst[3] >> 4), index = regs->GR_G(inst[3] & 15);

	return (table & ~0x7ffULL) + ((index & 0xff000) >> 9);
}

static VADR place_of(enum place place, const BYTE inst[], const REGS *regs, int *arn)
{
	unsigned int index = inst[1] & 15;
	VADR indexed = index ? regs->GR_G(index) : 0;

	switch (place) {
	case RX_:
		return indexed + based(inst + 2, regs, arn);
	case RXY_:
		return indexed + based_long(inst, regs, arn);
	case B1_:
	case B1_UNLESS_0:
		return based(inst + 2, regs, arn);
	case B1Y_:
		return based_long(inst, regs, arn);
	case B2_:
	case B2_BACK:
		return based(inst + 4, regs, arn);
	case R1_:
		return regs->GR_G(*arn = inst[1] >> 4);
	case R3_:
		return regs->GR_G(*arn = inst[1] & 15);
	case GR1_:
		return regs->GR_G(*arn = 1);
	case TABLE_OF_PAGES:
		*arn = USE_REAL_ADDR;
		return table_of_pages(inst, regs);
	case TABLE_ABOVE:
		*arn = USE_REAL_ADDR;
		return table_above(inst, regs);
	default:
		*arn = 0;
		return 0;
	}
}

static unsigned int least(U64 a, U64 b)
{
	return a < b ? a : b;
}

static unsigned int length_of(unsigned int length, const BYTE inst[], const REGS *regs, int arn)
{
	unsigned int r1 = inst[1] >> 4, r3 = inst[1] & 15;
	U64 pair = regs->GR_G((arn + 1) & 15);

	switch (length) {
	case L:
		return inst[1] + 1;
	case L1:
		return r1 + 1;
	case L2:
		return r3 + 1;
	case MASK:
		return __builtin_popcount(r3);
	case WORDS:
		return (((r3 - r1) & 15) + 1) * 4;
	case DOUBLES:
		return (((r3 - r1) & 15) + 1) * 8;
	case PAIR:
		/* Beyond 4096 bytes they end, and are begun again. */
		return least(regs->psw.amode64 ? pair : (U32)pair, PAGE_BYTES);
	case IN_R1:
		return least(regs->psw.amode64 ? regs->GR_G(r1) : regs->GR_L(r1), 256);
	case IN_R3:
		return least(regs->psw.amode64 ? regs->GR_G(r1) : regs->GR_L(r1), PAGE_BYTES);
	case IN_R0:
		return (regs->GR_L(0) & 0xff) + 1;
	case FACILITIES:
		return least((regs->GR_L(0) & 0xff) + 1, 3) * 8;
	case ENTRIES:
		/* That bit asks for no invalidation of entries. */
		pair = regs->GR_G(inst[3] & 15);
		return pair & 0x800 ? 0 : ((pair & 0x7ff) + 1) * 8;
	case QUERY:
		return regs->GR_L(0) & 0x7f ? 0 : 16;
	default:
		return length;
	}
}

/* MVCOS: half of general register 0 is an operand's specification. */
static int specified(unsigned int specification, int arn)
{
	static const int spaces[] = { USE_PRIMARY_SPACE, 0, USE_SECONDARY_SPACE, USE_HOME_SPACE };
	unsigned int space = specification >> 6 & 3;

	if (!(specification & 1))
		return arn;
	return space == 1 ? USE_ARMODE | arn : spaces[space];
}

static int in_space(enum space space, unsigned int operand, int arn, const REGS *regs)
{
	switch (space) {
	case PRIMARY_SECONDARY:
		return operand ? USE_SECONDARY_SPACE : USE_PRIMARY_SPACE;
	case SECONDARY_PRIMARY:
		return operand ? USE_PRIMARY_SPACE : USE_SECONDARY_SPACE;
	case BY_R0:
		return specified(regs->GR_L(0) >> (operand ? 0 : 16), arn);
	default:
		return arn;
	}
}

static void ATTR_REGPARM(2) checked(BYTE inst[], REGS *regs)
{
	struct row *row = row_of(inst);
	unsigned int was = regs->psw.ilc, length = ILC(inst[0]);
	bool many = row->operand[1].place;

	if (SIE_MODE(regs) || (row->space == PRIVILEGED && PROBSTATE(&regs->psw))) {
		row->before(inst, regs);
		return;
	}
	for (unsigned int i = 0; i < 3 && row->operand[i].place; i++) {
		int arn;
		VADR addr = place_of(row->operand[i].place, inst, regs, &arn);
		unsigned int bytes = length_of(row->operand[i].length, inst, regs, arn);

		if (row->operand[i].place == B2_BACK)
			addr -= bytes - 1;
		if (row->operand[i].place == B1_UNLESS_0 && !addr)
			continue;
		if (!many && row->space != PRIVILEGED &&
		    (addr & (PAGE_BYTES - 1)) + bytes <= PAGE_BYTES)
			continue;
		/* As if its decoder had stepped over it: that is what a fault expects. */
		regs->ip += length;
		regs->psw.ilc = length;
		touch(regs, addr, in_space(row->space, i, arn, regs), bytes);
		regs->ip -= length;
		regs->psw.ilc = was;
	}
	row->before(inst, regs);
}

static zz_func defined(U16 opcode)
{
	BYTE second = opcode;

	switch (has_second(opcode) ? opcode >> 8 : 0) {
	case 0xb2:
		return opcode_b2xx[second][ARCH_900];
	case 0xb9:
		return opcode_b9xx[second][ARCH_900];
	case 0xc8:
		return opcode_c8xx[second][ARCH_900];
	case 0xe3:
		return opcode_e3xx[second][ARCH_900];
	case 0xe5:
		return opcode_e5xx[second][ARCH_900];
	case 0xeb:
		return opcode_ebxx[second][ARCH_900];
	case 0xed:
		return opcode_edxx[second][ARCH_900];
	default:
		return opcode_table[opcode][ARCH_900];
	}
}

void operands_define(define_insn *define)
{
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct row *row = &rows[i];
		U16 opcode = row->opcode;

		row->before = defined(opcode);
		if (has_second(opcode))
			by_opcode[opcode >> 8][opcode & 0xff] = row;
		else
			by_opcode[opcode][0] = row;
		define(HDL_INSTARCH_900, opcode, "with its operands touched", checked);
	}
}
