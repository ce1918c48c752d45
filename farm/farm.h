/* SPDX-License-Identifier: GPL-2.0 */
/* What all parts of the farm use. */
#ifndef FARM_FARM_H
#define FARM_FARM_H

#include <glib.h>

#define FARM_ERROR (g_quark_from_static_string("farm"))
#define MIB ((guint64)1 << 20)
#define GUEST_PAGE 4096

/* @a less @b, where both are measured and @b may come out as the larger one */
static inline guint64 less(guint64 a, guint64 b)
{
    return a - MIN(a, b);
}

#endif
