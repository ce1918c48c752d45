// SPDX-License-Identifier: GPL-2.0
/*
 * Work for a guest whose instructions, or time, are measured.
 *
 *   work REST WORK:UNITS...
 *
 * Each piece of work is done a little, left alone for REST seconds, and done then
 * in full between two marks for the plugin that counts. The third mark is REST
 * seconds later: what the work has left to the kernel is counted too, a fixed
 * time of it. Then a line "work: NAME SECONDS KEY=PAGES..." says how long it took
 * and how far counters in /proc/vmstat went meanwhile.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MIB (1UL << 20)
#define PAGE 4096UL

/* For the plugin; see plugin/insns.c. */
#define MARK(n) asm volatile(".long 0x47000ca0 + " #n ::: "memory")

/* What the bench's disk has, mounted at /disk */
#define DATA "/disk/data"
#define DATA_BYTES (16 * MIB)
#define HOLE "/disk/hole"
#define WEB_FILES 256

static char buffer[64 << 10];

static int open_file(const char *path, int flags)
{
	int fd = open(path, flags, 0644);

	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

static void await(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		errx(1, "a process failed");
}

/* Runs a program to its end, with the output going nowhere. */
static void run(const char *root, char *const argv[])
{
	pid_t pid = fork();

	if (!pid) {
		int fd = open_file("/dev/null", O_WRONLY);

		dup2(fd, 1);
		setenv("PATH", "/usr/bin:/bin", 1);
		if (chroot(root) || chdir("/"))
			err(1, "%s", root);
		execv(argv[0], argv);
		err(1, "%s", argv[0]);
	}
	await(pid);
}

#define RUN(root, ...) run(root, (char *const []){ __VA_ARGS__, NULL })

static uint64_t next(void)
{
	static uint64_t state = 1;

	state = state * 6364136223846793005u + 1442695040888963407u;
	return state >> 33;
}

static void read_up_to(const char *path, unsigned long bytes)
{
	int fd = open_file(path, O_RDONLY);
	unsigned long done = 0;
	ssize_t got = 1;

	while (done < bytes && got > 0) {
		got = read(fd, buffer, sizeof(buffer));
		done += got;
	}
	if (got < 0)
		err(1, "%s", path);
	close(fd);
}

/* Passes over the file */
static void read_sequential(unsigned long passes)
{
	while (passes--)
		read_up_to(DATA, DATA_BYTES);
}

static void read_random(unsigned long pages)
{
	int fd = open_file(DATA, O_RDONLY);

	while (pages--)
		if (pread(fd, buffer, PAGE, next() % (DATA_BYTES / PAGE) * PAGE) != PAGE)
			err(1, "pread");
	close(fd);
}

/* As page_fault1 to 3 of will-it-scale: map, touch each page, unmap. */
static void fault(unsigned long passes, const char *path, int flags, int write)
{
	int fd = path ? open_file(path, O_RDONLY) : -1;

	while (passes--) {
		char *p = mmap(NULL, DATA_BYTES,
			       PROT_READ | (write ? PROT_WRITE : 0), flags, fd, 0);
		unsigned long i;

		if (p == MAP_FAILED)
			err(1, "mmap");
		for (i = 0; i < DATA_BYTES; i += PAGE) {
			if (write)
				*(volatile char *)(p + i) = 1;
			else
				*(volatile char *)(p + i);
		}
		munmap(p, DATA_BYTES);
	}
	close(fd);
}

static void fault_anonymous(unsigned long passes)
{
	fault(passes, NULL, MAP_PRIVATE | MAP_ANONYMOUS, 1);
}

static void fault_private(unsigned long passes)
{
	fault(passes, DATA, MAP_PRIVATE, 0);
}

static void fault_shared(unsigned long passes)
{
	fault(passes, DATA, MAP_SHARED, 0);
}

static void fault_cow(unsigned long passes)
{
	fault(passes, DATA, MAP_PRIVATE, 1);
}

static void exec_static(unsigned long times)
{
	while (times--)
		RUN("/disk", "/bin/busybox", "true");
}

static void exec_dynamic(unsigned long times)
{
	while (times--)
		RUN("/disk/debian", "/usr/bin/c++filt", "_Z1av");
}

static void find(unsigned long times)
{
	while (times--)
		RUN("/disk", "/bin/busybox", "find", "/source", "-newer", "/data");
}

static void tar(unsigned long times)
{
	while (times--)
		RUN("/disk", "/bin/busybox", "tar", "cf", "/dev/null", "-C",
		    "/source", "ext4", "xfs", "btrfs");
}

static void create(unsigned long rounds)
{
	char name[64];
	int i, fd;

	while (rounds--) {
		for (i = 0; i < 1000; i++) {
			snprintf(name, sizeof(name), "/scratch/new/%d", i);
			fd = open_file(name, O_WRONLY | O_CREAT | O_EXCL);
			if (write(fd, buffer, 5000) != 5000)
				err(1, "%s", name);
			close(fd);
		}
		for (i = 0; i < 1000; i++) {
			snprintf(name, sizeof(name), "/scratch/new/%d", i);
			if (unlink(name))
				err(1, "%s", name);
		}
	}
}

/* As a database at its checkpoints: pages of a file, anywhere in it, a thousand at a time */
static void overwrite(unsigned long pages)
{
	static bool made;
	int fd = open_file("/scratch/base", O_WRONLY | O_CREAT);
	unsigned long i;

	for (i = 0; i < DATA_BYTES / PAGE && !made; i++)
		if (write(fd, buffer, PAGE) != PAGE)
			err(1, "write");
	made = true;
	for (i = 1; i <= pages; i++) {
		if (pwrite(fd, buffer, PAGE, next() % (DATA_BYTES / PAGE) * PAGE) != PAGE)
			err(1, "pwrite");
		if ((i % 1000 == 0 || i == pages) && fdatasync(fd))
			err(1, "fdatasync");
	}
	close(fd);
}

/* MiB, to a process that throws them away */
static void send_file(unsigned long mib)
{
	int fd = open_file(DATA, O_RDONLY), ends[2];
	off_t offset = 0;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		err(1, "socketpair");
	pid = fork();
	if (!pid) {
		close(ends[0]);
		while (read(ends[1], buffer, sizeof(buffer)) > 0)
			;
		_exit(0);
	}
	close(ends[1]);
	while (mib--) {
		unsigned long left = MIB;

		if (offset == DATA_BYTES)
			offset = 0;
		while (left) {
			ssize_t sent = sendfile(ends[0], fd, &offset, left);

			if (sent <= 0)
				err(1, "sendfile");
			left -= sent;
		}
	}
	close(ends[0]);
	await(pid);
	close(fd);
}

/* Files of the farm's web server, over one connection */
static void nginx(unsigned long files)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(80) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		err(1, "no web server");
	while (files--) {
		size_t got = 0, want = 128 << 10;
		char request[128], *body;
		int length;

		length = snprintf(request, sizeof(request),
				  "GET /%d.bin HTTP/1.1\r\nHost: a\r\n\r\n",
				  (int)(files % WEB_FILES));
		if (write(fd, request, length) != length)
			err(1, "write");
		/* The header is whole in what comes first. */
		for (body = NULL; got < want; ) {
			ssize_t n = read(fd, buffer, sizeof(buffer) - 1);

			if (n <= 0)
				errx(1, "the web server hangs up");
			if (!body) {
				buffer[n] = 0;
				body = strstr(buffer, "\r\n\r\n");
				if (!body || strncmp(buffer, "HTTP/1.1 200", 12))
					errx(1, "the web server says %.40s", buffer);
				n -= body + 4 - buffer;
			}
			got += n;
		}
	}
	close(fd);
}

