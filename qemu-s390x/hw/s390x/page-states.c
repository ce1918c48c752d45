/*
 * Page states: the table and its transitions
 *
 * One byte a page, changed by compare-and-swap alone. What must hold:
 *
 *  (1) While a vCPU has a translation of a page in its TLB, the page is
 *      neither LENT nor BUSY. A translation is made after
 *      s390_page_states_access(); the lender lends only pages that are still
 *      IDLE after a flush of all TLBs that came after it set IDLE, and every
 *      access clears IDLE.
 *  (2) A BUSY page belongs to whoever set BUSY. Nobody else changes its byte,
 *      but for the handler thread, which may add ZERO, and FILLING while it
 *      fills the page. A page is not lent while that lasts.
 *  (3) Whether a lent page has been dropped is asked after touching it, never
 *      before: the touch makes the host keep the page, and whoever finds it
 *      missing records ZERO before the touch completes.
 *  (4) A potentially volatile page is LENT only while its change bit is 0. The
 *      lender reads the key after it has set BUSY, and whoever sets the bit
 *      looks for BUSY and LENT after that.
 *
 * BUSY lasts for a system call or two and its holder takes no lock meanwhile,
 * so waiting for its end is a yield.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/exec-all.h"
#include "exec/ram_addr.h"
#include "hw/s390x/page-states.h"
#include "trace.h"

static uint8_t wait_not_busy(S390PageStates *ps, uint64_t page)
{
    uint8_t state;

    while ((state = qatomic_load_acquire(&ps->table[page])) & PAGE_STATE_BUSY) {
        sched_yield();
    }
    return state;
}

/*
 * Make a lent page ours again. If another thread is at it too, it may still
 * be BUSY on return: look again.
 */
static void take_back(S390PageStates *ps, uint64_t page, uint8_t state)
{
    uint8_t busy = state | PAGE_STATE_BUSY;
    bool dropped;

    if (qatomic_cmpxchg(&ps->table[page], state, busy) != state) {
        return;
    }
    dropped = page_states_host_fetch(ps, page);
    if (dropped) {
        page_state_set(ps, page, PAGE_STATE_ZERO);
    }
    do {
        state = qatomic_read(&ps->table[page]);
        if ((state & PAGE_STATE_ZERO) && !dropped) {
            /*
             * Recorded by the handler, which may have been late, and that at
             * any time while the page is BUSY.
             */
            page_states_host_expect_drops(ps);
            page_states_host_drop(ps, page, 1);
            dropped = true;
        }
    } while (qatomic_cmpxchg(&ps->table[page], state,
                             state & ~(PAGE_STATE_BUSY | PAGE_STATE_LENT |
                                       PAGE_STATE_IDLE)) != state);
    stat64_add(&ps->taken_back, 1);
    if (state & PAGE_STATE_ZERO) {
        stat64_add(&ps->discarded, 1);
        page_states_log_change(ps, page, busy, state);
    } else {
        page_states_offer(ps, page);
    }
    trace_s390_page_states_take_back(page, state);
}

/* The page's byte, once the page is ours */
static uint8_t own(S390PageStates *ps, uint64_t page)
{
    uint8_t state;

    while ((state = wait_not_busy(ps, page)) & PAGE_STATE_LENT) {
        take_back(ps, page, state);
    }
    return state;
}

int s390_page_states_access(hwaddr addr)
{
    S390PageStates *ps = s390_page_states_get();
    uint64_t page = addr / TARGET_PAGE_SIZE;
    uint8_t state, new;

    if (!ps || page >= ps->pages ||
        !(qatomic_read(&ps->table[page]) & ~PAGE_STATE_NODAT)) {
        return 0;
    }

    do {
        state = own(ps, page);
        if (page_state_discarded(state)) {
            return PGM_DISCARD;
        }
        if (ps->strict && (state & ESSA_USAGE) == ESSA_USAGE_UNUSED) {
            trace_s390_page_states_unused_access(page, state);
            return PGM_ADDRESSING;
        }
        new = state & (ESSA_USAGE | PAGE_STATE_NODAT | PAGE_STATE_FILLING);
    } while (new != state &&
             qatomic_cmpxchg(&ps->table[page], state, new) != state);

    if ((new & ESSA_USAGE) && (state & PAGE_STATE_ZERO)) {
        /* An unused page that was empty now takes memory. */
        page_states_offer(ps, page);
    }
    return 0;
}

void s390_page_states_keys_set(uint64_t page, uint64_t count)
{
    S390PageStates *ps = s390_page_states_get();

    if (!ps) {
        return;
    }
    /* The keys are written before the states are read: invariant (4). */
    smp_mb();
    for (; count && page < ps->pages; page++, count--) {
        if ((qatomic_read(&ps->table[page]) & ESSA_USAGE) ==
            ESSA_USAGE_POT_VOL) {
            own(ps, page);
        }
    }
}

void s390_page_states_count_fault(void)
{
    stat64_add(&s390_page_states_get()->faults, 1);
}

