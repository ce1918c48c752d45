// SPDX-License-Identifier: GPL-2.0
/*
 * One mode of the farm, from the guests' boot to their end.
 *
 * boot: all guests at once, under the final limit.  warm-up: each guest serves
 * each file once, so that its page cache holds the working set.  load: wrk in
 * all guests, while a slow checker compares files.  recheck: a sample of files
 * from each guest, after the load.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "guest.h"
#include "host.h"
#include "progress.h"
#include "run.h"

#define BOOT_SECONDS 120
#define WARMUP_SECONDS 120
#define LOAD_GRACE_SECONDS 60
#define RECHECK_SECONDS 60
#define RECHECK_FILES 32
#define CHECK_INTERVAL_MS 250

typedef struct {
    Progress progress;
    ModeResult *result;
    Load *load;
    GPtrArray *checkers;
} Run;

typedef gboolean (*RunBusy)(const Run *run);

/*
 * Waits while @busy, for @seconds as announced, and not longer than @grace
 * seconds more; %FALSE on Ctrl-C.
 */
static gboolean run_wait(Run *run, const char *phase, int seconds, int grace,
                         RunBusy busy, GError **error)
{
    gint64 end = g_get_monotonic_time() + (seconds + grace) * G_USEC_PER_SEC;
    GCancellable *cancel = run->progress.farm->cancel;

    progress_phase(&run->progress, phase, seconds);
    while (busy(run) && g_get_monotonic_time() < end &&
           !g_cancellable_is_cancelled(cancel)) {
        progress_tick(&run->progress);
        g_usleep(100 * 1000);
    }
    progress_end(&run->progress);
    return !g_cancellable_set_error_if_cancelled(cancel, error);
}

/*
 * The image's pages in the host's page cache may be charged to a mode that is
 * over, or to nobody: without this, later modes would have them for free.
 */
static gboolean drop_image_cache(const char *image, GError **error)
{
    int fd = open(image, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        g_set_error(error, FARM_ERROR, 0, "cannot open %s: %s", image,
                    g_strerror(errno));
        return FALSE;
    }
    fsync(fd);
    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    close(fd);
    return TRUE;
}

