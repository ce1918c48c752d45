// SPDX-License-Identifier: GPL-2.0
/*
 * The host's side of a page: there, paged out, or never touched since it was
 * dropped.
 *
 * Main storage is private anonymous memory of the process. MADV_DONTNEED drops
 * a page, and userfaultfd makes the next access to it a SIGBUS in the thread
 * that does it. No mapping is ever split by that, so the number of dropped
 * pages has no limit, and it takes no privilege, since only faults of user code
 * are asked for.
 */
#include "essa.h"
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <linux/userfaultfd.h>

#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif

/* Of an entry of /proc/self/pagemap */
#define PM_PRESENT	(1ULL << 63)
#define PM_SWAPPED	(1ULL << 62)

#define ENTRIES		512

static int faults_fd = -1, pagemap_fd = -1;
static U64 frames;		/* pages of main storage that are there, about */

BYTE *memory_at(U64 page)
{
	return sysblk.mainstor + page * PAGE_BYTES;
}

U64 memory_pages(void)
{
	return sysblk.mainsize / PAGE_BYTES;
}

bool memory_ready(void)
{
	return faults_fd >= 0;
}

static bool failed(const char *what)
{
	logmsg("HHCES003E %s: %s\n", what, strerror(errno));
	memory_end();
	return false;
}

U64 memory_frames(void)
{
	return __atomic_load_n(&frames, __ATOMIC_RELAXED);
}

static void count_frames(void)
{
	U64 entries[ENTRIES], first = (uintptr_t)sysblk.mainstor / PAGE_BYTES, count = 0;

	for (U64 page = 0; page < memory_pages(); page += ENTRIES) {
		ssize_t got = pread(pagemap_fd, entries, sizeof(entries),
				    (first + page) * sizeof(*entries));

		for (ssize_t i = 0; i < got / (ssize_t)sizeof(*entries); i++) {
			if (page + i < memory_pages() && entries[i] & PM_PRESENT)
				count++;
		}
	}
	frames = count;
}

bool memory_begin(void)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_SIGBUS };
	struct uffdio_register range = {
		.range = { (uintptr_t)sysblk.mainstor, sysblk.mainsize },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	if (memory_ready())
		return true;
	/* With huge pages one page's touch makes 511 others resident. */
	madvise(sysblk.mainstor, sysblk.mainsize, MADV_NOHUGEPAGE);
	pagemap_fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (pagemap_fd < 0)
		return failed("/proc/self/pagemap");
	faults_fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY);
	if (faults_fd < 0)
		return failed("userfaultfd (Linux 5.11 is needed)");
	if (ioctl(faults_fd, UFFDIO_API, &api))
		return failed("UFFDIO_API");
	if (ioctl(faults_fd, UFFDIO_REGISTER, &range))
		return failed("UFFDIO_REGISTER");
	count_frames();
	return true;
}

/* Missing pages are pages of zeroes from now on. */
void memory_end(void)
{
	if (faults_fd >= 0)
		close(faults_fd);
	if (pagemap_fd >= 0)
		close(pagemap_fd);
	faults_fd = pagemap_fd = -1;
}

/*
 * Pages of zeroes are given back: a reset that clears storage has touched all. No CPU
 * runs, and no channel program.
 */
void memory_forget_zeroes(void)
{
	static const BYTE zeroes[PAGE_BYTES];
	BYTE there[ENTRIES];

	for (U64 first = 0; first < memory_pages(); first += ENTRIES) {
		U64 count = memory_pages() - first;

		if (count > ENTRIES)
			count = ENTRIES;
		if (mincore(memory_at(first), count * PAGE_BYTES, there))
			return;
		for (U64 i = 0; i < count; i++) {
			if (there[i] & 1 && !memcmp(memory_at(first + i), zeroes, PAGE_BYTES))
				madvise(memory_at(first + i), PAGE_BYTES, MADV_DONTNEED);
		}
	}
}

void memory_drop(U64 page)
{
	if (memory_ready() && memory_content(page) == RESIDENT)
		__atomic_fetch_sub(&frames, 1, __ATOMIC_RELAXED);
	madvise(memory_at(page), PAGE_BYTES, MADV_DONTNEED);
}

void memory_fill(U64 page)
{
	struct uffdio_zeropage zero = {
		.range = { (uintptr_t)memory_at(page), PAGE_BYTES },
	};

	/* EEXIST: another thread has been faster */
	while (ioctl(faults_fd, UFFDIO_ZEROPAGE, &zero)) {
		if (errno != EAGAIN)
			return;
	}
	__atomic_fetch_add(&frames, 1, __ATOMIC_RELAXED);
}

/* Makes a page resident, whatever it is. */
void memory_bring(U64 page, enum content content)
{
	if (content == ZERO)
		memory_fill(page);
	else
		(void)*(volatile BYTE *)memory_at(page);
}

enum content memory_content(U64 page)
{
	U64 entry = 0;

	if (pread(pagemap_fd, &entry, sizeof(entry),
		  (uintptr_t)memory_at(page) / PAGE_BYTES * sizeof(entry)) != sizeof(entry))
		return RESIDENT;
	return entry & PM_PRESENT ? RESIDENT : entry & PM_SWAPPED ? PRESERVED : ZERO;
}
