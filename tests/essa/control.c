// SPDX-License-Identifier: GPL-2.0
/*
 * Nullification: control blocks that the machine reads and writes itself, the
 * SCCB of SERVICE CALL and the IPL parameter block of DIAGNOSE 0x308. To be run
 * with policy "always" and no interval.
 */
#include "essa.h"

STUB(servc, ".insn rre, 0xb2200000, %r4, %r3\nipm %r5");
STUB(diag308, "diag %r2, %r4, 0x308");

#define READ_SCP_INFO	0x00020001
#define IPL_SET		5
#define IPL_STORE	6

static u8 *page;
static u8 *losable;	/* the page that is discarded: that one, or the next */
static u8 before[PAGE_SIZE] __attribute__((aligned(8)));
static void *stub;

/* The block's page has been discarded: restored, the instruction runs again. */
static bool restore(struct insn *insn)
{
	const struct fault *fault = &insn->fault;

	if (fault->code != PGM_DISCARD) {
		fail("program interruption 0x%x", fault->code);
		return false;
	}
	if (fault->addr != (u64)losable)
		fail("trans_exc_code 0x%lx, not 0x%lx", fault->addr, (u64)losable);
	if (fault->old.addr != (u64)stub)
		fail("the old PSW is at 0x%lx, not at 0x%lx", fault->old.addr, (u64)stub);
	for (int i = 0; i < 14; i++) {
		if (fault->r[i] != insn->r[i])
			fail("register %u has changed", i);
	}
	if (essa(SET_STABLE, losable) != DISCARDED || !all_zero(losable))
		fail("the page was not discarded, or is not zero");
	copy_page(losable, before);
	return true;
}

/* Returns: whether it came to its end, with one fault if the page is lost. */
static bool attempt(struct insn *insn, bool lost)
{
	insn->psw = (struct psw) { PSW_64, (u64)stub };
	insn->retry = restore;
	copy_page(before, losable);
	if (lost) {
		essa(SET_VOLATILE, losable);
		discard(losable);
	}
	if (!run(insn))
		return false;
	if (stub == stub_servc && !insn->cc)
		take_service_signal();
	if (insn->faults != lost)
		fail("%u faults", insn->faults);
	return true;
}

static void prepare_sccb(unsigned int at, u16 length)
{
	fill(page, 1);
	for (int i = 0; i < 8; i++)
		page[at + i] = 0;
	*(u16 *)(page + at) = length;
}

static void test_servc(unsigned int at)
{
	struct insn insn = { .r[3] = (u64)page + at, .r[4] = READ_SCP_INFO };
	static u8 result[PAGE_SIZE] __attribute__((aligned(8)));

	begin(at ? "SERVC, an SCCB inside the page" : "SERVC");
	stub = stub_servc;
	prepare_sccb(at, PAGE_SIZE - at);
	if (!attempt(&insn, false) || insn.cc)
		fail("with nothing discarded: cc %u", insn.cc);
	/* Busy until the interruption, which no one takes: it is pending */
	copy_page(result, page);
	for (int lost = 0; lost < 2; lost++) {
		prepare_sccb(at, PAGE_SIZE - at);
		if (!attempt(&insn, lost)) {
			fail("it was given up");
		} else if (insn.cc == 2) {
			/* Nothing may have been done then. */
			if (!same_page(page, before))
				fail("busy, and the SCCB has changed");
		} else if (!same_page(page, result)) {
			fail("response 0x%x, not 0x%x", *(u16 *)(page + at + 6),
			     *(u16 *)(result + at + 6));
		}
	}
	end();
}

static void test_servc_long(void)
{
	struct insn insn = { .r[3] = (u64)page, .r[4] = READ_SCP_INFO };

	begin("SERVC, the second page of an SCCB");
	stub = stub_servc;
	prepare_sccb(0, 2 * PAGE_SIZE);
	losable = page + PAGE_SIZE;
	if (!attempt(&insn, true))
		fail("it was given up");
	essa(SET_STABLE, losable);
	losable = page;
	end();
}

static bool attempt_once(struct insn *insn)
{
	insn->psw = (struct psw) { PSW_64, (u64)stub };
	insn->retry = NULL;
	return run(insn);
}

static void test_diag(void)
{
	struct insn insn = { .r[2] = (u64)page };
	static u8 stored[PAGE_SIZE] __attribute__((aligned(8)));
	u64 response;

	begin("DIAG 308, store and set");
	stub = stub_diag308;
	insn.r[4] = IPL_STORE;
	fill(page, 2);
	if (!attempt_once(&insn) && insn.fault.code == PGM_SPECIFICATION) {
		skip("DIAG 308, store and set", "no such subcode on this machine");
		return;
	}
	if (!attempt(&insn, false))
		fail("store: program interruption 0x%x", insn.fault.code);
	response = insn.out[5];
	copy_page(stored, page);
	fill(page, 2);
	insn.r[5] = 0;
	if (!attempt(&insn, true) || insn.out[5] != response)
		fail("store, discarded: response 0x%lx, not 0x%lx", insn.out[5], response);
	if (!same_page(page, stored))
		fail("store, discarded: another block");

	insn.r[4] = IPL_SET;
	if (!attempt(&insn, false))
		fail("set: program interruption 0x%x", insn.fault.code);
	response = insn.out[5];
	if (!attempt(&insn, true) || insn.out[5] != response)
		fail("set, discarded: response 0x%lx, not 0x%lx", insn.out[5], response);
	if (!same_page(page, before))
		fail("set: the block has changed");
	end();
}

/* A page that is discarded and not needed is nobody's business. */
static void test_beyond(void)
{
	struct insn insn = { .r[3] = (u64)page, .r[4] = READ_SCP_INFO };
	u8 *next = page + PAGE_SIZE;

	begin("the page behind a block");
	stub = stub_servc;
	fill(next, 3);
	essa(SET_VOLATILE, next);
	discard(next);
	prepare_sccb(0, PAGE_SIZE);
	if (!attempt(&insn, false))
		fail("program interruption 0x%x", insn.fault.code);
	if (essa(SET_STABLE, next) != DISCARDED || !all_zero(next))
		fail("it is not as it was");
	end();
}

int main(void)
{
	losable = page = alloc_pages(2);
	test_servc(0);
	test_servc(0x800);
	test_servc_long();
	test_beyond();
	test_diag();
	return 0;
}
