// SPDX-License-Identifier: GPL-2.0
/* Have pages discarded, and find out how they were met: counters of the kernel. */
#include "discards.h"
#include <sys/vfs.h>
#include <time.h>

#define DEBUG "/sys/kernel/debug/page_states/"

/* Seen by a case and its children alike */
static struct {
	unsigned long volatiles;	/* volatile pages when the case began */
	/* counters when pages were last known to be discarded */
	unsigned long discards, faults;
	unsigned long resident;		/* volatile pages then, on a host that drops nothing */
} *before;

void put(const char *path, const char *text)
{
	int fd = must(open(path, O_WRONLY));

	must(write(fd, text, strlen(text)));
	close(fd);
}

/* Of a file of lines "KEY NUMBER", or of a single number if there is no key */
unsigned long number_in(const char *path, const char *key)
{
	static char text[65536];
	size_t length = strlen(key), end = 0;
	int fd = must(open(path, O_RDONLY));
	char *line;
	ssize_t n;

	while ((n = must(read(fd, text + end, sizeof(text) - 1 - end))) > 0)
		end += n;
	close(fd);
	text[end] = 0;
	if (!*key)
		return strtoul(text, NULL, 10);
	for (line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, length) && line[length] == ' ')
			return strtoul(line + length, NULL, 10);
	}
	fail("%s has no %s", path, key);
}

unsigned long vmstat(const char *name)
{
	return number_in("/proc/vmstat", name);
}

static void remember(void)
{
	before->discards = vmstat("page_discard");
	before->faults = vmstat("page_discard_fault");
}

static void read_table(unsigned long *resident, unsigned long *zero)
{
	char text[1024], *line;
	int fd = must(open(DEBUG "table", O_RDONLY));
	ssize_t n = must(read(fd, text, sizeof(text) - 1));

	close(fd);
	text[n] = 0;
	line = strstr(text, "\nvolatile");
	if (!line || sscanf(line, " volatile %lu %*u %lu", resident, zero) != 2)
		fail(DEBUG "table has no line for volatile");
}

static unsigned long nr_volatile(void)
{
	put("/proc/sys/vm/stat_refresh", "1");
	return vmstat("nr_volatile");
}

void scan(void)
{
	put(DEBUG "scan", "1");
}

/* No case finds what another has left in the page cache. */
void states_begin(void)
{
	if (!before)
		before = must(mmap(NULL, sizeof(*before), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	sync();
	put("/proc/sys/vm/drop_caches", "3");
	scan();
	before->volatiles = nr_volatile();
}

/* Until the host has discarded all that is volatile */
static unsigned long all_discarded(void)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	unsigned long resident, zero;
	int tries;

	scan();
	for (tries = 0; tries < 100; tries++) {
		read_table(&resident, &zero);
		if (!resident)
			return zero;
		nanosleep(&pause, NULL);
	}
	fail("%lu pages stay volatile: the host has to discard all (policy=always)",
	     resident);
}

/* Scanned, and whatever has become volatile is gone. */
void scan_and_drop(void)
{
	all_discarded();
}

/* At least that many of the case's pages are discarded now. */
void discard(unsigned long pages)
{
	unsigned long zero = all_discarded();

	if (zero < before->volatiles + pages)
		fail("%ld pages discarded, not %lu", zero - before->volatiles, pages);
	remember();
}

/* The case's pages are not discarded, scanned or not. */
void kept(void)
{
	unsigned long zero = all_discarded();

	if (zero > before->volatiles + SLACK)
		fail("%lu pages discarded that must be kept", zero - before->volatiles);
	remember();
}

/* Volatile pages, none of them discarded: as many as the kernel has counted */
static unsigned long resident(void)
{
	unsigned long resident, zero, counted = nr_volatile();

	read_table(&resident, &zero);
	if (zero > SLACK)
		fail("%lu pages are discarded: the host has to drop nothing", zero);
	if (counted != resident + zero)
		fail("%lu volatile pages counted, and there are %lu", counted, resident + zero);
	return resident;
}

/* At least that many of the case's pages are volatile now, and there. */
void now_volatile(unsigned long pages)
{
	scan();
	before->resident = resident();
	if (before->resident < before->volatiles + pages)
		fail("%ld pages are volatile, not %lu",
		     before->resident - before->volatiles, pages);
	remember();
}

/* That many of them have become stable since. */
void made_stable(unsigned long pages)
{
	unsigned long is = resident();

	if (is + pages > before->resident)
		fail("%ld volatile pages became stable, not %lu", before->resident - is, pages);
}

/* That many discarded pages have left the page cache since discard(). */
void met(unsigned long pages)
{
	unsigned long discards = vmstat("page_discard") - before->discards;

	if (discards < pages)
		fail("%lu discarded pages met, not %lu", discards, pages);
	remember();
}

/* The same, and nobody has run into one. */
void met_by_lookup(unsigned long pages)
{
	unsigned long faults = vmstat("page_discard_fault") - before->faults;

	if (faults)
		fail("%lu discard faults", faults);
	met(pages);
}

/* One page that is needed brings all of its block. */
static bool reads_blocks(void)
{
	struct statfs fs;

	must(statfs(directory, &fs));
	return fs.f_type == 0x73717368;	/* squashfs */
}

/* The same, and that many times somebody has. */
void met_by_fault(unsigned long pages)
{
	unsigned long faults = vmstat("page_discard_fault") - before->faults;

	if (faults < (reads_blocks() ? 1 : pages))
		fail("%lu discard faults, not %lu", faults, pages);
	met(pages);
}

/* Nothing of that kind has happened. */
void not_met(void)
{
	unsigned long discards = vmstat("page_discard") - before->discards;

	if (discards > SLACK)
		fail("%lu discarded pages met that should have been kept", discards);
	met_by_lookup(0);
}
