/* SPDX-License-Identifier: GPL-2.0 */
/* What all parts of the farm use. */
#ifndef FARM_FARM_H
#define FARM_FARM_H

#include <glib.h>

#define FARM_ERROR (g_quark_from_static_string("farm"))
#define MIB ((guint64)1 << 20)
#define GUEST_PAGE 4096

#endif
