// SPDX-License-Identifier: GPL-2.0
/*
 * broken FILE: touch the address that QEMU's x-…-at names, by an instruction and
 * by a system call, and tell what came of it. FILE is what should be there.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define ADDRESS	((char *)0x7000000000)

static sigjmp_buf back;

static void at_sigbus(int signal)
{
	siglongjmp(back, signal);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = at_sigbus };
	int fds[2], fd;
	char byte, is;

	if (argc != 2)
		errx(2, "usage: broken FILE");
	fd = open(argv[1], O_RDONLY);
	if (fd < 0 || pipe(fds) || pread(fd, &byte, 1, 0) != 1)
		err(2, "%s", argv[1]);
	if (mmap(ADDRESS, getpagesize(), PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) != ADDRESS)
		err(2, "mmap");
	sigaction(SIGBUS, &action, NULL);
	if (sigsetjmp(back, 1))
		puts("load: SIGBUS");
	else
		puts(*(volatile char *)ADDRESS == byte ? "load: right" : "load: wrong");
	if (write(fds[1], ADDRESS, 1) != 1)
		puts(errno == EFAULT ? "copy: EFAULT" : "copy: another error");
	else
		puts(read(fds[0], &is, 1) == 1 && is == byte ? "copy: right" : "copy: wrong");
	return 0;
}
