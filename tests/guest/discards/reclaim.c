// SPDX-License-Identifier: GPL-2.0
/* Discarded pages met by reclaim, memory cgroups, the OOM killer, migration. */
#include "discards.h"
#include <sys/mount.h>
#include <sys/stat.h>

#define CGROUPS "/tmp/cgroups"
#define GROUP CGROUPS "/discards"
#define FILES 16

/* A cgroup for the case; what remains of the last one goes. */
static void group(const char *limit)
{
	mkdir(CGROUPS, 0700);
	if (access(CGROUPS "/cgroup.procs", F_OK) &&
	    mount("none", CGROUPS, "cgroup2", 0, NULL))
		skip("no cgroup v2: %s", strerror(errno));
	if (access(CGROUPS "/cgroup.subtree_control", F_OK))
		skip("no memory controller");
	put(CGROUPS "/cgroup.subtree_control", "+memory");
	rmdir(GROUP);
	must(mkdir(GROUP, 0700));
	put(GROUP "/memory.max", limit);
}

static void ungroup(void)
{
	put(CGROUPS "/cgroup.procs", "0");
	must(rmdir(GROUP));
}

/* All files, which is more than the cgroup may have: reclaim meets the discarded */
static void test_memcg_limit(void)
{
	unsigned int number;

	group("1M");
	put(GROUP "/cgroup.procs", "0");
	for (number = 0; number < 2 * FILES; number++) {
		look(known(number % FILES), number % FILES);
		if (number % 2)
			discard(PAGES);
	}
	expect(number_in(GROUP "/memory.current", "") <= 1UL << 20);
	ungroup();
}

/* What is discarded and gone is uncharged. */
static void test_memcg_uncharge(void)
{
	/* The kernel charges in advance, and counts in batches. */
	const unsigned long slack = 4 * 64 * PAGE;
	unsigned int number, round;
	unsigned long used;

	group("max");
	put(GROUP "/cgroup.procs", "0");
	for (round = 0; round < 5; round++) {
		for (number = 0; number < FILES; number++)
			look(known(number), number);
		discard(FILES * PAGES);
	}
	used = number_in(GROUP "/memory.current", "");
	/* A file system may keep a copy of its own. */
	if (used > 3 * FILES * SIZE)
		fail("%lu bytes charged for %lu", used, FILES * SIZE);
	put("/proc/sys/vm/drop_caches", "1");
	used = number_in(GROUP "/memory.current", "");
	if (used > slack)
		fail("%lu bytes charged for nothing", used);
	ungroup();
}

/* The group is gone before its pages are. */
static void test_memcg_gone(void)
{
	int fd = known(6);

	group("max");
	put(GROUP "/cgroup.procs", "0");
	look(fd, 6);
	discard(PAGES);
	ungroup();
	look(fd, 6);
	met_by_lookup(PAGES);
}

/* Discarded pages are volatile until somebody meets them. */
static void test_memcg_volatile(void)
{
	const unsigned long all = FILES * SIZE;
	unsigned int number;
	unsigned long was, is;

	group("max");
	put(GROUP "/cgroup.procs", "0");
	for (number = 0; number < FILES; number++)
		look(known(number), number);
	discard(FILES * PAGES);
	was = number_in(GROUP "/memory.stat", "volatile");
	if (was < all)
		fail("%lu volatile bytes, not %lu", was, all);
	for (number = 0; number < FILES; number++)
		look(known(number), number);
	is = number_in(GROUP "/memory.stat", "volatile");
	/* A file system may have a copy of its own. */
	if (is > was - all / 2)
		fail("%lu volatile bytes, and there were %lu", is, was);
	ungroup();
}

static void reclaim_group(bool map_them)
{
	unsigned int number;
	unsigned long cached;
	void *p[FILES];
	int fd;

	group("max");
	if (access(GROUP "/memory.reclaim", F_OK))
		skip("no memory.reclaim");
	put(GROUP "/cgroup.procs", "0");
	for (number = 0; number < FILES; number++) {
		look(known(number), number);
		if (map_them)
			p[number] = mapped(known(number), PROT_READ, MAP_SHARED, number);
	}
	discard(FILES * PAGES);
	cached = number_in(GROUP "/memory.stat", "file");
	/* EAGAIN: not as much as was asked for */
	fd = must(open(GROUP "/memory.reclaim", O_WRONLY));
	if (write(fd, "4M", 2) < 0)
		expect(errno == EAGAIN);
	close(fd);
	if (number_in(GROUP "/memory.stat", "file") > cached / 2)
		fail("%lu bytes of %lu left", number_in(GROUP "/memory.stat", "file"),
		     cached);
	for (number = 0; number < FILES; number++) {
		if (map_them)
			check("mapped", p[number], number, 0, SIZE);
		look(known(number), number);
	}
	ungroup();
}

