// SPDX-License-Identifier: GPL-2.0
/*
 * A set of page frame numbers: a bitmap below bitmaps of its words.
 *
 * Who adds a frame goes up, and sets bits until one is set already. Who takes
 * frames out goes down, and clears a word before looking at those below. Each
 * step is fully ordered, so one of the two sees the other: a bit is never left
 * behind in a word that the bits above do not lead to.
 */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/vmalloc.h>
#include "pfn_set.h"

/**
 * pfn_set_init - make an empty set
 * @set: the set
 * @size: frame numbers will be less than this
 *
 * May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int pfn_set_init(struct pfn_set *set, unsigned long size)
{
	unsigned long words[PFN_SET_LEVELS], sum = 0, bits = size;
	unsigned long *map;
	int i;

	for (i = 0; i < PFN_SET_LEVELS; i++) {
		words[i] = BITS_TO_LONGS(bits);
		sum += words[i];
		bits = words[i];
	}
	map = vzalloc(sum * sizeof(*map));
	if (!map)
		return -ENOMEM;
	for (i = 0; i < PFN_SET_LEVELS; i++) {
		set->level[i] = map;
		map += words[i];
	}
	set->size = size;
	set->top = bits;
	return 0;
}

/**
 * pfn_set_destroy - free a set's memory
 * @set: the set, which nobody else uses any more
 */
void pfn_set_destroy(struct pfn_set *set)
{
	vfree(set->level[0]);
	set->size = 0;
}

/**
 * pfn_set_add - add a frame
 * @set: the set
 * @pfn: frame number, less than the set's size
 *
 * Any context. What the caller stored before is seen by whoever takes the frame
 * out, even if the frame was in the set already.
 *
 * Return: true if it was not in the set.
 */
bool pfn_set_add(struct pfn_set *set, unsigned long pfn)
{
	int i;

	for (i = 0; i < PFN_SET_LEVELS; i++) {
		if (test_and_set_bit(pfn, set->level[i]))
			break;
		pfn /= BITS_PER_LONG;
	}
	return i > 0;
}

/**
 * pfn_set_has - whether a frame is in the set
 * @set: the set
 * @pfn: frame number, less than the set's size
 *
 * Any context. What the caller stored before is seen by whoever takes the frame
 * out, if it is there.
 */
bool pfn_set_has(const struct pfn_set *set, unsigned long pfn)
{
	/* Against xchg() in drain_word(). */
	smp_mb();
	return test_bit(pfn, set->level[0]);
}

/**
 * pfn_set_empty - whether there is nothing to take out
 * @set: the set
 *
 * A frame that is being added just now may be overlooked.
 */
bool pfn_set_empty(const struct pfn_set *set)
{
	const unsigned long *top = set->level[PFN_SET_LEVELS - 1];
	unsigned long i;

	for (i = 0; i < set->top; i++)
		if (READ_ONCE(top[i]))
			return false;
	return true;
}

static void drain_word(struct pfn_set *set, int level, unsigned long word,
		       pfn_set_visit_t visit, void *data)
{
	unsigned long bits = xchg(&set->level[level][word], 0);

	for (; bits; bits &= bits - 1) {
		unsigned long index = word * BITS_PER_LONG + __ffs(bits);

		if (level)
			drain_word(set, level - 1, index, visit, data);
		else
			visit(index, data);
	}
}

/**
 * pfn_set_drain - take out all frames
 * @set: the set
 * @visit: called for each frame, in ascending order, after it was taken out;
 *	   may add frames, also the same one, which then stay for the next time
 * @data: passed to @visit
 *
 * One caller at a time. Sleeps if @visit does.
 */
void pfn_set_drain(struct pfn_set *set, pfn_set_visit_t visit, void *data)
{
	int level = PFN_SET_LEVELS - 1;
	unsigned long i;

	for (i = 0; i < set->top; i++)
		if (READ_ONCE(set->level[level][i]))
			drain_word(set, level, i, visit, data);
}
