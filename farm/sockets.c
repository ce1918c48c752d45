// SPDX-License-Identifier: GPL-2.0
/* Where the guests of a run listen for "cmma-farm top". */
#include <string.h>
#include "sockets.h"

static void find_in(GPtrArray *found, const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_ptr_array_add(found, g_build_filename(path, name, NULL));
    }
}

static int compare(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char **)a, *(char **)b);
}

GPtrArray *sockets_find(void)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(SOCKETS_DIR, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        if (g_str_has_prefix(name, SOCKETS_PREFIX)) {
            g_autofree char *path = g_build_filename(SOCKETS_DIR, name, NULL);

            find_in(found, path);
        }
    }
    g_ptr_array_sort(found, compare);
    return found;
}
