// SPDX-License-Identifier: GPL-2.0
/* Discarded pages met through mappings, or by what changes mappings. */
#include "discards.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

#define RW (PROT_READ | PROT_WRITE)

/* A file whose pages have just been discarded, none of them mapped */
static int discarded(void)
{
	int fd = known(1);

	look(fd, 1);
	discard(PAGES);
	return fd;
}

/* Write to a private mapping, page by page, a byte at an odd place. */
static void write_private(char *p, int fd)
{
	size_t page;

	for (page = 0; page < PAGES; page++) {
		char *q = p + page * PAGE, byte;

		q[page * 37] ^= 0xff;
		fill(&byte, 1, page * PAGE + page * 37, 1);
		expect(q[page * 37] == (char)~byte);
		check("before the write", q, 1, page * PAGE, page * 37);
		check("after the write", q + page * 37 + 1, 1,
		      page * PAGE + page * 37 + 1, PAGE - page * 37 - 1);
		q[page * 37] = byte;
	}
	check("private", p, 1, 0, SIZE);
	look(fd, 1);
}

static void test_read(void)
{
	char *p = map(discarded(), PROT_READ, MAP_SHARED);

	check("mmap", p, 1, 0, SIZE);
	met(PAGES);
}

/* Without MADV_RANDOM: readahead makes room for all. */
static void test_read_ahead(void)
{
	char *p = must(mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE, discarded(), 0));

	check("mmap", p, 1, 0, SIZE);
	met(PAGES);
}

static void test_read_mapped(void)
{
	char *p = map_discarded(1, PROT_READ, MAP_SHARED);

	check("mapped", p, 1, 0, SIZE);
	met_by_fault(PAGES);
}

/* Pages around are mapped discarded as they are; each then faults. */
static void test_fault_around(void)
{
	char *p = map(discarded(), PROT_READ, MAP_SHARED);

	check("first byte", p + 8 * PAGE, 1, 8 * PAGE, 1);
	expect(present(p) > 8);
	check("around", p, 1, 0, SIZE);
	met_by_fault(9);
}

/* A byte of each discarded page, by a mapping; in the end the file is as it was. */
static void change_and_back(int fd, char *p)
{
	size_t page;

	for (page = 0; page < PAGES; page++)
		p[page * PAGE + 5] ^= 0xff;
	met_by_lookup(PAGES);
	for (page = 0; page < PAGES; page++)
		p[page * PAGE + 5] ^= 0xff;
	look_at_disk(fd, OWN);
}

/* Not where it could become dirty unnoticed */
static void test_fault_around_writable(void)
{
	int fd = own();
	char *p = map(fd, RW, MAP_SHARED);

	discard(PAGES);
	check("first byte", p + 8 * PAGE, OWN, 8 * PAGE, 1);
	change_and_back(fd, p);
}

/* A program that was not there when the pages were discarded */
static void test_write_private(void)
{
	int fd = discarded();

	write_private(map(fd, RW, MAP_PRIVATE), fd);
	met(PAGES);
}

static void test_write_private_mapped(void)
{
	int fd = known(1);
	char *p = mapped(fd, RW, MAP_PRIVATE, 1);
	size_t page;

	discard(PAGES);
	expect(present(p) == PAGES);
	/* Write only: the copy is the first who looks. */
	for (page = 0; page < PAGES; page++)
		p[page * PAGE + page] ^= 0xff;
	met(PAGES);
	for (page = 0; page < PAGES; page++)
		p[page * PAGE + page] ^= 0xff;
	write_private(p, fd);
}

static void change_own(char *p, unsigned int number)
{
	fill(p, number, 0, SIZE);
	check("changed", p, number, 0, SIZE);
	must(msync(p, SIZE, MS_SYNC));
}

static void test_write_shared(void)
{
	int fd = own();
	char *p = map(fd, RW, MAP_SHARED);

	discard(PAGES);
	check("shared", p, OWN, 0, SIZE);
	met(PAGES);
	change_own(p, 7);
	look_at_disk(fd, 7);
}

