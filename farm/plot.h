/* SPDX-License-Identifier: GPL-2.0 */
/* Pictures of the results, drawn by gnuplot. */
#ifndef FARM_PLOT_H
#define FARM_PLOT_H

#include "results.h"

/**
 * plot_lacks:
 *
 * Returns: (nullable): why there can be no pictures, and what to do
 */
const char *plot_lacks(void);

/**
 * plot_by_overcommit:
 *
 * Draws a metric of one scenario against overcommit, a line a mode with what its
 * rounds spread over; or as bars if there is only one overcommit.
 *
 * Returns: (transfer full): an SVG document
 */
char *plot_by_overcommit(const Results *results, const char *scenario,
                         MetricId metric, GError **error);

/**
 * plot_guests_of:
 * @samples: path of a run's samples
 *
 * Returns: how many guests it has samples of, or 0 if there is nothing to draw
 */
guint plot_guests_of(const char *samples);

/**
 * plot_memory:
 * @samples: path of the run's samples
 *
 * Draws the host's memory over the time of a run, by what is in it.
 *
 * Returns: (transfer full): an SVG document
 */
char *plot_memory(const Record *record, const char *samples, GError **error);

/**
 * plot_guests:
 *
 * The same for each guest alone.
 */
char *plot_guests(const Record *record, const char *samples, GError **error);

#endif
