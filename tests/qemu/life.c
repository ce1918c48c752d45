// SPDX-License-Identifier: GPL-2.0
/*
 * For the tests from outside: sets pages up, waits for the host to inject a
 * restart, says whether the guest still has what it is owed, and so on. Run
 * once more after a reset, it begins with what that has left.
 *
 * A second CPU, if there is one, works on pages of its own all the time.
 */
#include "owed.h"

#define CHURNED		256
#define CHURN_START	(52UL << 20)

STUB(churn_load, "lg %r4, 0(%r2)");

static volatile u64 rounds, wrong, wrong_page, wrong_value;
static u64 generation[CHURNED];

static void churn(void)
{
	unsigned int random = 1;
	struct insn insn = { 0 };

	for (;;) {
		unsigned int i = (random = random * 1103515245 + 12345) / 65536 % CHURNED;
		u64 *page = (u64 *)(CHURN_START + i * PAGE_SIZE);
		u64 was;

		/* Volatile or, the first time, anything */
		if (generation[i] && !run_at(&insn, stub_churn_load, (u64)page, 0)) {
			if (insn.fault.code != PGM_DISCARD || insn.fault.addr != (u64)page)
				wrong = insn.fault.code | 0x1000;
		} else if (generation[i] && insn.out[4] != generation[i]) {
			wrong_page = i;
			wrong_value = insn.out[4];
			wrong = 1;
		}
		was = essa(SET_STABLE, page);
		if (generation[i] && was != DISCARDED && was != VOLATILE)
			wrong = was | 0x2000;
		if (was != DISCARDED && page[1] != generation[i] && generation[i])
			wrong = 2;
		page[0] = page[1] = ++generation[i];
		if (essa(SET_VOLATILE, page) & USAGE)
			wrong = 3;
		rounds++;
	}
}

static void check_churn(void)
{
	u64 before = rounds, deadline = now_us() + 5000000;

	while (rounds < before + 100 && now_us() < deadline)
		;
	if (rounds < before + 100)
		fail("CPU 1 does not go on");
	if (wrong)
		fail("CPU 1: 0x%lx (page %lu, 0x%lx)", wrong, wrong_page, wrong_value);
}

int main(void)
{
	bool churning = cpu_exists(1);

	/* What begins as zero is not loaded once more by a reset. */
	wrong = rounds = 0;
	for (unsigned int i = 0; i < CHURNED; i++)
		generation[i] = 0;

	if (owed_before() && owed->valid) {
		begin("after the reset");
		owed_check_reset();
		end();
	}
	owed_set_up();
	if (churning)
		start_cpu(1, churn);
	for (;;) {
		wait_for_host();
		say("# asked %lu", ++owed->note);
		begin("what is owed");
		owed_check();
		if (churning)
			check_churn();
		end();
	}
}
