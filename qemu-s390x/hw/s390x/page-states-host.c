/*
 * Page states: what the host kernel is asked
 *
 * MADV_FREE says to Linux what unused and volatile say to z/VM: drop the page
 * under pressure, without writing it, unless somebody writes to it first.
 * userfaultfd tells of the first access to a page that is gone, and the page
 * map of what is there without touching it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include <poll.h>
#include <sys/ioctl.h>
#include "exec/memory.h"
#include "exec/ramblock.h"
#include "hw/s390x/page-states.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/userfaultfd.h"
#include "qemu/error-report.h"
#include "system/system.h"
#include "trace.h"

/* Linux: Documentation/admin-guide/mm/pagemap.rst */
#define PAGEMAP_PRESENT     (1ULL << 63)
#define PAGEMAP_SWAPPED     (1ULL << 62)
#define PAGEMAP_FILE        (1ULL << 61)
#define PAGEMAP_EXCLUSIVE   (1ULL << 56)

#define PAGEMAP_CHUNK 512
#define FILL_CHUNK 4096

static void *host_address(S390PageStates *ps, uint64_t page)
{
    return ps->ram + page * TARGET_PAGE_SIZE;
}

static uint8_t content_of(uint64_t entry, bool was_zero, const void *addr)
{
    if (entry & PAGEMAP_PRESENT) {
        /*
         * The shared zero page is neither a file's nor exclusively ours; nor
         * is one that KSM has merged.
         */
        return was_zero && !(entry & (PAGEMAP_EXCLUSIVE | PAGEMAP_FILE)) &&
               buffer_is_zero(addr, TARGET_PAGE_SIZE)
               ? ESSA_ZERO : ESSA_RESIDENT;
    }
    return entry & PAGEMAP_SWAPPED ? ESSA_PRESERVED : ESSA_ZERO;
}

void page_states_host_content(S390PageStates *ps, uint64_t page,
                              uint64_t count, uint8_t *content)
{
    uint64_t entry[PAGEMAP_CHUNK];

    if (ps->uffd < 0) {
        /* Nothing is ever dropped. */
        memset(content, ESSA_RESIDENT, count);
        return;
    }
    while (count) {
        uint64_t i, n = MIN(count, PAGEMAP_CHUNK);
        uint64_t first = (uintptr_t)host_address(ps, page) / TARGET_PAGE_SIZE;
        ssize_t size = n * sizeof(*entry);

        if (pread(ps->pagemap_fd, entry, size,
                  first * sizeof(*entry)) != size) {
            memset(content, ESSA_RESIDENT, n);
        } else {
            for (i = 0; i < n; i++) {
                content[i] = content_of(entry[i], content[i] == ESSA_ZERO,
                                        host_address(ps, page + i));
            }
        }
        page += n;
        content += n;
        count -= n;
    }
}

/*
 * The kernel tells when tasks of this host have waited for memory. Windows that
 * are no multiple of 2 s take CAP_SYS_RESOURCE.
 * (Linux: Documentation/accounting/psi.rst)
 */
