/* SPDX-License-Identifier: GPL-2.0 */
/* What must be there before anything is started. */
#ifndef FARM_PREFLIGHT_H
#define FARM_PREFLIGHT_H

#include "options.h"
#include "scenario.h"

/**
 * preflight_check:
 * @scenarios: (element-type Scenario): all that will run
 *
 * Looks, and changes nothing.  The message says what is wrong and what to do.
 */
gboolean preflight_check(const FarmOptions *options, GPtrArray *scenarios,
                         GError **error);

#endif
