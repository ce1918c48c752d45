/* SPDX-License-Identifier: GPL-2.0 */
/* What must be there before anything is started. */
#ifndef FARM_PREFLIGHT_H
#define FARM_PREFLIGHT_H

#include "options.h"

/**
 * preflight_check:
 *
 * Looks, and changes nothing.  The message says what is wrong and what to do.
 */
gboolean preflight_check(const FarmOptions *options, GError **error);

#endif
