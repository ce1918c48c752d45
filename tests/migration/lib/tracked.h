/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages of which it is known at any time what state they must be in and what
 * they must hold, whatever becomes of the machine meanwhile.
 */
#ifndef TRACKED_H
#define TRACKED_H

#include "essa.h"

struct tracked {
	u64 *page;
	u64 id;			/* of the content; 0: it is zero */
	u8 usage;
	bool nodat;
	bool clean;		/* its change bit is 0 */
	bool vague;		/* has been unused: may be zero as well */
	bool gone;		/* has been seen to be discarded */
};

/* Takes a page, stable, with content of its own */
void track(struct tracked *t, void *page);

/* New content, stable */
void rewrite(struct tracked *t);

/* An ESSA operation: it must report what is expected. */
void operate(struct tracked *t, unsigned int op);

/* Reads a word of the page, which is right, zero if it is unused, or a fault. */
void load(struct tracked *t, unsigned int word);

/* Stores what is there: only the change bit and the host can tell. */
void touch(struct tracked *t);

/* DIAGNOSE X'10': stable and zero */
void release(struct tracked *t);

/* Sets the storage key to 0, which says that the page is not changed. */
void clear_key(struct tracked *t);

/* The state, and all of the content, are what they must be. */
void verify(struct tracked *t);

/*
 * Returns: the state, as ESSA reports it, which must be right. To count by.
 */
u64 look(struct tracked *t);

/* Complaints are collected by CPU, and told by the one that may speak. */
void tell_complaints(void);

/* A page's content, for programs with pages of their own */
void put_content(u64 *page, u64 id);
u64 get_content(const u64 *page);	/* ~0: neither zero nor any content */

#endif
