/* SPDX-License-Identifier: GPL-2.0 */
/* A live view of guests and host on a terminal. */
#ifndef FARM_TOP_H
#define FARM_TOP_H

#include "farm.h"

/**
 * top_run:
 * @paths: (element-type utf8): sockets of QMP monitors; those that farms make are
 *   looked for if there are none
 *
 * Shows them until the user quits.
 */
gboolean top_run(GPtrArray *paths, GError **error);

#endif
