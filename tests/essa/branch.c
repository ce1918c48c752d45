// SPDX-License-Identifier: GPL-2.0
/*
 * Branches into a discarded page. Here it is the instruction there that is
 * nullified: the branch has been done, once.
 */
#include "essa.h"

/*
 * Each is taken, to %r2 or to where its displacement leads, which has the bits
 * given; %r4 counts, links and is compared, and the condition code is 1.
 */
#define BRANCHES(X)				\
	X(BALR, "balr %r4, %r2", 0)		\
	X(BAL, "bal %r4, 0(%r2)", 0)		\
	X(BASR, "basr %r4, %r2", 0)		\
	X(BAS, "bas %r4, 0(%r2)", 0)		\
	X(BRAS, "bras %r4, .", 16)		\
	X(BRASL, "brasl %r4, .", 32)		\
	X(BCR, "bcr 4, %r2", 0)			\
	X(BC, "bc 4, 0(%r2)", 0)		\
	X(BRC, "brc 4, .", 16)			\
	X(BRCL, "brcl 4, .", 32)		\
	X(BCTR, "bctr %r4, %r2", 0)		\
	X(BCTGR, "bctgr %r4, %r2", 0)		\
	X(BCT, "bct %r4, 0(%r2)", 0)		\
	X(BCTG, "bctg %r4, 0(%r2)", 0)		\
	X(BRCT, "brct %r4, .", 16)		\
	X(BRCTG, "brctg %r4, .", 16)		\
	X(BRCTH, "brcth %r4, .", 32)		\
	X(BXH, "bxh %r4, %r6, 0(%r2)", 0)	\
	X(BXHG, "bxhg %r4, %r6, 0(%r2)", 0)	\
	X(BXLE, "bxle %r4, %r8, 0(%r2)", 0)	\
	X(BXLEG, "bxleg %r4, %r8, 0(%r2)", 0)	\
	X(BRXH, "brxh %r4, %r6, .", 16)		\
	X(BRXHG, "brxhg %r4, %r6, .", 16)	\
	X(BRXLE, "brxle %r4, %r8, .", 16)	\
	X(BRXHLE, "brxlg %r4, %r8, .", 16)	\
	X(CRB, "crb %r4, %r6, 2, 0(%r2)", 0)	\
	X(CGRB, "cgrb %r4, %r6, 2, 0(%r2)", 0)	\
	X(CRJ, "crj %r4, %r6, 2, .", 16)	\
	X(CGRJ, "cgrj %r4, %r6, 2, .", 16)	\
	X(CIB, "cib %r4, 5, 2, 0(%r2)", 0)	\
	X(CGIB, "cgib %r4, 5, 2, 0(%r2)", 0)	\
	X(CIJ, "cij %r4, 5, 2, .", 16)		\
	X(CGIJ, "cgij %r4, 5, 2, .", 16)	\
	X(CLRB, "clrb %r4, %r6, 2, 0(%r2)", 0)	\
	X(CLGRB, "clgrb %r4, %r6, 2, 0(%r2)", 0)	\
	X(CLRJ, "clrj %r4, %r6, 2, .", 16)	\
	X(CLGRJ, "clgrj %r4, %r6, 2, .", 16)	\
	X(CLIB, "clib %r4, 5, 2, 0(%r2)", 0)	\
	X(CLGIB, "clgib %r4, 5, 2, 0(%r2)", 0)	\
	X(CLIJ, "clij %r4, 5, 2, .", 16)	\
	X(CLGIJ, "clgij %r4, 5, 2, .", 16)

/* A branch that is not taken would end with what comes behind it. */
#define STUB_OF(insn, text, bits) STUB(insn, text "\n.long 0");
#define ROW_OF(insn, text, bits) { #insn, stub_##insn, bits },

BRANCHES(STUB_OF)

struct branch {
	const char *insn;
	const u8 *stub;
	unsigned int bits;
};

static const struct branch branches[] = { BRANCHES(ROW_OF) };

/* Where the branch is, and near enough for any, where it leads to in another page */
static u8 *page, *target_page, *target;
static u64 at_fault[14];

static void put_branch(const struct branch *branch)
{
	u32 halfwords = (target - page) / 2;

	for (int i = 0; i < 16; i++)
		page[i] = branch->stub[i];
	if (branch->bits == 16)
		*(u16 *)(page + 2) = halfwords;
	if (branch->bits == 32)
		*(u32 *)(page + 2) = halfwords;
}

static void put_target(void)
{
	/* br %r14 */
	*(u16 *)target = 0x07fe;
}

static bool refill(struct insn *insn)
{
	if (insn->fault.code != PGM_DISCARD || insn->fault.addr != (u64)target_page) {
		fail("program interruption 0x%x, trans_exc_code 0x%lx", insn->fault.code,
		     insn->fault.addr);
		return false;
	}
	if (insn->fault.old.addr != (u64)target)
		fail("the old PSW is at 0x%lx, not at 0x%lx", insn->fault.old.addr, (u64)target);
	for (int i = 0; i < 14; i++)
		at_fault[i] = insn->fault.r[i];
	essa(SET_STABLE, target_page);
	put_target();
	return true;
}

static void test(const struct branch *branch)
{
	struct insn insn = {
		/* For those that compare: more than 5, together less than 9999 */
		.r[2] = (u64)target, .r[4] = 0x0000001000000100, .r[6] = 5, .r[7] = 5,
		.r[8] = 5, .r[9] = 0x0000010000009999,
		.psw = { PSW_64 | PSW_CC_1, (u64)page },
		.retry = refill,
	};
	u64 result[14];

	begin(branch->insn);
	put_branch(branch);
	put_target();
	if (!run(&insn)) {
		fail("it is not taken: program interruption 0x%x", insn.fault.code);
		end();
		return;
	}
	for (int i = 0; i < 14; i++)
		result[i] = insn.out[i];

	discard(target_page);
	if (!run(&insn))
		essa(SET_STABLE, target_page);
	if (insn.faults != 1)
		fail("%u faults", insn.faults);
	for (int i = 0; i < 14; i++) {
		if (at_fault[i] != result[i] || insn.out[i] != result[i])
			fail("register %u is 0x%lx at the fault, 0x%lx in the end, not 0x%lx",
			     i, at_fault[i], insn.out[i], result[i]);
	}
	end();
}

int main(void)
{
	page = alloc_pages(3);
	target_page = page + 2 * PAGE_SIZE;
	target = target_page + 0x100;
	for (unsigned int i = 0; i < ARRAY_SIZE(branches); i++)
		test(&branches[i]);
	return 0;
}
