// SPDX-License-Identifier: GPL-2.0
/* An instruction against every discard of its operands. */
#include "essa.h"

#define PAGES 4		/* two for each operand */
#define ALL ((1 << PAGES) - 1)

static u8 before[PAGES][PAGE_SIZE], after[PAGES][PAGE_SIZE];

/* One attempt: the operands are at their places, some pages are discarded. */
struct attempt {
	const struct nullify *test;
	const struct places *places;
	const char *where;
	unsigned int discarded;	/* a bit a page; cleared as they are restored */
};

static const char *const page_name[1 << PAGES] = {
	"none", "first[0]", "first[1]", "first", "second[0]", "first[0] second[0]",
	"first[1] second[0]", "first second[0]", "second[1]", "first[0] second[1]",
	"first[1] second[1]", "first second[1]", "second", "first[0] second",
	"first[1] second", "all",
};

static void check_registers(const char *where, const u64 *is, const u64 *should)
{
	for (int i = 0; i < 14; i++) {
		if (is[i] != should[i])
			fail("%s: register %u is 0x%lx, not 0x%lx", where, i, is[i], should[i]);
	}
}

/* Called at the fault: nothing may have happened; restore the page. */
static bool at_fault(struct insn *insn)
{
	struct attempt *attempt = insn->data;
	const struct fault *fault = &insn->fault;
	const struct nullify *test = attempt->test;
	unsigned int found = PAGES;

	if (fault->code != PGM_DISCARD) {
		fail("%s: program interruption 0x%x", attempt->where, fault->code);
		return false;
	}
	if (fault->old.addr != insn->psw.addr)
		fail("%s: the old PSW is at 0x%lx, not at 0x%lx", attempt->where,
		     fault->old.addr, insn->psw.addr);
	if ((fault->old.mask ^ insn->psw.mask) & ~(test->interruptible ? PSW_CC : 0UL))
		fail("%s: the old PSW's mask is 0x%lx", attempt->where, fault->old.mask);
	if (!test->interruptible)
		check_registers(attempt->where, fault->r, insn->r);
	for (unsigned int i = 0; i < PAGES; i++) {
		if (!(attempt->discarded & 1 << i)) {
			if (!test->interruptible &&
			    !same_page(attempt->places->page[i], before[i]))
				fail("%s: %s was changed before the fault", attempt->where,
				     page_name[1 << i]);
		} else if (fault->addr == (u64)attempt->places->page[i]) {
			found = i;
		}
	}
	if (found == PAGES) {
		fail("%s: fault at 0x%lx, which is not a discarded page", attempt->where,
		     fault->addr);
		return false;
	}
	if (essa(SET_STABLE, attempt->places->page[found]) != DISCARDED)
		fail("%s: the page at fault was not discarded", attempt->where);
	if (!all_zero(attempt->places->page[found]))
		fail("%s: a discarded page was not zero when made stable", attempt->where);
	copy_page(attempt->places->page[found], before[found]);
	attempt->discarded &= ~(1 << found);
	return true;
}

/* Where an operand begins: inside its first page, or so that it crosses */
static unsigned int offset_of(const struct nullify *test, unsigned int length, bool crosses)
{
	if (!crosses)
		return test->whole_page ? 0 : 0x100;
	/* In the middle, as aligned as instructions and control blocks must be */
	return PAGE_SIZE - (length < 4 ? 1 : length < 8 ? 2 : length / 2 & ~3);
}

static unsigned int used_pages(unsigned int length, bool crosses)
{
	return length ? (crosses ? 3 : 1) : 0;
}

static unsigned int count_bits(unsigned int bits)
{
	return bits ? (bits & 1) + count_bits(bits >> 1) : 0;
}

static void restore(const struct places *places)
{
	for (int i = 0; i < PAGES; i++)
		copy_page(places->page[i], before[i]);
}

