/* SPDX-License-Identifier: GPL-2.0 */
/* Figures that the host's kernel keeps, and the marks of earlier runs. */
#ifndef FARM_HOST_H
#define FARM_HOST_H

#include <sys/types.h>
#include <glib.h>

/**
 * host_find_key:
 * @text: lines "KEY VALUE" or "KEY: VALUE kB", as in /proc
 *
 * Returns: whether there is @key; its value, in bytes where the line says kB,
 * is then in @value
 */
gboolean host_find_key(const char *text, const char *key, guint64 *value);

/**
 * host_read_key:
 * @path: a file with such lines
 *
 * Returns: the value, or 0 if there is none
 */
guint64 host_read_key(const char *path, const char *key);

/**
 * host_read_line:
 *
 * Returns: (transfer full): the first line without its end, or "absent"
 */
char *host_read_line(const char *path);

/**
 * host_swappiness:
 *
 * Returns: the sysctl, which new cgroups inherit
 */
int host_swappiness(void);

/**
 * host_is_stale:
 * @name: of a thing called PREFIX-PID by the run that made it
 *
 * Returns: whether @name is such a thing and its run is no more.  A zombie and
 * another program that got the same number are no run.
 */
gboolean host_is_stale(const char *name, const char *prefix);

#endif
