// SPDX-License-Identifier: GPL-2.0
/* A guest: a QEMU process in the cgroup, its console log and its monitor. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include "guest.h"
#include "host.h"
#include "process.h"

/* The monitor's descriptor in the QEMU: no socket file that could be left. */
#define QMP_FD 3

/* QEMU's options end at a comma, unless it is doubled. */
static char *escape(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, ",", -1);

    return g_strjoinv(",,", parts);
}

static GSubprocess *spawn(const FarmOptions *o, const FarmMode *mode,
                          const Guest *guest, int qmp_fd, int cgroup_procs,
                          GError **error)
{
    g_autofree char *image = escape(o->image), *log = escape(guest->log);
    g_autofree char *memory = g_strdup_printf("%d", o->memory);
    g_autofree char *append = g_strdup_printf(
        "console=ttyS0 farm=web anon=%d cmma=%s quiet", o->anon, mode->cmma);
    g_autofree char *drive = g_strdup_printf(
        "file=%s,if=none,id=d0,format=raw,readonly=on", image);
    g_autofree char *net = g_strdup_printf(
        "user,id=n0,restrict=on,hostfwd=tcp:127.0.0.1:%d-:80", guest->port);
    g_autofree char *console = g_strdup_printf(
        "file,id=console,path=%s,append=on", log);
    g_autofree char *qmp = g_strdup_printf("socket,id=qmp,fd=%d", QMP_FD);
    /* -cpu is alike in all modes: what the guest does with it is not. */
    const char *argv[] = {
        o->qemu, "-M", "s390-ccw-virtio", "-cpu", "max,cmm=on",
        "-accel", "tcg,thread=multi,tb-size=32", "-m", memory, "-smp", "1",
        "-nodefaults", "-display", "none", "-L", o->firmware,
        "-kernel", o->kernel, "-initrd", o->initrd, "-append", append,
        "-drive", drive, "-device", "virtio-blk-ccw,drive=d0",
        "-netdev", net, "-device", "virtio-net-ccw,netdev=n0",
        "-chardev", console, "-serial", "chardev:console",
        "-chardev", qmp, "-mon", "chardev=qmp,mode=control", NULL
    };
    GSubprocessLauncher *launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE);

    /* Its complaints go to the log, where a failure is looked for. */
    g_subprocess_launcher_set_stderr_file_path(launcher, guest->log);
    g_subprocess_launcher_take_fd(launcher, qmp_fd, QMP_FD);
    return process_spawn(launcher, argv, cgroup_procs, error);
}

Guest *guest_start(const FarmOptions *o, const FarmMode *mode,
                   const Cgroup *cgroup, int index, const char *log_dir,
                   GError **error)
{
    Guest *guest;
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
        g_set_error(error, FARM_ERROR, 0, "no socket for QEMU's monitor: %s",
                    g_strerror(errno));
        return NULL;
    }
    guest = g_new0(Guest, 1);
    guest->index = index;
    guest->port = o->port_base + index;
    guest->log = g_strdup_printf("%s/%s-%d.log", log_dir, mode->name, index);
    g_unlink(guest->log);
    guest->process = spawn(o, mode, guest, pair[1], cgroup_procs_fd(cgroup),
                           error);
    guest->qmp = qmp_new(pair[0], guest->process ? error : NULL);
    if (!guest->process || !guest->qmp) {
        g_prefix_error(error, "guest %d: ", index);
        if (guest->process) {
            g_subprocess_force_exit(guest->process);
        }
        guest_free(guest);
        return NULL;
    }
    return guest;
}

void guest_free(Guest *guest)
{
    g_clear_object(&guest->process);
    g_clear_pointer(&guest->qmp, qmp_free);
    g_free(guest->log);
    g_free(guest);
}

gboolean guest_is_running(const Guest *guest)
{
    return process_is_running(guest->process);
}

static gboolean wait_all(GPtrArray *guests, int seconds)
{
    gint64 end = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
    guint ended = 0;

    while (ended < guests->len && g_get_monotonic_time() < end) {
        g_usleep(20 * 1000);
        ended = 0;
        for (guint i = 0; i < guests->len; i++) {
            ended += !guest_is_running(guests->pdata[i]);
        }
    }
    return ended == guests->len;
}

void guests_stop(GPtrArray *guests)
{
    const int signals[] = { 0, SIGTERM, SIGKILL };

    for (guint s = 0; s < G_N_ELEMENTS(signals); s++) {
        for (guint i = 0; i < guests->len; i++) {
            Guest *guest = guests->pdata[i];

            if (signals[s]) {
                g_subprocess_send_signal(guest->process, signals[s]);
            } else {
                qmp_quit(guest->qmp);
            }
        }
        if (wait_all(guests, 3)) {
            return;
        }
    }
}

static char **log_lines(const Guest *guest)
{
    char *text = NULL;
    char **lines;

    g_file_get_contents(guest->log, &text, NULL, NULL);
    lines = g_strsplit_set(text ? text : "", "\r\n", -1);
    g_free(text);
    return lines;
}

gboolean guest_is_ready(const Guest *guest)
{
    g_auto(GStrv) lines = log_lines(guest);

    return g_strv_contains((const char * const *)lines, "farm: ready");
}

char *guest_last_words(const Guest *guest)
{
    g_auto(GStrv) lines = log_lines(guest);

    for (guint i = g_strv_length(lines); i-- > 0;) {
        if (*g_strstrip(lines[i])) {
            return g_strdup(lines[i]);
        }
    }
    return g_strdup("it said nothing");
}

static guint64 status_value(const Guest *guest, const char *key)
{
    const char *pid = g_subprocess_get_identifier(guest->process);
    g_autofree char *path = g_strdup_printf("/proc/%s/status", pid ? pid : "0");

    return host_read_key(path, key);
}

guint64 guest_rss(const Guest *guest)
{
    return status_value(guest, "VmRSS");
}

guint64 guest_swapped(const Guest *guest)
{
    return status_value(guest, "VmSwap");
}
