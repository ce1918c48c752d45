/* SPDX-License-Identifier: GPL-2.0 */
/* Where things lie in a CPU's prefix area, for C and for the assembler. */
#ifndef LOWCORE_H
#define LOWCORE_H

/* z/Architecture Principles of Operation, "Assigned Storage Locations" */
#define LC_PGM_CODE		0x08e
#define LC_TRANS_EXC_CODE	0x0a8
#define LC_BREAKING_EVENT	0x110
#define LC_SVC_OLD		0x140
#define LC_PGM_OLD		0x150
#define LC_RESTART_NEW		0x1a0
#define LC_EXT_NEW		0x1b0
#define LC_SVC_NEW		0x1c0
#define LC_PGM_NEW		0x1d0
#define LC_MCHECK_NEW		0x1e0
#define LC_IO_NEW		0x1f0

/* Free for programs: what interrupt.c and start.S keep of this CPU */
#define LC_REGS			0x200	/* registers at the interruption */
#define LC_STACK		0x280	/* stack of the interrupt handler */
#define LC_INSN			0x288	/* what run() is at, or 0 */
#define LC_RUN_STACK		0x290	/* stack of the caller of run() */
#define LC_RUN_PSW		0x298
#define LC_RUN_REGS		0x2a8	/* registers 0 to 13 after the stub */
#define LC_RUN_CC		0x318
#define LC_MAIN_STACK		0x320	/* where a started CPU begins */
#define LC_MAIN			0x328	/* what a started CPU calls */
#define LC_BYTE			0x330

/* Layout of struct insn, as start.S needs it */
#define INSN_PSW		112

#define PSW_DAT			0x0400000000000000
#define PSW_WAIT		0x0002000000000000
#define PSW_PROBLEM		0x0001000000000000
#define PSW_CC			0x0000300000000000
#define PSW_CC_1		0x0000100000000000
#define PSW_64			0x0000000180000000

#endif
