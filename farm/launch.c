// SPDX-License-Identifier: GPL-2.0
/*
 * How many guests fit, if each has used most of its memory once: a guest starts, a
 * program in it takes its memory, writes and verifies it and ends; the guest stays.
 * Then the next one, until one of them dies or takes too long.
 *
 * This is how free page hinting was measured in 2019, with guests of 5 GiB.
 */
#include "guest.h"
#include "workload.h"

typedef struct {
    const Run *run;
    const Guest *guest;
} Launch;

static gboolean all_run(const Run *run)
{
    for (guint i = 0; i < run->guests->len; i++) {
        if (!guest_is_running(run->guests->pdata[i])) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean launching(gpointer opaque)
{
    const Launch *launch = opaque;

    return all_run(launch->run) && !guest_is_ready(launch->guest);
}

/* Which one is too many */
static void report(const Launch *launch)
{
    GPtrArray *guests = launch->run->guests;

    for (guint i = 0; i < guests->len; i++) {
        if (!guest_is_running(guests->pdata[i])) {
            guest_report(guests->pdata[i], "does not fit");
            return;
        }
    }
    guest_report(launch->guest, "takes too long");
}

static int said_wrong(const Run *run)
{
    int wrong = 0;

    for (guint i = 0; i < run->guests->len; i++) {
        g_autofree char *said = guest_said(run->guests->pdata[i], "wrong content");

        wrong += said != NULL;
    }
    return wrong;
}

gboolean launch_run(Run *run, GError **error)
{
    const Scenario *s = run->cell->scenario;
    double *value = run->record->value;
    int fit = 0;

    while (fit < s->guests) {
        Launch launch = { run, run_guest(run, error) };

        if (!launch.guest ||
            !run_wait(run, "launch", s->seconds, 0, launching, &launch, error)) {
            return FALSE;
        }
        if (!all_run(run) || !guest_is_ready(launch.guest)) {
            report(&launch);
            break;
        }
        fit++;
    }
    if (!fit) {
        g_set_error(error, FARM_ERROR, 0, "not one guest fits");
        return FALSE;
    }
    value[GUESTS_FIT] = fit;
    value[CONTENT_ERRORS] = said_wrong(run);
    return TRUE;
}
