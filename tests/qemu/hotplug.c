// SPDX-License-Identifier: GPL-2.0
/*
 * For the test from outside: a second CPU that comes while the first one's
 * pages are being lent. It is put to the same work as one that was always
 * there: if the lender did not flush its TLB it would miss faults.
 */
#define main test_two_cpus
#include "../essa/cpus.c"
#undef main
#include "owed.h"

int main(void)
{
	u8 *page = alloc_pages(1);

	check(!cpu_exists(1), "CPU 1 is not there yet");
	say("ready");
	while (!cpu_exists(1)) {
		discard(page);
		essa(SET_STABLE, page);
		fill(page, 1);
	}
	test_two_cpus();
	ready_and_wait();
}
