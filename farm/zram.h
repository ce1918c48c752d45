/* SPDX-License-Identifier: GPL-2.0 */
/* Swap to compressed memory. */
#ifndef FARM_ZRAM_H
#define FARM_ZRAM_H

#include "farm.h"

typedef struct Zram Zram;

/**
 * zram_lacks:
 *
 * Returns: (nullable): why this host has none, and what to do
 */
const char *zram_lacks(void);

/**
 * zram_new:
 * @bytes: of what is swapped, before it is compressed
 *
 * Adds a device of the host's default algorithm and swaps to it, before any
 * other swap.  First removes those that killed runs have left.
 */
Zram *zram_new(guint64 bytes, GError **error);
void zram_free(Zram *zram);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Zram, zram_free)

/**
 * zram_used:
 *
 * Returns: bytes of memory that what is compressed takes.  No cgroup is charged
 * for them.
 */
guint64 zram_used(const Zram *zram);

#endif
