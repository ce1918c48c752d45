/*
 * Block usage and content states of guest memory under TCG
 *
 * The guest tells through EXTRACT AND SET STORAGE ATTRIBUTES (ESSA) what each
 * page is worth; QEMU lends what is not stable to the host kernel, whose
 * ordinary reclaim may then drop it; whoever needs the page again takes it
 * back and learns whether it was dropped.
 *
 *   page-states.c         the state table and its transitions (vCPU threads)
 *   page-states-lender.c  which pages are lent, and when (lender thread)
 *   page-states-host.c    what the host kernel is asked (handler thread)
 *   page-states-migration.c  what of it travels, and what need not
 *   page-states-stats.c   what can be asked
 *   page-states-break.c   a host that breaks the contract, for tests
 *   s390-stattrib-tcg.c   the storage attributes device: set-up
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef HW_S390X_PAGE_STATES_H
#define HW_S390X_PAGE_STATES_H

#include "cpu.h"
#include "hw/s390x/storage-attributes.h"
#include "hw/s390x/storage-keys.h"
#include "qapi/qapi-types-misc-target.h"
#include "qemu/stats64.h"
#include "qemu/thread.h"

/* Operations of ESSA: the M3 field (Linux: asm/page-states.h) */
enum {
    ESSA_GET_STATE,
    ESSA_SET_STABLE,
    ESSA_SET_UNUSED,
    ESSA_SET_VOLATILE,
    ESSA_SET_POT_VOLATILE,
    ESSA_SET_STABLE_RESIDENT,
    ESSA_SET_STABLE_IF_NOT_DISCARDED,
    ESSA_SET_STABLE_NODAT,
    ESSA_OPS
};

/* Result of ESSA: the state before the operation */
#define ESSA_USAGE          0x0c
#define ESSA_USAGE_STABLE   0x00
#define ESSA_USAGE_UNUSED   0x04
#define ESSA_USAGE_POT_VOL  0x08
#define ESSA_USAGE_VOLATILE 0x0c
#define ESSA_CONTENT        0x03
#define ESSA_RESIDENT       0x00
#define ESSA_PRESERVED      0x02
#define ESSA_ZERO           0x03
#define ESSA_EXCEPTION      0x10
#define ESSA_NODAT          0x20

/*
 * A page's byte in the state table: the usage as ESSA has it, and six bits of
 * our own. The byte is 0 for a stable page about which nothing else is known,
 * so that the common case of an access is one load.
 *
 * ZERO on a volatile page is the discard: whoever touches it gets the fault. On
 * other pages it says that the page was zero when last looked at; the host has
 * the last word.
 */
#define PAGE_STATE_ZERO     0x01
#define PAGE_STATE_NODAT    0x02    /* the guest says: no DAT table in it */
#define PAGE_STATE_IDLE     0x10    /* not translated since the last flush */
#define PAGE_STATE_FILLING  0x20    /* the handler is at it: do not lend */
#define PAGE_STATE_LENT     0x40    /* the host may drop it at any time */
#define PAGE_STATE_BUSY     0x80    /* being lent or taken back: wait */

#define TYPE_TCG_S390_STATTRIB "s390-storage_attributes-tcg"
OBJECT_DECLARE_SIMPLE_TYPE(S390PageStates, TCG_S390_STATTRIB)

struct S390PageStates {
    S390StAttribState parent_obj;

    /* Properties */
    S390DiscardPolicy policy;
    uint32_t seed;
    uint32_t discard_percent;       /* of lent pages, by the random policy */
    uint32_t interval_ms;
    bool strict;
    bool wait_for_pressure;
    bool migrate_volatile;
    uint64_t no_essa_at;            /* see page-states-break.c */
    uint64_t fault_stable_at;
    uint64_t fault_outside_at;

    /* Constant while vCPUs run */
    uint8_t *ram;                   /* guest absolute 0 in host memory */
    ram_addr_t ram_addr;            /* the same for the translator */
    uint64_t pages;                 /* length of the table */
    uint8_t *table;                 /* one byte a page */
    int pagemap_fd;
    int uffd;                       /* -1: nothing is ever lent */

    /*
     * Pages for the lender to look at: a bit a page, and above it a bit for
     * each word that is not empty. Both are changed atomically.
     */
    unsigned long *pending;
    unsigned long *pending_words;

    bool no_essa;                   /* ESSA is not known any more */
    bool active;                    /* the lender is at work */
    QemuEvent offered;              /* something is pending */
    QemuSemaphore flushed;          /* posted by each vCPU of a flush */
    /* Lending against reset; not held while waiting for vCPUs or the BQL */
    QemuMutex lend_lock;
    bool registered;                /* userfaultfd covers guest memory */
    bool resetting;                 /* a reset waits for lend_lock */
    unsigned int drops_expected;    /* for so many more pages to take back */
    GRand *rand;

