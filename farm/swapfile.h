/* SPDX-License-Identifier: GPL-2.0 */
/* The swap file that is made for a run and removed after it. */
#ifndef FARM_SWAPFILE_H
#define FARM_SWAPFILE_H

#include <glib.h>

typedef struct SwapFile SwapFile;

/**
 * swap_format:
 * @path: a file or a block device
 * @label: of at most 15 characters
 */
gboolean swap_format(const char *path, const char *label, GError **error);

/**
 * swap_on:
 *
 * The host swaps there before it does anywhere else.
 */
gboolean swap_on(const char *path, GError **error);

/**
 * swap_off:
 *
 * Returns: %FALSE if it cannot be done, which has been said then
 */
gboolean swap_off(const char *path);

/**
 * swapfile_new:
 * @dir: on a disk file system with room for it
 * @bytes: its size
 *
 * Makes a swap file and swaps to it, before any other swap of the host.  First
 * removes what killed runs have left in @dir.
 */
SwapFile *swapfile_new(const char *dir, guint64 bytes, GError **error);
void swapfile_free(SwapFile *swap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SwapFile, swapfile_free)

#endif
