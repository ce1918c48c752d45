// SPDX-License-Identifier: GPL-2.0
/*
 * The memory cgroup that holds all guests, and only them.
 *
 * The group stands right below the root of its hierarchy: with cgroup v2 a
 * group that has processes of its own, as the caller's, cannot have children
 * with a memory controller.  With version 1 it has a twin in the hierarchy that
 * limits disks.
 */
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include "cgroup.h"
#include "host.h"
#include "farm.h"

#define PREFIX "cmma-farm-"

struct CgroupHost {
    char *root;
    char *io_root;              /* version 1: of the controller of disks, or NULL */
    int version;
    gboolean enabled_memory;
    gboolean enabled_io;
};

struct Cgroup {
    const CgroupHost *host;
    char *path;
    char *io_path;              /* version 1: of the group that limits disks */
    char *stat;
    int procs;
};

static gboolean write_file(const char *dir, const char *name, const char *text,
                           GError **error)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    gboolean ok = fd >= 0 && write(fd, text, strlen(text)) >= 0;

    if (!ok) {
        g_set_error(error, FARM_ERROR, 0, "cannot write '%s' to %s: %s",
                    text, path, g_strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

static gboolean has_word(const char *dir, const char *name, const char *word)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *line = host_read_line(path);
    g_auto(GStrv) words = g_strsplit(line, " ", -1);

    return g_strv_contains((const char * const *)words, word);
}

static void find_roots(CgroupHost *host)
{
    FILE *mounts = setmntent("/proc/self/mounts", "r");
    struct mntent *m;

    while (mounts && (m = getmntent(mounts))) {
        gboolean v1 = g_str_equal(m->mnt_type, "cgroup");

        if (v1 && !host->io_root && hasmntopt(m, "blkio")) {
            host->io_root = g_strdup(m->mnt_dir);
        }
        if (host->root) {
            continue;
        }
        if (v1 && hasmntopt(m, "memory")) {
            host->version = 1;
            host->root = g_strdup(m->mnt_dir);
        } else if (g_str_equal(m->mnt_type, "cgroup2") &&
                   has_word(m->mnt_dir, "cgroup.controllers", "memory")) {
            host->version = 2;
            host->root = g_strdup(m->mnt_dir);
        }
    }
    if (mounts) {
        endmntent(mounts);
    }
}

/*
 * Those in the group are our guests, or what a guest's QEMU started.  Returns %FALSE
 * if there are some whose ids cannot be seen here: another container's farm.
 */
static gboolean kill_members(const char *path)
{
    g_autofree char *procs = g_build_filename(path, "cgroup.procs", NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) pids = NULL;

    if (!g_file_get_contents(procs, &text, NULL, NULL)) {
        return TRUE;
    }
    pids = g_strsplit(text, "\n", -1);
    for (char **pid = pids; *pid && **pid; pid++) {
        if (atoi(*pid) <= 0) {
            return FALSE;
        }
        kill(atoi(*pid), SIGKILL);
    }
    return TRUE;
}

static void remove_group(const char *path)
{
    /* An exiting process leaves its group a little later. */
    for (int tries = 0; tries < 100; tries++) {
        if (!kill_members(path) || !rmdir(path) || errno == ENOENT) {
            return;
        }
        g_usleep(50 * 1000);
    }
    g_printerr("cmma-farm: cannot remove %s: %s; remove it with rmdir\n", path,
               g_strerror(errno));
}

static void remove_stale(const char *root)
{
    g_autoptr(GDir) dir = g_dir_open(root, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        if (host_is_stale(name, PREFIX)) {
            g_autofree char *path = g_build_filename(root, name, NULL);

            g_printerr("cmma-farm: removing the cgroup of a killed run: %s\n", path);
            remove_group(path);
        }
    }
}

CgroupHost *cgroup_host_open(GError **error)
{
    g_autoptr(CgroupHost) host = g_new0(CgroupHost, 1);

    find_roots(host);
    if (!host->root) {
        g_set_error(error, FARM_ERROR, 0, "no cgroup hierarchy has the memory "
                    "controller: boot without cgroup_disable=memory, and mount "
                    "one at /sys/fs/cgroup");
        return NULL;
    }
    if (host->version == 2 &&
        !has_word(host->root, "cgroup.subtree_control", "memory")) {
        if (!write_file(host->root, "cgroup.subtree_control", "+memory",
                        error)) {
            g_prefix_error(error, "the memory controller cannot be used in "
                           "this cgroup namespace, run outside containers: ");
            return NULL;
        }
        host->enabled_memory = TRUE;
    }
    remove_stale(host->root);
    if (host->io_root) {
        remove_stale(host->io_root);
    }
    return g_steal_pointer(&host);
}

void cgroup_host_close(CgroupHost *host)
{
    if (host->enabled_memory) {
        /* Fails, rightly, if somebody else has begun to use it. */
        write_file(host->root, "cgroup.subtree_control", "-memory", NULL);
    }
    if (host->enabled_io) {
        write_file(host->root, "cgroup.subtree_control", "-io", NULL);
    }
    g_free(host->root);
    g_free(host->io_root);
    g_free(host);
}

int cgroup_host_version(const CgroupHost *host)
{
    return host->version;
}

static gboolean write_number(const Cgroup *cgroup, const char *name, guint64 number,
                            GError **error)
{
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, number);

    return write_file(cgroup->path, name, text, error);
}