    QemuThread lender;
    QemuThread handler;

    S390SKeysState *keys;
    Notifier machine_done;

    NotifierWithReturn precopy_notifier;
    bool migrating;                 /* pages that come to count are logged */
    bool resend;                    /* the table has changed since then */
    uint64_t sent;                  /* bytes of the table */
    uint64_t received;
    uint8_t *incoming;
    bool offer_on_resume;           /* pages that the lender has not seen */

    uint32_t *lent_at;              /* page_states_seconds(), for LENT pages */

    Stat64 essa[ESSA_OPS];
    Stat64 lent;
    Stat64 taken_back;
    Stat64 discarded;
    Stat64 faults;
};

/**
 * s390_page_states_get: the machine's page states
 *
 * Returns: NULL unless the CPU model has the cmm facility under TCG.
 */
S390PageStates *s390_page_states_get(void);

/**
 * s390_page_states_access: a vCPU is about to get a translation for a page
 * @addr: absolute address
 *
 * Called in the TLB fill path, before the entry is made, and for operands that
 * do not go through the TLB. Takes the page back if it is lent, for which it
 * may wait for the lender or for the host kernel, but never for the BQL.
 *
 * Returns: 0 if the access may go on; otherwise the program interruption that
 * the guest is owed, PGM_DISCARD or (strict mode) PGM_ADDRESSING.
 */
int s390_page_states_access(hwaddr addr);

/**
 * s390_page_states_break: do wrong, if the machine is to and this is the moment
 * @addr: virtual address that is being translated
 * @absolute: what it translates to; changed to what a fault is to report
 *
 * Returns: PGM_DISCARD for a fault that is not owed, else 0.
 */
int s390_page_states_break(vaddr addr, target_ulong *absolute);

/**
 * s390_page_states_keys_set: storage keys have changed
 *
 * A potentially volatile page that the guest declares changed by its key alone
 * must not be dropped from now on.
 */
void s390_page_states_keys_set(uint64_t page, uint64_t count);

/**
 * s390_page_states_make_stable: pages lose their content, and shall then be
 * found zero and not missing
 * @addr: absolute address
 *
 * Takes them back if they are lent, for which it may wait as for an access.
 */
void s390_page_states_make_stable(hwaddr addr, hwaddr size);

/**
 * s390_page_states_reset: make all pages stable. Unused pages lose their
 * content, the others keep what they have. All vCPUs are stopped.
 */
void s390_page_states_reset(void);

/**
 * s390_page_states_count_fault: a discard fault is delivered to a vCPU
 */
void s390_page_states_count_fault(void);

/**
 * s390_page_states_essa: one ESSA operation, atomic against other vCPUs and
 * against the host
 * @addr: absolute address of configured storage
 * @op: 0 to ESSA_OPS - 1
 *
 * Returns: the state before the operation, as ESSA puts it into R1.
 */
uint8_t s390_page_states_essa(S390PageStates *ps, hwaddr addr, unsigned op);

/**
 * s390_page_states_peek: usage and content of pages, as ESSA operation 0
 * reports them; changes nothing
 * @values: filled with @count bytes
 */
void s390_page_states_peek(S390PageStates *ps, uint64_t page, uint64_t count,
                           uint8_t *values);

/* The rest is between the files named above. */

/* The host may drop these, and owes a discard fault then. */
static inline bool page_state_volatile(uint8_t state)
{
    return (state & ESSA_USAGE) >= ESSA_USAGE_POT_VOL;
}

static inline bool page_state_discarded(uint8_t state)
{
    return page_state_volatile(state) && (state & PAGE_STATE_ZERO);
}

/* Content that no destination of a migration needs */
static inline bool page_state_skippable(S390PageStates *ps, uint8_t state)
{
    switch (state & ESSA_USAGE) {
    case ESSA_USAGE_STABLE:
        return false;
    case ESSA_USAGE_UNUSED:
        return true;
    case ESSA_USAGE_VOLATILE:
        return !ps->migrate_volatile || (state & PAGE_STATE_ZERO);
    default:
        return state & PAGE_STATE_ZERO;
    }
}

static inline uint8_t page_state_set(S390PageStates *ps, uint64_t page,
                                     uint8_t bits)
{
    return qatomic_fetch_or(&ps->table[page], bits);
}

static inline uint8_t page_state_clear(S390PageStates *ps, uint64_t page,
                                       uint8_t bits)
{
    return qatomic_fetch_and(&ps->table[page], (uint8_t)~bits);
}

/**
 * page_states_changed: whether a page's change bit is set or not known
 */
bool page_states_changed(S390PageStates *ps, uint64_t page);

/**
 * page_states_log: have a migration send a page
 * page_states_log_change: the same if an operation makes that necessary
 */
void page_states_log(S390PageStates *ps, uint64_t page);

