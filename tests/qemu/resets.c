// SPDX-License-Identifier: GPL-2.0
/*
 * Resets that a guest asks for: of a CPU by SIGP, which leave all page states
 * alone, and of the system by DIAGNOSE 0x308, after which all pages are
 * stable. The program runs once more after each of the latter.
 */
#include "owed.h"

#define SIGP_STOP_AND_STORE	0x09
#define SIGP_INITIAL_RESET	0x0b
#define SIGP_RESET		0x0c

STUB(diag308, "diag %r2, %r4, 0x308");

extern const char _start[];

static volatile bool second_runs;

static void spin(void)
{
	second_runs = true;
	for (;;)
		;
}

static void sigp_test(unsigned int order, const char *name)
{
	unsigned int cc;

	begin(name);
	second_runs = false;
	start_cpu(1, spin);
	while (!second_runs)
		;
	do
		cc = sigp_once(order, 1, 0, NULL);
	while (cc == CC_BUSY);
	if (cc)
		fail("condition code %u", cc);
	owed_check();
	end();
}

/* The PSW that "load normal" takes from absolute 0 */
static void set_ipl_psw(void)
{
	u64 *at;

	asm("lghi %0, 0" : "=d" (at));
	*at = 0x0008000180000000 | (u64)_start;
}

static bool diagnose(u64 subcode)
{
	struct insn insn = { .r[4] = subcode };

	set_ipl_psw();
	return run_at(&insn, stub_diag308, 0, 0) || insn.fault.code != PGM_SPECIFICATION;
}

static void test_not_implemented(u64 subcode)
{
	begin("DIAG 308 subcode 4 is refused, and changes nothing");
	if (diagnose(subcode))
		fail("no specification exception");
	owed_check();
	end();
}

int main(void)
{
	static const char *const after[] = {
		"after DIAG 308 subcode 0", "after DIAG 308 subcode 1", NULL,
		"after DIAG 308 subcode 3",
	};

	if (!owed_before()) {
		owed_set_up();
		sigp_test(SIGP_STOP_AND_STORE, "SIGP stop and store status");
		sigp_test(SIGP_RESET, "SIGP CPU reset");
		sigp_test(SIGP_INITIAL_RESET, "SIGP initial CPU reset");
		test_not_implemented(4);
	} else {
		begin(after[owed->note]);
		owed_check_reset();
		end();
		if (owed->note == 3)
			return 0;
		owed_set_up();
		owed->note += owed->note == 1 ? 2 : 1;
	}
	begin("DIAG 308");
	diagnose(owed->note);
	/* It comes as soon as the CPU is interrupted. */
	for (u64 deadline = now_us() + 5000000; now_us() < deadline; )
		;
	die("the machine goes on after subcode %lu", owed->note);
}
