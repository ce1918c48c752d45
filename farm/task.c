// SPDX-License-Identifier: GPL-2.0
/*
 * Work that guests do for themselves: they are told to begin, all at once, and say
 * how much they have done, in how many seconds. guest/farm-* is what they do.
 */
#include <stdlib.h>
#include "guest.h"
#include "workload.h"

/* Beyond what is announced, and more than that if the host swaps */
#define GRACE_SECONDS 600

static gboolean working(gpointer opaque)
{
    GPtrArray *guests = opaque;

    for (guint i = 0; i < guests->len; i++) {
        Guest *guest = guests->pdata[i];
        g_autofree char *done = guest_said(guest, "done ");

        if (!done && guest_is_running(guest)) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean take_work(Run *run, Guest *guest, GError **error)
{
    double *value = run->record->value;
    g_autofree char *done = guest_said(guest, "done ");
    char *rest;
    double units, seconds;

    if (!done) {
        gboolean known = guest->reported;

        guest->reported = TRUE;
        return known || run_guest_failed(run, guest, "does not end its work", error);
    }
    units = g_ascii_strtod(done, &rest);
    seconds = g_ascii_strtod(rest, NULL);
    value[REQUESTS] += units;
    value[REQUESTS_PER_S] += seconds > 0 ? units / seconds : 0;
    value[WORK] = MAX(value[WORK], seconds);
    return TRUE;
}

gboolean task_run(Run *run, GError **error)
{
    const Scenario *s = run->cell->scenario;
    double *value = run->record->value;

    for (guint i = 0; i < run->guests->len; i++) {
        guest_tell(run->guests->pdata[i], "go %d %d\n", s->seconds,
                   run->farm->options->seed + i);
    }
    if (!run_wait(run, scenario_workload(s), s->seconds, GRACE_SECONDS, working,
                  run->guests, error)) {
        return FALSE;
    }
    value[REQUESTS] = value[REQUESTS_PER_S] = value[WORK] = 0;
    for (guint i = 0; i < run->guests->len; i++) {
        if (!take_work(run, run->guests->pdata[i], error)) {
            return FALSE;
        }
    }
    return TRUE;
}
