// SPDX-License-Identifier: GPL-2.0
/*
 * Discarded pages met by who looks at memory by frame number, or changes the
 * machine meanwhile.
 */
#include "discards.h"
#include <elf.h>

/*
 * A frame read by its address: the page's content, or zeroes, or an error, but
 * never anything worse. Reading makes no page cache, so nothing is brought back.
 */
static void look_at_frame(const char *what, int fd, off_t at, size_t page)
{
	ssize_t n = pread(fd, buffer, PAGE, at);

	if (n == -1) {
		expect(errno == EFAULT || errno == EIO || errno == ENXIO);
		return;
	}
	expect(n == (ssize_t)PAGE);
	if (*(uint64_t *)buffer)
		check(what, buffer, 8, page * PAGE, PAGE);
	else
		check_zero(what, buffer, PAGE);
}

static off_t offset_in_kcore(int fd, unsigned long address)
{
	Elf64_Ehdr head;
	Elf64_Phdr part;
	int i;

	must(pread(fd, &head, sizeof(head), 0));
	for (i = 0; i < head.e_phnum; i++) {
		must(pread(fd, &part, sizeof(part), head.e_phoff + i * sizeof(part)));
		if (part.p_type == PT_LOAD && part.p_paddr != -1UL &&
		    address >= part.p_paddr && address < part.p_paddr + part.p_memsz)
			return part.p_offset + (address - part.p_paddr);
	}
	fail("/proc/kcore does not have address %#lx", address);
}

static void test_kcore(void)
{
	int fd = open("/proc/kcore", O_RDONLY);
	char *p;
	size_t page;

	if (fd < 0)
		skip("no /proc/kcore");
	p = map_discarded(8, PROT_READ, MAP_SHARED);
	for (page = 0; page < PAGES; page++)
		look_at_frame("kcore", fd, offset_in_kcore(fd, frame(p + page * PAGE) * PAGE),
			      page);
	check("mapped", p, 8, 0, SIZE);
	met(PAGES);
	/* And when nobody can discard it */
	must(mlock(p, SIZE));
	for (page = 0; page < PAGES; page++) {
		look_at_frame("kcore", fd, offset_in_kcore(fd, frame(p + page * PAGE) * PAGE),
			      page);
		expect(*(uint64_t *)buffer);
	}
}

static void test_dev_mem(void)
{
	int fd = open("/dev/mem", O_RDONLY);
	char *p;
	size_t page;

	if (fd < 0)
		skip("no /dev/mem (CONFIG_DEVMEM)");
	p = map_discarded(8, PROT_READ, MAP_SHARED);
	for (page = 0; page < PAGES; page++)
		look_at_frame("mem", fd, frame(p + page * PAGE) * PAGE, page);
	check("mapped", p, 8, 0, SIZE);
	met(PAGES);
}

/* A mapping of /dev/mem is not the page cache's; it ends in a signal or in zeroes. */
static void test_dev_mem_mapped(void)
{
	int fd = open("/dev/mem", O_RDONLY);
	char *p, *q;
	pid_t pid;
	int status;

	if (fd < 0)
		skip("no /dev/mem (CONFIG_DEVMEM)");
	p = map_discarded(8, PROT_READ, MAP_SHARED);
	q = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, frame(p) * PAGE);
	if (q == MAP_FAILED)
		skip("/dev/mem is not mapped: %s", strerror(errno));
	pid = must(fork());
	if (!pid) {
		alarm(2);
		_exit(*(volatile char *)q ? 0 : 0);
	}
	must(waitpid(pid, &status, 0));
	check("mapped", p, 8, 0, SIZE);
	met(PAGES);
}

static void read_all(const char *path, size_t limit)
{
	int fd = open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return;
	while (limit && (n = read(fd, buffer, limit < SIZE ? limit : SIZE)) > 0)
		limit -= n;
	close(fd);
}

/* Statistics look at pages and page tables, never at content. */
static void test_statistics(void)
{
	char *p = map_discarded(8, PROT_READ, MAP_SHARED);

	read_all("/proc/self/smaps", -1UL);
	read_all("/proc/self/smaps_rollup", -1UL);
	read_all("/proc/self/numa_maps", -1UL);
	read_all("/proc/kpageflags", -1UL);
	read_all("/proc/kpagecount", -1UL);
	read_all("/sys/kernel/mm/page_idle/bitmap", -1UL);
	put("/proc/self/clear_refs", "1");
	put("/proc/self/clear_refs", "3");
	met_by_lookup(0);
	expect(present(p) == PAGES);
	check("mapped", p, 8, 0, SIZE);
	met_by_fault(PAGES);
}

static void test_cpu_hotplug(void)
{
	static const char cpu[] = "/sys/devices/system/cpu/cpu1/online";
	pid_t pid;
	int round, fd = known(8);

	if (access(cpu, F_OK))
		skip("one CPU");
	pid = must(fork());
	if (!pid) {
		for (round = 0; round < 20; round++) {
			char *p = mapped(fd, PROT_READ, MAP_SHARED, 8);

			discard(PAGES / 2);
			check("mapped", p, 8, 0, SIZE);
			look(fd, 8);
			munmap(p, SIZE);
		}
		_exit(0);
	}
	for (round = 0; round < 6; round++) {
		put(cpu, round % 2 ? "1" : "0");
		usleep(50000);
	}
	wait_for(pid);
	met(0);
}

const struct test machine_tests[] = {
	READS("kcore", test_kcore),
	READS("dev-mem", test_dev_mem),
	READS("dev-mem-mapped", test_dev_mem_mapped),
	READS("statistics", test_statistics),
	READS("cpu-hotplug", test_cpu_hotplug),
	READS(NULL, NULL)
};
