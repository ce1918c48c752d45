// SPDX-License-Identifier: GPL-2.0
/* Discarded pages met by what changes a file: writing, truncation, holes, writeback. */
#include "discards.h"
#include <linux/falloc.h>

/* own(), discarded */
static int discarded(void)
{
	int fd = own();

	discard(PAGES);
	return fd;
}

static void test_overwrite(void)
{
	int fd = discarded();

	fill(buffer, 5, 0, SIZE);
	expect(must(pwrite(fd, buffer, SIZE, 0)) == SIZE);
	met_by_lookup(PAGES);
	kept();
	look(fd, 5);
	look_at_disk(fd, 5);
}

static void look_at_parts(int fd)
{
	size_t page, at;

	expect(must(pread(fd, buffer, SIZE, 0)) == SIZE);
	for (page = 0; page < PAGES; page++) {
		at = page * PAGE + 101 * page;
		check("before", buffer + page * PAGE, OWN, page * PAGE, 101 * page);
		check("written", buffer + at, 5, at, 10);
		check("behind", buffer + at + 10, OWN, at + 10, PAGE - 10 - 101 * page);
	}
}

/* Ten bytes in each page: the rest has to be read. */
static void test_partial(void)
{
	int fd = discarded(), direct = reopen(fd, O_RDONLY | O_DIRECT);
	size_t page, at;
	char part[10];

	for (page = 0; page < PAGES; page++) {
		at = page * PAGE + 101 * page;
		fill(part, 5, at, 10);
		expect(must(pwrite(fd, part, 10, at)) == 10);
	}
	met_by_lookup(PAGES);
	kept();
	look_at_parts(fd);
	must(fsync(fd));
	look_at_parts(direct);
	discard(PAGES);
	look_at_parts(fd);
	met_by_lookup(PAGES);
}

static void test_append(void)
{
	int fd = discarded(), end = reopen(fd, O_WRONLY | O_APPEND);

	must(ftruncate(fd, SIZE - 1000));
	must(fsync(fd));
	expect(must(pread(fd, buffer, SIZE, 0)) == SIZE - 1000);
	discard(PAGES);
	fill(buffer, OWN, SIZE - 1000, 1000);
	expect(must(write(end, buffer, 1000)) == 1000);
	met_by_lookup(1);
	look(fd, OWN);
	look_at_disk(fd, OWN);
}

static void test_truncate(void)
{
	int fd = discarded();

	must(ftruncate(fd, 0));
	met_by_lookup(0);
	kept();
	expect(must(pread(fd, buffer, SIZE, 0)) == 0);
	must(ftruncate(fd, SIZE));
	expect(must(pread(fd, buffer, SIZE, 0)) == SIZE);
	check_zero("extended", buffer, SIZE);
}

/* In the middle of a page, which is needed once more */
static void test_truncate_partial(void)
{
	int fd = discarded();

	must(ftruncate(fd, 5000));
	met_by_lookup(1);
	must(ftruncate(fd, SIZE));
	expect(must(pread(fd, buffer, SIZE, 0)) == SIZE);
	check("before", buffer, OWN, 0, 5000);
	check_zero("behind", buffer + 5000, SIZE - 5000);
}

static void test_truncate_mapped(void)
{
	int fd = own(), reader = reopen(fd, O_RDONLY);
	char *p = mapped(reader, PROT_READ, MAP_SHARED, OWN);

	discard(PAGES);
	expect(present(p) == PAGES);
	must(ftruncate(fd, 3 * PAGE + 77));
	must(ftruncate(fd, SIZE));
	check("before", p, OWN, 0, 3 * PAGE + 77);
	check_zero("behind", p + 3 * PAGE + 77, SIZE - 3 * PAGE - 77);
}

/* Both ends of the hole are parts of pages. */
static void punch(int mode)
{
	int fd = discarded();
	const size_t from = 3 * PAGE + 1000, to = 20 * PAGE + 3000;

	must(fallocate(fd, mode, from, to - from));
	met_by_lookup(2);
	expect(must(pread(fd, buffer, SIZE, 0)) == SIZE);
	check("before", buffer, OWN, 0, from);
	check_zero("hole", buffer + from, to - from);
	check("behind", buffer + to, OWN, to, SIZE - to);
	met_by_lookup(3);
}

static void test_punch(void)
{
	punch(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE);
}

static void test_zero_range(void)
{
	punch(FALLOC_FL_ZERO_RANGE);
}

static void test_collapse(void)
{
	int fd = discarded();

	must(fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 4 * PAGE, 8 * PAGE));
	expect(must(pread(fd, buffer, SIZE, 0)) == SIZE - 8 * PAGE);
	check("before", buffer, OWN, 0, 4 * PAGE);
	check("behind", buffer + 4 * PAGE, OWN, 12 * PAGE, SIZE - 12 * PAGE);
	must(fsync(fd));
	discard(PAGES - 8);
	must(fallocate(fd, FALLOC_FL_INSERT_RANGE, 4 * PAGE, 8 * PAGE));
	expect(must(pread(fd, buffer, SIZE, 0)) == SIZE);
	check_zero("inserted", buffer + 4 * PAGE, 8 * PAGE);
	check("behind", buffer + 12 * PAGE, OWN, 12 * PAGE, SIZE - 12 * PAGE);
}

