// SPDX-License-Identifier: GPL-2.0
/*
 * A guest with many pages alike, whose state the host has changed from stable
 * to unused, volatile, potentially volatile without and with the change bit,
 * and stable again. It does nothing else.
 */
#include "requests.h"
#include "tracked.h"

#define PAGES	2048

int main(void)
{
	static const unsigned int op[] = {
		SET_UNUSED, SET_VOLATILE, SET_POT_VOLATILE, SET_POT_VOLATILE, SET_STABLE,
	};
	static struct tracked tracked[PAGES];
	u8 *pages = alloc_pages(PAGES);

	for (int i = 0; i < PAGES; i++)
		track(&tracked[i], pages + i * PAGE_SIZE);
	accept_requests();
	say("ready");
	for (u64 served = 0; ; served++) {
		while (requests() == served)
			;
		begin("what is owed");
		for (int i = 0; i < PAGES; i++) {
			verify(&tracked[i]);
			rewrite(&tracked[i]);
			if (served % ARRAY_SIZE(op) == 2)
				clear_key(&tracked[i]);
			operate(&tracked[i], op[served % ARRAY_SIZE(op)]);
		}
		tell_complaints();
		end();
		say("ready");
	}
}
