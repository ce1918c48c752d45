// SPDX-License-Identifier: GPL-2.0
/*
 * EXTRACT AND SET STORAGE ATTRIBUTES
 *
 * R1 receives the state before, R2 has the absolute address of a page, M3 is
 * the operation.
 */
#include "essa.h"

enum operation {
	GET, SET_STABLE, SET_UNUSED, SET_VOLATILE, SET_POT_VOLATILE,
	SET_RESIDENT, SET_UNLESS_DISCARDED, OPERATIONS
};

struct counters counters;

/* The usage that the guest asks for, as far as the content allows it */
static enum usage new_usage(U64 page, enum operation operation, enum usage usage,
			    enum content content)
{
	switch (operation) {
	case SET_UNUSED:
		return UNUSED;
	case SET_VOLATILE:
		return VOLATILE;
	case SET_POT_VOLATILE:
		if (content == PRESERVED && may_be_changed(page))
			return STABLE;
		return content == RESIDENT ? POT_VOLATILE : VOLATILE;
	case SET_UNLESS_DISCARDED:
		return usage == VOLATILE && content == ZERO ? VOLATILE : STABLE;
	default:
		return STABLE;
	}
}

/* Returns: the state before */
static BYTE change(U64 page, enum operation operation)
{
	BYTE state = state_lock(page), usage = state & USAGE_MASK, next;
	enum content content = state & DISCARDED ? ZERO : memory_content(page);

	/* A page that was P and is gone has been discarded. */
	if (usage == POT_VOLATILE && content == ZERO)
		usage = VOLATILE;
	if (operation == GET) {
		state_unlock(page, state);
		return usage | content;
	}
	next = new_usage(page, operation, usage, content);
	/* What an access that brought no fault may have left there */
	if (state & DISCARDED && next != VOLATILE)
		memory_drop(page);
	/* The content of a paged-out page is dropped, not read back. */
	if (content == PRESERVED && next != STABLE)
		memory_drop(page);
	if (operation == SET_RESIDENT)
		memory_bring(page, content);
	if (next == VOLATILE && content != RESIDENT)
		state_unlock(page, next | DISCARDED);
	else
		state_unlock(page, next);
	return usage | content;
}

DEF_INST(extract_and_set_storage_attributes)
{
	unsigned int r1 = inst[3] >> 4, r2 = inst[3] & 15, operation = inst[2] >> 4;
	U64 address;

	INST_UPDATE_PSW(regs, 4, 4);
	PRIV_CHECK(regs);
	SIE_INTERCEPT(regs);
	if (operation >= OPERATIONS)
		regs->program_interrupt(regs, PGM_SPECIFICATION_EXCEPTION);
	address = regs->GR_G(r2) & ADDRESS_MAXWRAP(regs);
	if (address > regs->mainlim)
		regs->program_interrupt(regs, PGM_ADDRESSING_EXCEPTION);

	if (!essa_begin())
		regs->program_interrupt(regs, PGM_OPERATION_EXCEPTION);
	__atomic_fetch_add(&counters.operations[operation], 1, __ATOMIC_RELAXED);
	regs->GR_G(r1) = change(address / PAGE_BYTES, operation);
	if (operation != GET)
		policy_changed(regs, address / PAGE_BYTES);
}
