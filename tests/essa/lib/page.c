// SPDX-License-Identifier: GPL-2.0
/* ESSA, and pages in each state. */
#include "essa.h"

/*
 * Fresh pages lie far apart, lest the host's huge pages make one page present
 * because another was touched.
 */
#define HEAP_START	(4UL << 20)
#define HEAP_END	(32UL << 20)
#define FRESH_STRIDE	(2UL << 20)

extern u8 essa_stubs[];

u64 essa_count[OPERATIONS];

u64 essa(unsigned int op, void *page)
{
	u64 (*stub)(u64 unused, void *page) = (void *)(essa_stubs + op * 6);

	essa_count[op]++;
	return stub(~0UL, page) & ~0x20UL;
}

u64 state_of(void *page)
{
	u64 state = essa(GET, page);

	return state == (STABLE | PRESERVED) ? STABLE | RESIDENT : state;
}

bool facility(unsigned int number)
{
	u64 list[32] = { 0 };
	register u64 last asm("0") = ARRAY_SIZE(list) - 1;

	asm volatile("stfle %1" : "+d" (last), "=Q" (list) : : "cc", "memory");
	return list[number / 64] & 1UL << (63 - number % 64);
}

/* By ESSA itself: the first megabyte that it does not know */
u64 memory_size(void)
{
	struct insn insn = { 0 };
	u64 size = 1UL << 20;

	while (run_at(&insn, essa_stubs, 0, size))
		size += 1UL << 20;
	return size;
}

u64 now_us(void)
{
	u64 tod;

	asm volatile("stck %0" : "=Q" (tod) : : "cc");
	return tod >> 12;
}

void *alloc_pages(unsigned int count)
{
	static u64 next = HEAP_START;
	u8 *pages = (u8 *)next;

	next += count * PAGE_SIZE;
	if (next > HEAP_END)
		die("out of pages");
	for (unsigned int i = 0; i < count; i++)
		fill(pages + i * PAGE_SIZE, i);
	return pages;
}

void *alloc_fresh(void)
{
	static u64 next = HEAP_END;
	void *page = (void *)next;

	next += FRESH_STRIDE;
	return page;
}

static u8 pattern(unsigned int at, u8 seed)
{
	return seed * 37 + at * 7 + (at >> 8) + 1;
}

void fill(void *page, u8 seed)
{
	for (unsigned int i = 0; i < PAGE_SIZE; i++)
		((u8 *)page)[i] = pattern(i, seed);
}

bool intact(const void *page, u8 seed)
{
	for (unsigned int i = 0; i < PAGE_SIZE; i++) {
		if (((const u8 *)page)[i] != pattern(i, seed))
			return false;
	}
	return true;
}

bool all_zero(const void *page)
{
	for (unsigned int i = 0; i < PAGE_SIZE / 8; i++) {
		if (((const u64 *)page)[i])
			return false;
	}
	return true;
}

void copy_page(void *to, const void *from)
{
	for (unsigned int i = 0; i < PAGE_SIZE / 8; i++)
		((u64 *)to)[i] = ((const u64 *)from)[i];
}

bool same_page(const void *a, const void *b)
{
	for (unsigned int i = 0; i < PAGE_SIZE / 8; i++) {
		if (((const u64 *)a)[i] != ((const u64 *)b)[i])
			return false;
	}
	return true;
}

bool wait_for(void *page, u64 state, unsigned int ms)
{
	u64 deadline = now_us() + ms * 1000UL;

	while (essa(GET, page) != state) {
		if (now_us() > deadline)
			return essa(GET, page) == state;
	}
	return true;
}

void discard(void *page)
{
	essa(SET_VOLATILE, page);
	if (!wait_for(page, DISCARDED, 5000))
		die("page 0x%lx is not discarded: state 0x%lx", (u64)page, essa(GET, page));
}

/* The compiler makes calls to these. */
void *memset(void *to, int byte, size_t count);
void *memcpy(void *to, const void *from, size_t count);

void *memset(void *to, int byte, size_t count)
{
	for (volatile u8 *p = to; count--; p++)
		*p = byte;
	return to;
}

void *memcpy(void *to, const void *from, size_t count)
{
	volatile u8 *p = to;

	for (const u8 *q = from; count--; p++, q++)
		*p = *q;
	return to;
}
