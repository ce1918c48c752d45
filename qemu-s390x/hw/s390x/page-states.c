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
 *      but for the handler thread, which may add ESSA_ZERO, and FILLING while
 *      it fills the page. A page is not lent while that lasts.
 *  (3) Whether a lent page has been dropped is asked after touching it, never
 *      before: the touch makes the host keep the page, and whoever finds it
 *      missing records ESSA_ZERO before the touch completes.
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

/* The host may drop these, and owes a discard fault then. */
static bool is_volatile(uint8_t state)
{
    return (state & ESSA_USAGE) >= ESSA_USAGE_POT_VOL;
}

static bool is_discarded(uint8_t state)
{
    return is_volatile(state) && (state & ESSA_CONTENT) == ESSA_ZERO;
}

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

    if (qatomic_cmpxchg(&ps->table[page], state, busy) != state) {
        return;
    }
    if (page_states_host_fetch(ps, page)) {
        page_state_set(ps, page, ESSA_ZERO);
    } else if ((qatomic_read(&ps->table[page]) & ESSA_CONTENT) == ESSA_ZERO) {
        /* Recorded by the handler, which may have been late. */
        page_states_host_drop(ps, page, 1);
    }
    state = page_state_clear(ps, page, PAGE_STATE_BUSY | PAGE_STATE_LENT |
                                       PAGE_STATE_IDLE);
    stat64_add(&ps->taken_back, 1);
    if ((state & ESSA_CONTENT) == ESSA_ZERO) {
        stat64_add(&ps->discarded, 1);
    } else {
        page_states_offer(ps, page);
    }
    trace_s390_page_states_take_back(page, state);
}

bool s390_page_states_access(hwaddr addr)
{
    S390PageStates *ps = s390_page_states_get();
    uint64_t page = addr / TARGET_PAGE_SIZE;
    uint8_t state, new;

    if (!ps || page >= ps->pages || !qatomic_read(&ps->table[page])) {
        return true;
    }

    do {
        while ((state = wait_not_busy(ps, page)) & PAGE_STATE_LENT) {
            take_back(ps, page, state);
        }
        if (is_discarded(state)) {
            return false;
        }
        new = state & (ESSA_USAGE | PAGE_STATE_FILLING);
    } while (new != state &&
             qatomic_cmpxchg(&ps->table[page], state, new) != state);

    if ((new & ESSA_USAGE) && (state & ESSA_CONTENT) == ESSA_ZERO) {
        /* An unused page that was empty now takes memory. */
        page_states_offer(ps, page);
    }
    return true;
}

void s390_page_states_count_fault(void)
{
    stat64_add(&s390_page_states_get()->faults, 1);
}

uint8_t page_states_make_stable(S390PageStates *ps, uint64_t page)
{
    uint8_t state;

    do {
        while ((state = wait_not_busy(ps, page)) & PAGE_STATE_LENT) {
            take_back(ps, page, state);
        }
    } while (qatomic_cmpxchg(&ps->table[page], state,
                             state & (ESSA_CONTENT | PAGE_STATE_FILLING))
             != state);
    return state;
}

/* What the table says, made good by what the host says. */
static uint8_t reported(uint8_t state, uint8_t content)
{
    uint8_t usage = state & ESSA_USAGE;

    if (is_discarded(state) || (content == ESSA_ZERO && usage)) {
        return (usage == ESSA_USAGE_POT_VOL ? ESSA_USAGE_VOLATILE : usage) |
               ESSA_ZERO;
    }
    /* Only a stable page is preserved: others would be dropped instead. */
    return usage | (usage && content == ESSA_PRESERVED ? ESSA_RESIDENT
                                                       : content);
}

void s390_page_states_peek(S390PageStates *ps, uint64_t page, uint64_t count,
                           uint8_t *values)
{
    uint8_t *state = g_memdup2(ps->table + page, count);
    uint64_t i;

    for (i = 0; i < count; i++) {
        values[i] = state[i] & ESSA_CONTENT;
    }
    page_states_host_content(ps, page, count, values);
    for (i = 0; i < count; i++) {
        values[i] = reported(state[i], values[i]);
    }
    g_free(state);
}

static uint8_t peek_one(S390PageStates *ps, uint64_t page, uint8_t state)
{
    uint8_t content = state & ESSA_CONTENT;
    bool known = (state & ESSA_USAGE) && !(state & PAGE_STATE_LENT) &&
                 content == ESSA_RESIDENT;

    /* What was resident when it ceased to be stable is so until it is lent. */
    if (!known && !is_discarded(state)) {
        page_states_host_content(ps, page, 1, &content);
    }
    return reported(state, content);
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

/* The usage that an operation leaves, for a page that is not discarded */
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

uint8_t s390_page_states_essa(S390PageStates *ps, hwaddr addr, unsigned op)
{
    uint64_t page = addr / TARGET_PAGE_SIZE;
    uint8_t usage = new_usage(op);
    uint8_t state, old, new;

    stat64_add(&ps->essa[op], 1);
    if (page >= ps->pages) {
        return op == ESSA_GET_STATE ? 0 : ESSA_EXCEPTION;
    }
    if (op == ESSA_GET_STATE) {
        return peek_one(ps, page, qatomic_read(&ps->table[page]));
    }

    do {
        /*
         * Unused and volatile are the same to the host: no need to take the
         * page back for a change between them.
         */
        while (((state = wait_not_busy(ps, page)) & PAGE_STATE_LENT) &&
               op != ESSA_SET_UNUSED && op != ESSA_SET_VOLATILE) {
            take_back(ps, page, state);
        }
        old = peek_one(ps, page, state);
        if (op == ESSA_SET_STABLE_IF_NOT_DISCARDED && is_discarded(old)) {
            return old;
        }
        if (state & PAGE_STATE_LENT) {
            /* Dropped or not is known when it is taken back. */
            new = (state & ~ESSA_USAGE) | usage;
        } else if ((old & ESSA_CONTENT) == ESSA_ZERO &&
                   op != ESSA_SET_STABLE_RESIDENT) {
            new = (usage == ESSA_USAGE_POT_VOL ? ESSA_USAGE_VOLATILE : usage) |
                  ESSA_ZERO;
        } else {
            new = usage;
        }
        new |= state & PAGE_STATE_FILLING;
    } while (qatomic_cmpxchg(&ps->table[page], state, new) != state);

    if (is_discarded(old) && !is_volatile(new)) {
        /* The page reads as zero now, whatever was translated from it. */
        page_states_drop_code(ps, page);
    }
    if (op == ESSA_SET_STABLE_RESIDENT) {
        page_states_host_touch(ps, page);
    }
    if (usage && !(new & (PAGE_STATE_LENT | ESSA_ZERO))) {
        page_states_offer(ps, page);
    }
    trace_s390_page_states_essa(page, op, old, new);
    return old;
}
