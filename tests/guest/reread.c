// SPDX-License-Identifier: GPL-2.0
/*
 * reread DIR MIB SECONDS SEED: a file that is written once and then read again and
 * again, by read and by a mapping that stays, in order and at random: as many
 * discards, and as many discard faults, as can be had.
 *
 * The last line is "reread: N bytes verified". At the first wrong word it says
 * where and exits 1.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "content.h"

#define CHUNK	32UL		/* pages that are read at once */
#define WINDOW	512UL		/* pages that are looked at in random order */

static uint64_t buffer[CHUNK * WORDS];
static uint64_t seed, verified;
static unsigned long pages;

/* As cheap as can be, and of no two words of a file the same. */
static uint64_t content(unsigned long i)
{
	return (seed + i) * 0x9e3779b97f4a7c15;
}

static void check(const char *how, const uint64_t *data, unsigned long page, unsigned long n)
{
	unsigned long first = page * WORDS;

	for (unsigned long i = 0; i < n * WORDS; i++)
		if (data[i] != content(first + i))
			errx(1, "wrong by %s at 0x%lx: %016llx, should be %016llx", how,
			     (first + i) * 8, (unsigned long long)data[i],
			     (unsigned long long)content(first + i));
	verified += n * PAGE;
}

static void make(int fd)
{
	for (unsigned long page = 0; page < pages; page += CHUNK) {
		for (unsigned long i = 0; i < CHUNK * WORDS; i++)
			buffer[i] = content(page * WORDS + i);
		if (write(fd, buffer, sizeof(buffer)) != sizeof(buffer))
			err(2, "write");
	}
	if (fsync(fd))
		err(2, "fsync");
}

static void read_all(int fd)
{
	for (unsigned long page = 0; page < pages; page += CHUNK) {
		if (pread(fd, buffer, sizeof(buffer), page * PAGE) != sizeof(buffer))
			err(2, "pread");
		check("read", buffer, page, CHUNK);
	}
}

static void look_at_all(const uint64_t *map)
{
	for (unsigned long page = 0; page < pages; page++)
		check("mapping", map + page * WORDS, page, 1);
}

/* The kernel looks where it may sleep: write() from a mapping. */
static void look_by_write(const uint64_t *map, unsigned long page)
{
	static int pipes[2];

	if (!pipes[1] && pipe(pipes))
		err(2, "pipe");
	if (write(pipes[1], map + page * WORDS, PAGE) != PAGE ||
	    read(pipes[0], buffer, PAGE) != PAGE)
		err(2, "pipe");
	check("write from a mapping", buffer, page, 1);
}

/* And where it may not: a futex, which is waited for only if it is what it should be. */
static void look_by_futex(const uint64_t *map, unsigned long page)
{
	const struct timespec no_time = { 0, 1 };
	const void *at = map + page * WORDS;

	if (!syscall(SYS_futex, at, FUTEX_WAIT_PRIVATE, (uint32_t)(content(page * WORDS) >> 32),
		     &no_time, NULL, 0) || errno != ETIMEDOUT)
		err(1, "wrong by futex at 0x%lx", page * PAGE);
	check("mapping, after a futex", at, page, 1);
}

/* Each page several times, and a scan or two between. */
static void look_around(const uint64_t *map, uint64_t *random)
{
	unsigned long first = mix((*random)++) % (pages - WINDOW + 1);

	for (unsigned long i = 0; i < 10 * WINDOW; i++) {
		unsigned long page = first + mix((*random)++) % WINDOW;

		if (i % 16 == 0)
			look_by_write(map, page);
		else if (i % 16 == 1)
			look_by_futex(map, page);
		else
			check("mapping, at random", map + page * WORDS, page, 1);
	}
}

int main(int argc, char **argv)
{
	const uint64_t *map;
	uint64_t random;
	time_t end;
	char *name;
	int fd;

	if (argc != 5)
		errx(2, "usage: reread DIR MIB SECONDS SEED");
	pages = strtoul(argv[2], NULL, 0) << 20 >> 12;
	if (pages < WINDOW)
		errx(2, "%s MiB are too few: %lu or more", argv[2], WINDOW >> 8);
	seed = random = mix(strtoull(argv[4], NULL, 0));
	if (asprintf(&name, "%s/reread.%d", argv[1], getpid()) < 0)
		err(2, "memory");
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		err(2, "%s", name);
	make(fd);
	/* A mapping that may be written to would keep the file from being volatile. */
	close(fd);
	fd = open(name, O_RDONLY);
	if (fd < 0)
		err(2, "%s", name);
	map = mmap(NULL, pages * PAGE, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		err(2, "mmap");
	for (end = time(NULL) + atoi(argv[3]); time(NULL) < end;) {
		/* Else what was mapped last comes with its neighbours. */
		if (madvise((void *)map, pages * PAGE, MADV_RANDOM))
			err(2, "madvise");
		look_around(map, &random);
		if (madvise((void *)map, pages * PAGE, MADV_NORMAL))
			err(2, "madvise");
		look_at_all(map);
		for (int i = 0; i < 3; i++)
			read_all(fd);
	}
	unlink(name);
	printf("reread: %llu bytes verified\n", (unsigned long long)verified);
	return 0;
}
