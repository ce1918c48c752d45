/* SPDX-License-Identifier: GPL-2.0 */
/* Command lines of QEMU, word by word. */
#ifndef ARGV_H
#define ARGV_H

#include <glib.h>

void argv_add(GPtrArray *argv, const char *format, ...) G_GNUC_PRINTF(2, 3);

/**
 * argv_add_all:
 * @words: (nullable): %NULL-terminated
 */
void argv_add_all(GPtrArray *argv, const char * const *words);

/**
 * argv_escape:
 *
 * Returns: (transfer full): @path as it stands in an option with commas
 */
char *argv_escape(const char *path);

#endif
