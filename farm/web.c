// SPDX-License-Identifier: GPL-2.0
/*
 * Web servers.
 *
 * warm-up: each guest serves each file once, so that its page cache holds the
 * working set.  load: wrk asks all guests, while a slow checker compares files; twice,
 * if the host's memory is lowered between.
 * recheck: a sample of files from each guest, after the load.
 */
#include <math.h>
#include "guest.h"
#include "load.h"
#include "workload.h"

#define WARMUP_SECONDS 120
#define LOAD_GRACE_SECONDS 60
#define RECHECK_SECONDS 60
#define RECHECK_FILES 32
#define CHECK_INTERVAL_MS 250

static gboolean checking(gpointer opaque)
{
    GPtrArray *checkers = opaque;

    for (guint i = 0; i < checkers->len; i++) {
        if (checker_is_running(checkers->pdata[i])) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean loading(gpointer load)
{
    return load_is_running(load);
}

/* Ends all checkers; %FALSE if one had not done all of its plan. */
static gboolean end_checkers(Run *run, GPtrArray *checkers)
{
    CheckTally *all = &run->checks;
    guint64 failed = all->failed;
    gboolean complete = !checking(checkers);

    for (guint i = 0; i < checkers->len; i++) {
        checker_free(checkers->pdata[i], all);
    }
    g_ptr_array_unref(checkers);
    return complete && all->failed == failed;
}

/* One checker a guest, for @count files. */
static gboolean check_each_guest(Run *run, const char *phase, int seconds,
                                 guint count, gboolean in_order,
                                 gboolean *complete, GError **error)
{
    GPtrArray *checkers = g_ptr_array_new();
    gboolean ok;

    for (guint i = 0; i < run->guests->len; i++) {
        const CheckPlan plan = {
            .guests = &run->guests->pdata[i], .guest_count = 1,
            .files = run->farm->files, .count = count, .in_order = in_order,
            .seed = run->farm->options->seed + i,
        };

        g_ptr_array_add(checkers, checker_start(&plan, phase));
    }
    ok = run_wait(run, phase, seconds, 0, checking, checkers, error);
    *complete = end_checkers(run, checkers);
    return ok;
}

static gboolean warm_up(Run *run, GError **error)
{
    gint64 start = g_get_monotonic_time();
    gboolean complete;

    if (!check_each_guest(run, "warm-up", WARMUP_SECONDS, run->farm->files->len,
                          TRUE, &complete, error)) {
        return FALSE;
    }
    if (!complete) {
        g_printerr("\ncmma-farm: not all files were read in the warm-up's %d s: its guests "
                   "are not as warm as others\n", WARMUP_SECONDS);
    }
    run->record->warmed = complete;
    run->record->value[WORKING_SET] = run->checks.bytes / run->guests->len;
    run->record->value[WARMUP] =
        (g_get_monotonic_time() - start) / (double)G_USEC_PER_SEC;
    return TRUE;
}

static void add_to(double *sum, double value)
{
    *sum = isnan(*sum) ? value : *sum + value;
}

static gboolean take_load(Run *run, Load *load, GError **error)
{
    double *value = run->record->value;
    LoadResult result;

    if (load_is_running(load)) {
        g_set_error(error, FARM_ERROR, 0, "wrk does not end");
        return FALSE;
    }
    if (!load_finish(load, &result, error)) {
        return FALSE;
    }
    value[REQUESTS_PER_S] = result.requests_per_s;
    value[LATENCY_P50] = result.p50_ms;
    value[LATENCY_P99] = result.p99_ms;
    value[REQUESTS] = result.requests;
    add_to(&value[REQUESTS_FAILED], result.failed);
    add_to(&value[REQUESTS_TIMED_OUT], result.timed_out);
    value[SERVED] = result.bytes;
    return TRUE;
}

static gboolean put_under_load(Run *run, GError **error)
{
    const CheckPlan plan = {
        .guests = run->guests->pdata, .guest_count = run->guests->len,
        .files = run->farm->files, .interval_ms = CHECK_INTERVAL_MS,
        .seed = run->farm->options->seed,
    };
    g_autoptr(Load) load = load_start(run->farm, run->cell->scenario, run->guests,
                                      error);
    Checker *checker;
    gboolean ok;

    if (!load) {
        return FALSE;
    }
    checker = checker_start(&plan, "load");
    ok = run_wait(run, "load", run->cell->scenario->seconds, LOAD_GRACE_SECONDS,
                  loading, load, error);
    checker_free(checker, &run->checks);
    return ok && take_load(run, load, error);
}

/* Within one run, since from run to run a machine's pace may change. */
static gboolean measure_before(Run *run, GError **error)
{
    double *value = run->record->value;

    if (!put_under_load(run, error)) {
        return FALSE;
    }
    value[REQUESTS_BEFORE] = value[REQUESTS_PER_S];
    return run_lower_limit(run, error);
}

static gboolean measure(Run *run, GError **error)
{
    double *value = run->record->value;

    if (!put_under_load(run, error)) {
        return FALSE;
    }
    if (value[REQUESTS_BEFORE] > 0) {
        value[REQUESTS_KEPT] = 100 * value[REQUESTS_PER_S] / value[REQUESTS_BEFORE];
    }
    return TRUE;
}

gboolean web_run(Run *run, GError **error)
{
    gboolean complete;

    return warm_up(run, error) &&
           (!run->cell->scenario->from || measure_before(run, error)) &&
           measure(run, error) &&
           check_each_guest(run, "recheck", RECHECK_SECONDS, RECHECK_FILES,
                            FALSE, &complete, error);
}