static inline void page_states_log_change(S390PageStates *ps, uint64_t page,
                                          uint8_t old, uint8_t new)
{
    if (unlikely(qatomic_read(&ps->migrating))) {
        qatomic_set(&ps->resend, true);
        if (page_state_skippable(ps, old) && !page_state_skippable(ps, new)) {
            page_states_log(ps, page);
        }
    }
}

/**
 * page_states_make_stable: as at a reset; a page that was zero stays so
 *
 * Returns: what the table said before, the page taken back.
 */
uint8_t page_states_make_stable(S390PageStates *ps, uint64_t page);

/**
 * page_states_has_code: whether anything is translated from a page
 * page_states_drop_code: drop it; for nobody who holds a page BUSY
 */
bool page_states_has_code(S390PageStates *ps, uint64_t page);
void page_states_drop_code(S390PageStates *ps, uint64_t page);

/* Ages of lent pages are counted from an arbitrary moment, in seconds. */
static inline uint32_t page_states_seconds(void)
{
    return g_get_monotonic_time() / G_USEC_PER_SEC;
}

void page_states_lender_init(S390PageStates *ps);
void page_states_lender_start(S390PageStates *ps);

/**
 * page_states_offer: have the lender look at a page that has become unused or
 * volatile, or that was taken back as such
 * page_states_offer_all: the same for all that became so unseen by the lender
 */
void page_states_offer(S390PageStates *ps, uint64_t page);
void page_states_offer_all(S390PageStates *ps);

/* The methods of the storage attributes class */
int page_states_save_prepare(S390StAttribState *sa, Error **errp);
int page_states_get_stattr(S390StAttribState *sa, uint64_t *start_gfn,
                           uint32_t count, uint8_t *values);
long long page_states_get_dirtycount(S390StAttribState *sa);
int page_states_set_migrationmode(S390StAttribState *sa, bool value,
                                  Error **errp);
int page_states_set_stattr(S390StAttribState *sa, uint64_t start_gfn,
                           uint32_t count, uint8_t *values);
int page_states_synchronize(S390StAttribState *sa);
void page_states_migration_init(S390PageStates *ps);

void page_states_stats_init(void);

/**
 * page_states_host_init: see whether guest memory can be lent at all, and get
 * what that takes
 *
 * Returns: true on success; false with @errp set to the reason.
 */
bool page_states_host_init(S390PageStates *ps, MemoryRegion *mr, Error **errp);
void page_states_host_exit(S390PageStates *ps);
void page_states_host_start(S390PageStates *ps);

/**
 * page_states_host_await_pressure: sleep until the host is short of memory, or
 * not at all if it cannot tell
 */
void page_states_host_await_pressure(void);

/**
 * page_states_host_register: from now on hear of every page that is found
 * missing. Undone by page_states_host_unregister(). Both need lend_lock.
 *
 * Returns: 0 or a negative errno; -EINTR if a reset wants lend_lock.
 */
int page_states_host_register(S390PageStates *ps);
void page_states_host_unregister(S390PageStates *ps);

/**
 * page_states_host_lend: let the host drop pages when it is short of memory
 * page_states_host_drop: drop pages now
 *
 * Returns: 0 or a negative errno.
 */
int page_states_host_lend(S390PageStates *ps, uint64_t page, uint64_t count);
int page_states_host_drop(S390PageStates *ps, uint64_t page, uint64_t count);

/**
 * page_states_host_clear: make pages zero, without memory where that can be
 */
void page_states_host_clear(S390PageStates *ps, uint64_t page, uint64_t count);

/**
 * page_states_host_fetch: make the host keep a lent page
 *
 * The page is LENT, and BUSY by the caller. Afterwards it is present, and no
 * longer the host's to drop.
 *
 * Returns: true if the page was found dropped and is zero now. If another
 * thread found that at the same moment, the handler has recorded it in the
 * table instead.
 */
bool page_states_host_fetch(S390PageStates *ps, uint64_t page);

/**
 * page_states_host_expect_drops: a page was dropped, and more may be
 */
static inline void page_states_host_expect_drops(S390PageStates *ps)
{
    qatomic_set(&ps->drops_expected, 1024);
}

/**
 * page_states_host_touch: make a page that is not lent present
 */
void page_states_host_touch(S390PageStates *ps, uint64_t page);

/**
 * page_states_host_content: ask the host for the content states of pages
 * @content: a byte a page; filled with ESSA_RESIDENT, ESSA_PRESERVED or
 *           ESSA_ZERO. A page that is mapped to the host's shared zero page
 *           counts as zero only where @content says ESSA_ZERO on entry.
 */
void page_states_host_content(S390PageStates *ps, uint64_t page,
                              uint64_t count, uint8_t *content);

#endif /* HW_S390X_PAGE_STATES_H */
