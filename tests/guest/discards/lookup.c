// SPDX-License-Identifier: GPL-2.0
/* Discarded pages met in the page cache: system calls that read. */
#include "discards.h"
#include <linux/types.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif

/* A file whose pages have just been discarded, none of them mapped */
static int discarded(void)
{
	int fd = known(0);

	look(fd, 0);
	discard(PAGES);
	return fd;
}

static void test_read(void)
{
	int fd = discarded();
	size_t at;

	for (at = 0; at < SIZE; at += PAGE) {
		expect(must(read(fd, buffer, PAGE)) == PAGE);
		check("read", buffer, 0, at, PAGE);
	}
	met_by_lookup(PAGES);
}

static void test_pread_odd(void)
{
	int fd = discarded();
	size_t at;

	for (at = 2049; at + 4097 < SIZE; at += 4097) {
		expect(must(pread(fd, buffer, 4097, at)) == 4097);
		check("pread", buffer, 0, at, 4097);
	}
	met_by_lookup(PAGES - 1);
}

/* Last page first: no readahead but the one for a single page */
static void test_pread_backwards(void)
{
	int fd = discarded();
	size_t page;

	must(posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM));
	for (page = PAGES; page--;) {
		expect(must(pread(fd, buffer, 10, page * PAGE + 100)) == 10);
		check("pread", buffer, 0, page * PAGE + 100, 10);
		met_by_lookup(1);
	}
}

/* It is as if the pages were not cached, unless readahead has them in time. */
static void test_nowait(void)
{
	int fd = discarded();
	struct iovec iov = { buffer, SIZE };
	ssize_t n = preadv2(fd, &iov, 1, 0, RWF_NOWAIT);

	if (n == -1 && errno == EOPNOTSUPP)
		skip("the file system always waits");
	expect(n > 0 || errno == EAGAIN);
	if (n > 0)
		check("not waiting", buffer, 0, 0, n);
	look(fd, 0);
	expect(must(preadv2(fd, &iov, 1, 0, RWF_NOWAIT)) == SIZE);
	check("cached", buffer, 0, 0, SIZE);
	met_by_lookup(PAGES);
}

static void test_direct_read(void)
{
	int fd = discarded();
	int direct = reopen(fd, O_RDONLY | O_DIRECT);

	expect(must(pread(direct, buffer, SIZE, 0)) == SIZE);
	check("direct read", buffer, 0, 0, SIZE);
	met_by_lookup(0);
	look(fd, 0);
}

static void test_readahead(void)
{
	int fd = discarded();

	must(readahead(fd, 0, SIZE));
	met_by_lookup(PAGES);
	look(fd, 0);
	met_by_lookup(0);
}

static void test_willneed(void)
{
	int fd = discarded();

	expect(!posix_fadvise(fd, 0, SIZE, POSIX_FADV_WILLNEED));
	met_by_lookup(PAGES);
	look(fd, 0);
}

static void test_dontneed(void)
{
	int fd = discarded();

	expect(!posix_fadvise(fd, 0, SIZE, POSIX_FADV_DONTNEED));
	kept();
	look(fd, 0);
	not_met();
}

static void test_drop_caches(void)
{
	int fd = discarded();

	put("/proc/sys/vm/drop_caches", "1");
	kept();
	look(fd, 0);
	not_met();
}

static void drain(const char *what, int fd, size_t at, size_t length)
{
	size_t n;

	for (n = 0; n < length; n += must(read(fd, buffer + n, length - n)))
		;
	check(what, buffer, 0, at, length);
}

/* Pages in a pipe stay what they are, whatever happens to the file. */
static void test_splice(void)
{
	int fd = discarded(), p[2];
	loff_t at = 0;
	ssize_t n;

	must(pipe(p));
	while (at < (loff_t)SIZE) {
		loff_t from = at;

		n = must(splice(fd, &at, p[1], NULL, 16 * PAGE, 0));
		expect(n > 0);
		drain("splice", p[0], from, n);
	}
	met_by_lookup(PAGES);

	at = 0;
	expect(must(splice(fd, &at, p[1], NULL, 8 * PAGE, 0)) == 8 * PAGE);
	discard(PAGES - 8);
	drain("later", p[0], 0, 8 * PAGE);
	met_by_lookup(0);
}

