// SPDX-License-Identifier: GPL-2.0
/*
 * ioerror DIR FILES PAGES SEED: the files that tree.c has made, on a disk that has
 * errors for a while. DIR/../busybox is a program there, DIR/../sum the SHA-256 of
 * file 0.
 *
 * One process a way of looking, each of which must find the right content, or what
 * the system call or the access gives where the disk has an error: that is counted.
 * Errors are allowed while there is a /tmp/phase1 and no /tmp/phase2. With the
 * latter everything is looked at once more, and the program ends. Each second it
 * says "ioerror: WAY N errors N ...", in the end "ioerror: done WAY N errors N ...".
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdbool.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "content.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

/* What a look has come to */
enum result { RIGHT, ERROR, WRONG };

static const char *dir;
static unsigned long files, pages;
static int *fds;
static int pipes[2];
static uint64_t data[WORDS];
static char said[200];		/* what is wrong */
static sigjmp_buf recovery;
static volatile sig_atomic_t recoverable;
static bool hurry;		/* no waiting for pages to be discarded */

/* Of all processes */
static struct {
	unsigned long looks, errors;
} *counts;

static bool phase(int n)
{
	return !access(n == 1 ? "/tmp/phase1" : "/tmp/phase2", F_OK);
}

static enum result wrong(const char *what, long value)
{
	snprintf(said, sizeof(said), "%s %ld: %s", what, value, strerror(errno));
	return WRONG;
}

static enum result compare(unsigned long file, unsigned long page, const uint64_t *is,
			   unsigned long words)
{
	for (unsigned long i = 0; i < words; i++) {
		uint64_t value = is[i];

		if (value == word(file, page * WORDS + i))
			continue;
		snprintf(said, sizeof(said), "file %lu byte %lu: %016llx, not %016llx", file,
			 page * PAGE + i * 8, (unsigned long long)be64toh(value),
			 (unsigned long long)be64toh(word(file, page * WORDS + i)));
		return WRONG;
	}
	return RIGHT;
}

/* So long that the page is discarded while it is mapped */
static void wait_for_discard(void)
{
	if (!hurry)
		usleep(60000);
}

static void *map(unsigned long file, unsigned long page, int prot, int flags)
{
	void *p = mmap(NULL, PAGE, prot, flags, fds[file], page * PAGE);

	if (p == MAP_FAILED)
		err(2, "mmap");
	return p;
}

static void bus_error(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info, (void)context;
	if (!recoverable)
		_exit(3);
	siglongjmp(recovery, 1);
}

/* The page of a mapping, read once by the CPU */
static bool touch(const volatile uint64_t *p)
{
	if (sigsetjmp(recovery, 1)) {
		recoverable = 0;
		return false;
	}
	recoverable = 1;
	(void)*p;
	recoverable = 0;
	return true;
}

/* The same by a write that leaves the word as it is in the end */
static bool write_to(volatile uint64_t *p)
{
	uint64_t value;

	if (sigsetjmp(recovery, 1)) {
		recoverable = 0;
		return false;
	}
	recoverable = 1;
	value = *p;
	*p = ~value;
	*p = value;
	recoverable = 0;
	return true;
}

static enum result compare_mapped(unsigned long file, unsigned long page, const uint64_t *p)
{
	volatile enum result result = ERROR;

	if (!sigsetjmp(recovery, 1)) {
		recoverable = 1;
		result = compare(file, page, p, WORDS);
	}
	recoverable = 0;
	return result;
}

/*
 * Where the kernel has copied nothing into a pipe there is an empty buffer in it all
 * the same, so after an error it is another pipe.
 */
static void another_pipe(void)
{
	if (*pipes) {
		close(pipes[0]);
		close(pipes[1]);
	}
	if (pipe(pipes))
		err(2, "pipe");
}

/* What went into the pipe: if that was less than a page it was an error. */
static enum result from_pipe(unsigned long file, unsigned long page, ssize_t length)
{
	ssize_t got = read(pipes[0], data, length);
	enum result result;

	if (got != length)
		return wrong("read of a pipe gives", got);
	result = compare(file, page, data, length / sizeof(*data));
	return result == RIGHT && length < (ssize_t)PAGE ? ERROR : result;
}

static enum result look_read(unsigned long file, unsigned long page, uint64_t r)
{
	ssize_t got = pread(fds[file], data, PAGE, page * PAGE);

	(void)r;
	if (got < 0 && errno == EIO)
		return ERROR;
	return got == PAGE ? compare(file, page, data, WORDS) : wrong("pread gives", got);
}

