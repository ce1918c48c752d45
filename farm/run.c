// SPDX-License-Identifier: GPL-2.0
/*
 * One run of a scenario in one mode, from the guests' boot to their end.
 *
 * All guests boot at once, under the final limit; what they do then is the
 * workload's.
 */
#include "guest.h"
#include "host.h"
#include "monitor.h"
#include "samples.h"
#include "sockets.h"
#include "swapfile.h"
#include "tempdir.h"
#include "workload.h"

#define BOOT_SECONDS 180
/* At most 160 MiB a second, which is what guests that boot take from others */
#define LOWER_STEP ((gint64)(16 * MIB))
#define LOWER_SECONDS 30
#define LOWER_GRACE_SECONDS 90

/*
 * What is compressed is in the host's memory, and no cgroup is charged for it:
 * without this, zram's host would have more memory than the other modes'.
 */
static void charge_zram(const Run *run)
{
    if (run->zram) {
        cgroup_set_limit(run->cgroup, less(run->limit, zram_used(run->zram)), NULL);
    }
}

/* Those that have died since it was last asked */
static gboolean check_guests(const Run *run, GError **error)
{
    for (guint i = 0; i < run->guests->len; i++) {
        Guest *guest = run->guests->pdata[i];

        if (!guest->reported && !guest_is_running(guest)) {
            guest->reported = TRUE;
            if (!run_guest_failed(run, guest, "has ended", error)) {
                return FALSE;
            }
        }
    }
    return TRUE;
}

gboolean run_guest_failed(const Run *run, const Guest *guest, const char *what,
                          GError **error)
{
    guint64 killed = cgroup_oom_kills(run->cgroup);

    guest_report(guest, what);
    if (killed) {
        g_printerr("cmma-farm: the host's OOM killer has ended %" G_GUINT64_FORMAT
                   " of them: within %d MiB it could reclaim nothing\n", killed,
                   (int)(run->limit / MIB));
    }
    guest_examine(guest);
    if (!run->cell->scenario->continues) {
        g_set_error(error, FARM_ERROR, 0, "guest %d %s (with scenario."
                    "on-failure=continue the others go on)", guest->index, what);
        return FALSE;
    }
    return TRUE;
}

gboolean run_wait(Run *run, const char *phase, int seconds, int grace,
                  gboolean (*busy)(gpointer opaque), gpointer opaque,
                  GError **error)
{
    gint64 end = g_get_monotonic_time() + (gint64)(seconds + grace) * G_USEC_PER_SEC;
    GCancellable *cancel = run->farm->cancel;

    progress_phase(&run->progress, phase, seconds);
    while (busy(opaque) && g_get_monotonic_time() < end &&
           !g_cancellable_is_cancelled(cancel)) {
        progress_tick(&run->progress);
        charge_zram(run);
        samples_tick(run->samples);
        if (run->all_needed && !check_guests(run, error)) {
            progress_end(&run->progress);
            return FALSE;
        }
        if (run->monitor) {
            monitor_tick(run->monitor);
        }
        g_usleep(100 * 1000);
    }
    progress_end(&run->progress);
    return !g_cancellable_set_error_if_cancelled(cancel, error);
}

static gboolean lowering(gpointer opaque)
{
    Run *run = opaque;
    gint64 next = MAX(run->record->limit, run->limit - LOWER_STEP);

    /* If it is refused (v1) the host has reclaimed some all the same. */
    if (cgroup_set_limit(run->cgroup, next, NULL)) {
        run->limit = next;
    }
    return run->limit > run->record->limit;
}

gboolean run_lower_limit(Run *run, GError **error)
{
    const Record *record = run->record;

    if (!run_wait(run, "lower", LOWER_SECONDS, LOWER_GRACE_SECONDS, lowering, run,
                  error)) {
        return FALSE;
    }
    if (run->limit > record->limit) {
        g_set_error(error, FARM_ERROR, 0, "the host's memory stays at %d MiB, and does "
                    "not become %d: there is too little to reclaim, or to swap to",
                    (int)(run->limit / MIB), (int)(record->limit / MIB));
        return FALSE;
    }
    return cgroup_limit_swap(run->cgroup, record->limit, record->swap, error);
}

static gboolean booting(gpointer opaque)
{
    GPtrArray *guests = opaque;

    for (guint i = 0; i < guests->len; i++) {
        Guest *guest = guests->pdata[i];

        if (!guest_is_running(guest)) {
            return FALSE;
        }
        if (!guest_is_ready(guest)) {
            return TRUE;
        }
    }
    return FALSE;
}

Guest *run_guest(Run *run, GError **error)
{
    Guest *guest = guest_start(run, run->guests->len, error);

    if (guest) {
        g_ptr_array_add(run->guests, guest);
    }
    return guest;
}

