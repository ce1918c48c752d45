// SPDX-License-Identifier: GPL-2.0
/*
 * Files whose every byte is known, and ways to look at them.
 *
 *   tree make DIR FILES PAGES          create the files (on the host)
 *   tree HOW DIR FILES PAGES SEED N    look at N pages, or at each of them once
 *                                      if N is 0, in an order given by SEED
 *
 * HOW is read, mmap, cow, fork, gup, mlock or sendfile. Prints what is wrong
 * where and exits 1.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "content.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

static const char *dir;
static unsigned long files, pages;
static unsigned long wrong;

static int open_file(unsigned long file, int flags)
{
	char name[4096];
	int fd;

	snprintf(name, sizeof(name), "%s/%lu", dir, file);
	fd = open(name, flags, 0644);
	if (fd < 0)
		err(2, "%s", name);
	return fd;
}

static void check(const char *how, unsigned long file, unsigned long page,
		  const uint64_t *data)
{
	unsigned long i;

	for (i = 0; i < WORDS; i++) {
		if (data[i] == word(file, page * WORDS + i))
			continue;
		printf("wrong: %s file %lu byte %lu: %016llx, not %016llx\n", how,
		       file, page * PAGE + i * 8,
		       (unsigned long long)be64toh(data[i]),
		       (unsigned long long)be64toh(word(file, page * WORDS + i)));
		wrong++;
		return;
	}
}

static void make(void)
{
	static uint64_t data[WORDS];
	unsigned long file, page, i;

	for (file = 0; file < files; file++) {
		int fd = open_file(file, O_WRONLY | O_CREAT | O_TRUNC);

		for (page = 0; page < pages; page++) {
			for (i = 0; i < WORDS; i++)
				data[i] = word(file, page * WORDS + i);
			if (write(fd, data, PAGE) != PAGE)
				err(2, "write");
		}
		close(fd);
	}
}

static void look_read(int fd, unsigned long file, unsigned long page)
{
	static uint64_t data[WORDS];

	if (pread(fd, data, PAGE, page * PAGE) != PAGE)
		err(2, "pread");
	check("read", file, page, data);
}

static void *map(int fd, unsigned long page, int prot, int flags)
{
	void *p = mmap(NULL, PAGE, prot, flags, fd, page * PAGE);

	if (p == MAP_FAILED)
		err(2, "mmap");
	return p;
}

static void look_mmap(int fd, unsigned long file, unsigned long page)
{
	void *p = map(fd, page, PROT_READ, MAP_SHARED);

	check("mmap", file, page, p);
	munmap(p, PAGE);
}

/* Map it, let it be dropped while mapped, then write: the copy must be whole. */
static void look_cow(int fd, unsigned long file, unsigned long page)
{
	uint64_t *p = map(fd, page, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	unsigned long i = mix(page) % WORDS;

	check("cow", file, page, p);
	usleep(1000);
	p[i] = ~p[i];
	p[i] = ~p[i];
	check("cow after write", file, page, p);
	munmap(p, PAGE);
}

/* A child inherits the mapping, and parent and child look at once. */
static void look_fork(int fd, unsigned long file, unsigned long page)
{
	uint64_t *p = map(fd, page, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	int status;
	pid_t pid;

	check("before fork", file, page, p);
	pid = fork();
	if (pid < 0)
		err(2, "fork");
	check("fork", file, page, p);
	if (!pid)
		_exit(wrong ? 1 : 0);
	if (waitpid(pid, &status, 0) != pid || status)
		wrong++;
	munmap(p, PAGE);
}

/* The kernel reads the mapped page itself: get_user_pages() in vmsplice(). */
static void look_gup(int fd, unsigned long file, unsigned long page)
{
	static uint64_t data[WORDS];
	void *p = map(fd, page, PROT_READ, MAP_SHARED);
	struct iovec iov = { p, PAGE };
	int pipefd[2];

	*(volatile char *)p;
	if (pipe(pipefd))
		err(2, "pipe");
	usleep(1000);
	if (vmsplice(pipefd[1], &iov, 1, 0) != PAGE)
		err(2, "vmsplice");
	munmap(p, PAGE);
	usleep(1000);
	if (read(pipefd[0], data, PAGE) != PAGE)
		err(2, "read from the pipe");
	check("gup", file, page, data);
	close(pipefd[0]);
	close(pipefd[1]);
}

/* Page tables are walked without a reference in mlock() and madvise(). */
static void look_mlock(int fd, unsigned long file, unsigned long page)
{
	void *p = map(fd, page, PROT_READ, MAP_SHARED);

	check("before mlock", file, page, p);
	usleep(1000);
	if (page % 2 ? mlock(p, PAGE) : madvise(p, PAGE, MADV_POPULATE_READ))
		err(2, "mlock or madvise");
	check("mlock", file, page, p);
	munmap(p, PAGE);
}

static void look_sendfile(int fd, unsigned long file, unsigned long page)
{
	static uint64_t data[WORDS];
	off_t offset = page * PAGE;
	int sock[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sock))
		err(2, "socketpair");
	if (sendfile(sock[0], fd, &offset, PAGE) != PAGE)
		err(2, "sendfile");
	if (recv(sock[1], data, PAGE, MSG_WAITALL) != PAGE)
		err(2, "recv");
	check("sendfile", file, page, data);
	close(sock[0]);
	close(sock[1]);
}

static const struct {
	const char *name;
	void (*look)(int fd, unsigned long file, unsigned long page);
} how[] = {
	{ "read", look_read },
	{ "mmap", look_mmap },
	{ "cow", look_cow },
	{ "fork", look_fork },
	{ "gup", look_gup },
	{ "mlock", look_mlock },
	{ "sendfile", look_sendfile },
};

static void look(const char *name, uint64_t seed, unsigned long n)
{
	unsigned long i, k, file, page, last = files;
	int fd = -1;

	for (k = 0; k < sizeof(how) / sizeof(how[0]); k++)
		if (!strcmp(how[k].name, name))
			break;
	if (k == sizeof(how) / sizeof(how[0]))
		errx(2, "no such way to look: %s", name);

	for (i = 0; i < (n ? n : files * pages); i++) {
		uint64_t r = n ? mix(seed + i) % (files * pages) : i;

		file = r / pages;
		page = r % pages;
		if (file != last) {
			close(fd);
			fd = open_file(file, O_RDONLY);
			last = file;
		}
		how[k].look(fd, file, page);
	}
}

int main(int argc, char **argv)
{
	if (argc < 5)
		errx(2, "usage: tree make|HOW DIR FILES PAGES [SEED N]");
	dir = argv[2];
	files = strtoul(argv[3], NULL, 0);
	pages = strtoul(argv[4], NULL, 0);
	if (!strcmp(argv[1], "make"))
		make();
	else if (argc == 7)
		look(argv[1], strtoull(argv[5], NULL, 0), strtoul(argv[6], NULL, 0));
	else
		errx(2, "%s needs SEED and N", argv[1]);
	return wrong ? 1 : 0;
}