uint8_t page_states_make_stable(S390PageStates *ps, uint64_t page)
{
    uint8_t state;

    do {
        state = own(ps, page);
    } while (qatomic_cmpxchg(&ps->table[page], state,
                             state & (PAGE_STATE_ZERO | PAGE_STATE_FILLING))
             != state);
    return state;
}

void s390_page_states_make_stable(hwaddr addr, hwaddr size)
{
    S390PageStates *ps = s390_page_states_get();
    uint64_t page, end = (addr + size) / TARGET_PAGE_SIZE;

    for (page = addr / TARGET_PAGE_SIZE;
         ps && page < MIN(end, ps->pages); page++) {
        page_states_log_change(ps, page, page_states_make_stable(ps, page),
                               ESSA_USAGE_STABLE);
    }
}

bool page_states_changed(S390PageStates *ps, uint64_t page)
{
    uint8_t key;

    return !S390_SKEYS_GET_CLASS(ps->keys)->skeys_are_enabled(ps->keys) ||
           s390_skeys_get(ps->keys, page, 1, &key) || (key & SK_C);
}

/* What the table says, made good by what the host says. */
static uint8_t reported(S390PageStates *ps, uint64_t page, uint8_t state,
                        uint8_t content)
{
    uint8_t nodat = state & PAGE_STATE_NODAT ? ESSA_NODAT : 0;
    uint8_t usage = state & ESSA_USAGE;

    if (page_state_discarded(state) || (content == ESSA_ZERO && usage)) {
        usage = usage == ESSA_USAGE_POT_VOL ? ESSA_USAGE_VOLATILE : usage;
        content = ESSA_ZERO;
    } else if (content == ESSA_PRESERVED && usage) {
        /*
         * Only a stable page is preserved. Others are going to be dropped, but
         * for one that was changed: so it has been evicted, and is stable.
         */
        if (usage == ESSA_USAGE_POT_VOL && page_states_changed(ps, page)) {
            usage = ESSA_USAGE_STABLE;
        } else {
            content = ESSA_RESIDENT;
        }
    }
    return usage | content | nodat;
}

/* What the table knows of the content, for page_states_host_content() */
static uint8_t known_content(uint8_t state)
{
    return state & PAGE_STATE_ZERO ? ESSA_ZERO : ESSA_RESIDENT;
}

/*
 * Asking the host takes a system call. Not needed for a page that was resident
 * when it ceased to be stable: it is so until it is lent.
 */
static bool table_knows(uint8_t state)
{
    switch (state & (ESSA_USAGE | PAGE_STATE_ZERO | PAGE_STATE_LENT)) {
    case ESSA_USAGE_UNUSED:
    case ESSA_USAGE_UNUSED | PAGE_STATE_ZERO:
    case ESSA_USAGE_VOLATILE:
        return true;
    default:
        return page_state_discarded(state);
    }
}

static uint8_t ask_table(S390PageStates *ps, uint64_t page, uint8_t state)
{
    return reported(ps, page, state, known_content(state));
}

void s390_page_states_peek(S390PageStates *ps, uint64_t page, uint64_t count,
                           uint8_t *values)
{
    g_autofree uint8_t *state = g_memdup2(ps->table + page, count);
    uint64_t i;

    for (i = 0; i < count; i++) {
        values[i] = known_content(state[i]);
    }
    page_states_host_content(ps, page, count, values);
    for (i = 0; i < count; i++) {
        values[i] = table_knows(state[i])
                    ? ask_table(ps, page + i, state[i])
                    : reported(ps, page + i, state[i], values[i]);
    }
}

static uint8_t ask_host(S390PageStates *ps, uint64_t page, uint8_t state)
{
    uint8_t content = known_content(state);

    page_states_host_content(ps, page, 1, &content);
    return reported(ps, page, state, content);
}

/*
 * What has been reported stays true: a page that the host had dropped is gone
 * even if it would turn up again, with a migration say, and a potentially
 * volatile one that it had preserved is stable. And what the host says belongs
 * to a state that has not changed since.
 */
static uint8_t get_state(S390PageStates *ps, uint64_t page)
{
    uint8_t state, new, result;

    do {
        state = wait_not_busy(ps, page);
        result = table_knows(state) ? ask_table(ps, page, state)
                                    : ask_host(ps, page, state);
        new = state;
        if ((result & ESSA_CONTENT) == ESSA_ZERO) {
            new |= PAGE_STATE_ZERO;
        } else if ((result & ESSA_USAGE) == ESSA_USAGE_STABLE) {
            new &= ~ESSA_USAGE;
        }
    } while (qatomic_cmpxchg(&ps->table[page], state, new) != state);
    if (new != state) {
        page_states_log_change(ps, page, state, new);
    }
    return result;
}

bool page_states_has_code(S390PageStates *ps, uint64_t page)
{
    return !cpu_physical_memory_get_dirty_flag(ps->ram_addr +
                                               page * TARGET_PAGE_SIZE,
                                               DIRTY_MEMORY_CODE);
}