static void test_reclaim(void)
{
	reclaim_group(false);
}

static void test_reclaim_mapped(void)
{
	reclaim_group(true);
}

static unsigned long stolen(void)
{
	return vmstat("pgsteal_kswapd") + vmstat("pgsteal_direct");
}

/*
 * Anonymous memory until the page cache has to go. How much that takes cannot be
 * told beforehand: pages on the CPUs' lists are free, but not in nr_free_pages.
 */
static void test_pressure(void)
{
	unsigned long all = sysconf(_SC_PHYS_PAGES), at, i;
	unsigned int number;
	void *p[FILES];
	char *anon;

	for (number = 0; number < FILES; number++)
		p[number] = mapped(known(number), PROT_READ, MAP_SHARED, number);
	discard(FILES * PAGES);
	anon = must(mmap(NULL, all * PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
	at = stolen();
	for (i = 0; i < all; i++) {
		anon[i * PAGE] = 1;
		if (i % 256 == 0 && stolen() > at)
			break;
	}
	expect(stolen() > at);
	for (number = 0; number < FILES; number++)
		check("mapped", p[number], number, 0, SIZE);
}

/* Killed, and its memory reaped, with discarded pages mapped */
static void test_oom(void)
{
	char *anon;
	pid_t pid;
	int status;

	group("4M");
	pid = must(fork());
	if (!pid) {
		put(GROUP "/cgroup.procs", "0");
		mapped(known(6), PROT_READ | PROT_WRITE, MAP_PRIVATE, 6);
		discard(PAGES);
		anon = must(mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
		memset(anon, 1, 64 << 20);
		fail("64 MiB in a cgroup of 4");
	}
	must(waitpid(pid, &status, 0));
	expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	expect(number_in(GROUP "/memory.events", "oom_kill") == 1);
	look(known(6), 6);
	ungroup();
}

/* Nearly all that is free, and where it is */
static struct {
	char *pages;
	uint64_t *frames, highest;
	size_t n;
} hoard;

static void hoard_memory(void)
{
	int fd = must(open("/proc/self/pagemap", O_RDONLY));
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
	size_t i;

	hoard.n = vmstat("nr_free_pages") - 3000;
	hoard.frames = must(mmap(NULL, hoard.n * sizeof(uint64_t),
				 PROT_READ | PROT_WRITE, flags, -1, 0));
	hoard.pages = must(mmap(NULL, hoard.n * PAGE, PROT_READ | PROT_WRITE,
				flags, -1, 0));
	must(pread(fd, hoard.frames, hoard.n * sizeof(uint64_t),
		   (long)hoard.pages / PAGE * sizeof(uint64_t)));
	close(fd);
	for (i = 0; i < hoard.n; i++) {
		hoard.frames[i] &= (1UL << 55) - 1;
		if (hoard.frames[i] > hoard.highest)
			hoard.highest = hoard.frames[i];
	}
}

static void give_back(bool lower)
{
	size_t i;

	for (i = 0; i < hoard.n; i++)
		if (lower ? hoard.frames[i] < hoard.highest / 4 : hoard.frames[i] & 16)
			must(madvise(hoard.pages + i * PAGE, PAGE, MADV_DONTNEED));
}

/* Every second page of all files, every second file mapped */
static void holes_kept(char **p)
{
	unsigned int number;
	size_t page;

	for (number = 0; number < FILES; number++) {
		int fd = known(number);

		look(fd, number);
		for (page = 0; page < PAGES; page += 2)
			posix_fadvise(fd, page * PAGE, PAGE, POSIX_FADV_DONTNEED);
		p[number] = map(fd, PROT_READ, MAP_SHARED);
		for (page = 1; number % 2 && page < PAGES; page += 2)
			check("odd", p[number] + page * PAGE, number, page * PAGE, 1);
	}
}

static void holes(char **p)
{
	holes_kept(p);
	discard(FILES * PAGES / 2);
}

static void test_compaction(void)
{
	unsigned long at;
	unsigned int number, tries;
	char *p[FILES];

	/*
	 * They lie in low memory, and there is room for them in high memory, in
	 * holes: blocks that are all free are no target.
	 */
	hoard_memory();
	give_back(true);
	holes(p);
	give_back(false);
	/* It stops early at what cannot be moved, and may get further next time. */
	at = vmstat("page_discard");
	for (tries = 0; tries < 20 && vmstat("page_discard") < at + FILES; tries++)
		put("/proc/sys/vm/compact_memory", "1");
	if (vmstat("page_discard") == at)
		skip("compaction did not get as far as to a discarded page");
	met(1);
	for (number = 0; number < FILES; number++)
		check("compacted", p[number], number, 0, SIZE);
}

/* Pages that have ceased to be volatile, so far */
static unsigned long left_volatile(void)
{
	return vmstat("page_stable") + vmstat("page_discard");
}

/*
 * Takes out each block of memory that can be, one after the other: all that is in it
 * has to move, or go. Calls @without while it is away. Returns how many pages ceased
 * to be volatile for that.
 */
static unsigned long take_out_blocks(void (*without)(char **p), char **p)
{
	char path[64], state[16] = "";
	unsigned long at, n = 0;
	unsigned int block;
	int fd;

	if (access("/sys/devices/system/memory/memory1", F_OK))
		skip("one block of memory, or no CONFIG_MEMORY_HOTREMOVE");
	for (block = 64; block--;) {
		sprintf(path, "/sys/devices/system/memory/memory%u/state", block);
		fd = open(path, O_RDWR);
		if (fd < 0)
			continue;
		at = left_volatile();
		if (write(fd, "offline", 7) == 7) {
			n += left_volatile() - at;
			without(p);
			/* Or the kernel would settle there, and it stays. */
			must(write(fd, "online_movable", 14));
		}
		must(pread(fd, state, sizeof(state) - 1, 0));
		expect(!strncmp(state, "online", 6));
		close(fd);
	}
	return n;
}

/*
 * Where they are in a block that stays, as it has something of the kernel or something
 * that is busy just now, the next ones have to be elsewhere.
 */
static void move_pages_of(void (*make)(char **p), void (*without)(char **p))
{
	unsigned int number, tries;
	char *p[FILES];

	for (tries = 0; tries < 8; tries++) {
		make(p);
		if (take_out_blocks(without, p))
			break;
		must(mmap(NULL, 48 << 20, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0));
		put("/proc/sys/vm/drop_caches", "1");
	}
	if (tries == 8)
		skip("none of %lu pages can be moved", FILES * PAGES / 2);
	for (number = 0; number < FILES; number++)
		check("moved", p[number], number, 0, SIZE);
}

static void check_and_discard(char **p)
{
	unsigned int number;

	for (number = 0; number < FILES; number++)
		check("without", p[number], number, 0, SIZE);
	discard(PAGES);
}

static void test_offline(void)
{
	move_pages_of(holes, check_and_discard);
}

static void holes_volatile(char **p)
{
	holes_kept(p);
	now_volatile(FILES * PAGES / 2);
}

/* Where a volatile page has gone it is volatile again. */
static void still_volatile(char **p)
{
	(void)p;
	now_volatile(FILES * PAGES / 2);
}

static void test_migrated(void)
{
	move_pages_of(holes_volatile, still_volatile);
}

const struct test reclaim_tests[] = {
	READS("memcg-limit", test_memcg_limit),
	READS("memcg-uncharge", test_memcg_uncharge),
	READS("memcg-gone", test_memcg_gone),
	READS("memcg-volatile", test_memcg_volatile),
	READS("memcg-reclaim", test_reclaim),
	READS("memcg-reclaim-mapped", test_reclaim_mapped),
	READS("pressure", test_pressure),
	READS("oom-kill", test_oom),
	READS("compaction", test_compaction),
	READS("memory-offline", test_offline),
	RESIDENT("migrated", test_migrated),
	READS(NULL, NULL)
};
