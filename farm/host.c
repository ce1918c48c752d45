// SPDX-License-Identifier: GPL-2.0
/* Figures that the host's kernel keeps, and the marks of earlier runs. */
#include <stdlib.h>
#include <string.h>
#include "host.h"

gboolean host_find_key(const char *text, const char *key, guint64 *value)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    gsize len = strlen(key);

    for (char **line = lines; *line; line++) {
        const char *rest = *line + len;

        if (g_str_has_prefix(*line, key) && strchr(": \t", *rest)) {
            rest += strspn(rest, ": \t");
            *value = g_ascii_strtoull(rest, NULL, 10);
            *value *= g_str_has_suffix(rest, " kB") ? 1024 : 1;
            return TRUE;
        }
    }
    return FALSE;
}

guint64 host_read_key(const char *path, const char *key)
{
    g_autofree char *text = NULL;
    guint64 value = 0;

    if (g_file_get_contents(path, &text, NULL, NULL)) {
        host_find_key(text, key, &value);
    }
    return value;
}

char *host_read_line(const char *path)
{
    g_autofree char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return g_strdup("absent");
    }
    return g_strndup(text, strcspn(text, "\n"));
}

int host_swappiness(void)
{
    g_autofree char *line = host_read_line("/proc/sys/vm/swappiness");

    return atoi(line);
}

gboolean host_is_stale(const char *name, const char *prefix)
{
    g_autofree char *link = NULL, *exe = NULL, *base = NULL;
    guint64 pid;

    if (!g_str_has_prefix(name, prefix) ||
        !g_ascii_string_to_unsigned(name + strlen(prefix), 10, 1, G_MAXINT32,
                                    &pid, NULL)) {
        return FALSE;
    }
    link = g_strdup_printf("/proc/%" G_GUINT64_FORMAT "/exe", pid);
    exe = g_file_read_link(link, NULL);
    if (!exe) {
        return TRUE;
    }
    /* A rebuilt binary's old name ends in " (deleted)". */
    base = g_path_get_basename(exe);
    return !g_str_has_prefix(base, "cmma-");
}