static gboolean boot(Run *run, GError **error)
{
    gint64 start = g_get_monotonic_time();

    for (int i = 0; i < run->cell->scenario->guests; i++) {
        if (!run_guest(run, error)) {
            return FALSE;
        }
    }
    if (!run_wait(run, "boot", BOOT_SECONDS, 0, booting, run->guests, error)) {
        return FALSE;
    }
    for (guint i = 0; i < run->guests->len; i++) {
        Guest *guest = run->guests->pdata[i];
        const char *what = guest_is_running(guest) ? "did not become ready" :
                                                     "ended while booting";

        if (!guest_is_running(guest) || !guest_is_ready(guest)) {
            guest_report(guest, what);
            g_set_error(error, FARM_ERROR, 0, "guest %u %s", i, what);
            return FALSE;
        }
    }
    run->record->value[BOOT] =
        (g_get_monotonic_time() - start) / (double)G_USEC_PER_SEC;
    return TRUE;
}

/* Counts of all living guests.  Guests that say nothing may do without them. */
static gboolean read_states(Run *run, GError **error)
{
    double *value = run->record->value;
    PageStates states = { 0 };

    for (guint i = 0; i < run->guests->len; i++) {
        Guest *guest = run->guests->pdata[i];
        g_autoptr(GError) failed = NULL;

        if (guest_is_running(guest) &&
            !qmp_page_states(guest->qmp, &states, run->farm->cancel, &failed) &&
            !(g_str_equal(run->cell->mode->cmma, "off") &&
              g_error_matches(failed, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))) {
            g_propagate_prefixed_error(error, g_steal_pointer(&failed),
                                       "guest %u: ", i);
            return FALSE;
        }
    }
    value[DISCARDS] = states.discarded;
    value[DISCARD_FAULTS] = states.faults;
    value[ESSA_OPS] = states.essa;
    value[PAGES_LENT] = states.lent;
    value[PAGES_TAKEN_BACK] = states.taken_back;
    return TRUE;
}

/* What the host says of the guests. */
static void take_stock(Run *run)
{
    double *value = run->record->value;
    guint64 rss = 0, swapped = 0, in, out;

    for (guint i = 0; i < run->guests->len; i++) {
        rss += guest_rss(run->guests->pdata[i]);
        swapped += guest_swapped(run->guests->pdata[i]);
    }
    progress_swap(&run->progress, &in, &out);
    value[QEMU_RSS] = rss;
    value[QEMU_SWAPPED] = swapped;
    value[SWAP_IN] = in;
    value[SWAP_OUT] = out;
    value[MEMORY_PEAK] = cgroup_peak(run->cgroup);
    run->record->swap_counted_for = g_strdup(
        g_str_equal(cgroup_swap_counters(run->cgroup), "/proc/vmstat") ? "host"
                                                                       : "guests");
}

/* What those that live say themselves. */
static gboolean ask_guests(Run *run, GError **error)
{
    double *value = run->record->value;
    guint64 alive = 0, errors = run->checks.wrong, warnings = 0, read = 0, taken = 0;

    for (guint i = 0; i < run->guests->len; i++) {
        Guest *guest = run->guests->pdata[i];
        g_autofree char *status = checker_fetch_text(guest->port,
                                                     "cgi-bin/status");
        guint64 wrong, warned, kib, pages;

        if (status && host_find_key(status, "anon_errors", &wrong) &&
            host_find_key(status, "kernel_warnings", &warned) &&
            host_find_key(status, "pgpgin", &kib) &&
            host_find_key(status, "taken_pages", &pages)) {
            alive += !guest->reported;
            errors += wrong;
            warnings += warned;
            read += kib * 1024;
            taken += pages * GUEST_PAGE;
        } else if (!guest->reported &&
                   !run_guest_failed(run, guest, "does not answer", error)) {
            return FALSE;
        }
    }
    value[GUESTS_ALIVE] = alive;
    value[CONTENT_ERRORS] = errors;
    value[GUEST_WARNINGS] = warnings;
    value[GUEST_READ] = read;
    value[GUEST_TAKEN] = taken;
    value[CHECKED] = run->checks.checked;
    value[CHECKS_FAILED] = run->checks.failed;
    return TRUE;
}

static gboolean begin(Run *run, GError **error)
{
    g_autoptr(GError) failed = NULL;

    /* The counts are asked for early, too: a wrong QEMU is no news later. */
    if (!boot(run, error) || !read_states(run, error)) {
        return FALSE;
    }
    run->monitor = monitor_new(run, &failed);
    if (failed) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    run->all_needed = TRUE;
    samples_restart(run->samples);
    return TRUE;
}

