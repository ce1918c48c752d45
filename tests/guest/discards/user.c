// SPDX-License-Identifier: GPL-2.0
/*
 * Discarded pages met by the kernel's copies from and to user space: strings,
 * structures and buffers of system calls, and copies with page faults disabled.
 */
#include "discards.h"
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>

#define RW (PROT_READ | PROT_WRITE)

/* The file's pages are written to with page faults disabled. */
static void test_write(void)
{
	char *p = map_discarded(4, PROT_READ, MAP_SHARED);
	int fd = own();

	/* It begins in one page and ends in another. */
	expect(must(pwrite(fd, p + 100, SIZE - 200, 100)) == SIZE - 200);
	met_by_fault(PAGES);
	fill(buffer, OWN, 0, 100);
	must(pwrite(fd, p, 100, 0));
	must(pwrite(fd, p + SIZE - 100, 100, SIZE - 100));
	look_at_disk(fd, 4);
}

static void test_writev(void)
{
	char *p = map_discarded(4, PROT_READ, MAP_SHARED);
	int fd = own(), i;
	struct iovec iov[PAGES];

	/* A part of each page: none is touched by the copy of the one before. */
	for (i = 0; i < (int)PAGES; i++)
		iov[i] = (struct iovec){ p + i * PAGE + 1, 64 };
	expect(must(pwritev(fd, iov, PAGES, 0)) == PAGES * 64);
	met_by_fault(PAGES);
	look(known(4), 4);
	expect(must(pread(fd, buffer, PAGES * 64, 0)) == PAGES * 64);
	for (i = 0; i < (int)PAGES; i++)
		check("writev", buffer + i * 64, 4, i * PAGE + 1, 64);
}

/* A page is written from itself, discarded. */
static void test_write_self(void)
{
	int fd = own(), reader = reopen(fd, O_RDONLY);
	char *p = mapped(reader, PROT_READ, MAP_SHARED, OWN);
	size_t page;

	discard(PAGES);
	expect(present(p) == PAGES);
	for (page = 0; page < PAGES; page++)
		expect(must(pwrite(fd, p + page * PAGE, PAGE, page * PAGE)) == PAGE);
	met(PAGES);
	look_at_disk(fd, OWN);
	/* And its end from its beginning */
	discard(PAGES);
	expect(must(pwrite(fd, p + 2 * PAGE, 10, 2 * PAGE + 4000)) == 10);
	met(1);
	expect(must(pread(fd, buffer, PAGE, 2 * PAGE)) == PAGE);
	check("beginning", buffer, OWN, 2 * PAGE, 4000);
	check("copy", buffer + 4000, OWN, 2 * PAGE, 10);
	check("end", buffer + 4010, OWN, 2 * PAGE + 4010, 86);
}

static void test_read(void)
{
	char *p = map_discarded(4, RW, MAP_PRIVATE);
	int fd = own();

	expect(must(pread(fd, p + 100, SIZE - 200, 100)) == SIZE - 200);
	met(PAGES);
	check("before", p, 4, 0, 100);
	check("read", p + 100, OWN, 100, SIZE - 200);
	check("behind", p + SIZE - 100, 4, SIZE - 100, 100);
}

static void test_pipe(void)
{
	char *p = map_discarded(4, PROT_READ, MAP_SHARED);
	int fds[2];

	must(pipe(fds));
	expect(must(write(fds[1], p + 7, 8 * PAGE)) == 8 * PAGE);
	met_by_fault(9);
	expect(must(read(fds[0], buffer, 8 * PAGE)) == 8 * PAGE);
	check("pipe", buffer, 4, 7, 8 * PAGE);
}

static void test_socket(void)
{
	char *p = map_discarded(4, PROT_READ, MAP_SHARED);
	int s[2];

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	expect(must(send(s[0], p + 7, 8 * PAGE, 0)) == 8 * PAGE);
	met_by_fault(9);
	expect(must(recv(s[1], buffer, 8 * PAGE, MSG_WAITALL)) == 8 * PAGE);
	check("socket", buffer, 4, 7, 8 * PAGE);
}

static long futex(char *p, int op, unsigned int value)
{
	const struct timespec now = {};

	return syscall(SYS_futex, p, op, value, &now, NULL, 0);
}

/* The value of the page decides between EAGAIN and a time-out. */
static void futexes(char *p, int flags)
{
	unsigned int value;
	size_t page;

	for (page = 0; page < PAGES; page++) {
		size_t at = page * PAGE + page * 4;

		fill(&value, 4, at, 4);
		if (page % 2) {
			expect(futex(p + at, FUTEX_WAIT | flags, value) == -1);
			expect(errno == ETIMEDOUT);
		} else {
			expect(futex(p + at, FUTEX_WAIT | flags, value ^ 1) == -1);
			expect(errno == EAGAIN);
		}
	}
	met(PAGES);
	check("futex", p, 4, 0, SIZE);
}

static void test_futex(void)
{
	futexes(map_discarded(4, PROT_READ, MAP_SHARED), 0);
}

