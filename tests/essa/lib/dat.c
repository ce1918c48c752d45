// SPDX-License-Identifier: GPL-2.0
/* Address translation. */
#include "dat.h"

#define SEGMENTS	2048
#define SEGMENT_INVALID	0x20
#define SECONDARY_SPACE	0x04000000	/* in control register 0 */

static u64 segment_table[SEGMENTS] __attribute__((aligned(16384)));
static u64 page_table[IDENTITY + 1][256] __attribute__((aligned(2048)));

void dat_map(u64 virt, void *page)
{
	page_table[IDENTITY][(virt - WINDOW) / PAGE_SIZE] = (u64)page;
}

void dat_unmap(void *page)
{
	page_table[(u64)page / SEGMENT_SIZE][(u64)page / PAGE_SIZE % 256] = PAGE_INVALID;
}

void dat_tables(void)
{
	/* A segment table of 2048 entries */
	u64 space = (u64)segment_table | 3, control;

	for (int i = 0; i < SEGMENTS; i++)
		segment_table[i] = SEGMENT_INVALID;
	for (int i = 0; i < IDENTITY; i++) {
		segment_table[i] = (u64)page_table[i];
		for (int j = 0; j < 256; j++)
			page_table[i][j] = i * SEGMENT_SIZE + j * PAGE_SIZE;
	}
	segment_table[WINDOW / SEGMENT_SIZE] = (u64)page_table[IDENTITY];
	asm volatile("stctg 0, 0, %0" : "=Q" (control));
	set_control(0, control | SECONDARY_SPACE);
	set_control(1, space);
	set_control(7, space);
}

const struct places *dat_places(void)
{
	static struct places places = { .mask = PSW_DAT };

	if (!places.virt[0]) {
		u8 *pages = alloc_pages(2 * OPERAND_PAGES);

		for (int i = 0; i < OPERANDS; i++)
			places.virt[i] = WINDOW + i * 0x40000;
		for (int i = 0; i < OPERAND_PAGES; i++) {
			places.page[i] = pages + 2 * (OPERAND_PAGES - 1 - i) * PAGE_SIZE;
			dat_map(places.virt[i / 2] + i % 2 * PAGE_SIZE, places.page[i]);
		}
	}
	return &places;
}
