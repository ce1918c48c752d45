/*
 * Page states: what can be asked
 *
 * query-s390x-page-states and "info page-states" for people, query-stats for
 * programs that collect.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/s390x/page-states.h"
#include "monitor/hmp.h"
#include "monitor/monitor.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-misc-target.h"
#include "qemu/host-utils.h"
#include "system/stats.h"

/* Up to a year: the last bucket is for all that is older. */
#define AGES 26

static void count_pages(S390PageStates *ps, S390PageCounts *count)
{
    uint8_t values[512];
    uint64_t page, n, i;

    for (page = 0; page < ps->pages; page += n) {
        n = MIN(ps->pages - page, sizeof(values));
        s390_page_states_peek(ps, page, n, values);
        for (i = 0; i < n; i++) {
            switch (values[i] & ~ESSA_NODAT) {
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

/* Ages of lent pages: bucket 0 is below a second, bucket n below 2^n. */
static void count_ages(S390PageStates *ps, uint64_t ages[AGES])
{
    uint32_t now = page_states_seconds();
    uint64_t page;

    for (page = 0; page < ps->pages; page++) {
        if (qatomic_read(&ps->table[page]) & PAGE_STATE_LENT) {
            uint32_t age = now - qatomic_read(&ps->lent_at[page]);

            ages[MIN(32 - clz32(age), AGES - 1)]++;
        }
    }
}

S390PageStatesInfo *qmp_query_s390x_page_states(Error **errp)
{
    S390PageStates *ps = s390_page_states_get();
    S390PageStatesInfo *info;
    int op;

    if (!ps) {
        error_setg(errp, "page states need TCG and a CPU model with cmm");
        return NULL;
    }
    info = g_new0(S390PageStatesInfo, 1);
    info->policy = ps->policy;
    info->lending = ps->uffd >= 0;
    info->waiting = info->lending && !qatomic_read(&ps->active);
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
    uint64_t ages[AGES] = {};
    uint64List *count;
    S390PageCounts *p;
    int op = 0;

    info = qmp_query_s390x_page_states(&err);
    if (hmp_handle_error(mon, err)) {
        return;
    }
    monitor_printf(mon, "policy %s, lending %s\n",
                   S390DiscardPolicy_str(info->policy),
                   !info->lending ? "off" : info->waiting ?
                   "waits until the host is short of memory" : "on");
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

    count_ages(s390_page_states_get(), ages);
    for (op = 0; op < AGES; op++) {
        if (ages[op]) {
            monitor_printf(mon, "lent for less than %9d s %10" PRIu64 "\n",
                           1 << op, ages[op]);
        }
    }
}

/* query-stats */

typedef struct PageStat {
    const char *name;
    size_t offset;
} PageStat;

#define ESSA_STAT(name, op) \
    { name, offsetof(S390PageStates, essa) + (op) * sizeof(Stat64) }

static const PageStat page_stats[] = {
    ESSA_STAT("essa-get", ESSA_GET_STATE),
    ESSA_STAT("essa-stable", ESSA_SET_STABLE),
    ESSA_STAT("essa-unused", ESSA_SET_UNUSED),
    ESSA_STAT("essa-volatile", ESSA_SET_VOLATILE),
    ESSA_STAT("essa-potentially-volatile", ESSA_SET_POT_VOLATILE),
    ESSA_STAT("essa-stable-resident", ESSA_SET_STABLE_RESIDENT),
    ESSA_STAT("essa-stable-if-not-discarded",
              ESSA_SET_STABLE_IF_NOT_DISCARDED),
    ESSA_STAT("essa-stable-no-dat", ESSA_SET_STABLE_NODAT),
    { "lent", offsetof(S390PageStates, lent) },
    { "taken-back", offsetof(S390PageStates, taken_back) },
    { "discarded", offsetof(S390PageStates, discarded) },
    { "faults", offsetof(S390PageStates, faults) },
};

static const char lent_age[] = "lent-age";

static void add_stat(StatsList **list, const char *name, StatsValue *value)
{
    Stats *stat = g_new0(Stats, 1);

    stat->name = g_strdup(name);
    stat->value = value;
    QAPI_LIST_PREPEND(*list, stat);
}

static void query_stats(StatsResultList **result, StatsTarget target,
                        strList *names, strList *targets, Error **errp)
{
    S390PageStates *ps = s390_page_states_get();
    StatsList *list = NULL;
    StatsValue *value;
    int i;

    if (target != STATS_TARGET_VM) {
        return;
    }
    if (apply_str_list_filter(lent_age, names)) {
        uint64_t ages[AGES] = {};

        count_ages(ps, ages);
        value = g_new0(StatsValue, 1);
        value->type = QTYPE_QLIST;
        for (i = AGES - 1; i >= 0; i--) {
            QAPI_LIST_PREPEND(value->u.list, ages[i]);
        }
        add_stat(&list, lent_age, value);
    }
    for (i = ARRAY_SIZE(page_stats) - 1; i >= 0; i--) {
        if (apply_str_list_filter(page_stats[i].name, names)) {
            value = g_new0(StatsValue, 1);
            value->type = QTYPE_QNUM;
            value->u.scalar = stat64_get((void *)ps + page_stats[i].offset);
            add_stat(&list, page_stats[i].name, value);
        }
    }
    if (list) {
        add_stats_entry(result, STATS_PROVIDER_PAGE_STATES, NULL, list);
    }
}

static void add_schema(StatsSchemaValueList **list, const char *name,
                       StatsType type, bool seconds)
{
    StatsSchemaValue *value = g_new0(StatsSchemaValue, 1);

    value->name = g_strdup(name);
    value->type = type;
    value->has_unit = seconds;
    value->unit = STATS_UNIT_SECONDS;
    QAPI_LIST_PREPEND(*list, value);
}

static void query_schemas(StatsSchemaList **result, Error **errp)
{
    StatsSchemaValueList *list = NULL;
    int i;

    add_schema(&list, lent_age, STATS_TYPE_LOG2_HISTOGRAM, true);
    for (i = ARRAY_SIZE(page_stats) - 1; i >= 0; i--) {
        add_schema(&list, page_stats[i].name, STATS_TYPE_CUMULATIVE, false);
    }
    add_stats_schema(result, STATS_PROVIDER_PAGE_STATES, STATS_TARGET_VM, list);
}

void page_states_stats_init(void)
{
    add_stats_callbacks(STATS_PROVIDER_PAGE_STATES, query_stats,
                        query_schemas);
}
