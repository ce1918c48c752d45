// SPDX-License-Identifier: GPL-2.0
/* Discarded pages met by processes that begin and end: fork, exec, exit, core dumps. */
#include "discards.h"
#include <elf.h>
#include <sys/resource.h>

/*
 * A private mapping that fork has to copy, because it has a private page, with
 * the others discarded
 */
static char *private_map(void)
{
	char *p = mapped(known(2), PROT_READ | PROT_WRITE, MAP_PRIVATE, 2);

	p[0] ^= 0xff;
	p[0] ^= 0xff;
	discard(PAGES - 1);
	expect(present(p) == PAGES);
	return p;
}

static void test_fork(void)
{
	char *p = private_map();
	pid_t pid = must(fork());

	check(pid ? "parent" : "child", p, 2, 0, SIZE);
	if (!pid)
		_exit(0);
	wait_for(pid);
	met_by_fault(PAGES - 1);
}

static void test_fork_write(void)
{
	char *p = private_map();
	pid_t pid = must(fork());
	size_t page;

	for (page = 0; page < PAGES; page++)
		p[page * PAGE + 11] ^= pid ? 1 : 2;
	for (page = 0; page < PAGES; page++)
		p[page * PAGE + 11] ^= pid ? 1 : 2;
	check(pid ? "parent" : "child", p, 2, 0, SIZE);
	if (!pid)
		_exit(0);
	wait_for(pid);
	met(PAGES - 1);
}

/* Discarded while both have them mapped, one of them by fork. */
static void test_fork_before(void)
{
	char *p = mapped(known(2), PROT_READ | PROT_WRITE, MAP_PRIVATE, 2);
	int go[2];
	pid_t pid;
	char c;

	p[0] ^= 0xff;
	p[0] ^= 0xff;
	must(pipe(go));
	pid = must(fork());
	if (!pid) {
		must(read(go[0], &c, 1));
		check("child", p, 2, 0, SIZE);
		_exit(0);
	}
	discard(PAGES - 1);
	must(write(go[1], "", 1));
	check("parent", p, 2, 0, SIZE);
	wait_for(pid);
	met_by_fault(PAGES - 1);
}

/* Its page tables go with the discarded pages in them. */
static void test_exit(void)
{
	int fd = known(2);
	pid_t pid = must(fork());

	if (!pid) {
		mapped(fd, PROT_READ, MAP_SHARED, 2);
		discard(PAGES);
		_exit(0);
	}
	wait_for(pid);
	discard(PAGES);
	look(fd, 2);
	met_by_lookup(PAGES);
}

/* A program from the disk; its standard input and output are pipes to us. */
static pid_t program(int *in, int *out, const char *script)
{
	char path[4096];
	int i[2], o[2];
	pid_t pid;

	snprintf(path, sizeof(path), "%s/busybox", directory);
	must(pipe(i));
	must(pipe(o));
	pid = must(fork());
	if (!pid) {
		dup2(i[0], 0);
		dup2(o[1], 1);
		close(i[0]);
		close(i[1]);
		close(o[0]);
		close(o[1]);
		execl(path, "busybox", "sh", "-c", script, NULL);
		fail("%s: %s", path, strerror(errno));
	}
	close(i[0]);
	close(o[1]);
	*in = i[1];
	*out = o[0];
	return pid;
}

static void hear(int fd, const char *what)
{
	char text[64] = "";
	size_t n = 0;
	ssize_t got;

	while (n < strlen(what) && (got = must(read(fd, text + n, sizeof(text) - 1 - n))))
		n += got;
	if (strcmp(text, what))
		fail("the program says '%s', not '%s'", text, what);
}

#define SUM "i=0; n=0; while [ $i -lt 100 ]; do i=$((i + 1)); n=$((n + i)); done; echo $n"

static void test_exec(void)
{
	int in, out, round;
	pid_t pid;

	for (round = 0; round < 2; round++) {
		pid = program(&in, &out, SUM);
		hear(out, "5050\n");
		close(in);
		close(out);
		wait_for(pid);
		if (round)
			met(PAGES);
		discard(PAGES);
	}
}

/* Text, data and what it has copied of them, under a program that runs */
static void test_exec_running(void)
{
	int in, out, round;
	pid_t pid = program(&in, &out, "while read x; do " SUM "; done");

	for (round = 0; round < 3; round++) {
		must(write(in, "x\n", 2));
		hear(out, "5050\n");
		if (round)
			met_by_fault(1);
		discard(PAGES);
	}
	close(in);
	wait_for(pid);
}

/* The core file has the discarded pages' content. */
static void test_core_dump(void)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	size_t page, found = 0;
	unsigned char right[PAGE];
	Elf64_Ehdr head;
	Elf64_Phdr part;
	int status, fd, i;
	pid_t pid;

	if (access("/proc/self/coredump_filter", W_OK))
		skip("no core dumps (CONFIG_ELF_CORE)");
	put("/proc/sys/kernel/core_pattern", "/tmp/core");
	pid = must(fork());
	if (!pid) {
		must(setrlimit(RLIMIT_CORE, &all));
		put("/proc/self/coredump_filter", "0x1f");
		mapped(known(2), PROT_READ, MAP_SHARED, 2);
		discard(PAGES);
		abort();
	}
	must(waitpid(pid, &status, 0));
	expect(WIFSIGNALED(status) && WCOREDUMP(status));
	met(PAGES);
	fd = must(open("/tmp/core", O_RDONLY));
	unlink("/tmp/core");
	must(pread(fd, &head, sizeof(head), 0));
	for (i = 0; i < head.e_phnum; i++) {
		must(pread(fd, &part, sizeof(part), head.e_phoff + i * sizeof(part)));
		fill(right, 2, 0, PAGE);
		if (part.p_filesz != SIZE ||
		    must(pread(fd, buffer, SIZE, part.p_offset)) != SIZE ||
		    memcmp(buffer, right, 8))
			continue;
		for (page = 0; page < PAGES; page++)
			check("core", buffer + page * PAGE, 2, page * PAGE, PAGE);
		found++;
	}
	expect(found == 1);
}

const struct test process_tests[] = {
	READS("fork", test_fork),
	READS("fork-write", test_fork_write),
	READS("fork-before", test_fork_before),
	READS("exit", test_exit),
	READS("exec", test_exec),
	READS("exec-running", test_exec_running),
	READS("core-dump", test_core_dump),
	READS(NULL, NULL)
};
