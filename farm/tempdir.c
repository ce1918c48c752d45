// SPDX-License-Identifier: GPL-2.0
/* A directory of files that a run makes and that go with it. */
#include <errno.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include "host.h"
#include "tempdir.h"

static void remove_dir(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *file = g_build_filename(path, name, NULL);

        g_unlink(file);
    }
    g_rmdir(path);
}

static void remove_stale(const char *parent, const char *prefix)
{
    g_autoptr(GDir) dir = g_dir_open(parent, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        if (host_is_stale(name, prefix)) {
            g_autofree char *path = g_build_filename(parent, name, NULL);

            g_printerr("cmma-farm: removing what a killed run has left: %s\n", path);
            remove_dir(path);
        }
    }
}

char *tempdir_new(const char *parent, const char *prefix, GError **error)
{
    g_autofree char *path = g_strdup_printf("%s/%s%d", parent, prefix, getpid());

    remove_stale(parent, prefix);
    if (g_mkdir(path, 0755)) {
        g_set_error(error, FARM_ERROR, 0, "cannot make %s: %s", path,
                    g_strerror(errno));
        return NULL;
    }
    return g_steal_pointer(&path);
}

void tempdir_free(char *path)
{
    remove_dir(path);
    g_free(path);
}
