// SPDX-License-Identifier: GPL-2.0
/* KUnit tests of what can be had without a host: sets of page frame numbers. */
#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/prandom.h>
#include "pfn_set.h"

/* More than one word on each level, and no multiple of any */
#define FRAMES	(2UL * BITS_PER_LONG * BITS_PER_LONG * BITS_PER_LONG + 77)

struct taken {
	unsigned long *map;
	unsigned long count, last;
	bool ascending;
	struct pfn_set *again;
};

static void take(unsigned long pfn, void *data)
{
	struct taken *taken = data;

	if (taken->count && pfn <= taken->last)
		taken->ascending = false;
	taken->last = pfn;
	taken->count++;
	__set_bit(pfn, taken->map);
	if (taken->again)
		pfn_set_add(taken->again, pfn);
}

static void new_set(struct kunit *test, struct pfn_set *set, struct taken *taken)
{
	*taken = (struct taken) { .ascending = true };
	taken->map = bitmap_zalloc(FRAMES, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, taken->map);
	KUNIT_ASSERT_EQ(test, pfn_set_init(set, FRAMES), 0);
}

static void pfn_set_test_empty(struct kunit *test)
{
	struct taken taken;
	struct pfn_set set;

	new_set(test, &set, &taken);
	KUNIT_EXPECT_TRUE(test, pfn_set_empty(&set));
	pfn_set_drain(&set, take, &taken);
	KUNIT_EXPECT_EQ(test, taken.count, 0);
	pfn_set_destroy(&set);
	bitmap_free(taken.map);
}

/* At the borders of words of each level */
static void pfn_set_test_borders(struct kunit *test)
{
	static const unsigned long pfns[] = {
		0, BITS_PER_LONG - 1, BITS_PER_LONG,
		BITS_PER_LONG * BITS_PER_LONG - 1,
		BITS_PER_LONG * BITS_PER_LONG,
		BITS_PER_LONG * BITS_PER_LONG * BITS_PER_LONG - 1,
		BITS_PER_LONG * BITS_PER_LONG * BITS_PER_LONG, FRAMES - 1,
	};
	struct taken taken;
	struct pfn_set set;
	int i;

	new_set(test, &set, &taken);
	for (i = ARRAY_SIZE(pfns) - 1; i >= 0; i--) {
		KUNIT_EXPECT_FALSE(test, pfn_set_has(&set, pfns[i]));
		KUNIT_EXPECT_TRUE(test, pfn_set_add(&set, pfns[i]));
		KUNIT_EXPECT_TRUE(test, pfn_set_has(&set, pfns[i]));
		KUNIT_EXPECT_FALSE(test, pfn_set_add(&set, pfns[i]));
		KUNIT_EXPECT_FALSE(test, pfn_set_empty(&set));
	}
	pfn_set_drain(&set, take, &taken);
	KUNIT_EXPECT_EQ(test, taken.count, ARRAY_SIZE(pfns));
	KUNIT_EXPECT_TRUE(test, taken.ascending);
	for (i = 0; i < ARRAY_SIZE(pfns); i++)
		KUNIT_EXPECT_TRUE(test, test_bit(pfns[i], taken.map));
	KUNIT_EXPECT_TRUE(test, pfn_set_empty(&set));
	pfn_set_destroy(&set);
	bitmap_free(taken.map);
}

/* What is added while the set is emptied stays for the next time. */
static void pfn_set_test_again(struct kunit *test)
{
	unsigned long pfn, count = 0;
	struct taken taken;
	struct pfn_set set;

	new_set(test, &set, &taken);
	for (pfn = 0; pfn < FRAMES; pfn += 1237, count++)
		pfn_set_add(&set, pfn);
	taken.again = &set;
	pfn_set_drain(&set, take, &taken);
	KUNIT_EXPECT_EQ(test, taken.count, count);
	KUNIT_EXPECT_FALSE(test, pfn_set_empty(&set));
	taken.again = NULL;
	taken.count = 0;
	pfn_set_drain(&set, take, &taken);
	KUNIT_EXPECT_EQ(test, taken.count, count);
	KUNIT_EXPECT_TRUE(test, pfn_set_empty(&set));
	pfn_set_destroy(&set);
	bitmap_free(taken.map);
}

/* Against a plain bitmap */
static void pfn_set_test_random(struct kunit *test)
{
	struct rnd_state rnd;
	struct taken taken;
	struct pfn_set set;
	unsigned long *is;
	int round, i;

	new_set(test, &set, &taken);
	is = bitmap_zalloc(FRAMES, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, is);
	prandom_seed_state(&rnd, 20261122);
	for (round = 0; round < 20; round++) {
		for (i = 0; i < 1 << round % 12; i++) {
			unsigned long pfn = prandom_u32_state(&rnd) % FRAMES;

			KUNIT_ASSERT_EQ(test, pfn_set_add(&set, pfn),
					!__test_and_set_bit(pfn, is));
		}
		bitmap_zero(taken.map, FRAMES);
		pfn_set_drain(&set, take, &taken);
		KUNIT_ASSERT_TRUE(test, bitmap_equal(is, taken.map, FRAMES));
		bitmap_zero(is, FRAMES);
	}
	bitmap_free(is);
	pfn_set_destroy(&set);
	bitmap_free(taken.map);
}

static struct kunit_case page_states_cases[] = {
	KUNIT_CASE(pfn_set_test_empty),
	KUNIT_CASE(pfn_set_test_borders),
	KUNIT_CASE(pfn_set_test_again),
	KUNIT_CASE(pfn_set_test_random),
	{}
};

static struct kunit_suite page_states_suite = {
	.name = "page_states",
	.test_cases = page_states_cases,
};

kunit_test_suite(page_states_suite);
