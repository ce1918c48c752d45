/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entry points: of the program, of started CPUs, of program interruptions, and
 * of the single instruction that a test is about.
 */
#include "lowcore.h"

	.section .text.start, "ax"
	.globl _start
_start:
	larl	%r15, first_stack + 0x4000 - 160
	brasl	%r14, start
	/* not reached */

	.globl cpu_entry
cpu_entry:
	lg	%r15, LC_MAIN_STACK
	lg	%r1, LC_MAIN
	basr	%r14, %r1
	jg	stop_cpu

	/*
	 * The handler may change the old PSW and the registers in the prefix
	 * area; what it leaves there is gone on with.
	 */
	.globl program_entry
program_entry:
	stmg	%r0, %r15, LC_REGS
	lg	%r15, LC_STACK
	brasl	%r14, program_interruption
	lmg	%r0, %r15, LC_REGS
	lpswe	LC_PGM_OLD

	/*
	 * bool run_stub(struct insn *): run the stub with the PSW and the
	 * registers 0 to 13 given. False if the handler went to run_given_up.
	 */
	.globl run_stub
run_stub:
	stmg	%r6, %r15, 48(%r15)
	stg	%r15, LC_RUN_STACK
	mvc	LC_RUN_PSW(16), INSN_PSW(%r2)
	lgr	%r14, %r2
	lmg	%r0, %r13, 0(%r14)
	larl	%r14, 0f
	lpswe	LC_RUN_PSW
0:	stmg	%r0, %r13, LC_RUN_REGS
	ipm	%r0
	st	%r0, LC_RUN_CC
	stnsm	LC_BYTE, 0xf8			/* DAT and interruptions off */
	lg	%r15, LC_RUN_STACK
	lmg	%r6, %r15, 48(%r15)
	lghi	%r2, 1
	br	%r14

	.globl run_given_up
run_given_up:
	lg	%r15, LC_RUN_STACK
	lmg	%r6, %r15, 48(%r15)
	lghi	%r2, 0
	br	%r14

	/* u64 essa_N(u64 unused, u64 address), for N from 0 to 15 */
	.globl essa_stubs
essa_stubs:
	.set	op, 0
	.rept	16
	.insn	rrf, 0xb9ab0000, %r2, %r3, op, 0
	br	%r14
	.set	op, op + 1
	.endr

	.bss
	.balign	16
first_stack:
	.space	0x4000
