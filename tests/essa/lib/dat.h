/* SPDX-License-Identifier: GPL-2.0 */
/* Address translation (dat.c). */
#ifndef DAT_H
#define DAT_H

#include "nullify.h"

#define SEGMENT_SIZE	(1UL << 20)
#define IDENTITY	16	/* segments that are mapped one to one */
#define WINDOW		0x40000000UL	/* a segment that dat_map() is for */

#define PAGE_INVALID	0x400

/* Primary and secondary space, the same. The PSW is left as it is. */
void dat_tables(void);

void dat_map(u64 virt, void *page);

/* Something mapped one to one is that no more. */
void dat_unmap(void *page);

/* Places for nullify() in the window: adjacent pages lie apart, and backwards. */
const struct places *dat_places(void);

#endif
