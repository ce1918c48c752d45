/* SPDX-License-Identifier: GPL-2.0 */
/* A load at a fixed rate, which does not wait for answers. */
#ifndef FARM_OPENLOAD_H
#define FARM_OPENLOAD_H

#include "load.h"

typedef struct OpenLoad OpenLoad;

/**
 * openload_start:
 * @guests: (element-type Guest): one at least, that are asked in turns, until
 *   openload_free()
 */
OpenLoad *openload_start(const Farm *farm, const Scenario *scenario,
                         GPtrArray *guests);
gboolean openload_is_running(OpenLoad *load);

/* To be called when openload_is_running() no longer says so. */
void openload_finish(const OpenLoad *load, LoadResult *result);

/* Stops it, if it still runs. */
void openload_free(OpenLoad *load);

#endif