static void compile(unsigned long times)
{
	while (times--)
		RUN("/disk/debian", "/usr/bin/gcc", "-O1", "-c", "-o", "/tmp/compiled.o",
		    "/compiled.c");
}

static void idle(unsigned long seconds)
{
	while (seconds)
		seconds = sleep(seconds);
}

/* MiB that are not in the page cache and cost no I/O: a file with holes only */
static void fresh(unsigned long mib)
{
	read_up_to(HOLE, mib * MIB);
}

/* The same once more, when each page is in the cache and has not been used since */
static void again(unsigned long mib)
{
	read_up_to(HOLE, mib * MIB);
}

static unsigned long found;

static int look(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	ssize_t got = 0;
	int fd;

	(void)status;
	(void)ftw;
	if (type != FTW_F)
		return 0;
	fd = open_file(path, O_RDONLY);
	while ((got = read(fd, buffer, 32 << 10)) > 0)
		found += memmem(buffer, got, "page_states", 11) != NULL;
	close(fd);
	return got;
}

/* As grep -r: all files of the disk of sources, or of a directory of it only */
static void grep(unsigned long all)
{
	if (nftw(all ? "/disk/source" : "/disk/source/net", look, 64, FTW_PHYS))
		err(1, "/disk/source");
}

static const struct work {
	const char *name;
	void (*run)(unsigned long units);
	unsigned long warm;	/* units done before, not counted */
} works[] = {
	{ "read-sequential", read_sequential, 1 },
	{ "read-random", read_random, 20000 },
	{ "fault-anonymous", fault_anonymous, 1 },
	{ "fault-private", fault_private, 1 },
	{ "fault-shared", fault_shared, 1 },
	{ "fault-cow", fault_cow, 1 },
	{ "exec-static", exec_static, 10 },
	{ "exec-dynamic", exec_dynamic, 10 },
	{ "find", find, 1 },
	{ "tar", tar, 1 },
	{ "create", create, 1 },
	{ "overwrite", overwrite, 1000 },
	{ "sendfile", send_file, 16 },
	{ "nginx", nginx, WEB_FILES },
	{ "compile", compile, 1 },
	{ "idle", idle, 0 },
	{ "fresh", fresh, 0 },
	{ "again", again, 0 },
	{ "grep", grep, 0 },
};

