// SPDX-License-Identifier: GPL-2.0
/* Folios of a megabyte, which page tables map by one entry: they are not volatile then. */
#include "discards.h"

#define HUGE_SIZE	(1UL << 20)
#define HUGE_PAGES	(HUGE_SIZE / PAGE)

static char content[HUGE_SIZE] __attribute__((aligned(PAGE)));

/* A new file, on disk and cached, written at once so that it may be one folio */
static int huge(void)
{
	int fd = unlinked();

	fill(content, OWN, 0, HUGE_SIZE);
	expect(must(pwrite(fd, content, HUGE_SIZE, 0)) == HUGE_SIZE);
	/* What reaches to the end of its file is mapped page by page (filemap_map_pages()). */
	expect(must(pwrite(fd, content, 1, HUGE_SIZE)) == 1);
	must(fsync(fd));
	return fd;
}

static void look_at_all(int fd)
{
	expect(must(pread(fd, content, HUGE_SIZE, 0)) == HUGE_SIZE);
	check("read", content, OWN, 0, HUGE_SIZE);
}

static char *map_at_once(int fd)
{
	unsigned long area = (unsigned long)must(mmap(NULL, 2 * HUGE_SIZE, PROT_NONE,
						      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	void *p = (void *)((area + HUGE_SIZE - 1) & -HUGE_SIZE);

	return must(mmap(p, HUGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0));
}

/* Of all that this process has mapped */
static bool any_by_one_entry(void)
{
	char line[512];
	unsigned long kib, all = 0;
	FILE *maps = fopen("/proc/self/smaps", "r");

	expect(maps);
	while (fgets(line, sizeof(line), maps))
		if (sscanf(line, "FilePmdMapped: %lu", &kib) == 1)
			all += kib;
	fclose(maps);
	return all;
}

static void test_kept(void)
{
	int fd = huge(), copy;
	char *p = map_at_once(fd);

	check("mapped", p, OWN, 0, HUGE_SIZE);
	if (!any_by_one_entry())
		skip("no folio of a megabyte, or a machine without EDAT as QEMU's TCG is");
	kept();
	/* get_user_pages() takes all of it. */
	copy = huge();
	must(ftruncate(copy, 0));
	expect(must(pwrite(reopen(copy, O_WRONLY | O_DIRECT), p, HUGE_SIZE, 0)) ==
	       (ssize_t)HUGE_SIZE);
	look_at_all(copy);
	check("kept", p, OWN, 0, HUGE_SIZE);
	not_met();
	must(munmap(p, HUGE_SIZE));
	discard(HUGE_PAGES);
	look_at_all(fd);
	met_by_lookup(HUGE_PAGES);
}

/* It is met before it is mapped, or page by page. */
static void test_discarded(void)
{
	int fd = huge();

	discard(HUGE_PAGES);
	check("mapped", map_at_once(fd), OWN, 0, HUGE_SIZE);
	met(HUGE_PAGES);
}

const struct test huge_tests[] = {
	WRITES("huge-kept", test_kept),
	WRITES("huge-discarded", test_discarded),
	WRITES(NULL, NULL)
};