/* Writing a byte reads the rest of the page. */
static void test_write_shared_first(void)
{
	int fd = own();
	char *p = map(fd, RW, MAP_SHARED);

	discard(PAGES);
	change_and_back(fd, p);
}

/* What is mapped from a file that somebody can write to by a mapping stays. */
static void test_writable_kept(void)
{
	int fd = own();
	char *p = mapped(fd, RW, MAP_SHARED, OWN);

	kept();
	check("kept", p, OWN, 0, SIZE);
	not_met();
	change_own(p, 8);
	look_at_disk(fd, 8);
	/* And no longer when that mapping is gone */
	must(munmap(p, SIZE));
	discard(PAGES);
	look(fd, 8);
	met_by_lookup(PAGES);
}

/* Mapped and discarded, and then somebody comes who writes. */
static void test_writable_later(void)
{
	int fd = own(), reader = reopen(fd, O_RDONLY);
	char *p = mapped(reader, PROT_READ, MAP_SHARED, OWN), *q;

	discard(PAGES);
	q = must(mmap(NULL, SIZE, RW, MAP_SHARED, fd, 0));
	fill(q, 9, 0, SIZE);
	met(PAGES);
	check("reader", p, 9, 0, SIZE);
	look_at_disk(fd, 9);
}

static void test_mremap(void)
{
	char *p = map_discarded(1, PROT_READ, MAP_SHARED);
	char *to = must(mmap(NULL, 2 * SIZE, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	char *q = must(mremap(p, SIZE, 2 * SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, to));

	expect(present(q) == PAGES);
	check("moved", q, 1, 0, SIZE);
	met_by_fault(PAGES);
}

static void test_mprotect_write(void)
{
	char *p = map_discarded(1, PROT_READ, MAP_PRIVATE);

	must(mprotect(p, SIZE, RW));
	write_private(p, known(1));
	met(PAGES);
}

static void test_mprotect_none(void)
{
	char *p = map_discarded(1, PROT_READ, MAP_PRIVATE);

	must(mprotect(p, SIZE, PROT_NONE));
	scan();
	must(mprotect(p, SIZE, PROT_READ));
	check("mprotect", p, 1, 0, SIZE);
	met_by_fault(PAGES);
}

static void test_munmap(void)
{
	char *p = map_discarded(1, PROT_READ, MAP_SHARED);

	must(munmap(p, SIZE / 2));
	met_by_lookup(0);
	check("the rest", p + SIZE / 2, 1, SIZE / 2, SIZE / 2);
	met_by_fault(PAGES / 2);
	look(known(1), 1);
	met_by_lookup(0);
}

static void test_madvise(void)
{
	static const struct { const char *name; int advice; } a[] = {
		{ "DONTNEED", MADV_DONTNEED }, { "WILLNEED", MADV_WILLNEED },
		{ "COLD", 20 }, { "PAGEOUT", 21 },
	};
	char *p = map(known(1), PROT_READ, MAP_PRIVATE);
	size_t i;

	for (i = 0; i < sizeof(a) / sizeof(a[0]); i++) {
		check(a[i].name, p, 1, 0, SIZE);
		discard(PAGES);
		must(madvise(p, SIZE, a[i].advice));
		check(a[i].name, p, 1, 0, SIZE);
	}
}

/* For one page of it a folio of several would have to be split. */
static void test_split(void)
{
	int fd = known(1);
	char *p;

	look(fd, 1);
	p = mapped(fd, PROT_READ, MAP_SHARED, 1);
	discard(PAGES);
	must(madvise(p + 5 * PAGE, PAGE, 21 /* MADV_PAGEOUT */));
	check("split", p, 1, 0, SIZE);
	/* A folio of one page may have been paged out. */
	met(PAGES - 1);
}

static void test_populate_read(void)
{
	char *p = map_discarded(1, PROT_READ, MAP_SHARED);

	must(madvise(p, SIZE, MADV_POPULATE_READ));
	met_by_lookup(PAGES);
	check("populated", p, 1, 0, SIZE);
	met_by_lookup(0);
}

static void test_populate_write(void)
{
	char *p = map_discarded(1, RW, MAP_PRIVATE);

	must(madvise(p, SIZE, MADV_POPULATE_WRITE));
	met_by_lookup(PAGES);
	/* What is discarded now is the file's: these are copies. */
	discard(PAGES);
	check("populated", p, 1, 0, SIZE);
	met_by_lookup(0);
}

static void test_populate_write_shared(void)
{
	int fd = own();
	char *p = map(fd, RW, MAP_SHARED);

	discard(PAGES);
	must(madvise(p, SIZE, MADV_POPULATE_WRITE));
	met_by_lookup(PAGES);
	look_at_disk(fd, OWN);
}

static void test_mlock(void)
{
	char *p = map_discarded(1, PROT_READ, MAP_SHARED);

	must(mlock(p, SIZE));
	met_by_lookup(PAGES);
	kept();
	check("locked", p, 1, 0, SIZE);
	look(known(1), 1);
	not_met();
	must(munlock(p, SIZE));
	discard(PAGES);
	check("unlocked", p, 1, 0, SIZE);
	met_by_fault(PAGES);
}

static void test_mlockall(void)
{
	char *p = map_discarded(1, PROT_READ, MAP_PRIVATE);

	must(mlockall(MCL_CURRENT));
	met(PAGES);
	kept();
	check("locked", p, 1, 0, SIZE);
	not_met();
	must(munlockall());
	discard(PAGES);
	check("unlocked", p, 1, 0, SIZE);
	met_by_fault(PAGES);
}

/* Mapped when it is locked already, as a whole and in part */
static void test_mlock_future(void)
{
	int fd = known(1);
	char *p;

	look(fd, 1);
	must(mlockall(MCL_FUTURE));
	p = must(mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE, fd, 0));
	/* Whatever else: squashfs has pages of its device, too. */
	discard(0);
	check("locked", p, 1, 0, SIZE);
	not_met();
	must(munlockall());
	must(munmap(p, SIZE));
	discard(PAGES);
	p = map(fd, PROT_READ, MAP_PRIVATE);
	must(mlock(p + 3 * PAGE, PAGE));
	check("part of it", p + 3 * PAGE, 1, 3 * PAGE, PAGE);
	scan_and_drop();
	check("still", p + 3 * PAGE, 1, 3 * PAGE, PAGE);
	met_by_lookup(0);
}

static void test_mlock_onfault(void)
{
	char *p = map_discarded(1, PROT_READ, MAP_SHARED);

	must(mlock2(p, SIZE, MLOCK_ONFAULT));
	check("locked", p, 1, 0, SIZE);
	met(PAGES);
	kept();
	check("still", p, 1, 0, SIZE);
	not_met();
	/* munmap() unlocks, too. */
	must(munmap(p, SIZE));
	discard(PAGES);
	look(known(1), 1);
	met_by_lookup(PAGES);
}

const struct test mapping_tests[] = {
	READS("mmap-read", test_read),
	READS("mmap-readahead", test_read_ahead),
	READS("mmap-read-mapped", test_read_mapped),
	READS("fault-around", test_fault_around),
	WRITES("fault-around-writable", test_fault_around_writable),
	READS("mmap-write-private", test_write_private),
	READS("mmap-write-private-mapped", test_write_private_mapped),
	WRITES("mmap-write-shared", test_write_shared),
	WRITES("mmap-write-shared-first", test_write_shared_first),
	WRITES("mmap-writable-kept", test_writable_kept),
	WRITES("mmap-writable-later", test_writable_later),
	READS("mremap", test_mremap),
	READS("mprotect-write", test_mprotect_write),
	READS("mprotect-none", test_mprotect_none),
	READS("munmap", test_munmap),
	READS("madvise", test_madvise),
	READS("split", test_split),
	READS("populate-read", test_populate_read),
	READS("populate-write", test_populate_write),
	WRITES("populate-write-shared", test_populate_write_shared),
	READS("mlock", test_mlock),
	READS("mlockall", test_mlockall),
	READS("mlock-future", test_mlock_future),
	READS("mlock-onfault", test_mlock_onfault),
	READS(NULL, NULL)
};
