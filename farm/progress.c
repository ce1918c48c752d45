// SPDX-License-Identifier: GPL-2.0
/* The line that tells how a run goes on. */
#include <unistd.h>
#include "guest.h"
#include "host.h"
#include "progress.h"

static gboolean on_terminal(void)
{
    return isatty(STDERR_FILENO);
}

void progress_swap(const Progress *p, guint64 *in, guint64 *out)
{
    const char *counters = cgroup_swap_counters(p->cgroup);
    guint64 page = sysconf(_SC_PAGESIZE);

    *in = host_read_key(counters, "pswpin") * page - p->swap_in;
    *out = host_read_key(counters, "pswpout") * page - p->swap_out;
}

void progress_begin(Progress *p, const Farm *farm, const Cell *cell,
                    const Cgroup *cgroup, const gint64 *limit,
                    GPtrArray *guests)
{
    *p = (Progress) {
        .farm = farm, .cell = cell, .cgroup = cgroup, .limit = limit,
        .guests = guests,
    };
    progress_swap(p, &p->swap_in, &p->swap_out);
}

void progress_phase(Progress *p, const char *phase, int seconds)
{
    p->phase = phase;
    p->phase_seconds = seconds;
    p->phase_start = g_get_monotonic_time();
    p->next = p->phase_start + G_USEC_PER_SEC;
}

static char *describe(const Progress *p)
{
    const Eta *eta = p->cell->eta;
    g_autofree char *left = eta_describe(eta);
    PageStates states = { 0 };
    guint64 in, out;
    guint alive = 0;

    for (guint i = 0; i < p->guests->len; i++) {
        Guest *guest = p->guests->pdata[i];

        /* Before it is ready it is not to be kept waiting by its monitor. */
        if (guest_is_running(guest)) {
            alive++;
            if (!g_str_equal(p->phase, "boot")) {
                qmp_page_states(guest->qmp, &states, p->farm->cancel, NULL);
            }
        }
    }
    progress_swap(p, &in, &out);
    return g_strdup_printf(
        "%u/%u, %s: %s %s %gx: %s %d/%d s, guests %u/%u, memory %d/%d MiB, "
        "swapped in %d out %d MiB, discards %" G_GUINT64_FORMAT,
        eta->running + 1, eta->cells->len, left, p->cell->scenario->name,
        p->cell->mode->name, p->cell->overcommit, p->phase,
        (int)((g_get_monotonic_time() - p->phase_start) / G_USEC_PER_SEC),
        p->phase_seconds, alive, p->guests->len,
        (int)(cgroup_usage(p->cgroup) / MIB), (int)(*p->limit / MIB),
        (int)(in / MIB), (int)(out / MIB), states.discarded);
}

void progress_tick(Progress *p)
{
    g_autofree char *line = NULL;

    if (g_get_monotonic_time() < p->next) {
        return;
    }
    line = describe(p);
    /* Cut off where the terminal ends: a second line would stay there. */
    g_printerr(on_terminal() ? "\r\033[K\033[?7l%s\033[?7h" : "%s\n", line);
    p->next = g_get_monotonic_time() +
              (on_terminal() ? 1 : 10) * G_USEC_PER_SEC;
}

void progress_end(const Progress *p)
{
    if (on_terminal()) {
        g_printerr("\r\033[K");
    }
}
