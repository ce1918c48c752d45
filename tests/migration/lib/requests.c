// SPDX-License-Identifier: GPL-2.0
/* What the host asks for, by injecting a restart. */
#include "requests.h"

/* In the prefix area of CPU 0, behind what lowcore.h has there */
#define LC_REQUESTS	0x340

/* Needs no register; the condition code is in the restart old PSW. */
asm(".pushsection .text\n"
    "restart_entry:\n"
    "	agsi	0x340, 1\n"
    "	lpswe	0x120\n"
    ".popsection\n");
extern const char restart_entry[];

/* The compiler must not know that this is address 0. */
static u8 *prefix_area(void)
{
	u8 *prefix;

	asm("lghi %0, 0" : "=d" (prefix));
	return prefix;
}

u64 requests(void)
{
	return *(volatile u64 *)(prefix_area() + LC_REQUESTS);
}

void accept_requests(void)
{
	*(u64 *)(prefix_area() + LC_REQUESTS) = 0;
	*(struct psw *)(prefix_area() + LC_RESTART_NEW) =
		(struct psw) { PSW_64, (u64)restart_entry };
}