static void test_tee(void)
{
	int fd = discarded(), a[2], b[2];
	loff_t at = 0;

	must(pipe(a));
	must(pipe(b));
	expect(must(splice(fd, &at, a[1], NULL, 8 * PAGE, 0)) == 8 * PAGE);
	met_by_lookup(8);
	expect(must(tee(a[0], b[1], 8 * PAGE, 0)) == 8 * PAGE);
	scan_and_drop();
	drain("splice", a[0], 0, 8 * PAGE);
	scan_and_drop();
	drain("tee", b[0], 0, 8 * PAGE);
	met_by_lookup(0);
	/* No pipe has them any more. */
	discard(PAGES);
}

static void test_sendfile(void)
{
	int fd = discarded(), s[2];
	off_t at = 0;

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	while (at < (off_t)SIZE) {
		off_t from = at;
		ssize_t n = must(sendfile(s[0], fd, &at, 4 * PAGE));

		expect(n > 0);
		/* What the socket holds is kept. */
		scan();
		drain("sendfile", s[1], from, n);
	}
	met_by_lookup(PAGES);
}

static void test_sendfile_to_file(void)
{
	int fd = discarded(), to = own();

	must(ftruncate(to, 0));
	discard(PAGES);
	expect(must(sendfile(to, fd, NULL, SIZE)) == SIZE);
	met_by_lookup(PAGES);
	look_at_disk(to, 0);
}

static void test_copy_file_range(void)
{
	int fd = discarded(), to = own();
	loff_t at = 0;

	discard(2 * PAGES);
	while (at < (loff_t)SIZE)
		expect(must(copy_file_range(fd, &at, to, NULL, SIZE - at, 0)) > 0);
	met_by_lookup(PAGES);
	look(to, 0);
	look_at_disk(to, 0);
}

/* Discarded is not resident, and nothing is read to find that out. */
static void test_mincore(void)
{
	int fd = discarded();
	void *p = map(fd, PROT_READ, MAP_SHARED);
	unsigned char resident[PAGES];
	size_t page;

	must(mincore(p, SIZE, resident));
	for (page = 0; page < PAGES; page++)
		expect(!(resident[page] & 1));
	met_by_lookup(0);
	look(fd, 0);
	must(mincore(p, SIZE, resident));
	for (page = 0; page < PAGES; page++)
		expect(resident[page] & 1);
}

static void test_cachestat(void)
{
	struct { uint64_t off, len; } range = { 0, SIZE };
	struct { uint64_t cache, dirty, writeback, evicted, recently; } stat;
	int fd = discarded();

	if (syscall(SYS_cachestat, fd, &range, &stat, 0) && errno == ENOSYS)
		skip("no cachestat");
	expect(stat.cache + stat.evicted <= PAGES);
	expect(!stat.dirty && !stat.writeback);
	met_by_lookup(0);
	look(fd, 0);
	must(syscall(SYS_cachestat, fd, &range, &stat, 0));
	expect(stat.cache == PAGES && !stat.dirty && !stat.evicted);
}

static void test_seek(void)
{
	int fd = discarded();

	expect(must(lseek(fd, 0, SEEK_HOLE)) == SIZE);
	expect(must(lseek(fd, 3 * PAGE, SEEK_DATA)) == 3 * PAGE);
	look(fd, 0);
	met_by_lookup(PAGES);
}

const struct test lookup_tests[] = {
	READS("read", test_read),
	READS("pread-odd", test_pread_odd),
	READS("pread-backwards", test_pread_backwards),
	READS("nowait", test_nowait),
	READS("direct-read", test_direct_read),
	READS("readahead", test_readahead),
	READS("willneed", test_willneed),
	READS("dontneed", test_dontneed),
	READS("drop-caches", test_drop_caches),
	READS("splice", test_splice),
	READS("tee", test_tee),
	READS("sendfile", test_sendfile),
	WRITES("sendfile-to-file", test_sendfile_to_file),
	WRITES("copy-file-range", test_copy_file_range),
	READS("mincore", test_mincore),
	READS("cachestat", test_cachestat),
	READS("seek", test_seek),
	READS(NULL, NULL)
};
