// SPDX-License-Identifier: GPL-2.0
/*
 * A monitor on the host that takes memory from guests and gives it back.
 *
 * Its policy is that of the classic ones (oVirt's MOM is one, z/VM's VMRM-CMM
 * another): below a low mark of free memory in the host, guests shrink, those most
 * that have most to spare; above a high mark they grow again; in between nothing
 * moves. A step is small, and taken every two seconds: the classic ten would be too
 * slow for the minutes that a run takes.
 *
 * By balloon: what a guest has to spare is what it says is available to new
 * programs, which is its free memory and most of its page cache, less a reserve,
 * down to a minimum.
 * By cmm: the monitor asks no guest, as VMRM does not; each is taken to need what
 * it has in the host's memory, and may lose all but a minimum.
 */
#include "guest.h"
#include "host.h"
#include "monitor.h"

#define INTERVAL_US (2 * G_USEC_PER_SEC)

/* Of the host's memory */
#define LOW_PERCENT 10
#define HIGH_PERCENT 20

/* Of a guest's: what it always has available, and how much one step changes */
#define RESERVE_PERCENT 10
#define SHRINK_PERCENT 10
#define GROW_PERCENT 5

/*
 * Of a guest's: what it always keeps. Its statistics do not tell the least that it can
 * work with: available memory is page cache also where that is its programs' code.
 */
#define BALLOON_KEEP_PERCENT 15
#define CMM_KEEP_PERCENT 30

#define BALLOON "/machine/peripheral/balloon0"

struct Monitor {
    const Run *run;
    gint64 next;
    guint64 *taken;             /* by cmm, of each guest */
};

/**
 * Size:
 * @now: bytes that the guest has at present
 * @spare: of them, bytes that it could do without; 0 if it does not say
 */
typedef struct {
    guint64 now;
    guint64 spare;
} Size;

static gboolean ask_for_statistics(const Run *run, GError **error)
{
    for (guint i = 0; i < run->guests->len; i++) {
        const Guest *guest = run->guests->pdata[i];
        g_autoptr(JsonNode) done = qmp_execute(
            guest->qmp, "qom-set", "{\"path\": \"" BALLOON "\", \"property\": "
            "\"guest-stats-polling-interval\", \"value\": 1}",
            run->farm->cancel, error);

        if (!done) {
            g_prefix_error(error, "guest %u: ", i);
            return FALSE;
        }
    }
    return TRUE;
}

Monitor *monitor_new(const Run *run, GError **error)
{
    const FarmMode *mode = run->cell->mode;
    Monitor *monitor;

    if (!(mode->balloon || mode->cmm) ||
        (mode->balloon && !ask_for_statistics(run, error))) {
        return NULL;
    }
    monitor = g_new0(Monitor, 1);
    monitor->run = run;
    monitor->taken = g_new0(guint64, run->guests->len);
    return monitor;
}

void monitor_free(Monitor *monitor)
{
    g_free(monitor->taken);
    g_free(monitor);
}

/* What the host could still give: all that is neither the guests' nor stable */
static guint64 host_free(const Run *run, guint64 limit)
{
    return less(limit, less(cgroup_usage(run->cgroup), cgroup_cached(run->cgroup)));
}

static guint64 member(JsonNode *node, const char *name)
{
    return JSON_NODE_HOLDS_OBJECT(node) ? json_object_get_int_member_with_default(
        json_node_get_object(node), name, 0) : 0;
}

static guint64 whole(const Monitor *monitor)
{
    return monitor->run->cell->scenario->memory * MIB;
}

static guint64 kept(const Monitor *monitor)
{
    return whole(monitor) * (monitor->run->cell->mode->balloon ?
                             BALLOON_KEEP_PERCENT : CMM_KEEP_PERCENT) / 100;
}

