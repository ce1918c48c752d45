// SPDX-License-Identifier: GPL-2.0
/* The swap file that is made for a run and removed after it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <sys/swap.h>
#include <unistd.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include "host.h"
#include "farm.h"
#include "swapfile.h"

#define PREFIX "farm-swap-"
#define HIGHEST_PRIORITY 32767

struct SwapFile {
    char *path;
    gboolean on;
};

static void remove_stale(const char *dir)
{
    g_autoptr(GDir) entries = g_dir_open(dir, 0, NULL);
    const char *name;

    while (entries && (name = g_dir_read_name(entries))) {
        if (host_is_stale(name, PREFIX)) {
            g_autofree char *path = g_build_filename(dir, name, NULL);

            g_printerr("cmma-farm: removing the swap file of a killed run: %s\n",
                       path);
            /* Fails if it was killed before it swapped there. */
            swapoff(path);
            g_unlink(path);
        }
    }
}

static gboolean check_room(const char *dir, guint64 bytes, GError **error)
{
    struct statvfs fs;
    guint64 free_bytes;

    if (statvfs(dir, &fs)) {
        g_set_error(error, FARM_ERROR, 0, "cannot make a swap file in %s: %s",
                    dir, g_strerror(errno));
        return FALSE;
    }
    free_bytes = (guint64)fs.f_bavail * fs.f_frsize;
    if (free_bytes < bytes + 64 * MIB) {
        g_set_error(error, FARM_ERROR, 0, "the swap file needs %" G_GUINT64_FORMAT
                    " MiB and %s has %" G_GUINT64_FORMAT " MiB free: make room "
                    "or choose another directory with --swap-dir",
                    bytes / MIB + 64, dir, free_bytes / MIB);
        return FALSE;
    }
    return TRUE;
}

/* Where there is no fallocate(2), and as swap files may have no holes. */
static gboolean write_zeros(int fd, guint64 bytes)
{
    g_autofree char *zeros = g_malloc0(MIB);

    for (guint64 at = 0; at < bytes; at += MIB) {
        if (pwrite(fd, zeros, MIB, at) != (ssize_t)MIB) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean make_file(const char *path, guint64 bytes, GError **error)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int flags = 0;
    gboolean ok = fd >= 0;

    if (ok) {
        /* Btrfs swaps to files without copy-on-write alone. */
        if (!ioctl(fd, FS_IOC_GETFLAGS, &flags)) {
            flags |= FS_NOCOW_FL;
            (void)!ioctl(fd, FS_IOC_SETFLAGS, &flags);
        }
        ok = !fallocate(fd, 0, 0, bytes) ||
             (errno == EOPNOTSUPP && write_zeros(fd, bytes));
        ok = ok && !fsync(fd);
    }
    if (!ok) {
        g_set_error(error, FARM_ERROR, 0, "cannot make the swap file %s: %s: "
                    "choose another directory with --swap-dir", path,
                    g_strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

gboolean swap_format(const char *path, const char *label, GError **error)
{
    g_autoptr(GSubprocess) mkswap = NULL;
    g_autofree char *program = g_find_program_in_path("mkswap");
    g_autofree char *message = NULL;

    mkswap = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                              G_SUBPROCESS_FLAGS_STDERR_PIPE, error,
                              program ? program : "/usr/sbin/mkswap",
                              "-L", label, path, NULL);
    if (!mkswap || !g_subprocess_communicate_utf8(mkswap, NULL, NULL, NULL,
                                                  &message, error)) {
        return FALSE;
    }
    if (!g_subprocess_get_successful(mkswap)) {
        g_set_error(error, FARM_ERROR, 0, "mkswap failed: %s",
                    g_strstrip(message));
        return FALSE;
    }
    return TRUE;
}

gboolean swap_on(const char *path, GError **error)
{
    g_autofree char *dir = g_path_get_dirname(path);

    if (swapon(path, SWAP_FLAG_PREFER | HIGHEST_PRIORITY)) {
        g_set_error(error, FARM_ERROR, 0, "the host cannot swap to a file in "
                    "%s: %s: choose a directory on ext4, xfs or btrfs with "
                    "--swap-dir", dir, g_strerror(errno));
        return FALSE;
    }
    return TRUE;
}

gboolean swap_off(const char *path)
{
    if (swapoff(path)) {
        g_printerr("cmma-farm: cannot swapoff %s: %s; do it by hand\n", path,
                   g_strerror(errno));
        return FALSE;
    }
    return TRUE;
}

SwapFile *swapfile_new(const char *dir, guint64 bytes, GError **error)
{
    g_autoptr(SwapFile) swap = g_new0(SwapFile, 1);
    g_autofree char *name = g_strdup_printf(PREFIX "%d", getpid());

    remove_stale(dir);
    if (!check_room(dir, bytes, error)) {
        return NULL;
    }
    swap->path = g_build_filename(dir, name, NULL);
    if (!make_file(swap->path, bytes, error) ||
        !swap_format(swap->path, "farm", error) || !swap_on(swap->path, error)) {
        return NULL;
    }
    swap->on = TRUE;
    return g_steal_pointer(&swap);
}

void swapfile_free(SwapFile *swap)
{
    if (swap->path && (!swap->on || swap_off(swap->path))) {
        g_unlink(swap->path);
    }
    g_free(swap->path);
    g_free(swap);
}
