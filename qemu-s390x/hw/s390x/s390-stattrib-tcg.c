/*
 * s390 storage attributes device -- TCG object
 *
 * Holds the page states that the ESSA instruction sets, and answers for them
 * in the monitor.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/boards.h"
#include "hw/qdev-properties.h"
#include "hw/s390x/page-states.h"
#include "migration/blocker.h"
#include "monitor/hmp.h"
#include "monitor/monitor.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-misc-target.h"
#include "qemu/error-report.h"
#include "system/system.h"
#include "system/tcg.h"

static S390PageStates *page_states;

S390PageStates *s390_page_states_get(void)
{
    return page_states;
}

Object *tcg_s390_stattrib_create(void)
{
    return tcg_enabled() ? object_new(TYPE_TCG_S390_STATTRIB) : NULL;
}

/*
 * Lending, with all that it takes from the host and forbids to others. What
 * cannot be had switches lending off: a host that never drops a page keeps
 * the contract too.
 */
static bool start_lending(S390PageStates *ps, Error **errp)
{
    ERRP_GUARD();

    if (!page_states_host_init(ps, current_machine->ram, errp)) {
        return false;
    }
    if (ram_block_discard_require(true)) {
        error_setg(errp, "a device forbids discarding guest memory");
        goto fail;
    }
    error_setg(&ps->migration_blocker,
               "cmm=on: discarded pages cannot be migrated");
    if (migrate_add_blocker(&ps->migration_blocker, errp)) {
        ram_block_discard_require(false);
        goto fail;
    }
    page_states_host_start(ps);
    page_states_lender_start(ps);
    return true;

fail:
    page_states_host_exit(ps);
    return false;
}

/* The CPU model is not known any earlier, and no vCPU runs yet. */
static void machine_done(Notifier *notifier, void *data)
{
    S390PageStates *ps = container_of(notifier, S390PageStates, machine_done);
    Error *err = NULL;

    if (!s390_has_feat(S390_FEAT_CMM)) {
        return;
    }
    ps->ram = memory_region_get_ram_ptr(current_machine->ram);
    ps->ram_addr = memory_region_get_ram_addr(current_machine->ram);
    ps->pages = current_machine->ram_size / TARGET_PAGE_SIZE;
    ps->table = g_malloc0(ps->pages);
    if (!start_lending(ps, &err)) {
        error_prepend(&err, "cmm: no page will be discarded: ");
        warn_report_err(err);
    }
    page_states = ps;
}

static void tcg_s390_stattrib_realize(DeviceState *dev, Error **errp)
{
    S390PageStates *ps = TCG_S390_STATTRIB(dev);
    DeviceClass *parent = DEVICE_CLASS(
        object_class_by_name(TYPE_S390_STATTRIB));
    Error *err = NULL;

    parent->realize(dev, &err);
    if (err) {
        error_propagate(errp, err);
        return;
    }
    ps->machine_done.notify = machine_done;
    qemu_add_machine_init_done_notifier(&ps->machine_done);
}

/* Monitor */

static void count_pages(S390PageStates *ps, S390PageCounts *count)
{
    uint8_t values[512];
    uint64_t page, n, i;

    for (page = 0; page < ps->pages; page += n) {
        n = MIN(ps->pages - page, sizeof(values));
        s390_page_states_peek(ps, page, n, values);
        for (i = 0; i < n; i++) {
            switch (values[i]) {
            case ESSA_USAGE_STABLE | ESSA_RESIDENT:
                count->stable_resident++;
                break;
            case ESSA_USAGE_STABLE | ESSA_PRESERVED:
                count->stable_preserved++;
                break;
            case ESSA_USAGE_STABLE | ESSA_ZERO:
                count->stable_zero++;
                break;
            case ESSA_USAGE_UNUSED | ESSA_RESIDENT:
                count->unused_resident++;
                break;
            case ESSA_USAGE_UNUSED | ESSA_ZERO:
                count->unused_zero++;
                break;
            case ESSA_USAGE_VOLATILE | ESSA_RESIDENT:
                count->volatile_resident++;
                break;
            case ESSA_USAGE_VOLATILE | ESSA_ZERO:
                count->volatile_zero++;
                break;
            case ESSA_USAGE_POT_VOL | ESSA_RESIDENT:
                count->potentially_volatile_resident++;
                break;
            default:
                g_assert_not_reached();
            }
        }
    }
}

S390PageStatesInfo *qmp_query_s390x_page_states(Error **errp)
{
    S390PageStates *ps = s390_page_states_get();
    S390PageStatesInfo *info;
    int op;

    if (!ps) {
        error_setg(errp, "the CPU model has no cmm facility");
        return NULL;
    }
    info = g_new0(S390PageStatesInfo, 1);
    info->policy = ps->policy;
    info->lending = ps->uffd >= 0;
    for (op = ESSA_OPS - 1; op >= 0; op--) {
        QAPI_LIST_PREPEND(info->essa, stat64_get(&ps->essa[op]));
    }
    info->lent = stat64_get(&ps->lent);
    info->taken_back = stat64_get(&ps->taken_back);
    info->discarded = stat64_get(&ps->discarded);
    info->faults = stat64_get(&ps->faults);
    info->pages = g_new0(S390PageCounts, 1);
    count_pages(ps, info->pages);
    return info;
}

