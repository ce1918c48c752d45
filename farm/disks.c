// SPDX-License-Identifier: GPL-2.0
/* The guests' disks: one base image for all, or a copy for each. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "disks.h"
#include "tempdir.h"

struct Disks {
    char *dir;
    GPtrArray *paths;
};

/*
 * Its pages in the host's page cache may be charged to a run that is over, or to
 * nobody: without this, later runs would have them for free.
 */
static gboolean drop_cache(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        g_set_error(error, FARM_ERROR, 0, "cannot open %s: %s", path,
                    g_strerror(errno));
        return FALSE;
    }
    fsync(fd);
    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    close(fd);
    return TRUE;
}

static gboolean copy(Disks *disks, const char *image, GCancellable *cancel,
                     GError **error)
{
    g_autofree char *name = g_strdup_printf("%u", disks->paths->len);
    char *path = g_build_filename(disks->dir, name, NULL);
    g_autoptr(GFile) from = g_file_new_for_path(image);
    g_autoptr(GFile) to = g_file_new_for_path(path);

    g_ptr_array_add(disks->paths, path);
    if (!g_file_copy(from, to, G_FILE_COPY_NONE, cancel, NULL, NULL, error)) {
        g_prefix_error(error, "no copy of %s in %s: ", image, disks->dir);
        return FALSE;
    }
    return TRUE;
}

Disks *disks_new(const char *image, const char *dir, int copies,
                 GCancellable *cancel, GError **error)
{
    g_autoptr(Disks) disks = g_new0(Disks, 1);

    disks->paths = g_ptr_array_new_with_free_func(g_free);
    if (copies) {
        disks->dir = tempdir_new(dir, "farm-disks-", error);
        if (!disks->dir) {
            return NULL;
        }
    } else {
        g_ptr_array_add(disks->paths, g_strdup(image));
    }
    for (int i = 0; i < copies; i++) {
        if (!copy(disks, image, cancel, error)) {
            return NULL;
        }
    }
    for (guint i = 0; i < disks->paths->len; i++) {
        if (!drop_cache(disks->paths->pdata[i], error)) {
            return NULL;
        }
    }
    return g_steal_pointer(&disks);
}

void disks_free(Disks *disks)
{
    g_clear_pointer(&disks->dir, tempdir_free);
    g_ptr_array_unref(disks->paths);
    g_free(disks);
}

const char *disks_path(const Disks *disks, int index)
{
    return disks->paths->pdata[disks->dir ? index : 0];
}
