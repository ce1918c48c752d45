/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MM_PFN_SET_H
#define _MM_PFN_SET_H

#include <linux/types.h>

#define PFN_SET_LEVELS	3

/**
 * struct pfn_set - a set of page frame numbers
 * @level: bitmaps; a bit of one says whether a word of the one below has any
 * @size: frame numbers are less than this
 * @top: words of the highest level
 *
 * Anyone may add frames at any time; one thread takes them out. What that costs
 * goes with the number of frames in the set, not with the size of memory.
 * Nothing is allocated but at the start.
 */
struct pfn_set {
	unsigned long *level[PFN_SET_LEVELS];
	unsigned long size;
	unsigned long top;
};

typedef void (*pfn_set_visit_t)(unsigned long pfn, void *data);

int pfn_set_init(struct pfn_set *set, unsigned long size);
void pfn_set_destroy(struct pfn_set *set);
bool pfn_set_add(struct pfn_set *set, unsigned long pfn);
bool pfn_set_has(const struct pfn_set *set, unsigned long pfn);
bool pfn_set_empty(const struct pfn_set *set);
void pfn_set_drain(struct pfn_set *set, pfn_set_visit_t visit, void *data);

#endif /* _MM_PFN_SET_H */
