/*
 * Page states: what of them travels, and what need not
 *
 * The states are a byte a page. They are sent once the vCPUs have stopped, and
 * so is every page whose content the guest is owed. Others are skipped: the
 * precopy notifier takes them out of the dirty bitmap, as the free page hints
 * of virtio-balloon do. Unused pages arrive empty. Volatile pages arrive
 * discarded unless the source's property says otherwise: what a guest can read
 * again from its disk is not worth the network, and most of it is cold.
 *
 * A skipped page whose content comes to count is logged as dirty, written to
 * or not. The state is changed before that, and the notifier clears bits of
 * what it has read from the global log: whichever comes first, the page is in
 * that log or is not skipped.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/ram_addr.h"
#include "hw/boards.h"
#include "hw/s390x/page-states.h"
#include "migration/misc.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "system/runstate.h"
#include "trace.h"

/* Both sides share the memory (x-ignore-shared): all content is there. */
static bool ram_stays(void)
{
    return migrate_ram_is_ignored(current_machine->ram->ram_block);
}

void page_states_log(S390PageStates *ps, uint64_t page)
{
    cpu_physical_memory_set_dirty_range(ps->ram_addr + page * TARGET_PAGE_SIZE,
                                        TARGET_PAGE_SIZE,
                                        1 << DIRTY_MEMORY_MIGRATION);
}

static void skip_pages(S390PageStates *ps)
{
    uint64_t first, page = 0, skipped = 0;

    if (ram_stays()) {
        return;
    }
    while (page < ps->pages) {
        if (!page_state_skippable(ps, qatomic_read(&ps->table[page]))) {
            page++;
            continue;
        }
        first = page;
        do {
            page++;
        } while (page < ps->pages &&
                 page_state_skippable(ps, qatomic_read(&ps->table[page])));
        qemu_guest_free_page_hint(ps->ram + first * TARGET_PAGE_SIZE,
                                  (page - first) * TARGET_PAGE_SIZE);
        skipped += page - first;
    }
    trace_s390_page_states_skip(skipped);
}

static int precopy_notify_states(NotifierWithReturn *n, void *data,
                                 Error **errp)
{
    S390PageStates *ps = container_of(n, S390PageStates, precopy_notifier);

    switch (((PrecopyNotifyData *)data)->reason) {
    case PRECOPY_NOTIFY_BEFORE_BITMAP_SYNC:
        qatomic_set_mb(&ps->migrating, true);
        break;
    case PRECOPY_NOTIFY_AFTER_BITMAP_SYNC:
        skip_pages(ps);
        break;
    case PRECOPY_NOTIFY_CLEANUP:
        qatomic_set(&ps->migrating, false);
        break;
    default:
        break;
    }
    return 0;
}

int page_states_save_prepare(S390StAttribState *sa, Error **errp)
{
    if (migrate_postcopy_ram() || migrate_background_snapshot()) {
        error_setg(errp, "%s and cmm=on exclude each other: both need "
                   "userfaultfd for guest memory",
                   migrate_postcopy_ram() ? "postcopy-ram"
                                          : "background-snapshot");
        return -EINVAL;
    }
    return 0;
}

/* What the destination is told: ESSA's form, as info cmma has it */
static uint8_t travelling(S390PageStates *ps, uint8_t state)
{
    uint8_t nodat = state & PAGE_STATE_NODAT ? ESSA_NODAT : 0;
    uint8_t usage = state & ESSA_USAGE;

    if (usage && ((state & PAGE_STATE_ZERO) ||
                  (!ram_stays() && page_state_skippable(ps, state)))) {
        usage = page_state_volatile(state) ? ESSA_USAGE_VOLATILE
                                           : ESSA_USAGE_UNUSED;
        return usage | ESSA_ZERO | nodat;
    }
    return usage | nodat;
}

int page_states_get_stattr(S390StAttribState *sa, uint64_t *start_gfn,
                           uint32_t count, uint8_t *values)
{
    S390PageStates *ps = TCG_S390_STATTRIB(sa);
    uint64_t i;

    if (runstate_is_running()) {
        return 0;
    }
    /* What was sent while the machine was stopped before counts no more. */
    if (qatomic_xchg(&ps->resend, false)) {
        ps->sent = 0;
    }
    *start_gfn = ps->sent;
    count = MIN(count, ps->pages - ps->sent);
    for (i = 0; i < count; i++) {
        values[i] = travelling(ps, qatomic_read(&ps->table[ps->sent + i]));
    }
    ps->sent += count;
    return count;
}