void page_states_drop_code(S390PageStates *ps, uint64_t page)
{
    ram_addr_t start = ps->ram_addr + page * TARGET_PAGE_SIZE;

    tb_invalidate_phys_range(start, start + TARGET_PAGE_SIZE - 1);
}

/*
 * While the host has memory enough, and so has not paged out anything, a stable
 * page counts as resident unless operation 0 has found it zero. Operation 4
 * needs to know.
 */
static bool worth_asking(S390PageStates *ps, unsigned op, uint8_t state)
{
    return op == ESSA_SET_POT_VOLATILE || (state & PAGE_STATE_ZERO) ||
           qatomic_read(&ps->active);
}

/* The usage that an operation leaves, for a resident page */
static uint8_t new_usage(unsigned op)
{
    switch (op) {
    case ESSA_SET_UNUSED:
        return ESSA_USAGE_UNUSED;
    case ESSA_SET_VOLATILE:
        return ESSA_USAGE_VOLATILE;
    case ESSA_SET_POT_VOLATILE:
        return ESSA_USAGE_POT_VOL;
    default:
        return ESSA_USAGE_STABLE;
    }
}

/* Only operation 1 takes the attribute away. */
static uint8_t new_nodat(unsigned op, uint8_t state)
{
    switch (op) {
    case ESSA_SET_STABLE:
        return 0;
    case ESSA_SET_STABLE_NODAT:
        return PAGE_STATE_NODAT;
    default:
        return state & PAGE_STATE_NODAT;
    }
}

/* The byte after an operation on a page that is ours, reported as @old */
static uint8_t new_state(S390PageStates *ps, unsigned op, uint64_t page,
                         uint8_t old)
{
    uint8_t usage = new_usage(op);

    switch (old & ESSA_CONTENT) {
    case ESSA_ZERO:
        if (op == ESSA_SET_STABLE_RESIDENT) {
            return usage;
        }
        return (usage == ESSA_USAGE_POT_VOL ? ESSA_USAGE_VOLATILE : usage) |
               PAGE_STATE_ZERO;
    case ESSA_PRESERVED:
        /* Evicted already: what was changed is kept. */
        if (usage == ESSA_USAGE_POT_VOL && page_states_changed(ps, page)) {
            return ESSA_USAGE_STABLE;
        }
        return usage;
    default:
        return usage;
    }
}

uint8_t s390_page_states_essa(S390PageStates *ps, hwaddr addr, unsigned op)
{
    const uint8_t vz = ESSA_USAGE_VOLATILE | ESSA_ZERO;
    uint64_t page = addr / TARGET_PAGE_SIZE;
    uint8_t state, old, new;

    stat64_add(&ps->essa[op], 1);
    if (page >= ps->pages) {
        return op == ESSA_GET_STATE ? 0 : ESSA_EXCEPTION;
    }
    if (op == ESSA_GET_STATE) {
        return get_state(ps, page);
    }

    do {
        /*
         * Unused and volatile are the same to the host: no need to take the
         * page back for a change between them.
         */
        if (op == ESSA_SET_UNUSED || op == ESSA_SET_VOLATILE) {
            state = wait_not_busy(ps, page);
        } else {
            state = own(ps, page);
        }
        old = table_knows(state) || !worth_asking(ps, op, state)
              ? ask_table(ps, page, state) : ask_host(ps, page, state);
        if (op == ESSA_SET_STABLE_IF_NOT_DISCARDED &&
            (old & ~ESSA_NODAT) == vz) {
            return old;
        }
        if (state & PAGE_STATE_LENT) {
            /* Dropped or not is known for sure when it is taken back. */
            new = (state & ~ESSA_USAGE) | new_usage(op);
            if ((old & ESSA_CONTENT) == ESSA_ZERO) {
                new |= PAGE_STATE_ZERO;
            }
        } else {
            new = new_state(ps, op, page, old) | new_nodat(op, state) |
                  (state & PAGE_STATE_FILLING);
        }
    } while (qatomic_cmpxchg(&ps->table[page], state, new) != state);
    page_states_log_change(ps, page, state, new);

    if (!page_state_volatile(new) &&
        ((old & ~ESSA_NODAT) == vz ||
         ((state & PAGE_STATE_LENT) && page_state_volatile(state) &&
          page_states_has_code(ps, page)))) {
        /*
         * The page reads as zero now, whatever was translated from it; or will
         * with nobody told, if it is dropped while it is unused.
         */
        page_states_drop_code(ps, page);
    }
    if (op == ESSA_SET_STABLE_RESIDENT) {
        page_states_host_touch(ps, page);
    }
    if ((new & ESSA_USAGE) && !(new & (PAGE_STATE_LENT | PAGE_STATE_ZERO))) {
        page_states_offer(ps, page);
    }
    trace_s390_page_states_essa(page, op, old, new);
    return old;
}
