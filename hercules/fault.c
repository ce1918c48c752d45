// SPDX-License-Identifier: GPL-2.0
/*
 * An access to a page that is not there.
 *
 * If a CPU does it in an instruction and the page was volatile, that is a
 * discard fault. Anybody else gets a page of zeroes, and so does a CPU that is
 * at an interruption: there is no instruction that could be nullified.
 */
#include "essa.h"
#include <signal.h>

/* The interruption code; Hercules' table of names knows it, and no more. */
#define PGM_DISCARD 0x1a

#define LC_TRANS_EXC_CODE 0xa8

static struct sigaction before;

static REGS *this_cpu(void)
{
	TID self = thread_id();

	for (int i = 0; i < MAX_CPU; i++) {
		if (sysblk.regs[i] && equal_threads(sysblk.cputid[i], self))
			return sysblk.regs[i];
	}
	return NULL;
}

/*
 * Interruptions store in the prefix area. PSWs, and what a CPU stores for
 * somebody else, are stored by a CPU that holds the interrupt lock; it does I/O
 * with syncio on.
 */
static bool in_instruction(const REGS *regs, U64 page)
{
	return regs->arch_mode == ARCH_900 && !regs->sie_active && !regs->syncio &&
	       sysblk.intowner != regs->cpuad && page - regs->PX_G / PAGE_BYTES > 1;
}

/*
 * Where the instruction is that cannot go on, and its length. instfetch() has
 * set instinvalid; without it the instruction at regs->ip may be missing itself,
 * and otherwise its decoder has stepped over it.
 */
static U64 instruction(const REGS *regs, const BYTE *missing, unsigned int *length)
{
	*length = 2;
	if (regs->instinvalid) {
		if (!regs->aie)
			return regs->psw.IA_G;
		/* It has begun with the second page of an instruction. */
		if ((size_t)(regs->ip - regs->aip) > PAGE_BYTES)
			return regs->AIV_G + PAGE_BYTES -
			       (-(uintptr_t)regs->ip & (PAGE_BYTES - 1));
		return PSW_IA(regs, 0);
	}
	if (regs->aie && (size_t)(missing - regs->aip) < PAGE_BYTES)
		return PSW_IA(regs, 0);
	*length = REAL_ILC(regs);
	return regs->aie ? PSW_IA(regs, -(int)*length)
			 : (regs->psw.IA_G - *length) & ADDRESS_MAXWRAP(regs);
}

/* The CPUs that look where their instruction lies */
static bool looking[MAX_CPU_ENGINES];

/*
 * instfetch() copies four bytes where an instruction has two left in its page. The
 * others are whatever page of main storage lies behind, which is none of the
 * instruction's business: it is fetched here instead, and executed.
 *
 * To look where it goes on may be to read DAT tables. One that is missing is found by
 * the handler once more, which then does not look: the instruction needs it. So no page
 * may be locked here.
 */
static void fetch_without_excess(REGS *regs, const BYTE *missing)
{
	unsigned int length;
	U64 first = instruction(regs, missing, &length), second;
	BYTE *begin, *end;

	if (looking[regs->cpuad] || !regs->instinvalid || first % PAGE_BYTES != PAGE_BYTES - 2)
		return;
	second = (first + 2) & ADDRESS_MAXWRAP(regs);
	looking[regs->cpuad] = true;
	begin = MADDR(first, USE_INST_SPACE, regs, ACCTYPE_INSTFETCH, regs->psw.pkey);
	ARCH_DEP(translate_addr)(second, USE_INST_SPACE, regs, ACCTYPE_INSTFETCH);
	looking[regs->cpuad] = false;
	if (begin + 2 != missing)
		return;
	end = MADDR(second, USE_INST_SPACE, regs, ACCTYPE_INSTFETCH, regs->psw.pkey);
	if (end == missing)
		return;
	memcpy(regs->inst, begin, 2);
	regs->ip = end - 2;
	memcpy(regs->inst + 2, end, 4);
	regs->instinvalid = 0;
	regs->AIV_G = second;
	regs->aip = end;
	regs->aim = (uintptr_t)end ^ (uintptr_t)second;
	regs->aie = regs->tracing || regs->permode ? (BYTE *)1 : end + PAGE_BYTES - 5;
	EXECUTE_INSTRUCTION(regs->inst, regs);
	longjmp(regs->progjmp, SIE_NO_INTERCEPT);
}

void discard_fault(REGS *regs, U64 page)
{
	unsigned int length;
	U64 address = instruction(regs, memory_at(page), &length);

	looking[regs->cpuad] = false;
	INVALIDATE_AIA(regs);
	regs->psw.IA_G = address;
	regs->psw.ilc = length;
	regs->psw.zeroilc = 0;
	regs->execflag = 0;
	regs->instinvalid = 0;
	__atomic_fetch_add(&counters.faults, 1, __ATOMIC_RELAXED);
	store_dw(regs->mainstor + regs->PX_G + LC_TRANS_EXC_CODE, page * PAGE_BYTES);
	z900_program_interrupt(regs, PGM_DISCARD);
	abort();
}

static void missing(int signo, siginfo_t *info, void *context)
{
	size_t offset = (BYTE *)info->si_addr - sysblk.mainstor;
	U64 page = offset / PAGE_BYTES;
	int was = errno;
	REGS *regs;
	BYTE state;
	bool ours;
	if (offset >= sysblk.mainsize) {
		if (before.sa_flags & SA_SIGINFO)
			before.sa_sigaction(signo, info, context);
		else
			before.sa_handler(signo);
		return;
	}
	/* Main storage has just become ordinary memory, by a reset. */
	if (!memory_ready())
		return;
	regs = this_cpu();
	ours = regs && in_instruction(regs, page);
	if (ours)
		fetch_without_excess(regs, memory_at(page));
	state = state_lock(page);
	if (state & VOLATILE & ~UNUSED && memory_content(page) == ZERO)
		state = VOLATILE | DISCARDED;
	if (ours && state & DISCARDED) {
		state_unlock(page, state);
		discard_fault(regs, page);
	}
	memory_fill(page);
	__atomic_fetch_add(&counters.filled, 1, __ATOMIC_RELAXED);
	state_unlock(page, state);
	policy_filled(page, state & USAGE_MASK);
	errno = was;
}

/* Later than Hercules has set its own handlers */
bool fault_begin(void)
{
	struct sigaction action = {
		.sa_sigaction = missing,
		/* A discard fault leaves the handler by longjmp(). */
		.sa_flags = SA_SIGINFO | SA_NODEFER,
	};
	static bool done;

	if (done)
		return true;
	done = !sigaction(SIGBUS, &action, &before);
	return done;
}