static Size balloon_size(const Monitor *monitor, const Guest *guest)
{
    const Run *run = monitor->run;
    g_autoptr(JsonNode) balloon = qmp_execute(guest->qmp, "query-balloon", NULL,
                                              run->farm->cancel, NULL);
    g_autoptr(JsonNode) all = qmp_execute(
        guest->qmp, "qom-get", "{\"path\": \"" BALLOON "\", \"property\": "
        "\"guest-stats\"}", run->farm->cancel, NULL);
    Size size = { 0 };
    guint64 available;

    if (!balloon || !all || !JSON_NODE_HOLDS_OBJECT(all) ||
        !json_object_has_member(json_node_get_object(all), "stats")) {
        return size;
    }
    size.now = member(balloon, "actual");
    available = member(json_object_get_member(json_node_get_object(all), "stats"),
                       "stat-available-memory");
    /* Before its first answer a guest says -1 everywhere. */
    if (available < size.now) {
        size.spare = MIN(less(available, size.now * RESERVE_PERCENT / 100),
                         less(size.now, kept(monitor)));
    }
    return size;
}

static Size guest_size(const Monitor *monitor, const Guest *guest)
{
    if (monitor->run->cell->mode->balloon) {
        return balloon_size(monitor, guest);
    }
    return (Size) {
        .now = whole(monitor) - monitor->taken[guest->index],
        .spare = less(guest_rss(guest), kept(monitor)),
    };
}

static void set_size(Monitor *monitor, const Guest *guest, guint64 bytes)
{
    const Run *run = monitor->run;

    if (run->cell->mode->balloon) {
        g_autofree char *value = g_strdup_printf("{\"value\": %" G_GUINT64_FORMAT "}",
                                                 bytes);
        g_autoptr(JsonNode) done = qmp_execute(guest->qmp, "balloon", value,
                                               run->farm->cancel, NULL);
    } else {
        monitor->taken[guest->index] = whole(monitor) - MAX(bytes, kept(monitor));
        guest_tell(guest, "cmm %d\n",
                   (int)(monitor->taken[guest->index] / GUEST_PAGE));
    }
}

static void shrink(Monitor *monitor, const Size *sizes, guint64 wanted)
{
    const Run *run = monitor->run;
    guint64 spare = 0;

    for (guint i = 0; i < run->guests->len; i++) {
        spare += sizes[i].spare;
    }
    for (guint i = 0; spare && i < run->guests->len; i++) {
        guint64 step = MIN(wanted, spare) * ((double)sizes[i].spare / spare);

        step = MIN(step, sizes[i].now * SHRINK_PERCENT / 100);
        if (step >= MIB) {
            set_size(monitor, run->guests->pdata[i], sizes[i].now - step);
        }
    }
}

static void grow(Monitor *monitor, const Size *sizes, guint64 given)
{
    const Run *run = monitor->run;
    guint64 most = whole(monitor), missing = 0;

    for (guint i = 0; i < run->guests->len; i++) {
        missing += sizes[i].now ? most - sizes[i].now : 0;
    }
    for (guint i = 0; missing && i < run->guests->len; i++) {
        guint64 lacks = sizes[i].now ? most - sizes[i].now : 0;
        guint64 step = MIN(given, missing) * ((double)lacks / missing);

        step = MIN(step, most * GROW_PERCENT / 100);
        if (step >= MIB) {
            set_size(monitor, run->guests->pdata[i], sizes[i].now + step);
        }
    }
}

void monitor_tick(Monitor *monitor)
{
    const Run *run = monitor->run;
    guint64 limit = run->limit;
    guint64 low = limit * LOW_PERCENT / 100, high = limit * HIGH_PERCENT / 100;
    guint64 aim = (low + high) / 2, free_bytes;
    g_autofree Size *sizes = NULL;

    if (g_get_monotonic_time() < monitor->next) {
        return;
    }
    monitor->next = g_get_monotonic_time() + INTERVAL_US;
    free_bytes = host_free(run, limit);
    if (free_bytes >= low && free_bytes <= high) {
        return;
    }
    sizes = g_new0(Size, run->guests->len);
    for (guint i = 0; i < run->guests->len; i++) {
        if (guest_is_running(run->guests->pdata[i])) {
            sizes[i] = guest_size(monitor, run->guests->pdata[i]);
        }
    }
    if (free_bytes < low) {
        shrink(monitor, sizes, aim - free_bytes);
    } else {
        grow(monitor, sizes, free_bytes - aim);
    }
}
