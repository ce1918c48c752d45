// SPDX-License-Identifier: GPL-2.0
/*
 * Swap to compressed memory.
 *
 * A zram device has no name of ours, so the swap space on it has: its label
 * tells whose it is if the run is killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>
#include <gio/gio.h>
#include "host.h"
#include "swapfile.h"
#include "zram.h"

#define CONTROL "/sys/class/zram-control"
#define LABEL "farm-"

/* Of the label in a swap space's first page: mkswap(8), sws_volume. */
#define LABEL_AT 1052
#define LABEL_SIZE 16

struct Zram {
    int index;
    gboolean on;
};

const char *zram_lacks(void)
{
    return g_file_test(CONTROL, G_FILE_TEST_IS_DIR) ? NULL :
           "there is no " CONTROL ": load the module zram";
}

static char *device(int index)
{
    return g_strdup_printf("/dev/zram%d", index);
}

static gboolean write_number(const char *path, guint64 number, GError **error)
{
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, number);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    gboolean ok = fd >= 0 && write(fd, text, strlen(text)) >= 0;

    if (!ok) {
        g_set_error(error, FARM_ERROR, 0, "cannot write %s to %s: %s", text, path,
                    g_strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

static void remove_device(int index)
{
    g_autoptr(GError) failed = NULL;

    if (!write_number(CONTROL "/hot_remove", index, &failed)) {
        g_printerr("cmma-farm: %s; do it by hand\n", failed->message);
    }
}

static char *read_label(const char *path)
{
    char label[LABEL_SIZE + 1] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd >= 0) {
        if (pread(fd, label, LABEL_SIZE, LABEL_AT) < 0) {
            label[0] = 0;
        }
        close(fd);
    }
    return g_strdup(label);
}

static void remove_stale(void)
{
    g_autoptr(GDir) dir = g_dir_open("/sys/block", 0, NULL);
    const char *name;
    int index;

    while (dir && (name = g_dir_read_name(dir))) {
        if (sscanf(name, "zram%d", &index) == 1) {
            g_autofree char *path = device(index);
            g_autofree char *label = read_label(path);

            if (host_is_stale(label, LABEL)) {
                g_printerr("cmma-farm: removing the zram of a killed run: %s\n", path);
                swapoff(path);
                remove_device(index);
            }
        }
    }
}

Zram *zram_new(guint64 bytes, GError **error)
{
    g_autoptr(Zram) zram = g_new0(Zram, 1);
    g_autofree char *path = NULL, *size = NULL, *label = NULL;

    remove_stale();
    /* Reading it adds a device. */
    path = host_read_line(CONTROL "/hot_add");
    zram->index = g_ascii_isdigit(*path) ? atoi(path) : -1;
    if (zram->index < 0) {
        g_set_error(error, FARM_ERROR, 0, "the host adds no zram device: %s: "
                    "is it root who asks?", path);
        return NULL;
    }
    g_free(path);
    path = device(zram->index);
    size = g_strdup_printf("/sys/block/zram%d/disksize", zram->index);
    label = g_strdup_printf(LABEL "%d", getpid());
    if (!write_number(size, bytes, error) ||
        !swap_format(path, label, error) || !swap_on(path, error)) {
        return NULL;
    }
    zram->on = TRUE;
    return g_steal_pointer(&zram);
}

void zram_free(Zram *zram)
{
    g_autofree char *path = device(zram->index);

    if (zram->index >= 0 && (!zram->on || swap_off(path))) {
        remove_device(zram->index);
    }
    g_free(zram);
}

guint64 zram_used(const Zram *zram)
{
    g_autofree char *path = g_strdup_printf("/sys/block/zram%d/mm_stat",
                                            zram->index);
    g_autofree char *line = host_read_line(path);
    guint64 used = 0;

    /* The third figure: memory in use, with what is lost to fragments. */
    sscanf(line, "%*u %*u %" G_GUINT64_FORMAT, &used);
    return used;
}