static enum result look_sendfile(unsigned long file, unsigned long page, uint64_t r)
{
	off_t offset = page * PAGE;
	ssize_t got = sendfile(pipes[1], fds[file], &offset, PAGE);

	(void)r;
	if (got < 0 && errno == EIO)
		return ERROR;
	return got > 0 ? from_pipe(file, page, got) : wrong("sendfile gives", got);
}

static enum result look_mmap(unsigned long file, unsigned long page, uint64_t r)
{
	bool copy = r & 1;
	uint64_t *p = map(file, page, PROT_READ | (copy ? PROT_WRITE : 0),
			  copy ? MAP_PRIVATE : MAP_SHARED);
	enum result result = compare_mapped(file, page, p);

	if (copy && result == RIGHT) {
		/* Discarded while mapped, then copied on a write */
		wait_for_discard();
		result = write_to(p) ? compare_mapped(file, page, p) : ERROR;
	}
	munmap(p, PAGE);
	return result;
}

/* Not there yet, or seen and then discarded while it is mapped */
static void *map_to_lose(unsigned long file, unsigned long page, uint64_t r)
{
	void *p = map(file, page, PROT_READ, MAP_SHARED);

	if (r & 1 && touch(p))
		wait_for_discard();
	return p;
}

/* The kernel copies from the mapping, in atomic context too. */
static enum result look_write(unsigned long file, unsigned long page, uint64_t r)
{
	static int scratch = -1;
	void *p = map_to_lose(file, page, r);
	enum result result = ERROR;
	ssize_t put;

	if (scratch < 0)
		scratch = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	if (r & 2) {
		put = write(pipes[1], p, PAGE);
		if (put > 0)
			result = from_pipe(file, page, put);
	} else {
		put = pwrite(scratch, p, PAGE, 0);
		if (put > 0 && pread(scratch, data, put, 0) == put)
			result = compare(file, page, data, put / sizeof(*data));
		if (result == RIGHT && put < (ssize_t)PAGE)
			result = ERROR;
	}
	if (put == 0 || (put < 0 && errno != EFAULT))
		result = wrong("write from a mapping gives", put);
	munmap(p, PAGE);
	return result;
}

static enum result look_gup(unsigned long file, unsigned long page, uint64_t r)
{
	void *p = map_to_lose(file, page, r);
	struct iovec iov = { p, PAGE };
	enum result result = ERROR;
	ssize_t put;

	put = vmsplice(pipes[1], &iov, 1, 0);
	if (put > 0)
		result = from_pipe(file, page, put);
	else if (put == 0 || errno != EFAULT)
		result = wrong("vmsplice gives", put);
	munmap(p, PAGE);
	return result;
}

static enum result look_populate(unsigned long file, unsigned long page, uint64_t r)
{
	void *p = map_to_lose(file, page, r);
	enum result result = ERROR;

	/* By the time it is looked at it may be gone again. */
	if (!madvise(p, PAGE, MADV_POPULATE_READ))
		result = compare_mapped(file, page, p);
	else if (errno != EFAULT)
		result = wrong("madvise gives", -1);
	munmap(p, PAGE);
	return result;
}

/* While there are errors this tries again, for ever, on any page cache. */
static enum result look_mlock(unsigned long file, unsigned long page, uint64_t r)
{
	void *p = map_to_lose(file, page, r);
	enum result result = ERROR;

	if (!mlock(p, PAGE))
		result = touch(p) ? compare(file, page, p, WORDS) : wrong("locked, and SIGBUS", 0);
	else if (errno != ENOMEM)
		result = wrong("mlock gives", -1);
	munmap(p, PAGE);
	return result;
}

/*
 * A program from the disk, which reads a file from there. It is not begun (ENOEXEC if
 * its program headers cannot be read), dies of SIGBUS, or in
 * execve(), by then of SIGSEGV; or it finds the error itself.
 */
static enum result look_exec(unsigned long file, unsigned long page, uint64_t r)
{
	static char program[4096], argument[4096], sum[65];
	char out[65] = "";
	ssize_t got = 0, n;
	int status, fd[2];
	pid_t pid;