gboolean cgroup_set_limit(const Cgroup *cgroup, guint64 limit, GError **error)
{
    return write_number(cgroup, cgroup->host->version == 1 ?
                        "memory.limit_in_bytes" : "memory.max", limit, error);
}

gboolean cgroup_limit_swap(const Cgroup *cgroup, guint64 limit, guint64 swap,
                           GError **error)
{
    gboolean v1 = cgroup->host->version == 1;
    const char *name = v1 ? "memory.memsw.limit_in_bytes" : "memory.swap.max";
    g_autofree char *path = g_build_filename(cgroup->path, name, NULL);

    return !g_file_test(path, G_FILE_TEST_EXISTS) ||
           write_number(cgroup, name, v1 ? limit + swap : swap, error);
}

gboolean cgroup_host_check_swappiness(const CgroupHost *host, GError **error)
{
    if (host->version != 1) {
        g_set_error(error, FARM_ERROR, 0, "host.swappiness takes version 1 of cgroups, "
                    "and this host has version 2: leave it out, and set it for the "
                    "whole host: sysctl vm.swappiness=N");
        return FALSE;
    }
    return TRUE;
}

gboolean cgroup_set_swappiness(const Cgroup *cgroup, int swappiness, GError **error)
{
    return write_number(cgroup, "memory.swappiness", swappiness, error);
}

Cgroup *cgroup_new(const CgroupHost *host, guint64 limit, GError **error)
{
    g_autoptr(Cgroup) cgroup = g_new0(Cgroup, 1);
    g_autofree char *name = g_strdup_printf(PREFIX "%d", getpid());
    g_autofree char *path = g_build_filename(host->root, name, NULL);
    g_autofree char *procs = g_build_filename(path, "cgroup.procs", NULL);

    cgroup->host = host;
    cgroup->procs = -1;
    if (g_mkdir(path, 0755)) {
        g_set_error(error, FARM_ERROR, 0, "cannot make the cgroup %s: %s", path,
                    g_strerror(errno));
        return NULL;
    }
    cgroup->path = g_steal_pointer(&path);
    cgroup->stat = g_build_filename(cgroup->path, "memory.stat", NULL);
    if (!cgroup_set_limit(cgroup, limit, error)) {
        return NULL;
    }
    cgroup->procs = open(procs, O_WRONLY | O_CLOEXEC);
    if (cgroup->procs < 0) {
        g_set_error(error, FARM_ERROR, 0, "cannot open %s: %s", procs,
                    g_strerror(errno));
        return NULL;
    }
    return g_steal_pointer(&cgroup);
}

/* The numbers of the whole disk that a file is on, as cgroups want them */
static char *disk_of(const char *path, GError **error)
{
    g_autofree char *sys = NULL, *dev = NULL, *partition = NULL;
    struct stat st;

    if (stat(path, &st)) {
        g_set_error(error, FARM_ERROR, 0, "cannot look at %s: %s", path,
                    g_strerror(errno));
        return NULL;
    }
    sys = g_strdup_printf("/sys/dev/block/%u:%u", major(st.st_dev), minor(st.st_dev));
    partition = g_build_filename(sys, "partition", NULL);
    dev = g_build_filename(sys, g_file_test(partition, G_FILE_TEST_EXISTS) ?
                           "../dev" : "dev", NULL);
    if (!g_file_test(dev, G_FILE_TEST_EXISTS)) {
        g_set_error(error, FARM_ERROR, 0, "%s is on no block device of its own: "
                    "choose another --swap-dir, or leave host.disk-iops out", path);
        return NULL;
    }
    return host_read_line(dev);
}

