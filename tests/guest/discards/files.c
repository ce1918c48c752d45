// SPDX-License-Identifier: GPL-2.0
/* Files of known content, and looking at them. */
#include "discards.h"

const char *directory;
char buffer[SIZE] __attribute__((aligned(PAGE)));

void fill(void *data, unsigned int number, size_t offset, size_t length)
{
	unsigned char *p = data;
	uint64_t w = 0;
	size_t i;

	for (i = 0; i < length; i++, offset++) {
		if (!i || offset % sizeof(w) == 0)
			w = word(number, offset / sizeof(w));
		p[i] = ((unsigned char *)&w)[offset % sizeof(w)];
	}
}

void check(const char *what, const void *data, unsigned int number,
	   size_t offset, size_t length)
{
	const unsigned char *p = data;
	unsigned char right[512];
	size_t done, n, i;

	for (done = 0; done < length; done += n) {
		n = length - done < sizeof(right) ? length - done : sizeof(right);
		fill(right, number, offset + done, n);
		if (!memcmp(p + done, right, n))
			continue;
		for (i = 0; p[done + i] == right[i]; i++)
			;
		fail("%s: byte %zu is %02x, not %02x", what, offset + done + i,
		     p[done + i], right[i]);
	}
}

void check_zero(const char *what, const void *data, size_t length)
{
	const unsigned char *p = data;
	size_t i;

	for (i = 0; i < length; i++)
		if (p[i])
			fail("%s: byte %zu is %02x, not zero", what, i, p[i]);
}

/* One of the files that are there, read-only, and not mapped writable */
int known(unsigned int number)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/tree/%u", directory, number);
	return must(open(path, O_RDONLY));
}

/* A new file that is gone when it is closed */
int unlinked(void)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/own", directory);
	fd = must(open(path, O_RDWR | O_CREAT | O_TRUNC, 0600));
	must(unlink(path));
	return fd;
}

/* Such a file of known content, on disk and cached */
int own(void)
{
	int fd = unlinked();

	fill(buffer, OWN, 0, SIZE);
	expect(must(pwrite(fd, buffer, SIZE, 0)) == SIZE);
	must(fsync(fd));
	return fd;
}

/* The file again, with other flags */
int reopen(int fd, int flags)
{
	char path[64];

	sprintf(path, "/proc/self/fd/%d", fd);
	fd = open(path, flags);
	if (fd == -1 && errno == EINVAL && (flags & O_DIRECT))
		skip("no direct I/O here");
	return must(fd);
}

void look(int fd, unsigned int number)
{
	expect(must(pread(fd, buffer, SIZE, 0)) == SIZE);
	check("read", buffer, number, 0, SIZE);
}

/* What is on the disk, whatever is in the page cache */
void look_at_disk(int fd, unsigned int number)
{
	int direct = reopen(fd, O_RDONLY | O_DIRECT);

	must(fsync(fd));
	expect(must(pread(direct, buffer, SIZE, 0)) == SIZE);
	check("direct read", buffer, number, 0, SIZE);
	close(direct);
}

/* Without readahead on faults, so that each page is met by itself */
void *map(int fd, int prot, int flags)
{
	void *p = must(mmap(NULL, SIZE, prot, flags, fd, 0));

	must(madvise(p, SIZE, MADV_RANDOM));
	return p;
}

/* The same, and all pages are mapped already. */
void *mapped(int fd, int prot, int flags, unsigned int number)
{
	void *p = map(fd, prot, flags);

	check("before", p, number, 0, SIZE);
	return p;
}

/* A mapping of a file of those that are there, just discarded under it */
void *map_discarded(unsigned int number, int prot, int flags)
{
	void *p = mapped(known(number), prot, flags, number);

	discard(PAGES);
	/* Or else the cases would show nothing. */
	expect(present(p) == PAGES);
	return p;
}

static uint64_t pagemap(const void *p)
{
	int fd = must(open("/proc/self/pagemap", O_RDONLY));
	uint64_t entry;

	expect(must(pread(fd, &entry, sizeof(entry), (unsigned long)p / PAGE *
			  sizeof(entry))) == sizeof(entry));
	close(fd);
	return entry;
}

/* The number of pages of a mapping of a whole file that are in the page table */
unsigned long present(const void *p)
{
	unsigned long page, n = 0;

	for (page = 0; page < PAGES; page++)
		n += pagemap((const char *)p + page * PAGE) >> 63;
	return n;
}

unsigned long frame(const void *p)
{
	uint64_t entry = pagemap(p);

	expect(entry >> 63);
	return entry & ((1UL << 55) - 1);
}
