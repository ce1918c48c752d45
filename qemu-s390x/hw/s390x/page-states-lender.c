/*
 * Page states: the lender
 *
 * A thread that hands idle unused and volatile pages to the host kernel, in
 * ranges. A page that some vCPU has in its TLB must not be handed over: the
 * host could drop it between two accesses with nobody told. So each page is
 * looked at twice. The first look marks it IDLE; then all TLBs are flushed;
 * an access from then on goes through the TLB fill path, which clears IDLE.
 * The second look, an interval later, lends the pages that are still IDLE.
 *
 * The work of a round is proportional to the pages that are pending, and
 * nothing runs at all while there are none.
 *
 * A host that has memory enough is left alone, so that its huge pages stay
 * whole: the lender begins when tasks of the host have to wait for memory.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/cputlb.h"
#include "hw/core/cpu.h"
#include "hw/s390x/page-states.h"
#include "qemu/bitops.h"
#include "qemu/error-report.h"
#include "qemu/rcu.h"
#include "system/runstate.h"
#include "trace.h"

/* Pages that are BUSY at once, which bounds how long a vCPU waits for them */
#define LEND_BATCH 512

typedef struct LendRun {
    S390PageStates *ps;
    uint64_t first;
    uint64_t count;
} LendRun;

void page_states_offer(S390PageStates *ps, uint64_t page)
{
    if (!qatomic_read(&ps->active)) {
        return;
    }
    set_bit_atomic(page, ps->pending);
    set_bit_atomic(BIT_WORD(page), ps->pending_words);
    qemu_event_set(&ps->offered);
}

static bool shall_drop(S390PageStates *ps)
{
    switch (ps->policy) {
    case S390_DISCARD_POLICY_ALWAYS:
        return true;
    case S390_DISCARD_POLICY_RANDOM:
        return g_rand_int_range(ps->rand, 0, 100) < ps->discard_percent;
    default:
        return false;
    }
}

static void finish_run(LendRun *run)
{
    S390PageStates *ps = run->ps;
    uint32_t now = page_states_seconds();
    uint64_t page;
    int ret;

    if (!run->count) {
        return;
    }
    ret = page_states_host_lend(ps, run->first, run->count);
    if (ret) {
        warn_report_once("cmm: cannot lend guest memory to the host: %s",
                         strerror(-ret));
    }
    for (page = run->first; page < run->first + run->count; page++) {
        ps->lent_at[page] = now;
        /* Also if it failed half way: the pages before that are lent. */
        page_state_set(ps, page, PAGE_STATE_LENT);
        if (shall_drop(ps)) {
            page_states_host_drop(ps, page, 1);
        }
        page_state_clear(ps, page, PAGE_STATE_BUSY | PAGE_STATE_IDLE);
    }
    stat64_add(&ps->lent, run->count);
    trace_s390_page_states_lend(run->first, run->count);
    run->count = 0;
}

static void add_to_run(LendRun *run, uint64_t page)
{
    if (run->count == LEND_BATCH ||
        (run->count && page != run->first + run->count)) {
        finish_run(run);
    }
    if (!run->count) {
        run->first = page;
    }
    run->count++;
}

/* Returns true if the page is to be looked at again in the next round. */
static bool look_at(LendRun *run, uint64_t page)
{
    S390PageStates *ps = run->ps;
    uint8_t state = qatomic_read(&ps->table[page]);

    if ((state & ESSA_USAGE) == ESSA_USAGE_STABLE) {
        return false;
    }
    if (state & PAGE_STATE_FILLING) {
        return true;
    }
    if (state & (PAGE_STATE_LENT | PAGE_STATE_ZERO)) {
        return false;
    }
    if ((state & ESSA_USAGE) == ESSA_USAGE_POT_VOL && !runstate_is_running()) {
        /* To find it changed would change a state of a stopped machine. */
        qatomic_set_mb(&ps->offer_on_resume, true);
        return runstate_is_running();
    }
    if (state & PAGE_STATE_IDLE) {
        /*
         * An unused page may be accessed without a fault, so what was
         * translated from it must not outlive it. While any page is BUSY a
         * vCPU may wait for that with locks of the translator.
         */
        if ((state & ESSA_USAGE) == ESSA_USAGE_UNUSED &&
            page_states_has_code(ps, page)) {
            finish_run(run);
            page_states_drop_code(ps, page);
        }
        if (qatomic_cmpxchg(&ps->table[page], state,
                            state | PAGE_STATE_BUSY) != state) {
            return true;
        }
        if ((state & ESSA_USAGE) == ESSA_USAGE_POT_VOL &&
            page_states_changed(ps, page)) {
            /* What the host finds changed when it evicts it is stable. */
            page_state_clear(ps, page, ESSA_USAGE | PAGE_STATE_BUSY |
                                       PAGE_STATE_IDLE);
        } else {
            add_to_run(run, page);
        }
        return false;
    }
    /* If this fails the page has just changed: nothing to mark. */
    qatomic_cmpxchg(&ps->table[page], state, state | PAGE_STATE_IDLE);
    return true;
}

