// SPDX-License-Identifier: GPL-2.0
/*
 * What a CPU has besides general registers and PSW. The compiler uses none of
 * it, so that it is the same after any C code.
 */
#include "nullify.h"

#define VECTOR 129

/* Without vectors, their first 16 left halves are the floating-point registers. */
#define FLOATS(op, to)							\
	op " 0, 0(" to ")\n" op " 1, 16(" to ")\n"			\
	op " 2, 32(" to ")\n" op " 3, 48(" to ")\n"			\
	op " 4, 64(" to ")\n" op " 5, 80(" to ")\n"			\
	op " 6, 96(" to ")\n" op " 7, 112(" to ")\n"			\
	op " 8, 128(" to ")\n" op " 9, 144(" to ")\n"		\
	op " 10, 160(" to ")\n" op " 11, 176(" to ")\n"		\
	op " 12, 192(" to ")\n" op " 13, 208(" to ")\n"		\
	op " 14, 224(" to ")\n" op " 15, 240(" to ")\n"

static void load_floats(const struct state *state)
{
	asm volatile(FLOATS("ld", "%0") : : "a" (state->vector), "m" (*state));
}

static void store_floats(struct state *state)
{
	asm volatile(FLOATS("std", "%1") : "+m" (*state) : "a" (state->vector));
}

static void get_control(u64 *control)
{
	asm volatile("stctg 0, 15, %0" : "=S" (*(u64 (*)[16])control));
}

void set_state(void)
{
	static u64 at_first[16];
	u64 control[16];
	struct state state;

	/* Loading them costs a flush of the TLB, which may hide something. */
	if (!at_first[0])
		get_control(at_first);
	get_control(control);
	for (int i = 0; i < 16; i++) {
		if (control[i] != at_first[i]) {
			asm volatile("lctlg 0, 15, %0" : : "S" (at_first) : "memory");
			break;
		}
	}

	for (int i = 0; i < 32; i++) {
		/* Numbers, as floating point has it: not far from one */
		state.vector[i][0] = i == 31 ? 0 : 0x3ff0123400000000 + i * 0x0001000100010001;
		state.vector[i][1] = ~state.vector[i][0] * (i != 31);
	}
	for (int i = 0; i < 16; i++)
		state.access[i] = 0xacce5500 + i;
	/* No exception raised nor enabled; rounding modes other than the usual */
	state.fpc = 0x11;
	if (facility(VECTOR)) {
		asm volatile(".machine push\n.machine z13\n"
			     "vlm %%v0, %%v15, 0(%0)\n"
			     "vlm %%v16, %%v31, 256(%0)\n"
			     ".machine pop\n"
			     : : "a" (state.vector), "m" (state));
	} else {
		load_floats(&state);
	}
	asm volatile("lam %%a0, %%a15, 0(%0)\n"
		     "lfpc 0(%1)\n"
		     : : "a" (state.access), "a" (&state.fpc), "m" (state));
}

void get_state(struct state *state)
{
	get_control(state->control);
	if (facility(VECTOR)) {
		asm volatile(".machine push\n.machine z13\n"
			     "vstm %%v0, %%v15, 0(%1)\n"
			     "vstm %%v16, %%v31, 256(%1)\n"
			     ".machine pop\n"
			     : "+m" (*state) : "a" (state->vector));
	} else {
		store_floats(state);
	}
	asm volatile("stam %%a0, %%a15, 0(%1)\n"
		     "stfpc 0(%2)\n"
		     "stpx 0(%3)\n"
		     "stckc 0(%4)\n"
		     : "+m" (*state)
		     : "a" (state->access), "a" (&state->fpc),
		     "a" (&state->prefix), "a" (&state->comparator));
}

const char *state_differs(const struct state *a, const struct state *b)
{
	for (int i = 0; i < 32; i++) {
		if (a->vector[i][0] != b->vector[i][0] || a->vector[i][1] != b->vector[i][1])
			return "a vector register";
	}
	for (int i = 0; i < 16; i++) {
		if (a->access[i] != b->access[i])
			return "an access register";
		if (a->control[i] != b->control[i])
			return "a control register";
	}
	if (a->fpc != b->fpc)
		return "the floating-point control register";
	if (a->prefix != b->prefix)
		return "the prefix";
	if (a->comparator != b->comparator)
		return "the clock comparator";
	return NULL;
}
