/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A machine without firmware starts in the ESA/390 mode, with the PSW at 0:
 * change to z/Architecture and go to a program linked for 0x20000.
 */
	.section .psw, "a"
	.long	0x00080000, 0x80010000

	.section .text, "ax"
	.globl _start
_start:
	lhi	%r1, 1				/* z/Architecture */
	lhi	%r3, 0
	sigp	%r1, %r3, 0x12			/* SET ARCHITECTURE */
	larl	%r2, program
	lpswe	0(%r2)
	.balign	8
program:
	.quad	0x0000000180000000, 0x20000
