// SPDX-License-Identifier: GPL-2.0
/*
 * What ESSA costs, by operation, on resident pages that are not lent. To be run
 * with an interval so long that nothing is lent meanwhile.
 */
#include "cost.h"

#define PAGES 8192
#define ROUNDS 4

LOOP(nothing, NOTHING)
LOOP(write, WRITE)
LOOP(get, ESSA(0))
LOOP(set_stable, ESSA(1))
LOOP(set_unused, ESSA(2))
LOOP(set_volatile, ESSA(3))
LOOP(set_potentially_volatile, ESSA(4))
LOOP(set_stable_if_not_discarded, ESSA(6))

/* In this order, so that each finds the state that it is used on. */
static const struct {
	const char *name;
	void (*loop)(u64 pages, u64 stride);
} operation[] = {
	{ "nothing", nothing },
	{ "get", get },
	{ "set_volatile", set_volatile },
	{ "set_stable_if_not_discarded", set_stable_if_not_discarded },
	{ "set_unused", set_unused },
	{ "set_stable", set_stable },
	{ "set_potentially_volatile", set_potentially_volatile },
};

int main(void)
{
	for (int round = 0; round < ROUNDS; round++) {
		write(PAGES, 1);
		wait_for_host("ready", PAGES);
		for (unsigned int i = 0; i < ARRAY_SIZE(operation); i++) {
			operation[i].loop(PAGES, 1);
			wait_for_host(operation[i].name, PAGES);
		}
		set_stable(PAGES, 1);
	}
	return 0;
}