static const char * const counters[] = {
	"page_volatile", "page_stable", "page_discard", "page_discard_fault",
	"nr_volatile",
};

#define COUNTERS (sizeof(counters) / sizeof(counters[0]))

static void read_counters(long *value)
{
	FILE *file = fopen("/proc/vmstat", "r");
	char name[64];
	long number;
	size_t i;

	if (!file)
		err(1, "/proc/vmstat");
	memset(value, 0, COUNTERS * sizeof(*value));
	while (fscanf(file, "%63s %ld", name, &number) == 2)
		for (i = 0; i < COUNTERS; i++)
			if (!strcmp(name, counters[i]))
				value[i] = number;
	fclose(file);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void measure(const struct work *work, unsigned long units, unsigned int rest)
{
	long before[COUNTERS], after[COUNTERS];
	double begin, seconds;
	size_t i;

	if (work->warm)
		work->run(work->warm < units ? work->warm : units);
	idle(rest);
	read_counters(before);
	begin = now();
	MARK(0);
	work->run(units);
	MARK(1);
	seconds = now() - begin;
	idle(rest);
	MARK(2);
	read_counters(after);
	printf("work: %s %.6f", work->name, seconds);
	for (i = 0; i < COUNTERS; i++)
		printf(" %s=%ld", counters[i], after[i] - before[i]);
	printf("\n");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	unsigned long units;
	char name[64];
	size_t k;
	int i;

	if (argc < 3)
		errx(2, "usage: work REST WORK:UNITS...");
	for (i = 2; i < argc; i++) {
		if (sscanf(argv[i], "%63[^:]:%lu", name, &units) != 2)
			errx(2, "%s: give WORK:UNITS", argv[i]);
		for (k = 0; k < sizeof(works) / sizeof(works[0]); k++)
			if (!strcmp(works[k].name, name))
				break;
		if (k == sizeof(works) / sizeof(works[0]))
			errx(2, "there is no work %s", name);
		measure(&works[k], units, atoi(argv[1]));
	}
	return 0;
}