	(void)file, (void)page, (void)r;
	if (!*sum) {
		int f;

		snprintf(argument, sizeof(argument), "%s/../sum", dir);
		f = open(argument, O_RDONLY);
		if (f < 0 || read(f, sum, 64) != 64)
			err(2, "%s", argument);
		snprintf(argument, sizeof(argument), "%s/0", dir);
		snprintf(program, sizeof(program), "%s/../busybox", dir);
	}
	if (pipe(fd) || (pid = fork()) < 0)
		err(2, "fork");
	if (!pid) {
		signal(SIGBUS, SIG_DFL);
		dup2(fd[1], 1);
		close(2);
		execl(program, "busybox", "sha256sum", argument, NULL);
		_exit(errno == EIO || errno == ENOEXEC ? 1 : errno);
	}
	close(fd[1]);
	while (got < 64 && (n = read(fd[0], out + got, 64 - got)) > 0)
		got += n;
	close(fd[0]);
	if (waitpid(pid, &status, 0) != pid)
		err(2, "waitpid");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
		return ERROR;
	if (WIFSIGNALED(status) &&
	    (WTERMSIG(status) == SIGBUS || WTERMSIG(status) == SIGSEGV))
		return ERROR;
	if (status)
		return wrong("a program ends with status", status);
	return strcmp(out, sum) ? wrong("a program says something else", 0) : RIGHT;
}

static const struct {
	const char *name;
	enum result (*look)(unsigned long file, unsigned long page, uint64_t r);
	unsigned long at_least;		/* looks in the end, 0 for all pages */
} ways[] = {
	{ "read", look_read, 0 }, { "sendfile", look_sendfile, 0 },
	{ "mmap", look_mmap, 0 }, { "write", look_write, 0 },
	{ "gup", look_gup, 0 }, { "populate", look_populate, 0 },
	{ "mlock", look_mlock, 0 }, { "exec", look_exec, 3 },
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

/* The errors began after phase 1 did, and were gone before phase 2 began. */
static void look(int way, uint64_t r, uint64_t which)
{
	bool allowed = !phase(2);
	enum result result = ways[way].look(which / pages, which % pages, r);

	counts[way].looks++;
	if (result == ERROR && !(allowed && phase(1))) {
		snprintf(said, sizeof(said), "file %llu page %llu: an error without a reason",
			 (unsigned long long)(which / pages), (unsigned long long)(which % pages));
		result = WRONG;
	}
	if (result == WRONG) {
		printf("ioerror: FAILED: %s: %s\n", ways[way].name, said);
		exit(1);
	}
	if (result == ERROR) {
		counts[way].errors++;
		another_pipe();
	}
}

static void process(int way, uint64_t seed)
{
	struct sigaction action = { .sa_sigaction = bus_error, .sa_flags = SA_SIGINFO };
	unsigned long last = ways[way].at_least ?: files * pages;

	sigaction(SIGBUS, &action, NULL);
	another_pipe();
	while (!phase(2)) {
		uint64_t r = mix(seed++);

		look(way, r >> 40, r % (files * pages));
	}
	hurry = true;
	for (unsigned long i = 0; i < last; i++)
		look(way, i, i);
	exit(0);
}

static void tell(const char *what)
{
	printf("ioerror:%s", what);
	for (unsigned int i = 0; i < WAYS; i++)
		printf(" %s %lu errors %lu", ways[i].name, counts[i].looks, counts[i].errors);
	printf("\n");
}

int main(int argc, char **argv)
{
	int status, running = WAYS, failed = 0;
	char name[4096];
	uint64_t seed;

	if (argc != 5)
		errx(2, "usage: ioerror DIR FILES PAGES SEED");
	setvbuf(stdout, NULL, _IOLBF, 0);
	dir = argv[1];
	files = strtoul(argv[2], NULL, 0);
	pages = strtoul(argv[3], NULL, 0);
	seed = strtoull(argv[4], NULL, 0);
	counts = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	fds = calloc(files, sizeof(*fds));
	/* What is found by name may need blocks of directories. */
	for (unsigned long i = 0; i < files; i++) {
		snprintf(name, sizeof(name), "%s/%lu", dir, i);
		fds[i] = open(name, O_RDONLY);
		if (fds[i] < 0)
			err(2, "%s", name);
	}
	for (unsigned int i = 0; i < WAYS; i++) {
		pid_t pid = fork();

		if (pid < 0)
			err(2, "fork");
		if (!pid)
			process(i, mix(seed + i));
	}
	while (running) {
		while (waitpid(-1, &status, WNOHANG) > 0) {
			running--;
			if (status) {
				printf("ioerror: FAILED: a process ends with status %d\n", status);
				failed = 1;
			}
		}
		tell("");
		sleep(1);
	}
	tell(" done");
	return failed;
}