static gboolean run_phases(Run *run, GError **error)
{
    const Workload *workload = &workloads[run->cell->scenario->workload];

    if (!(workload->one_by_one || begin(run, error)) ||
        !workload->run(run, error) || !read_states(run, error)) {
        return FALSE;
    }
    /* To answer, guests need memory that they have not used for long. */
    take_stock(run);
    return workload->one_by_one || ask_guests(run, error);
}

/* web-cmma-3x-1 is the first round of that mode of that scenario. */
static char *run_name(const Cell *cell)
{
    return g_strdup_printf("%s-%s-%gx-%d", cell->scenario->name,
                           cell->mode->name, cell->overcommit, cell->round + 1);
}

Record *run_describe(const Cell *cell)
{
    const Scenario *s = cell->scenario;
    const FarmMode *mode = cell->mode;
    Record *r = record_new();

    r->scenario = g_strdup(s->name);
    r->title = g_strdup(s->title);
    r->mode = g_strdup(mode->name);
    r->mode_title = g_strdup(mode->title);
    r->overcommit = cell->overcommit;
    r->round = cell->round + 1;
    r->guests = s->guests;
    r->memory = s->memory * MIB;
    r->limit = scenario_limit(s, cell->overcommit) * MIB;
    r->from = s->from;
    r->swap = s->swap * MIB;
    r->swap_device = g_strdup(mode->zram ? "zram" : "file");
    r->anon = s->anon * MIB;
    r->disk = g_strdup(s->private_disks ? "private" : "shared");
    r->kernel_parameter = g_strdup_printf("cmma=%s", mode->cmma);
    r->device = g_strdup(mode->device);
    r->drop = mode->drops ? s->drop_seconds : 0;
    r->seconds = s->seconds;
    r->connections = s->connections;
    r->zipf = s->zipf;
    r->disk_iops = s->disk_iops;
    r->swappiness = s->swappiness ?: host_swappiness();
    r->rate = s->rate;
    r->greedy = s->greedy * MIB;
    r->tb_size = s->tb_size * MIB;
    return r;
}

static gboolean run_guests(Run *run, GError **error)
{
    g_autofree char *path = g_strdup_printf("%s/%s.tsv", run->farm->log_dir,
                                            run->name);
    char *sockets = tempdir_new(SOCKETS_DIR, SOCKETS_PREFIX, error);
    gboolean ok;

    run->sockets = sockets;
    run->samples = sockets ? samples_new(run, path, error) : NULL;
    if (!run->samples) {
        g_clear_pointer(&sockets, tempdir_free);
        return FALSE;
    }
    progress_begin(&run->progress, run->farm, run->cell, run->cgroup, &run->limit,
                   run->guests);

    ok = run_phases(run, error);

    g_clear_pointer(&run->monitor, monitor_free);
    samples_free(run->samples);
    run->record->samples = g_path_get_basename(path);
    guests_stop(run->guests);
    tempdir_free(sockets);
    return ok;
}

Record *run_cell(const Farm *farm, const Cell *cell, GError **error)
{
    const Scenario *s = cell->scenario;
    const FarmOptions *o = farm->options;
    g_autoptr(Record) record = run_describe(cell);
    g_autoptr(Disks) disks = NULL;
    g_autoptr(SwapFile) file = NULL;
    g_autoptr(Zram) zram = NULL;
    g_autoptr(Cgroup) cgroup = NULL;
    g_autoptr(GPtrArray) guests =
        g_ptr_array_new_with_free_func((GDestroyNotify)guest_free);
    g_autofree char *name = run_name(cell);
    Run run = {
        .farm = farm, .cell = cell, .name = name, .record = record,
        .guests = guests,
        .limit = s->from > 0 ? (gint64)(scenario_limit(s, s->from) * MIB)
                             : record->limit,
    };

    if (!(run.disks = disks = disks_new(workloads[s->workload].scratch
                                        ? o->programs : o->image, o->swap_dir,
                                        s->private_disks ? s->guests : 0,
                                        farm->cancel, error)) ||
        !(cell->mode->zram ? !!(zram = zram_new(s->swap * MIB, error)) :
          !!(file = swapfile_new(o->swap_dir, s->swap * MIB, error))) ||
        !(run.cgroup = cgroup = cgroup_new(farm->cgroups, run.limit, error)) ||
        !cgroup_limit_swap(cgroup, run.limit, record->swap, error) ||
        (s->swappiness && !cgroup_set_swappiness(cgroup, s->swappiness, error)) ||
        (s->disk_iops && !cgroup_limit_io(cgroup, farm->cgroups, o->swap_dir,
                                          s->disk_iops, error))) {
        return NULL;
    }
    run.zram = zram;
    return run_guests(&run, error) ? g_steal_pointer(&record) : NULL;
}
