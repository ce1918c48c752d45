// SPDX-License-Identifier: GPL-2.0
/*
 * churn DIR SECONDS SEED: one file that is written, mapped, cut, extended and has
 * holes punched into it at random, by one process that keeps what it should hold in
 * memory, and looks at it in every way there is.
 *
 * The last line is "churn: N operations, N bytes verified". At the first wrong
 * byte it says where, and which operations led there, and exits 1.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "content.h"

#define SIZE	(3 << 20)	/* the most that the file gets */
#define LONGEST	(96 << 10)	/* of one operation */
#define TOLD	24		/* operations, if something is wrong */

static uint8_t should[SIZE], buffer[SIZE];
static size_t size;		/* of the file */
static int fd = -1;
static char *name;
static uint64_t seed, operations, verified;

static struct {
	const char *what;
	size_t at, length;
} history[TOLD];

static uint64_t random64(void)
{
	return mix(seed++);
}

static size_t below(size_t limit)
{
	return limit ? random64() % limit : 0;
}

static void wrong(const char *how, size_t at, uint8_t is)
{
	printf("churn: wrong by %s at 0x%zx of 0x%zx: 0x%02x, should be 0x%02x\n", how, at,
	       size, is, should[at]);
	for (uint64_t i = operations > TOLD ? operations - TOLD : 0; i < operations; i++)
		printf("churn: %llu: %s 0x%zx + 0x%zx\n", (unsigned long long)i,
		       history[i % TOLD].what, history[i % TOLD].at, history[i % TOLD].length);
	exit(1);
}

static void compare(const char *how, const uint8_t *is, size_t at, size_t length)
{
	verified += length;
	if (!memcmp(is, should + at, length))
		return;
	for (size_t i = 0; i < length; i++)
		if (is[i] != should[at + i])
			wrong(how, at + i, is[i]);
}

static void must(int ok, const char *what)
{
	if (!ok)
		err(2, "churn: %s", what);
}

/* What is written has its place and the operation in it. */
static void make(size_t at, size_t length)
{
	for (size_t i = 0; i < length; i++)
		should[at + i] = (at + i) * 7 + ((at + i) >> 8) + operations * 31;
}

static void grow(size_t end)
{
	if (end > size) {
		memset(should + size, 0, end - size);
		size = end;
	}
}

static void do_write(size_t at, size_t length)
{
	/* Nothing written is no reason to grow. */
	if (!length)
		return;
	grow(at + length);
	make(at, length);
	must(pwrite(fd, should + at, length, at) == (ssize_t)length, "pwrite");
}

/* A mapping reaches to the end of a page, the file ends before. */
static uint8_t *map(size_t at, size_t length, int prot, size_t *mapped)
{
	size_t first = at & -PAGE;
	uint8_t *p;

	*mapped = at + length - first;
	p = mmap(NULL, *mapped, prot, MAP_SHARED, fd, first);
	must(p != MAP_FAILED, "mmap");
	return p;
}

static void do_map_write(size_t at, size_t length)
{
	size_t mapped;
	uint8_t *p;

	if (!length)
		return;
	p = map(at, length, PROT_READ | PROT_WRITE, &mapped);
	make(at, length);
	memcpy(p + at % PAGE, should + at, length);
	if (!below(3))
		must(!msync(p, mapped, below(2) ? MS_SYNC : MS_ASYNC), "msync");
	must(!munmap(p, mapped), "munmap");
}

static void do_read(size_t at, size_t length)
{
	must(pread(fd, buffer, length, at) == (ssize_t)length, "pread");
	compare("read", buffer, at, length);
}

static void do_map_read(size_t at, size_t length)
{
	size_t mapped;
	uint8_t *p;

	if (!length)
		return;
	p = map(at, length, PROT_READ, &mapped);
	if (!below(4))
		must(!madvise(p, mapped, below(2) ? MADV_WILLNEED : MADV_RANDOM), "madvise");
	compare("mapping", p + at % PAGE, at, length);
	must(!munmap(p, mapped), "munmap");
}

