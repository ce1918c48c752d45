// SPDX-License-Identifier: GPL-2.0
/* What each operation makes of each state. */
#include "essa.h"
#include "table.h"

#define Sr (STABLE | RESIDENT)
#define Sz (STABLE | ZERO)
#define Ur (UNUSED | RESIDENT)
#define Uz (UNUSED | ZERO)
#define Vr (VOLATILE | RESIDENT)
#define Vz (VOLATILE | ZERO)
#define Pr (POT_VOLATILE | RESIDENT)

const struct row table[ROWS] = {
	{ "Sr", Sr, { Sr, Sr, Ur, Vr, Pr, Sr, Sr } },
	{ "Ur", Ur, { Ur, Sr, Ur, Vr, Pr, Sr, Sr } },
	{ "Vr", Vr, { Vr, Sr, Ur, Vr, Pr, Sr, Sr } },
	{ "Pr", Pr, { Pr, Sr, Ur, Vr, Pr, Sr, Sr } },
	{ "Sz", Sz, { Sz, Sz, Uz, Vz, Vz, Sr, Sz } },
	{ "Uz", Uz, { Uz, Sz, Uz, Vz, Vz, Sr, Sz } },
	{ "Vz", Vz, { Vz, Sz, Uz, Vz, Vz, Sr, Vz } },
};

void check_operation(const struct row *row, unsigned int op, void *page)
{
	u64 state = state_of(page);

	if (state != row->state) {
		fail("operation %u: the page begins in state 0x%lx", op, state);
		return;
	}
	state = essa(op, page);
	if (state != row->state && !(row->state == Sr && state == (STABLE | PRESERVED)))
		fail("operation %u: the result is 0x%lx", op, state);
	state = state_of(page);
	if (state != row->after[op])
		fail("operation %u: the state is 0x%lx, not 0x%lx", op, state, row->after[op]);

	essa(SET_STABLE, page);
	if ((row->state & CONTENT) == ZERO ? !all_zero(page) : !intact(page, 0))
		fail("operation %u: the content is wrong", op);
	state = state_of(page);
	if (state != Sr)
		fail("operation %u: stable and accessed, the state is 0x%lx", op, state);
}
