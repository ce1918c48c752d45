/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages in each state, and what a guest is owed of them whatever happens to
 * the machine. They lie where no program is loaded, so that a program that is
 * loaded once more finds them.
 */
#ifndef OWED_H
#define OWED_H

#include "essa.h"

/* Written and given their states, by the only CPU that runs */
void owed_set_up(void);

/**
 * owed_check: the states are as set, the content is as written, what is
 * discarded faults; then all of it is set up once more. Calls fail().
 */
void owed_check(void);

/**
 * owed_check_reset: all pages are stable, and of their content there is what a
 * reset leaves. Calls fail().
 */
void owed_check_reset(void);

/* Whether an earlier life of this program has set pages up */
bool owed_before(void);

/* How often that was, with what a program wants to remember beside it */
struct owed_record {
	u64 magic;
	u64 lives;
	u64 note;
	volatile u64 valid;		/* not in the middle of being set up */
	u64 lending;		/* unused pages have been seen to be dropped */
	u8 discarded[2048];
};
extern struct owed_record *const owed;

/* wait_for_host: until the restart interruption that the host injects */
void wait_for_host(void);

#endif
