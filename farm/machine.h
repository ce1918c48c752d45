/* SPDX-License-Identifier: GPL-2.0 */
/* The machine that figures are of. */
#ifndef FARM_MACHINE_H
#define FARM_MACHINE_H

#include <json-glib/json-glib.h>
#include "run.h"

/**
 * machine_describe:
 *
 * Returns: (transfer full): what may make a difference to a host's memory
 */
JsonObject *machine_describe(const Farm *farm);

#endif
