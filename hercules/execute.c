// SPDX-License-Identifier: GPL-2.0
/*
 * EXECUTE and EXECUTE RELATIVE LONG
 *
 * Hercules copies eight bytes from where the target is, whatever its length. The
 * page behind it, to which the instruction has nothing to say, may be discarded.
 */
#include "essa.h"

static zz_func execute_before, execute_relative_before;

/* The target's bytes, and no others */
static void fetch_target(REGS *regs)
{
	unsigned int left = PAGE_BYTES - (regs->ET_G & (PAGE_BYTES - 1)), length;
	BYTE *main = MADDR(regs->ET_G, USE_INST_SPACE, regs, ACCTYPE_INSTFETCH,
			   regs->psw.pkey);

	memset(regs->exinst, 0, sizeof(regs->exinst));
	length = ILC(main[0]);
	if (length <= left) {
		memcpy(regs->exinst, main, length);
		return;
	}
	memcpy(regs->exinst, main, left);
	main = MADDR((regs->ET_G + left) & ADDRESS_MAXWRAP(regs), USE_INST_SPACE, regs,
		     ACCTYPE_INSTFETCH, regs->psw.pkey);
	memcpy(regs->exinst + left, main, length - left);
}

/* The decoder of the executed instruction adds its own length to regs->ip. */
static void run_target(REGS *regs, unsigned int r1, bool relative)
{
	BYTE *target = regs->exinst;

	ODD_CHECK(regs->ET_G, regs);
	SET_BEAR_REG(regs, regs->bear_ip);
	fetch_target(regs);
	if (target[0] == 0x44 || (target[0] == 0xc6 && !(target[1] & 15)))
		regs->program_interrupt(regs, PGM_EXECUTE_EXCEPTION);
	if (r1)
		target[1] |= regs->GR_LHLCL(r1);
	regs->execflag = 1;
	regs->exrl = relative;
	regs->ip -= ILC(target[0]);
	EXECUTE_INSTRUCTION(target, regs);
	if (!OPEN_IC_PER(regs))
		regs->execflag = 0;
}

static void ATTR_REGPARM(2) execute(BYTE inst[], REGS *regs)
{
	int r1, b2;
	VADR address;

	/* Events of PER are Hercules' business. */
	if (EN_IC_PER(regs) || SIE_MODE(regs)) {
		execute_before(inst, regs);
		return;
	}
	RX(inst, regs, r1, b2, address);
	regs->ET_G = address;
	run_target(regs, r1, false);
}

static void ATTR_REGPARM(2) execute_relative(BYTE inst[], REGS *regs)
{
	int r1;
	VADR address;

	if (EN_IC_PER(regs) || SIE_MODE(regs)) {
		execute_relative_before(inst, regs);
		return;
	}
	RIL_A(inst, regs, r1, address);
	regs->ET_G = address;
	run_target(regs, r1, true);
}

void execute_define(define_insn *define)
{
	execute_before = opcode_table[0x44][ARCH_900];
	execute_relative_before = opcode_c6xx[0][ARCH_900];
	define(HDL_INSTARCH_900, 0x44, "execute", execute);
	define(HDL_INSTARCH_900, 0xc600, "execute_relative_long", execute_relative);
}