static gboolean booting(const Run *run)
{
    GPtrArray *guests = run->progress.guests;

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

static gboolean boot(Run *run, const Cgroup *cgroup, GError **error)
{
    const Farm *farm = run->progress.farm;
    GPtrArray *guests = run->progress.guests;
    gint64 start = g_get_monotonic_time();

    for (int i = 0; i < farm->options->guests; i++) {
        Guest *guest = guest_start(farm->options, run->progress.mode, cgroup, i,
                                   farm->log_dir, error);

        if (!guest) {
            return FALSE;
        }
        g_ptr_array_add(guests, guest);
    }
    if (!run_wait(run, "boot", BOOT_SECONDS, 0, booting, error)) {
        return FALSE;
    }
    for (guint i = 0; i < guests->len; i++) {
        Guest *guest = guests->pdata[i];
        g_autofree char *words = guest_last_words(guest);

        if (!guest_is_running(guest) || !guest_is_ready(guest)) {
            g_set_error(error, FARM_ERROR, 0, "guest %u %s: %s (see %s)", i,
                        guest_is_running(guest) ? "did not become ready" :
                        "ended while booting", words, guest->log);
            return FALSE;
        }
    }
    run->result->boot_seconds =
        (g_get_monotonic_time() - start) / (double)G_USEC_PER_SEC;
    return TRUE;
}

/* Counts of all living guests.  Mode none may do without them. */
static gboolean read_states(Run *run, GError **error)
{
    const FarmMode *mode = run->progress.mode;
    GPtrArray *guests = run->progress.guests;
    PageStates states = { 0 };

    for (guint i = 0; i < guests->len; i++) {
        Guest *guest = guests->pdata[i];
        g_autoptr(GError) failed = NULL;

        if (guest_is_running(guest) &&
            !qmp_page_states(guest->qmp, &states, run->progress.farm->cancel,
                             &failed) &&
            !(g_str_equal(mode->cmma, "off") &&
              g_error_matches(failed, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))) {
            g_propagate_prefixed_error(error, g_steal_pointer(&failed),
                                       "guest %u: ", i);
            return FALSE;
        }
    }
    run->result->states = states;
    return TRUE;
}

static gboolean checking(const Run *run)
{
    for (guint i = 0; i < run->checkers->len; i++) {
        if (checker_is_running(run->checkers->pdata[i])) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean loading(const Run *run)
{
    return load_is_running(run->load);
}

/* Ends all checkers; %FALSE if one had not done all of its plan. */
static gboolean end_checkers(Run *run)
{
    CheckTally tally = { 0 };
    gboolean complete = !checking(run);

    for (guint i = 0; i < run->checkers->len; i++) {
        checker_free(run->checkers->pdata[i], &tally);
    }
    g_ptr_array_set_size(run->checkers, 0);
    run->result->checks.checked += tally.checked;
    run->result->checks.failed += tally.failed;
    run->result->checks.wrong += tally.wrong;
    run->result->checks.bytes += tally.bytes;
    return complete && !tally.failed;
}

/* One checker a guest, for @count files. */
static gboolean check_each_guest(Run *run, const char *phase, int seconds,
                                 guint count, gboolean in_order, GError **error)
{
    const Farm *farm = run->progress.farm;
    GPtrArray *guests = run->progress.guests;

    for (guint i = 0; i < guests->len; i++) {
        const CheckPlan plan = {
            .guests = &guests->pdata[i], .guest_count = 1,
            .files = farm->files, .count = count, .in_order = in_order,
            .seed = farm->options->seed + i,
        };

        g_ptr_array_add(run->checkers, checker_start(&plan, phase));
    }
    return run_wait(run, phase, seconds, 0, checking, error);
}

static gboolean warm_up(Run *run, GError **error)
{
    gint64 start = g_get_monotonic_time();

    if (!check_each_guest(run, "warm-up", WARMUP_SECONDS,
                          run->progress.farm->files->len, TRUE, error)) {
        return FALSE;
    }
    run->result->warmed = end_checkers(run);
    run->result->working_set =
        run->result->checks.bytes / run->progress.guests->len;
    run->result->warmup_seconds =
        (g_get_monotonic_time() - start) / (double)G_USEC_PER_SEC;
    return TRUE;
}

static gboolean put_under_load(Run *run, GError **error)
{
    const Farm *farm = run->progress.farm;
    const CheckPlan plan = {
        .guests = run->progress.guests->pdata,
        .guest_count = run->progress.guests->len, .files = farm->files,
        .interval_ms = CHECK_INTERVAL_MS, .seed = farm->options->seed,
    };

    run->load = load_start(farm->options, run->progress.guests, error);
    if (!run->load) {
        return FALSE;
    }
    g_ptr_array_add(run->checkers, checker_start(&plan, "load"));
    if (!run_wait(run, "load", farm->options->seconds, LOAD_GRACE_SECONDS,
                  loading, error)) {
        return FALSE;
    }
    end_checkers(run);
    if (loading(run)) {
        g_set_error(error, FARM_ERROR, 0, "wrk does not end");
        return FALSE;
    }
    return load_finish(run->load, &run->result->load, error);
}

/* What the guests themselves say, and what the host says of them. */
static void take_stock(Run *run, const Cgroup *cgroup)
{
    ModeResult *r = run->result;
    GPtrArray *guests = run->progress.guests;

    r->content_errors = r->checks.wrong;
    for (guint i = 0; i < guests->len; i++) {
        Guest *guest = guests->pdata[i];
        g_autofree char *status = checker_fetch_text(guest->port, "status");
        guint64 wrong = 0, warnings = 0;

        if (status && host_find_key(status, "anon_errors", &wrong) &&
            host_find_key(status, "kernel_warnings", &warnings)) {
            r->alive++;
            r->content_errors += wrong;
            r->warnings += warnings;
        }
        r->rss += guest_rss(guest);
        r->swapped += guest_swapped(guest);
    }
    progress_swap(&run->progress, &r->swap_in, &r->swap_out);
    r->peak = cgroup_peak(cgroup);
    r->host_counters =
        g_str_equal(cgroup_swap_counters(cgroup), "/proc/vmstat");
}

static gboolean run_phases(Run *run, const Cgroup *cgroup, GError **error)
{
    /* The counts are asked for early, too: a wrong QEMU is no news later. */
    if (!boot(run, cgroup, error) || !read_states(run, error) ||
        !warm_up(run, error) || !put_under_load(run, error) ||
        !check_each_guest(run, "recheck", RECHECK_SECONDS, RECHECK_FILES, FALSE,
                          error)) {
        return FALSE;
    }
    end_checkers(run);
    if (!read_states(run, error)) {
        return FALSE;
    }
    take_stock(run, cgroup);
    return TRUE;
}

gboolean run_mode(const Farm *farm, const FarmMode *mode, ModeResult *result,
                  GError **error)
{
    g_autoptr(Cgroup) cgroup = NULL;
    Run run = { .result = result };
    gboolean ok;

    *result = (ModeResult) { .mode = mode };
    if (!drop_image_cache(farm->options->image, error)) {
        return FALSE;
    }
    cgroup = cgroup_new(farm->cgroups, farm->options->limit * MIB, error);
    if (!cgroup) {
        return FALSE;
    }
    run.progress.farm = farm;
    run.progress.mode = mode;
    run.progress.cgroup = cgroup;
    run.progress.guests =
        g_ptr_array_new_with_free_func((GDestroyNotify)guest_free);
    progress_swap(&run.progress, &run.progress.swap_in, &run.progress.swap_out);
    run.checkers = g_ptr_array_new();

    ok = run_phases(&run, cgroup, error);

    g_clear_pointer(&run.load, load_free);
    end_checkers(&run);
    guests_stop(run.progress.guests);
    g_ptr_array_unref(run.progress.guests);
    g_ptr_array_unref(run.checkers);
    return ok;
}