/* Beside the page cache: nobody may see the old content. */
static void test_direct(void)
{
	int fd = discarded(), direct = reopen(fd, O_RDWR | O_DIRECT);

	fill(buffer, 5, 0, SIZE);
	expect(must(pwrite(direct, buffer, SIZE, 0)) == SIZE);
	look(fd, 5);
}

static void test_direct_mapped(void)
{
	int fd = own(), direct = reopen(fd, O_RDWR | O_DIRECT);
	char *p = mapped(reopen(fd, O_RDONLY), PROT_READ, MAP_SHARED, OWN);

	discard(PAGES);
	expect(present(p) == PAGES);
	fill(buffer, 5, 0, SIZE);
	expect(must(pwrite(direct, buffer, SIZE, 0)) == SIZE);
	check("mapped", p, 5, 0, SIZE);
}

/* own() once more, in folios of one page, without anything private to keep them */
static void write_pages(int fd, unsigned int number)
{
	size_t at = SIZE;

	must(ftruncate(fd, 0));
	fill(buffer, number, 0, SIZE);
	while (at) {
		at -= PAGE;
		expect(must(pwrite(fd, buffer + at, PAGE, at)) == PAGE);
	}
}

/* Dirty pages are nobody's to discard; after they are written they are. */
static void test_writeback(void)
{
	int fd = own();

	write_pages(fd, 6);
	kept();
	look(fd, 6);
	not_met();
	must(sync_file_range(fd, 0, SIZE, SYNC_FILE_RANGE_WRITE |
			     SYNC_FILE_RANGE_WAIT_AFTER));
	must(fsync(fd));
	discard(PAGES);
	look(fd, 6);
	met_by_lookup(PAGES);
}

/* What is being written is nobody's to discard; best seen on a slow disk. */
static void test_under_writeback(void)
{
	int fd = own();

	write_pages(fd, OWN);
	must(sync_file_range(fd, 0, SIZE, SYNC_FILE_RANGE_WRITE));
	scan_and_drop();
	look_at_disk(fd, OWN);
	look(fd, OWN);
}

/* Every second page dirty by way of a mapping, the others discarded */
static void test_msync(void)
{
	int fd = own();
	char *p = map(fd, PROT_READ | PROT_WRITE, MAP_SHARED);
	size_t page;

	for (page = 0; page < PAGES; page += 2)
		fill(p + page * PAGE, 6, page * PAGE, PAGE);
	discard(PAGES / 2);
	must(msync(p, SIZE, MS_SYNC));
	met_by_lookup(0);
	/* Written back, but mapped writable */
	scan();
	for (page = 0; page < PAGES; page++)
		check("msync", p + page * PAGE, page % 2 ? OWN : 6, page * PAGE, PAGE);
	met(PAGES / 2);
	must(munmap(p, SIZE));
	discard(PAGES);
	expect(must(pread(fd, buffer, SIZE, 0)) == SIZE);
	for (page = 0; page < PAGES; page++)
		check("file", buffer + page * PAGE, page % 2 ? OWN : 6, page * PAGE, PAGE);
	met_by_lookup(PAGES);
}

/* Written, discarded and written again, each time by another name of it */
static void test_rewrite(void)
{
	int fd = own(), round;
	size_t at;

	for (round = 1; round < 8; round++) {
		fill(buffer, round, 0, SIZE);
		for (at = 0; at < SIZE; at += 4 * PAGE)
			expect(must(pwrite(fd, buffer + at, 4 * PAGE, at)) == 4 * PAGE);
		must(fdatasync(fd));
		discard(PAGES);
		look(fd, round);
		met_by_lookup(PAGES);
	}
	look_at_disk(fd, round - 1);
}

/* A file without a name lives on by its mapping. */
static void test_unlinked(void)
{
	int fd = own();
	char *p = mapped(reopen(fd, O_RDONLY), PROT_READ, MAP_PRIVATE, OWN);
	int last;

	/* No file descriptor is left. */
	for (last = 3; last < 32; last++)
		close(last);
	discard(PAGES);
	expect(present(p) == PAGES);
	check("unlinked", p, OWN, 0, SIZE);
	met_by_fault(PAGES);
	discard(PAGES);
	must(munmap(p, SIZE));
	kept();
}

const struct test write_tests[] = {
	WRITES("overwrite", test_overwrite),
	WRITES("partial-overwrite", test_partial),
	WRITES("append", test_append),
	WRITES("truncate", test_truncate),
	WRITES("truncate-partial", test_truncate_partial),
	WRITES("truncate-mapped", test_truncate_mapped),
	WRITES("punch-hole", test_punch),
	WRITES("zero-range", test_zero_range),
	WRITES("collapse-insert-range", test_collapse),
	WRITES("direct-write", test_direct),
	WRITES("direct-write-mapped", test_direct_mapped),
	WRITES("writeback", test_writeback),
	WRITES("under-writeback", test_under_writeback),
	WRITES("msync", test_msync),
	WRITES("rewrite", test_rewrite),
	WRITES("unlinked", test_unlinked),
	READS(NULL, NULL)
};