void hmp_info_page_states(Monitor *mon, const QDict *qdict)
{
    static const char *const op_name[ESSA_OPS] = {
        "get", "stable", "unused", "volatile", "potentially volatile",
        "stable resident", "stable if not discarded", "stable no DAT",
    };
    g_autoptr(S390PageStatesInfo) info = NULL;
    Error *err = NULL;
    uint64List *count;
    S390PageCounts *p;
    int op = 0;

    info = qmp_query_s390x_page_states(&err);
    if (hmp_handle_error(mon, err)) {
        return;
    }
    monitor_printf(mon, "policy %s, lending %s\n",
                   S390DiscardPolicy_str(info->policy),
                   info->lending ? "on" : "off");
    for (count = info->essa; count; count = count->next) {
        monitor_printf(mon, "  ESSA %d %-24s %12" PRIu64 "\n", op,
                       op_name[op], count->value);
        op++;
    }
    monitor_printf(mon, "lent %" PRIu64 ", taken back %" PRIu64
                   ", of these discarded %" PRIu64
                   ", discard faults %" PRIu64 "\n",
                   info->lent, info->taken_back, info->discarded,
                   info->faults);
    p = info->pages;
    monitor_printf(mon, "pages        %10s %10s %10s\n",
                   "resident", "preserved", "zero");
    monitor_printf(mon, "  stable     %10" PRIu64 " %10" PRIu64
                   " %10" PRIu64 "\n",
                   p->stable_resident, p->stable_preserved, p->stable_zero);
    monitor_printf(mon, "  unused     %10" PRIu64 " %10s %10" PRIu64 "\n",
                   p->unused_resident, "-", p->unused_zero);
    monitor_printf(mon, "  volatile   %10" PRIu64 " %10s %10" PRIu64 "\n",
                   p->volatile_resident, "-", p->volatile_zero);
    monitor_printf(mon, "  pot. vol.  %10" PRIu64 " %10s %10s\n",
                   p->potentially_volatile_resident, "-", "-");
}

/* Storage attributes class */

static int tcg_s390_peek_stattr(S390StAttribState *sa, uint64_t start_gfn,
                                uint32_t count, uint8_t *values)
{
    S390PageStates *ps = TCG_S390_STATTRIB(sa);

    if (start_gfn >= ps->pages) {
        return -EINVAL;
    }
    count = MIN(count, ps->pages - start_gfn);
    s390_page_states_peek(ps, start_gfn, count, values);
    return count;
}

/* Migration is blocked while pages can be discarded. */
static int tcg_s390_get_stattr(S390StAttribState *sa, uint64_t *start_gfn,
                               uint32_t count, uint8_t *values)
{
    return 0;
}

static int tcg_s390_set_stattr(S390StAttribState *sa, uint64_t start_gfn,
                               uint32_t count, uint8_t *values)
{
    return 0;
}

static void tcg_s390_synchronize(S390StAttribState *sa)
{
}

static int tcg_s390_set_migrationmode(S390StAttribState *sa, bool value,
                                      Error **errp)
{
    return 0;
}

static int tcg_s390_get_active(S390StAttribState *sa)
{
    return 0;
}

static long long tcg_s390_get_dirtycount(S390StAttribState *sa)
{
    return 0;
}

/* QEMU object */

static int get_policy(Object *obj, Error **errp)
{
    return TCG_S390_STATTRIB(obj)->policy;
}

static void set_policy(Object *obj, int value, Error **errp)
{
    TCG_S390_STATTRIB(obj)->policy = value;
}

static const Property tcg_s390_stattrib_props[] = {
    DEFINE_PROP_UINT32("seed", S390PageStates, seed, 1),
    DEFINE_PROP_UINT32("interval-ms", S390PageStates, interval_ms, 100),
};

static void tcg_s390_stattrib_instance_init(Object *obj)
{
    TCG_S390_STATTRIB(obj)->uffd = -1;
}

static void tcg_s390_stattrib_class_init(ObjectClass *oc, void *data)
{
    S390StAttribClass *sac = S390_STATTRIB_CLASS(oc);
    DeviceClass *dc = DEVICE_CLASS(oc);

    sac->get_stattr = tcg_s390_get_stattr;
    sac->set_stattr = tcg_s390_set_stattr;
    sac->peek_stattr = tcg_s390_peek_stattr;
    sac->synchronize = tcg_s390_synchronize;
    sac->set_migrationmode = tcg_s390_set_migrationmode;
    sac->get_active = tcg_s390_get_active;
    sac->get_dirtycount = tcg_s390_get_dirtycount;

    dc->realize = tcg_s390_stattrib_realize;
    device_class_set_props(dc, tcg_s390_stattrib_props);
    object_class_property_add_enum(oc, "policy", "S390DiscardPolicy",
                                   &S390DiscardPolicy_lookup,
                                   get_policy, set_policy);
    object_class_property_set_description(oc, "policy",
        "which lent pages are dropped: those the host needs (host), all "
        "at once (always), or a seeded half of them at once (random)");

    /* Reason: Can only be instantiated one time (internally) */
    dc->user_creatable = false;
}

static const TypeInfo tcg_s390_stattrib_info = {
    .name          = TYPE_TCG_S390_STATTRIB,
    .parent        = TYPE_S390_STATTRIB,
    .instance_init = tcg_s390_stattrib_instance_init,
    .instance_size = sizeof(S390PageStates),
    .class_init    = tcg_s390_stattrib_class_init,
    .class_size    = sizeof(S390StAttribClass),
};

static void tcg_s390_stattrib_register_types(void)
{
    type_register_static(&tcg_s390_stattrib_info);
}

type_init(tcg_s390_stattrib_register_types)
