// SPDX-License-Identifier: GPL-2.0
/* One instruction at a time, and what it was interrupted by. */
#include "essa.h"

#define PSW_EXTERNAL	0x0100000000000000
#define SERVICE_SIGNAL	0x200		/* in control register 0 */

extern const char program_entry[], run_given_up[];

bool run_stub(struct insn *insn);
void program_interruption(void);

/* The compiler must not know that this is address 0. */
static u8 *prefix_area(void)
{
	u8 *prefix;

	asm("lghi %0, 0" : "=d" (prefix));
	return prefix;
}

static u64 *slot(unsigned int offset)
{
	return (u64 *)(prefix_area() + offset);
}

void program_interruption(void)
{
	struct insn *insn = (struct insn *)*slot(LC_INSN);
	struct psw *old = (struct psw *)slot(LC_PGM_OLD);
	u16 code = *(u16 *)(prefix_area() + LC_PGM_CODE);
	struct fault *fault;

	if (!insn)
		die("program interruption 0x%x at 0x%lx, trans_exc_code 0x%lx",
		    code, old->addr, *slot(LC_TRANS_EXC_CODE));
	fault = &insn->fault;
	fault->code = code;
	fault->addr = *slot(LC_TRANS_EXC_CODE);
	fault->breaking_event = *slot(LC_BREAKING_EVENT);
	fault->old = *old;
	for (int i = 0; i < 16; i++)
		fault->r[i] = slot(LC_REGS)[i];
	insn->faults++;
	if (!insn->retry || !insn->retry(insn)) {
		old->mask = PSW_64;
		old->addr = (u64)run_given_up;
	}
	/* What one interruption leaves must not pass for the next one's. */
	*slot(LC_TRANS_EXC_CODE) = ~0UL;
}

bool run(struct insn *insn)
{
	bool done;

	insn->faults = 0;
	*slot(LC_INSN) = (u64)insn;
	done = run_stub(insn);
	*slot(LC_INSN) = 0;
	for (int i = 0; i < 14; i++)
		insn->out[i] = slot(LC_RUN_REGS)[i];
	insn->cc = *(u32 *)(prefix_area() + LC_RUN_CC) >> 28;
	return done;
}

bool run_at(struct insn *insn, void *stub, u64 r2, u64 r3)
{
	insn->psw.mask = PSW_64;
	insn->psw.addr = (u64)stub;
	insn->r[2] = r2;
	insn->r[3] = r3;
	insn->retry = NULL;
	return run(insn);
}

void set_control(unsigned int cr, u64 value)
{
	switch (cr) {
	case 0:
		asm volatile("lctlg 0, 0, %0" : : "Q" (value) : "memory");
		break;
	case 1:
		asm volatile("lctlg 1, 1, %0" : : "Q" (value) : "memory");
		break;
	case 7:
		asm volatile("lctlg 7, 7, %0" : : "Q" (value) : "memory");
		break;
	}
}

/* Anything but program interruptions is an accident: a disabled wait. */
void init_prefix(u8 *prefix, u8 *stack_end)
{
	asm("" : "+r" (prefix));
	for (int at = LC_RESTART_NEW; at <= LC_IO_NEW; at += sizeof(struct psw))
		*(struct psw *)(prefix + at) = (struct psw) { PSW_WAIT | PSW_64, at };
	*(struct psw *)(prefix + LC_PGM_NEW) = (struct psw) { PSW_64, (u64)program_entry };
	*(u64 *)(prefix + LC_STACK) = (u64)stack_end - 160;
	*(u64 *)(prefix + LC_INSN) = 0;
	*(u64 *)(prefix + LC_TRANS_EXC_CODE) = ~0UL;
}

/*
 * SERVICE CALL with condition code 0 is followed by a service signal, and until
 * that is taken the SCLP is busy.
 */
void take_service_signal(void)
{
	struct psw *new = (struct psw *)slot(LC_EXT_NEW), was = *new;
	struct psw wait = { PSW_64 | PSW_WAIT | PSW_EXTERNAL };
	u64 control;

	asm volatile("stctg 0, 0, %0" : "=S" (control));
	set_control(0, control | SERVICE_SIGNAL);
	new->mask = PSW_64;
	asm volatile("larl %%r1, 0f\n"
		     "stg %%r1, %0\n"
		     "lpswe %1\n"
		     "0:" : "=S" (new->addr) : "Q" (wait) : "1", "memory");
	*new = was;
	set_control(0, control);
}
