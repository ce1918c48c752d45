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

gboolean launch_run(Run *run, GError **error)
{
    const Scenario *s = run->cell->scenario;
    int fit = 0;

    while (fit < s->guests) {
        Launch launch = { run, run_guest(run, error) };

        if (!launch.guest ||
            !run_wait(run, "launch", s->seconds, 0, launching, &launch, error)) {
            return FALSE;
        }
        if (!all_run(run) || !guest_is_ready(launch.guest)) {
            break;
        }
        fit++;
    }
    run->record->value[GUESTS_FIT] = fit;
    return TRUE;
}
