// SPDX-License-Identifier: GPL-2.0
/* What must be there before anything is started. */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <gio/gio.h>
#include "host.h"
#include "load.h"
#include "paths.h"
#include "plot.h"
#include "preflight.h"
#include "workload.h"

/* For wrk, the farm itself and whoever else is on the host. */
#define SPARE_MIB 512

static gboolean check_root(const FarmOptions *o, GError **error)
{
    if (geteuid()) {
        g_set_error(error, FARM_ERROR, 0, "memory cgroups and swap files are "
                    "root's: run as root, or with sudo");
        return FALSE;
    }
    return TRUE;
}

static gboolean check_files(const FarmOptions *o, GError **error)
{
    g_autofree char *boot = g_build_filename(o->firmware, "s390-ccw.img", NULL);
    g_autofree char *script = paths_own("load.lua");
    const char *files[] = { o->kernel, o->initrd, o->image, o->manifest, boot,
                            script };

    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        if (!g_file_test(files[i], G_FILE_TEST_IS_REGULAR)) {
            g_set_error(error, FARM_ERROR, 0, "%s is not there: build it first",
                        files[i]);
            return FALSE;
        }
    }
    if (!g_file_test(o->qemu, G_FILE_TEST_IS_EXECUTABLE)) {
        g_set_error(error, FARM_ERROR, 0, "%s is no program: build it first",
                    o->qemu);
        return FALSE;
    }
    return TRUE;
}

static gboolean check_directories(const FarmOptions *o, GError **error)
{
    g_autofree char *results = g_path_get_dirname(o->output);
    const char *dirs[] = { results, o->swap_dir };

    for (guint i = 0; i < G_N_ELEMENTS(dirs); i++) {
        if (access(dirs[i], R_OK | W_OK | X_OK)) {
            g_set_error(error, FARM_ERROR, 0, "cannot use the directory %s: "
                        "%s: make it, or choose another one", dirs[i],
                        g_strerror(errno));
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean check_programs(const FarmOptions *o, GError **error)
{
    g_autofree char *wrk = load_program();

    if (!wrk) {
        g_set_error(error, FARM_ERROR, 0, "wrk makes the load and is not "
                    "there: apt-get install wrk");
        return FALSE;
    }
    if (plot_lacks()) {
        g_set_error(error, FARM_ERROR, 0, "%s", plot_lacks());
        return FALSE;
    }
    return TRUE;
}

static gboolean check_kernel(const FarmOptions *o, GError **error)
{
    int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

    if (fd < 0) {
        g_set_error(error, FARM_ERROR, 0, "the host's kernel refuses "
                    "userfaultfd, by which discards are noticed: %s: %s",
                    g_strerror(errno), errno == ENOSYS ?
                    "it needs CONFIG_USERFAULTFD" :
                    "run outside containers and seccomp filters");
        return FALSE;
    }
    close(fd);
    if (sysconf(_SC_PAGESIZE) != 4096) {
        g_set_error(error, FARM_ERROR, 0, "the host's pages are %ld bytes: "
                    "s390x pages can be given to hosts with pages of 4096 "
                    "bytes alone", sysconf(_SC_PAGESIZE));
        return FALSE;
    }
    return TRUE;
}

static gboolean check_disks(const FarmOptions *o, const Scenario *s, GError **error)
{
    const char *files[] = { o->programs, o->scratch };

    for (guint i = 0; workloads[s->workload].scratch && i < G_N_ELEMENTS(files); i++) {
        if (!g_file_test(files[i], G_FILE_TEST_IS_REGULAR)) {
            g_set_error(error, FARM_ERROR, 0, "%s: scenario.workload is %s, and "
                        "%s is not there: make soak-images", s->path,
                        scenario_workload(s), files[i]);
            return FALSE;
        }
    }
    return TRUE;
}

/* The largest host of all, and where it comes from */
static gboolean check_memory(const Scenario *s, GError **error)
{
    guint64 available = host_read_key("/proc/meminfo", "MemAvailable") / MIB;
    double least = s->from > 0 ? s->from : G_MAXDOUBLE;
    guint64 needed;

    for (guint i = 0; i < s->levels->len; i++) {
        least = MIN(least, g_array_index(s->levels, Level, i).overcommit);
    }
    needed = scenario_limit(s, least) + SPARE_MIB;
    if (available < needed) {
        g_set_error(error, FARM_ERROR, 0, "%s: %" G_GUINT64_FORMAT " MiB of "
                    "free memory are needed, there are %" G_GUINT64_FORMAT
                    ": end other programs, or let host.limit or guests.count "
                    "be less", s->path, needed, available);
        return FALSE;
    }
    return TRUE;
}

static gboolean check_ports(const FarmOptions *o, int guests, GError **error)
{
    for (int i = 0; i < guests; i++) {
        g_autoptr(GSocket) socket = g_socket_new(
            G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, 0, error);
        g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string(
            "127.0.0.1", o->port_base + i);
        g_autoptr(GError) failed = NULL;

        if (!socket) {
            return FALSE;
        }
        if (!g_socket_bind(socket, address, TRUE, &failed) ||
            !g_socket_listen(socket, &failed)) {
            g_set_error(error, FARM_ERROR, 0, "port %d is taken (%s): choose "
                        "others with --port-base", o->port_base + i,
                        failed->message);
            return FALSE;
        }
    }
    return TRUE;
}

gboolean preflight_check(const FarmOptions *o, GPtrArray *scenarios,
                         GError **error)
{
    int guests = 0;

    if (!check_files(o, error) || !check_root(o, error) ||
        !check_directories(o, error) || !check_programs(o, error) ||
        !check_kernel(o, error)) {
        return FALSE;
    }
    for (guint i = 0; i < scenarios->len; i++) {
        const Scenario *s = scenarios->pdata[i];

        guests = MAX(guests, s->guests);
        if (!check_disks(o, s, error) || !check_memory(s, error)) {
            return FALSE;
        }
    }
    return check_ports(o, guests, error);
}