long long page_states_get_dirtycount(S390StAttribState *sa)
{
    S390PageStates *ps = TCG_S390_STATTRIB(sa);

    /* No iteration makes it less, so it must not keep precopy from ending. */
    if (runstate_is_running()) {
        return 0;
    }
    return qatomic_read(&ps->resend) ? ps->pages : ps->pages - ps->sent;
}

int page_states_set_migrationmode(S390StAttribState *sa, bool value,
                                  Error **errp)
{
    TCG_S390_STATTRIB(sa)->sent = 0;
    return 0;
}

static bool valid_value(uint8_t value)
{
    switch (value & ~ESSA_NODAT) {
    case ESSA_USAGE_STABLE:
    case ESSA_USAGE_UNUSED:
    case ESSA_USAGE_UNUSED | ESSA_ZERO:
    case ESSA_USAGE_VOLATILE:
    case ESSA_USAGE_VOLATILE | ESSA_ZERO:
    case ESSA_USAGE_POT_VOL:
        return true;
    default:
        return false;
    }
}

int page_states_set_stattr(S390StAttribState *sa, uint64_t start_gfn,
                           uint32_t count, uint8_t *values)
{
    S390PageStates *ps = TCG_S390_STATTRIB(sa);
    uint32_t i;

    if (start_gfn == 0) {
        ps->received = 0;
    }
    if (start_gfn != ps->received || count > ps->pages - start_gfn) {
        error_report("cmm: page states 0x%" PRIx64 "+0x%x do not follow "
                     "0x%" PRIx64 " of 0x%" PRIx64, start_gfn, count,
                     ps->received, ps->pages);
        return -EINVAL;
    }
    for (i = 0; i < count; i++) {
        if (!valid_value(values[i])) {
            error_report("cmm: 0x%02x is not a page state", values[i]);
            return -EINVAL;
        }
    }
    if (!ps->incoming) {
        ps->incoming = g_malloc(ps->pages);
    }
    memcpy(ps->incoming + start_gfn, values, count);
    ps->received += count;
    return 0;
}

/* All is there, and no vCPU runs. */
int page_states_synchronize(S390StAttribState *sa)
{
    S390PageStates *ps = TCG_S390_STATTRIB(sa);
    g_autofree uint8_t *incoming = g_steal_pointer(&ps->incoming);
    uint64_t page, end;

    if (!incoming || ps->received != ps->pages) {
        error_report("cmm: page states are incomplete");
        return -EINVAL;
    }
    for (page = 0; page < ps->pages; page++) {
        uint8_t value = incoming[page];
        uint8_t state = value & ESSA_USAGE;

        if (value & ESSA_NODAT) {
            state |= PAGE_STATE_NODAT;
        }
        if (value & ESSA_CONTENT) {
            state |= PAGE_STATE_ZERO;
        }
        qatomic_set(&ps->table[page], state);
    }
    /* Nothing is lent before the storage keys are there, too. */
    qatomic_set(&ps->offer_on_resume, true);
    if (ram_stays()) {
        /* The source may need it again. */
        return 0;
    }
    /* An older content may have come, or be left of before. */
    for (page = 0; page < ps->pages; page = end + 1) {
        for (end = page; end < ps->pages &&
                         (incoming[end] & ESSA_CONTENT); end++) {
            continue;
        }
        if (end > page) {
            page_states_host_clear(ps, page, end - page);
        }
    }
    return 0;
}

static void vm_state_changed(void *opaque, bool running, RunState state)
{
    S390PageStates *ps = opaque;

    if (running && qatomic_xchg(&ps->offer_on_resume, false)) {
        page_states_offer_all(ps);
    }
}

void page_states_migration_init(S390PageStates *ps)
{
    qemu_add_vm_change_state_handler(vm_state_changed, ps);
    ps->precopy_notifier.notify = precopy_notify_states;
    precopy_add_notifier(&ps->precopy_notifier);
}