static bool look_at_word(LendRun *run, unsigned long word)
{
    S390PageStates *ps = run->ps;
    /*
     * Cleared before the states are read: a page that changes after that is
     * offered again, and found in the next round.
     */
    unsigned long bits = qatomic_xchg(&ps->pending[word], 0);
    unsigned long again = 0;

    for (; bits; bits &= bits - 1) {
        int bit = ctzl(bits);

        if (look_at(run, word * BITS_PER_LONG + bit)) {
            again |= 1UL << bit;
        }
    }
    if (again) {
        qatomic_or(&ps->pending[word], again);
    }
    return again;
}

/* Returns true if there are pages for a second look. */
static bool lend_round(S390PageStates *ps)
{
    unsigned long words = BITS_TO_LONGS(ps->pages);
    LendRun run = { .ps = ps };
    bool again = false;
    unsigned long i;

    QEMU_LOCK_GUARD(&ps->lend_lock);

    if (bitmap_empty(ps->pending_words, words)) {
        return false;
    }
    if (!ps->registered) {
        int ret = page_states_host_register(ps);

        if (ret == -EINTR) {
            return true;
        }
        if (ret) {
            warn_report_once("cmm: cannot watch guest memory: %s",
                             strerror(-ret));
            return false;
        }
        ps->registered = true;
    }

    for (i = 0; i < BITS_TO_LONGS(words); i++) {
        unsigned long bits = qatomic_xchg(&ps->pending_words[i], 0);

        for (; bits; bits &= bits - 1) {
            unsigned long word = i * BITS_PER_LONG + ctzl(bits);

            if (look_at_word(&run, word)) {
                set_bit_atomic(word, ps->pending_words);
                again = true;
            }
        }
    }
    finish_run(&run);
    return again;
}

static void flush_one(CPUState *cpu, run_on_cpu_data data)
{
    S390PageStates *ps = data.host_ptr;

    tlb_flush(cpu);
    qemu_sem_post(&ps->flushed);
}

static void flush_all_and_wait(S390PageStates *ps)
{
    unsigned int cpus = 0;
    CPUState *cpu;

    WITH_RCU_READ_LOCK_GUARD() {
        CPU_FOREACH(cpu) {
            async_run_on_cpu(cpu, flush_one, RUN_ON_CPU_HOST_PTR(ps));
            cpus++;
        }
    }
    while (cpus--) {
        qemu_sem_wait(&ps->flushed);
    }
}

void page_states_offer_all(S390PageStates *ps)
{
    uint64_t page;

    for (page = 0; page < ps->pages; page++) {
        if (qatomic_read(&ps->table[page]) & ESSA_USAGE) {
            page_states_offer(ps, page);
        }
    }
}

static void *lender_thread(void *opaque)
{
    S390PageStates *ps = opaque;

    rcu_register_thread();
    if (!qatomic_read(&ps->active)) {
        page_states_host_await_pressure();
        qatomic_set_mb(&ps->active, true);
    }
    trace_s390_page_states_active();
    page_states_offer_all(ps);
    for (;;) {
        qemu_event_wait(&ps->offered);
        qemu_event_reset(&ps->offered);
        g_usleep(ps->interval_ms * 1000);
        if (lend_round(ps)) {
            flush_all_and_wait(ps);
            qemu_event_set(&ps->offered);
        }
    }
    return NULL;
}

void page_states_lender_init(S390PageStates *ps)
{
    ps->pending = bitmap_new(ps->pages);
    ps->pending_words = bitmap_new(BITS_TO_LONGS(ps->pages));
    ps->lent_at = g_new0(uint32_t, ps->pages);
    ps->rand = g_rand_new_with_seed(ps->seed);
    qemu_event_init(&ps->offered, false);
    qemu_sem_init(&ps->flushed, 0);
    qemu_mutex_init(&ps->lend_lock);
}

void page_states_lender_start(S390PageStates *ps)
{
    /* Without a wait the guest finds it so from its first instruction on. */
    qatomic_set(&ps->active, !ps->wait_for_pressure ||
                             ps->policy != S390_DISCARD_POLICY_HOST);
    qemu_thread_create(&ps->lender, "page-lender", lender_thread, ps,
                       QEMU_THREAD_DETACHED);
}

void s390_page_states_reset(void)
{
    S390PageStates *ps = s390_page_states_get();
    uint64_t page;

    if (!ps) {
        return;
    }

    qatomic_set(&ps->resetting, true);
    QEMU_LOCK_GUARD(&ps->lend_lock);
    qatomic_set(&ps->resetting, false);
    for (page = 0; page < ps->pages; page++) {
        uint8_t old = page_states_make_stable(ps, page);

        if ((old & ESSA_USAGE) == ESSA_USAGE_UNUSED && ps->uffd >= 0) {
            page_states_host_drop(ps, page, 1);
            if (page_states_has_code(ps, page)) {
                page_states_drop_code(ps, page);
            }
        }
        page_states_log_change(ps, page, old, ESSA_USAGE_STABLE);
    }
    bitmap_zero(ps->pending, ps->pages);
    bitmap_zero(ps->pending_words, BITS_TO_LONGS(ps->pages));
    if (ps->registered) {
        page_states_host_unregister(ps);
        ps->registered = false;
    }
}
