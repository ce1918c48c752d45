// SPDX-License-Identifier: GPL-2.0
/*
 * For the test from outside: interruptions whose handler returns by an instruction in
 * the prefix area, as Linux has it.
 */
#include "essa.h"

#define RETURN		0x400		/* free in the prefix area */
#define INTERRUPTIONS	100000

int main(void)
{
	volatile u8 *lowcore = NULL;
	volatile struct psw *new = (volatile struct psw *)(lowcore + LC_SVC_NEW);
	volatile u16 *code = (volatile u16 *)(lowcore + RETURN);

	/* lpswe LC_SVC_OLD */
	code[0] = 0xb2b2;
	code[1] = LC_SVC_OLD;
	new->mask = PSW_64;
	new->addr = RETURN;
	for (int i = 0; i < INTERRUPTIONS; i++)
		asm volatile("svc 0" : : : "memory");
	ready_and_wait();
}