/* Returns: false if there is no such instruction on this machine. */
static bool at_position(const struct nullify *test, const struct places *places,
			bool first_crosses, bool second_crosses)
{
	unsigned int offset[2] = { offset_of(test, test->first, first_crosses),
				   offset_of(test, test->second, second_crosses) };
	unsigned int used = used_pages(test->first, first_crosses) |
			    used_pages(test->second, second_crosses) << 2;
	struct attempt attempt = { .test = test, .places = places, .where = "nothing discarded" };
	static u8 image[2][2 * PAGE_SIZE];
	struct insn insn = { .data = &attempt };
	u64 result[14];
	unsigned int cc;

	for (int i = 0; i < 14; i++)
		insn.r[i] = 0x4000000000000000 + i * 0x0101010101010101;
	insn.r[2] = places->virt[0] + offset[0];
	insn.r[3] = places->virt[1] + offset[1];
	insn.psw.addr = test->stub ? (u64)test->stub : insn.r[2];
	insn.psw.mask = PSW_64 | PSW_CC_1 | places->mask;

	for (int i = 0; i < PAGES; i++)
		fill(image[i / 2] + i % 2 * PAGE_SIZE, i);
	if (test->prepare)
		test->prepare(image[0] + offset[0], image[1] + offset[1], insn.r);
	for (int i = 0; i < PAGES; i++)
		copy_page(before[i], image[i / 2] + i % 2 * PAGE_SIZE);

	/* What comes out without any discard */
	restore(places);
	if (!run(&insn)) {
		if (insn.fault.code == PGM_OPERATION)
			return false;
		fail("with nothing discarded: program interruption 0x%x", insn.fault.code);
		return true;
	}
	cc = insn.cc;
	for (int i = 0; i < 14; i++)
		result[i] = insn.out[i];
	for (int i = 0; i < PAGES; i++)
		copy_page(after[i], places->page[i]);

	insn.retry = at_fault;
	for (unsigned int lost = 1; lost <= ALL; lost++) {
		unsigned int count = count_bits(lost);

		if (lost & ~used || (count > 1 && lost != used))
			continue;
		restore(places);
		for (int i = 0; i < PAGES; i++) {
			if (lost & 1 << i)
				essa(SET_VOLATILE, places->page[i]);
		}
		for (int i = 0; i < PAGES; i++) {
			if (lost & 1 << i)
				discard(places->page[i]);
		}
		attempt.discarded = lost;
		attempt.where = page_name[lost];
		if (!run(&insn)) {
			for (int i = 0; i < PAGES; i++)
				essa(SET_STABLE, places->page[i]);
			continue;
		}
		if (insn.faults != count)
			fail("%s: %u faults, not %u", attempt.where, insn.faults, count);
		for (int i = 0; i < PAGES; i++)
			essa(SET_STABLE, places->page[i]);
		check_registers(attempt.where, insn.out, result);
		if (insn.cc != cc)
			fail("%s: condition code %u, not %u", attempt.where, insn.cc, cc);
		for (int i = 0; i < PAGES; i++) {
			if (!test->varies && !same_page(places->page[i], after[i]))
				fail("%s: in the end %s is wrong", attempt.where, page_name[1 << i]);
		}
	}
	return true;
}

void nullify(const struct nullify *test, const struct places *places)
{
	static struct places own;

	if (!places) {
		if (!own.virt[0]) {
			u8 *pages = alloc_pages(PAGES + 1);

			/* The operands are not adjacent to each other. */
			for (int i = 0; i < PAGES; i++)
				own.page[i] = pages + (i + i / 2) * PAGE_SIZE;
			own.virt[0] = (u64)own.page[0];
			own.virt[1] = (u64)own.page[2];
		}
		places = &own;
	}

	begin(test->name);
	for (int i = 0; i < 4; i++) {
		bool first_crosses = i & 1, second_crosses = i & 2;

		if (i && (test->aligned || test->whole_page))
			break;
		if ((first_crosses && test->first < 2) || (second_crosses && test->second < 2))
			continue;
		if (!at_position(test, places, first_crosses, second_crosses)) {
			skip(test->name, "no such instruction on this machine");
			return;
		}
	}
	end();
}
