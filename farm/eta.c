// SPDX-License-Identifier: GPL-2.0
/*
 * How long the runs that remain will take.
 *
 * What a run takes besides its measured time depends on how badly its host swaps,
 * which nobody knows before. So it is guessed, and the guess is corrected by how far
 * off it was for the runs that are done.
 */
#include "eta.h"
#include "run.h"

/* Boot, warm-up and the end */
#define OTHER_SECONDS 60

static double guess(const Eta *eta, guint from, guint to)
{
    double seconds = 0;

    for (guint i = from; i < to; i++) {
        const Scenario *s = g_array_index(eta->cells, Cell, i).scenario;

        seconds += s->seconds * (s->from > 0 ? 2 : 1) + OTHER_SECONDS;
    }
    return seconds;
}

void eta_next(Eta *eta, const GArray *cells, guint running)
{
    eta->cells = cells;
    eta->running = running;
    eta->run_began = g_get_monotonic_time();
    if (!running) {
        eta->began = eta->run_began;
    }
}

char *eta_describe(const Eta *eta)
{
    double spent = (g_get_monotonic_time() - eta->run_began) / 1e6;
    double took = (eta->run_began - eta->began) / 1e6;
    double correction = eta->running ? took / guess(eta, 0, eta->running) : 1;
    int minutes = (guess(eta, eta->running, eta->cells->len) * correction - spent) / 60;

    if (minutes < 1) {
        return g_strdup("about a minute left");
    }
    return minutes < 60 ? g_strdup_printf("about %d min left", minutes + 1)
                        : g_strdup_printf("about %d h %d min left", minutes / 60,
                                          minutes % 60);
}
