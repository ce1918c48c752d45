// SPDX-License-Identifier: GPL-2.0
/* Private copies of file pages: swapped out and in, merged, given up. */
#include "discards.h"
#include <sys/swap.h>

#define RW (PROT_READ | PROT_WRITE)

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

/* Half of the pages are copies that have been changed, the others the file's. */
static char *half_private(void)
{
	char *p = mapped(known(7), RW, MAP_PRIVATE, 7);
	size_t page;

	for (page = 0; page < PAGES; page += 2)
		fill(p + page * PAGE, 8, page * PAGE, PAGE);
	return p;
}

static void check_half_private(const char *what, const char *p)
{
	size_t page;

	for (page = 0; page < PAGES; page++)
		check(what, p + page * PAGE, page % 2 ? 7 : 8, page * PAGE, PAGE);
}

static void write_header(int fd, size_t pages)
{
	static char head[PAGE];

	/* Version 1, and the last page; the label and the UUID may be zero. */
	*(uint32_t *)(head + 1024) = 1;
	*(uint32_t *)(head + 1028) = pages - 1;
	memcpy(head + PAGE - 10, "SWAPSPACE2", 10);
	must(pwrite(fd, head, PAGE, 0));
}

static void test_swap(void)
{
	char path[4096], *p;
	int fd, round;

	snprintf(path, sizeof(path), "%s/swap", directory);
	fd = must(open(path, O_RDWR | O_CREAT | O_TRUNC, 0600));
	for (round = 0; round < 8; round++)
		must(pwrite(fd, buffer, SIZE, round * SIZE));
	write_header(fd, 8 * PAGES);
	must(fsync(fd));
	must(swapon(path, 0));
	p = half_private();
	for (round = 0; round < 4; round++) {
		unsigned long out = vmstat("pswpout");

		discard(PAGES / 2);
		must(madvise(p, SIZE, MADV_PAGEOUT));
		scan();
		/* Clean ones are not written again. */
		if (round == 0)
			expect(vmstat("pswpout") >= out + PAGES / 4);
		/* In again: now clean, and on disk, too */
		check_half_private("in", p);
		scan();
		check_half_private("in and scanned", p);
		if (round == 1)
			p[0] ^= 0xff;
		scan();
		if (round == 1)
			p[0] ^= 0xff;
		check_half_private("changed", p);
	}
	must(madvise(p, SIZE, MADV_PAGEOUT));
	must(swapoff(path));
	must(unlink(path));
	check_half_private("after swapoff", p);
}

/* Equal private copies become one page, which is not the file's. */
static void test_ksm(void)
{
	char *p = half_private(), *q = half_private();
	int tries;

	if (access("/sys/kernel/mm/ksm/run", W_OK))
		skip("no KSM");
	must(madvise(p, SIZE, MADV_MERGEABLE));
	must(madvise(q, SIZE, MADV_MERGEABLE));
	discard(PAGES / 2);
	put("/sys/kernel/mm/ksm/sleep_millisecs", "1");
	put("/sys/kernel/mm/ksm/pages_to_scan", "1000");
	put("/sys/kernel/mm/ksm/run", "1");
	for (tries = 0; tries < 1000 &&
	     number_in("/sys/kernel/mm/ksm/pages_sharing", "") < PAGES / 4; tries++)
		usleep(5000);
	expect(number_in("/sys/kernel/mm/ksm/pages_sharing", "") >= PAGES / 4);
	scan();
	check_half_private("merged", p);
	check_half_private("merged too", q);
	discard(PAGES / 2);
	fill(p, 9, 0, SIZE);
	check("changed", p, 9, 0, SIZE);
	check_half_private("not changed", q);
	put("/sys/kernel/mm/ksm/run", "2");
	check_half_private("not changed", q);
}

/* A page given up is what it was, or zeroes, until it is written to. */
static void test_free(void)
{
	char *p = must(mmap(NULL, SIZE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	size_t page;
	int round;

	for (round = 0; round < 3; round++) {
		fill(p, 10, 0, SIZE);
		must(madvise(p, SIZE, MADV_FREE));
		scan();
		usleep(20000);
		for (page = 0; page < PAGES; page++) {
			char *q = p + page * PAGE;

			if (page % 2)
				fill(q, 11, page * PAGE, PAGE);
			else if (*(uint64_t *)q)
				check("old", q, 10, page * PAGE, PAGE);
			else
				check_zero("freed", q, PAGE);
		}
		scan();
		usleep(20000);
		for (page = 1; page < PAGES; page += 2)
			check("written", p + page * PAGE, 11, page * PAGE, PAGE);
	}
}

const struct test swap_tests[] = {
	WRITES("swap", test_swap),
	READS("ksm", test_ksm),
	READS("madvise-free", test_free),
	READS(NULL, NULL)
};
