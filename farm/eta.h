/* SPDX-License-Identifier: GPL-2.0 */
/* How long the runs that remain will take. */
#ifndef FARM_ETA_H
#define FARM_ETA_H

#include <glib.h>

/**
 * Eta:
 * @cells: (element-type Cell): all runs, in their order
 * @running: index of the present one
 * @began: when the first one did, as g_get_monotonic_time() has it
 * @run_began: when the present one did
 */
typedef struct Eta {
    const GArray *cells;
    guint running;
    gint64 began, run_began;
} Eta;

/**
 * eta_next:
 * @running: index of the run that begins now
 */
void eta_next(Eta *eta, const GArray *cells, guint running);

/**
 * eta_describe:
 *
 * Returns: (transfer full): half a sentence
 */
char *eta_describe(const Eta *eta);

#endif