static void test_futex_private(void)
{
	futexes(map_discarded(4, PROT_READ, MAP_PRIVATE), FUTEX_PRIVATE_FLAG);
}

/* FUTEX_WAKE_OP writes with page faults disabled. */
static void test_futex_op(void)
{
	char *p = map_discarded(4, RW, MAP_PRIVATE);
	unsigned int value;
	size_t page;

	for (page = 1; page < PAGES; page++) {
		char *q = p + page * PAGE;

		expect(must(syscall(SYS_futex, p, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG,
				    1, 1, q, FUTEX_OP(FUTEX_OP_XOR, 0x5a5,
						      FUTEX_OP_CMP_EQ, 0))) == 0);
		fill(&value, 4, page * PAGE, 4);
		expect(*(unsigned int *)q == (value ^ 0x5a5));
		check("beside", q + 4, 4, page * PAGE + 4, PAGE - 4);
	}
	met(PAGES - 1);
}

/* A file with text across a page boundary, mapped and discarded */
static char *text_map(const void *text, size_t length, size_t at)
{
	int fd = own();
	char *p;

	must(pwrite(fd, text, length, at));
	must(fsync(fd));
	p = must(mmap(NULL, SIZE, PROT_READ, MAP_SHARED, reopen(fd, O_RDONLY), 0));
	must(madvise(p, SIZE, MADV_RANDOM));
	expect(!memcmp(p + at, text, length));
	discard(2);
	return p + at;
}

static void test_path(void)
{
	char path[4096], *p, *q;
	struct stat by_path, by_fd;
	int fd = known(5), other;

	snprintf(path, sizeof(path), "%s/tree/5", directory);
	p = text_map(path, strlen(path) + 1, 2 * PAGE - 3);
	other = must(open(p, O_RDONLY));
	met_by_fault(2);
	must(fstat(fd, &by_fd));
	must(fstat(other, &by_path));
	expect(by_fd.st_ino == by_path.st_ino);

	discard(2);
	q = map_discarded(4, RW, MAP_PRIVATE);
	must(stat(p, (struct stat *)(q + PAGE)));
	met(3);
	expect(!memcmp(q + PAGE, &by_fd, offsetof(struct stat, st_atime)));
	check("behind", q + PAGE + sizeof(by_fd), 4, PAGE + sizeof(by_fd),
	      PAGE - sizeof(by_fd));
}

/* Path, arguments and environment of a new program */
static void test_execve(void)
{
	static char text[5000];
	char *argv[5], *envp[2] = {}, *p;
	int n = snprintf(text, 4090, "%s/busybox", directory) + 1, out[2];
	pid_t pid;

	strcpy(text + 1000, "/bin/busybox");
	strcpy(text + 2000, "sh");
	strcpy(text + 3000, "-c");
	strcpy(text + 4090, "echo $word $0");
	strcpy(text + 4200, "word=heard");
	strcpy(text + 4300, "well");
	expect(n < 1000);
	p = text_map(text, sizeof(text), PAGE);
	argv[0] = p + 2000;
	argv[1] = p + 3000;
	argv[2] = p + 4090;
	argv[3] = p + 4300;
	argv[4] = NULL;
	envp[0] = p + 4200;
	must(pipe(out));
	pid = must(fork());
	if (!pid) {
		dup2(out[1], 1);
		execve(p + 1000, argv, envp);
		fail("execve: %s", strerror(errno));
	}
	wait_for(pid);
	met_by_fault(2);
	expect(must(read(out[0], buffer, 64)) == 11);
	expect(!memcmp(buffer, "heard well\n", 11));
}

/* Structures: iovec, timespec, pollfd */
static void test_structures(void)
{
	struct timespec nothing = { 0, 1000 };
	struct iovec iov = { buffer, PAGE };
	struct pollfd none = { .fd = -1, .events = POLLIN };
	char *p;

	p = text_map(&iov, sizeof(iov), 2 * PAGE - 8);
	expect(must(preadv(known(4), (void *)p, 1, 5 * PAGE)) == PAGE);
	met_by_fault(2);
	check("preadv", buffer, 4, 5 * PAGE, PAGE);

	p = text_map(&nothing, sizeof(nothing), 3 * PAGE - 8);
	must(nanosleep((void *)p, NULL));
	met_by_fault(2);

	/* Its result cannot be written. */
	p = text_map(&none, sizeof(none), 4 * PAGE - 4);
	expect(poll((void *)p, 1, 0) == -1 && errno == EFAULT);
	met_by_fault(2);
}

const struct test user_tests[] = {
	WRITES("write-from-map", test_write),
	WRITES("writev-from-map", test_writev),
	WRITES("write-from-itself", test_write_self),
	WRITES("read-into-private", test_read),
	READS("pipe-write-from-map", test_pipe),
	READS("send-from-map", test_socket),
	READS("futex", test_futex),
	READS("futex-private", test_futex_private),
	READS("futex-wake-op", test_futex_op),
	WRITES("path", test_path),
	WRITES("execve-strings", test_execve),
	WRITES("structures", test_structures),
	READS(NULL, NULL)
};