static gboolean limit_io_v1(Cgroup *cgroup, const char *limit, GError **error)
{
    g_autofree char *name = g_path_get_basename(cgroup->path);

    if (!cgroup->host->io_root) {
        g_set_error(error, FARM_ERROR, 0, "no cgroup hierarchy has the blkio "
                    "controller: mount it, or leave host.disk-iops out");
        return FALSE;
    }
    cgroup->io_path = g_build_filename(cgroup->host->io_root, name, NULL);
    if (g_mkdir(cgroup->io_path, 0755)) {
        g_set_error(error, FARM_ERROR, 0, "cannot make the cgroup %s: %s",
                    cgroup->io_path, g_strerror(errno));
        g_clear_pointer(&cgroup->io_path, g_free);
        return FALSE;
    }
    return write_file(cgroup->io_path, "blkio.throttle.read_iops_device", limit,
                      error) &&
           write_file(cgroup->io_path, "blkio.throttle.write_iops_device", limit,
                      error);
}

gboolean cgroup_limit_io(Cgroup *cgroup, CgroupHost *host, const char *path, int iops,
                         GError **error)
{
    g_autofree char *disk = disk_of(path, error);
    g_autofree char *limit = NULL;

    if (!disk) {
        return FALSE;
    }
    if (host->version == 1) {
        limit = g_strdup_printf("%s %d", disk, iops);
        return limit_io_v1(cgroup, limit, error);
    }
    if (!has_word(host->root, "cgroup.subtree_control", "io")) {
        if (!write_file(host->root, "cgroup.subtree_control", "+io", error)) {
            return FALSE;
        }
        host->enabled_io = TRUE;
    }
    limit = g_strdup_printf("%s riops=%d wiops=%d", disk, iops, iops);
    return write_file(cgroup->path, "io.max", limit, error);
}

gboolean cgroup_enter_io(const Cgroup *cgroup, const char *pid, GError **error)
{
    return !cgroup->io_path || !pid ||
           write_file(cgroup->io_path, "cgroup.procs", pid, error);
}

void cgroup_free(Cgroup *cgroup)
{
    if (cgroup->procs >= 0) {
        close(cgroup->procs);
    }
    if (cgroup->path) {
        remove_group(cgroup->path);
    }
    if (cgroup->io_path) {
        remove_group(cgroup->io_path);
    }
    g_free(cgroup->path);
    g_free(cgroup->io_path);
    g_free(cgroup->stat);
    g_free(cgroup);
}

int cgroup_procs_fd(const Cgroup *cgroup)
{
    return cgroup->procs;
}

static guint64 read_bytes(const Cgroup *cgroup, const char *v1, const char *v2)
{
    g_autofree char *path = g_build_filename(
        cgroup->path, cgroup->host->version == 1 ? v1 : v2, NULL);
    g_autofree char *line = host_read_line(path);

    return g_ascii_strtoull(line, NULL, 10);
}

guint64 cgroup_usage(const Cgroup *cgroup)
{
    return read_bytes(cgroup, "memory.usage_in_bytes", "memory.current");
}

guint64 cgroup_peak(const Cgroup *cgroup)
{
    return read_bytes(cgroup, "memory.max_usage_in_bytes", "memory.peak");
}

guint64 cgroup_cached(const Cgroup *cgroup)
{
    return host_read_key(cgroup->stat, "active_file") +
           host_read_key(cgroup->stat, "inactive_file");
}

/* Lent pages are on the lists of files, too, but are no files. */
guint64 cgroup_page_cache(const Cgroup *cgroup)
{
    guint64 files = host_read_key(cgroup->stat, cgroup->host->version == 2 ? "file" : "cache");
    guint64 shared = host_read_key(cgroup->stat, "shmem");

    return files > shared ? files - shared : 0;
}

guint64 cgroup_oom_kills(const Cgroup *cgroup)
{
    gboolean v1 = cgroup->host->version == 1;
    g_autofree char *path = g_build_filename(
        cgroup->path, v1 ? "memory.oom_control" : "memory.events", NULL);

    return host_read_key(path, "oom_kill");
}

const char *cgroup_swap_counters(const Cgroup *cgroup)
{
    g_autofree char *text = NULL;
    guint64 pages;

    return g_file_get_contents(cgroup->stat, &text, NULL, NULL) &&
           host_find_key(text, "pswpin", &pages) ? cgroup->stat : "/proc/vmstat";
}