/* By a pipe: what is in it refers to the page cache. */
static void do_splice(size_t at, size_t length)
{
	loff_t offset = at;
	int pipes[2];
	ssize_t n, got = 0;

	if (length > 60 << 10)
		length = 60 << 10;
	must(!pipe(pipes), "pipe");
	while (got < (ssize_t)length) {
		n = splice(fd, &offset, pipes[1], NULL, length - got, 0);
		must(n > 0, "splice");
		for (ssize_t done = 0; done < n;) {
			ssize_t m = read(pipes[0], buffer + got + done, n - done);

			must(m > 0, "read of a pipe");
			done += m;
		}
		got += n;
	}
	compare("splice", buffer, at, length);
	close(pipes[0]);
	close(pipes[1]);
}

static void do_truncate(size_t at, size_t length)
{
	size_t to = below(4) ? at : at + length;

	if (to > size)
		grow(to);
	size = to;
	must(!ftruncate(fd, size), "ftruncate");
}

static void do_punch(size_t at, size_t length)
{
	if (!length)
		return;
	must(!fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, length), "punch hole");
	memset(should + at, 0, length);
}

static void do_sync(size_t at, size_t length)
{
	(void)at, (void)length;
	must(!fsync(fd), "fsync");
}

static void do_forget(size_t at, size_t length)
{
	must(!posix_fadvise(fd, at, length, POSIX_FADV_DONTNEED), "fadvise");
}

static void do_reopen(size_t at, size_t length)
{
	struct stat st;

	(void)at, (void)length;
	close(fd);
	fd = open(name, O_RDWR);
	must(fd >= 0 && !fstat(fd, &st), "open");
	if ((size_t)st.st_size != size)
		errx(1, "churn: the file has %lld bytes, not %zu", (long long)st.st_size, size);
}

static void do_all(size_t at, size_t length)
{
	(void)at, (void)length;
	do_read(0, size);
	do_map_read(0, size);
}

static const struct {
	const char *name;
	void (*run)(size_t at, size_t length);
	int weight;
	int extends;		/* the file, else it stays within it */
} kinds[] = {
	{ "write", do_write, 20, 1 }, { "write mapped", do_map_write, 14, 0 },
	{ "read", do_read, 20, 0 }, { "read mapped", do_map_read, 20, 0 },
	{ "splice", do_splice, 8, 0 }, { "truncate", do_truncate, 5, 1 },
	{ "punch hole", do_punch, 6, 0 }, { "fsync", do_sync, 4, 0 },
	{ "fadvise", do_forget, 3, 0 }, { "reopen", do_reopen, 1, 0 },
	{ "read all", do_all, 2, 0 },
};

static void one_operation(void)
{
	size_t at, length, end;
	unsigned int kind = 0;
	int pick, total = 0;

	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		total += kinds[i].weight;
	for (pick = below(total); pick >= kinds[kind].weight; kind++)
		pick -= kinds[kind].weight;
	end = kinds[kind].extends ? SIZE : size;
	at = below(end);
	length = below(below(3) ? LONGEST : 5000);
	/* Whole pages are a case of their own. */
	if (!below(4)) {
		at &= -PAGE;
		length = (length + PAGE - 1) & -PAGE;
	}
	if (length > end - at)
		length = end - at;
	history[operations % TOLD].what = kinds[kind].name;
	history[operations % TOLD].at = at;
	history[operations % TOLD].length = length;
	operations++;
	kinds[kind].run(at, length);
}

int main(int argc, char **argv)
{
	time_t end;

	if (argc != 4)
		errx(2, "usage: churn DIR SECONDS SEED");
	/* Neighbours would do the same, one step apart. */
	seed = mix(strtoull(argv[3], NULL, 0));
	must(asprintf(&name, "%s/churn.%d", argv[1], getpid()) > 0, "memory");
	fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	must(fd >= 0, name);
	for (end = time(NULL) + atoi(argv[2]); time(NULL) < end;)
		one_operation();
	do_all(0, 0);
	unlink(name);
	printf("churn: %llu operations, %llu bytes verified\n", (unsigned long long)operations,
	       (unsigned long long)verified);
	return 0;
}
