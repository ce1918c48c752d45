// SPDX-License-Identifier: GPL-2.0
/*
 * What the bare mechanisms take on this host, without QEMU.
 *
 * As many pages as the bare-metal programs use, and of the kind that guest
 * memory consists of: huge ones as long as nothing is lent, then no more.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <gio/gio.h>
#include "floor.h"
#include "farm.h"

#define PAGE 4096UL
#define PAGES 8192UL
#define MISSING 2048UL
#define BATCH 512UL

typedef struct {
    guint8 *memory;
    int uffd;
    int stop;
} Handler;

static double seconds(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static gboolean fail(GError **error, const char *what)
{
    g_set_error(error, FARM_ERROR, 0, "%s: %s", what, g_strerror(errno));
    return FALSE;
}

/* Twice as much as is used, so that scattered pages are not neighbours. */
static guint8 *map_pages(int advice, GError **error)
{
    void *memory = mmap(NULL, 2 * PAGES * PAGE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED) {
        fail(error, "no memory to measure on");
        return NULL;
    }
    madvise(memory, 2 * PAGES * PAGE, advice);
    for (gsize i = 0; i < 2 * PAGES; i++) {
        ((guint8 *)memory)[i * PAGE] = i + 1;
    }
    return memory;
}

static gboolean measure_ask(Floor *floor, const guint8 *memory, GError **error)
{
    int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    gsize first = (gsize)memory / PAGE;
    guint64 entry;
    double begin;

    if (fd < 0) {
        return fail(error, "/proc/self/pagemap");
    }
    begin = seconds(CLOCK_THREAD_CPUTIME_ID);
    for (gsize i = 0; i < PAGES; i++) {
        if (pread(fd, &entry, sizeof(entry), (first + i) * sizeof(entry)) < 0) {
            close(fd);
            return fail(error, "/proc/self/pagemap");
        }
    }
    floor->ask_us = (seconds(CLOCK_THREAD_CPUTIME_ID) - begin) / PAGES * 1e6;
    close(fd);
    return TRUE;
}

static double lend(guint8 *memory, gsize batch, gsize stride)
{
    double begin = seconds(CLOCK_THREAD_CPUTIME_ID);

    for (gsize i = 0; i < PAGES; i += batch) {
        madvise(memory + i * stride * PAGE, batch * PAGE, MADV_FREE);
    }
    return (seconds(CLOCK_THREAD_CPUTIME_ID) - begin) / PAGES * 1e6;
}

static double touch(guint8 *memory, gsize pages, gsize stride)
{
    double begin = seconds(CLOCK_THREAD_CPUTIME_ID);

    for (gsize i = 0; i < pages; i++) {
        __atomic_fetch_or(memory + i * stride * PAGE, 0, __ATOMIC_SEQ_CST);
    }
    return (seconds(CLOCK_THREAD_CPUTIME_ID) - begin) / pages * 1e6;
}

static int zero_page(int uffd, guint8 *page)
{
    struct uffdio_zeropage zero = { .range = { (gsize)page, PAGE } };

    return ioctl(uffd, UFFDIO_ZEROPAGE, &zero);
}

static gpointer handle(gpointer data)
{
    const Handler *h = data;
    struct pollfd fds[] = { { h->uffd, POLLIN, 0 }, { h->stop, POLLIN, 0 } };
    struct uffd_msg msg;

    while (poll(fds, 2, -1) > 0 && !fds[1].revents) {
        while (read(h->uffd, &msg, sizeof(msg)) == sizeof(msg)) {
            zero_page(h->uffd, (guint8 *)(msg.arg.pagefault.address & -PAGE));
        }
    }
    return NULL;
}

static gboolean measure_report(Floor *floor, guint8 *memory, GError **error)
{
    struct uffdio_register range = {
        .range = { (gsize)memory, MISSING * PAGE },
        .mode = UFFDIO_REGISTER_MODE_MISSING,
    };
    struct uffdio_api api = { .api = UFFD_API };
    Handler h = { memory, syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK),
                  eventfd(0, EFD_CLOEXEC) };
    guint64 one = 1;
    GThread *thread;
    gboolean ok;
    double begin;

    ok = h.uffd >= 0 && h.stop >= 0 && !ioctl(h.uffd, UFFDIO_API, &api) &&
         !ioctl(h.uffd, UFFDIO_REGISTER, &range);
    if (ok) {
        madvise(memory, MISSING * PAGE, MADV_DONTNEED);
        begin = seconds(CLOCK_THREAD_CPUTIME_ID);
        for (gsize i = 0; i < MISSING; i++) {
            zero_page(h.uffd, memory + i * PAGE);
        }
        floor->report_fault_us = (seconds(CLOCK_THREAD_CPUTIME_ID) - begin) / MISSING * 1e6;

        madvise(memory, MISSING * PAGE, MADV_DONTNEED);
        thread = g_thread_new("handler", handle, &h);
        /* A read, as of the device that looks at a dropped page. */
        begin = seconds(CLOCK_MONOTONIC);
        for (gsize i = 0; i < MISSING; i++) {
            (void)*(volatile guint8 *)(memory + i * PAGE);
        }
        floor->report_us = (seconds(CLOCK_MONOTONIC) - begin) / MISSING * 1e6;
        ok = write(h.stop, &one, sizeof(one)) == sizeof(one);
        g_thread_join(thread);
    }
    if (!ok) {
        fail(error, "userfaultfd");
    }
    if (h.uffd >= 0) {
        close(h.uffd);
    }
    if (h.stop >= 0) {
        close(h.stop);
    }
    return ok;
}

gboolean floor_measure(Floor *floor, GError **error)
{
    guint8 *huge = map_pages(MADV_HUGEPAGE, error);
    guint8 *small = huge ? map_pages(MADV_NOHUGEPAGE, error) : NULL;
    gboolean ok = small && measure_ask(floor, huge, error);

    if (ok) {
        floor->lend_us = lend(small, BATCH, 1);
        floor->take_back_us = touch(small, PAGES, 1);
        floor->lend_scattered_us = lend(small, 1, 2);
        floor->take_back_scattered_us = touch(small, PAGES, 2);
        ok = measure_report(floor, small, error);
    }
    if (huge) {
        munmap(huge, 2 * PAGES * PAGE);
    }
    if (small) {
        munmap(small, 2 * PAGES * PAGE);
    }
    return ok;
}