void page_states_host_await_pressure(void)
{
    static const char *const triggers[] = {
        "some 5000 500000", "some 20000 2000000",
    };
    struct pollfd pfd = { .events = POLLPRI };
    int i, ret = -1;

    pfd.fd = open("/proc/pressure/memory", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (pfd.fd < 0) {
        return;
    }
    for (i = 0; ret < 0 && i < ARRAY_SIZE(triggers); i++) {
        ret = write(pfd.fd, triggers[i], strlen(triggers[i]) + 1);
    }
    if (ret >= 0) {
        RETRY_ON_EINTR(poll(&pfd, 1, -1));
    }
    close(pfd.fd);
}

static int advise(S390PageStates *ps, uint64_t page, uint64_t count, int advice)
{
    return madvise(host_address(ps, page), count * TARGET_PAGE_SIZE, advice)
           ? -errno : 0;
}

int page_states_host_lend(S390PageStates *ps, uint64_t page, uint64_t count)
{
    return advise(ps, page, count, MADV_FREE);
}

int page_states_host_drop(S390PageStates *ps, uint64_t page, uint64_t count)
{
    return advise(ps, page, count, MADV_DONTNEED);
}

void page_states_host_clear(S390PageStates *ps, uint64_t page, uint64_t count)
{
    if (ps->uffd >= 0 && !page_states_host_drop(ps, page, count)) {
        return;
    }
    for (; count; page++, count--) {
        if (!buffer_is_zero(host_address(ps, page), TARGET_PAGE_SIZE)) {
            memset(host_address(ps, page), 0, TARGET_PAGE_SIZE);
        }
    }
}

/*
 * Map the zero page where nothing is mapped. Unlike uffd_zero_page() this is
 * silent if there is something, and says how far it came.
 */
static int zero_pages(S390PageStates *ps, uint64_t page, uint64_t count,
                      uint64_t *done)
{
    struct uffdio_zeropage zero = {
        .range.start = (uintptr_t)host_address(ps, page),
        .range.len = count * TARGET_PAGE_SIZE,
    };
    int ret = ioctl(ps->uffd, UFFDIO_ZEROPAGE, &zero) ? -errno : 0;

    if (done) {
        *done = zero.zeropage > 0 ? zero.zeropage / TARGET_PAGE_SIZE : 0;
    }
    return ret;
}

/*
 * A write that changes nothing: it makes the page present, and the host's page
 * table entry dirty. If it fails somebody else's write has done so.
 */
void page_states_host_touch(S390PageStates *ps, uint64_t page)
{
    unsigned long *word = host_address(ps, page);
    unsigned long value = qatomic_read(word);

    qatomic_cmpxchg(word, value, value);
}

/*
 * Mapping the zero page finds out that a page is gone, and repairs that, for
 * the price of a system call. The touch alone costs less if the page is there
 * and much more, the way through the handler, if it is not. What happened
 * lately is a good guess at what is going to happen.
 */
bool page_states_host_fetch(S390PageStates *ps, uint64_t page)
{
    unsigned int expected = qatomic_read(&ps->drops_expected);

    if (expected) {
        if (!zero_pages(ps, page, 1, NULL)) {
            page_states_host_expect_drops(ps);
            return true;
        }
        qatomic_set(&ps->drops_expected, expected - 1);
    }
    page_states_host_touch(ps, page);
    return false;
}

static void handle_missing(S390PageStates *ps, uint64_t addr)
{
    uint64_t page = (addr - (uintptr_t)ps->ram) / TARGET_PAGE_SIZE;
    uint8_t state, new;

    /*
     * A drop is recorded before the toucher goes on. A fault that somebody
     * has served meanwhile may come late: FILLING keeps the page from being
     * lent, and dropped once more, between the look and the filling. And it
     * may be recorded for a page that is lent again but still there; then
     * take_back() makes it true.
     */
    do {
        state = qatomic_read(&ps->table[page]);
        new = state | PAGE_STATE_FILLING;
        if (state & (PAGE_STATE_LENT | PAGE_STATE_BUSY)) {
            new |= PAGE_STATE_ZERO;
        }
    } while (qatomic_cmpxchg(&ps->table[page], state, new) != state);
    page_states_log_change(ps, page, state, new);
    trace_s390_page_states_missing(page, state);
    if (zero_pages(ps, page, 1, NULL)) {
        /* Filled by somebody else: wake whoever waits. */
        uffd_wakeup(ps->uffd, host_address(ps, page), TARGET_PAGE_SIZE);
    }
    page_state_clear(ps, page, PAGE_STATE_FILLING);
}

/* Serves every thread, vCPU or not, that touches a missing page. No locks. */
static void *handler_thread(void *opaque)
{
    S390PageStates *ps = opaque;
    struct uffd_msg msg[16];

    for (;;) {
        int i, n = uffd_read_events(ps->uffd, msg, ARRAY_SIZE(msg));

        for (i = 0; i < n; i++) {
            if (msg[i].event == UFFD_EVENT_PAGEFAULT) {
                handle_missing(ps, msg[i].arg.pagefault.address);
            }
        }
    }
    return NULL;
}

/*
 * Map the shared zero page wherever nothing is mapped yet, so that first
 * accesses to fresh memory are not reported one by one. The table remembers
 * where, since from now on the host calls these pages present.
 */
static void fill_holes(S390PageStates *ps, uint64_t first, uint64_t count)
{
    uint8_t content[FILL_CHUNK] = { 0 };
    uint64_t page = 0, done;

    page_states_host_content(ps, first, count, content);
    while (page < count) {
        uint64_t end = page;

        while (end < count && content[end] == ESSA_ZERO) {
            qatomic_cmpxchg(&ps->table[first + end], 0, PAGE_STATE_ZERO);
            end++;
        }
        if (end == page) {
            page++;
            continue;
        }
        /* Where a vCPU was faster there is no hole any more. */
        zero_pages(ps, first + page, end - page, &done);
        page += MAX(done, 1);
    }
}

int page_states_host_register(S390PageStates *ps)
{
    uint64_t page, count;

    if (uffd_register_memory(ps->uffd, ps->ram, ps->pages * TARGET_PAGE_SIZE,
                             UFFDIO_REGISTER_MODE_MISSING, NULL)) {
        return -errno;
    }
    for (page = 0; page < ps->pages; page += count) {
        /* Of large memory this takes seconds, and a reset has the BQL. */
        if (qatomic_read(&ps->resetting)) {
            page_states_host_unregister(ps);
            return -EINTR;
        }
        count = MIN(ps->pages - page, FILL_CHUNK);
        fill_holes(ps, page, count);
    }
    return 0;
}

void page_states_host_unregister(S390PageStates *ps)
{
    uffd_unregister_memory(ps->uffd, ps->ram, ps->pages * TARGET_PAGE_SIZE);
}

static bool check_memory(MemoryRegion *mr, Error **errp)
{
    if (qemu_real_host_page_size() != TARGET_PAGE_SIZE) {
        error_setg(errp, "the host's page size is not %d", TARGET_PAGE_SIZE);
    } else if (qemu_ram_is_shared(mr->ram_block)) {
        error_setg(errp, "guest memory is shared");
    } else if (qemu_ram_pagesize(mr->ram_block) != TARGET_PAGE_SIZE) {
        error_setg(errp, "guest memory is backed by huge pages");
    } else if (qemu_ram_get_fd(mr->ram_block) >= 0) {
        error_setg(errp, "guest memory is backed by a file");
    } else if (should_mlock(mlock_state)) {
        error_setg(errp, "guest memory is locked (-overcommit mem-lock)");
    } else {
        return true;
    }
    return false;
}

bool page_states_host_init(S390PageStates *ps, MemoryRegion *mr, Error **errp)
{
    if (!check_memory(mr, errp)) {
        return false;
    }
    /*
     * A page that KSM has merged and that is mapped once becomes clean by
     * MADV_FREE. Pages that KSM adds to it later, which may be stable ones or
     * other programs', are dropped with it (Linux 6.12: mm/ksm.c,
     * try_to_merge_one_page()).
     */
    advise(ps, 0, ps->pages, MADV_UNMERGEABLE);
    ps->pagemap_fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    if (ps->pagemap_fd < 0) {
        error_setg_file_open(errp, errno, "/proc/self/pagemap");
        return false;
    }
    ps->uffd = uffd_create_fd(0, false);
    if (ps->uffd < 0) {
        error_setg_errno(errp, errno, "userfaultfd is refused");
        error_append_hint(errp, "Run as root, allow /dev/userfaultfd, or set "
                          "the sysctl vm.unprivileged_userfaultfd to 1.\n");
        close(ps->pagemap_fd);
        return false;
    }
    return true;
}

void page_states_host_exit(S390PageStates *ps)
{
    uffd_close_fd(ps->uffd);
    ps->uffd = -1;
    close(ps->pagemap_fd);
}

void page_states_host_start(S390PageStates *ps)
{
    qemu_thread_create(&ps->handler, "page-handler", handler_thread, ps,
                       QEMU_THREAD_DETACHED);
}
