/*
 * s390 storage attributes device -- TCG object
 *
 * Set-up, properties and life cycle of what holds the page states.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/boards.h"
#include "hw/qdev-properties.h"
#include "hw/s390x/page-states.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "system/replay.h"
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
    if (replay_mode != REPLAY_MODE_NONE) {
        error_setg(errp, "record/replay cannot repeat what the host drops");
        return false;
    }
    if (!page_states_host_init(ps, current_machine->ram, errp)) {
        return false;
    }
    if (ram_block_discard_require(true)) {
        error_setg(errp, "a device forbids discarding guest memory");
        page_states_host_exit(ps);
        return false;
    }
    page_states_host_start(ps);
    page_states_lender_start(ps);
    return true;
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
    ps->keys = s390_get_skeys_device();
    page_states_lender_init(ps);
    page_states_migration_init(ps);
    page_states_stats_init();
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

    if (ps->discard_percent > 100) {
        error_setg(errp, "discard-percent=%u is out of range: 0 to 100",
                   ps->discard_percent);
        return;
    }
    parent->realize(dev, &err);
    if (err) {
        error_propagate(errp, err);
        return;
    }
    ps->machine_done.notify = machine_done;
    qemu_add_machine_init_done_notifier(&ps->machine_done);
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

static int tcg_s390_get_active(S390StAttribState *sa)
{
    return page_states != NULL;
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
    DEFINE_PROP_UINT32("discard-percent", S390PageStates, discard_percent, 50),
    DEFINE_PROP_UINT32("interval-ms", S390PageStates, interval_ms, 100),
    DEFINE_PROP_BOOL("wait-for-pressure", S390PageStates, wait_for_pressure,
                     true),
    DEFINE_PROP_BOOL("x-strict", S390PageStates, strict, false),
    DEFINE_PROP_UINT64("x-no-essa-at", S390PageStates, no_essa_at, -1),
    DEFINE_PROP_UINT64("x-fault-stable-at", S390PageStates, fault_stable_at,
                       -1),
    DEFINE_PROP_UINT64("x-fault-outside-at", S390PageStates, fault_outside_at,
                       -1),
    DEFINE_PROP_BOOL("migrate-volatile", S390PageStates, migrate_volatile,
                     false),
};

static void tcg_s390_stattrib_instance_init(Object *obj)
{
    TCG_S390_STATTRIB(obj)->uffd = -1;
}

static void tcg_s390_stattrib_class_init(ObjectClass *oc, void *data)
{
    S390StAttribClass *sac = S390_STATTRIB_CLASS(oc);
    DeviceClass *dc = DEVICE_CLASS(oc);

    sac->get_stattr = page_states_get_stattr;
    sac->set_stattr = page_states_set_stattr;
    sac->peek_stattr = tcg_s390_peek_stattr;
    sac->synchronize = page_states_synchronize;
    sac->set_migrationmode = page_states_set_migrationmode;
    sac->save_prepare = page_states_save_prepare;
    sac->version_id = 1;
    sac->get_active = tcg_s390_get_active;
    sac->get_dirtycount = page_states_get_dirtycount;

    dc->realize = tcg_s390_stattrib_realize;
    device_class_set_props(dc, tcg_s390_stattrib_props);
    object_class_property_add_enum(oc, "policy", "S390DiscardPolicy",
                                   &S390DiscardPolicy_lookup,
                                   get_policy, set_policy);
    object_class_property_set_description(oc, "policy",
        "which lent pages are dropped: those the host needs (host), all "
        "at once (always), or discard-percent of them, by a seed, at once (random)");

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
