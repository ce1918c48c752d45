// SPDX-License-Identifier: GPL-2.0
/* A guest: a QEMU process in the cgroup, its console and its monitor. */
#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include "guest.h"
#include "host.h"
#include "process.h"
#include "workload.h"

/*
 * Descriptors in the QEMU, instead of files that could be left: of the monitor,
 * and of what the console hears.
 */
#define QMP_FD 3
#define CONSOLE_FD 5

/* Lines of the console that explain a failure */
#define LAST_LINES 8

/* QEMU's options end at a comma, unless it is doubled. */
static char *escape(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, ",", -1);

    return g_strjoinv(",,", parts);
}

static char *kernel_words(const Cell *cell, int index)
{
    const Scenario *s = cell->scenario;
    g_autofree char *drop = cell->mode->drops ?
        g_strdup_printf(" drop=%d", s->drop_seconds) : g_strdup("");
    g_autofree char *greedy = s->greedy && !index ?
        g_strdup_printf(" greedy=%d", s->greedy) : g_strdup("");

    return g_strdup_printf("console=ttyS0 farm=%s anon=%d%s%s cmma=%s quiet",
                           scenario_workload(s), s->anon, drop, greedy,
                           cell->mode->cmma);
}

static void add_disk(GPtrArray *argv, const char *id, const char *file,
                     const char *how)
{
    g_autofree char *path = escape(file);

    g_ptr_array_add(argv, g_strdup("-drive"));
    g_ptr_array_add(argv, g_strdup_printf("file=%s,if=none,id=%s,format=raw,%s",
                                          path, id, how));
    g_ptr_array_add(argv, g_strdup("-device"));
    g_ptr_array_add(argv, g_strdup_printf("virtio-blk-ccw,drive=%s", id));
}

static GPtrArray *arguments(const Run *run, const Guest *guest)
{
    const FarmOptions *o = run->farm->options;
    const Scenario *s = run->cell->scenario;
    const char *device = run->cell->mode->device;
    g_autofree char *log = escape(guest->log);
    g_autofree char *memory = g_strdup_printf("%d", s->memory);
    g_autofree char *accel = g_strdup_printf("tcg,thread=multi,tb-size=%d",
                                             s->tb_size);
    g_autofree char *append = kernel_words(run->cell, guest->index);
    g_autofree char *net = g_strdup_printf(
        "user,id=n0,restrict=on,hostfwd=tcp:127.0.0.1:%d-:80", guest->port);
    g_autofree char *console = g_strdup_printf(
        "file,id=console,path=%s,append=on,input-path=/dev/fd/%d", log, CONSOLE_FD);
    g_autofree char *qmp = g_strdup_printf("socket,id=qmp,fd=%d", QMP_FD);
    g_autofree char *watch = g_strdup_printf(
        "socket,id=watch,path=%s/%s-%d,server=on,wait=off", run->sockets, run->name,
        guest->index);
    /* -cpu is alike in all modes: what the guest does with it is not. */
    const char *common[] = {
        o->qemu, "-M", "s390-ccw-virtio", "-cpu", "max,cmm=on",
        "-accel", accel, "-m", memory, "-smp", "1",
        "-nodefaults", "-display", "none", "-L", o->firmware,
        "-kernel", o->kernel, "-initrd", o->initrd, "-append", append,
        "-netdev", net, "-device", "virtio-net-ccw,netdev=n0",
        "-chardev", console, "-serial", "chardev:console",
        "-chardev", qmp, "-mon", "chardev=qmp,mode=control",
        "-chardev", watch, "-mon", "chardev=watch,mode=control",
        device ? "-device" : NULL, device, NULL
    };
    GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);

    for (const char **word = common; *word; word++) {
        g_ptr_array_add(argv, g_strdup(*word));
    }
    add_disk(argv, "d0", disks_path(run->disks, guest->index), "readonly=on");
    if (workloads[s->workload].scratch) {
        add_disk(argv, "d1", o->scratch, "snapshot=on");
    }
    g_ptr_array_add(argv, NULL);
    return argv;
}

static GSubprocess *spawn(const Run *run, const Guest *guest, int qmp_fd,
                          int console_fd, GError **error)
{
    g_autoptr(GPtrArray) argv = arguments(run, guest);
    GSubprocessLauncher *launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE);

    /* Its complaints go to the log, where a failure is looked for. */
    g_subprocess_launcher_set_stderr_file_path(launcher, guest->log);
    g_subprocess_launcher_take_fd(launcher, qmp_fd, QMP_FD);
    g_subprocess_launcher_take_fd(launcher, console_fd, CONSOLE_FD);
    return process_spawn(launcher, (const char * const *)argv->pdata,
                         cgroup_procs_fd(run->cgroup), error);
}

/* Both ends of what it takes to talk to a guest: ours, and the QEMU's. */
typedef struct {
    int qmp[2];
    int console[2];
} Ends;

static gboolean open_ends(Ends *ends, GError **error)
{
    if (!g_unix_open_pipe(ends->console, FD_CLOEXEC, error)) {
        return FALSE;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends->qmp)) {
        g_set_error(error, FARM_ERROR, 0, "no socket for QEMU's monitor: %s",
                    g_strerror(errno));
        close(ends->console[0]);
        close(ends->console[1]);
        return FALSE;
    }
    /* A guest that does not listen is not to be waited for. */
    g_unix_set_fd_nonblocking(ends->console[1], TRUE, NULL);
    return TRUE;
}

Guest *guest_start(const Run *run, int index, GError **error)
{
    Guest *guest;
    Ends ends;

    if (!open_ends(&ends, error)) {
        return NULL;
    }
    guest = g_new0(Guest, 1);
    guest->index = index;
    guest->port = run->farm->options->port_base + index;
    guest->log = g_strdup_printf("%s/%s-%d.log", run->farm->log_dir, run->name,
                                 index);
    g_unlink(guest->log);
    guest->console = ends.console[1];
    guest->process = spawn(run, guest, ends.qmp[1], ends.console[0], error);
    guest->qmp = qmp_new(ends.qmp[0], guest->process ? error : NULL);
    if (!guest->process || !guest->qmp ||
        !cgroup_enter_io(run->cgroup, g_subprocess_get_identifier(guest->process),
                         error)) {
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
    close(guest->console);
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

char *guest_said(const Guest *guest, const char *what)
{
    g_auto(GStrv) lines = log_lines(guest);

    for (guint i = g_strv_length(lines); i-- > 0;) {
        if (g_str_has_prefix(lines[i], "farm: ") &&
            g_str_has_prefix(lines[i] + strlen("farm: "), what)) {
            return g_strdup(lines[i] + strlen("farm: ") + strlen(what));
        }
    }
    return NULL;
}

gboolean guest_is_ready(const Guest *guest)
{
    g_autofree char *said = guest_said(guest, "ready");

    return said != NULL;
}

void guest_tell(const Guest *guest, const char *format, ...)
{
    g_autofree char *line = NULL;
    va_list args;

    va_start(args, format);
    line = g_strdup_vprintf(format, args);
    va_end(args);
    if (write(guest->console, line, strlen(line)) < 0) {
        g_printerr("cmma-farm: guest %d does not hear: %s\n", guest->index,
                   g_strerror(errno));
    }
}

/* How its QEMU has ended, if it has: the host's OOM killer sends signal 9. */
static char *how_ended(const Guest *guest)
{
    if (guest_is_running(guest)) {
        return g_strdup("");
    }
    if (g_subprocess_get_if_signaled(guest->process)) {
        return g_strdup_printf(", QEMU killed by signal %d",
                               g_subprocess_get_term_sig(guest->process));
    }
    return g_strdup_printf(", QEMU's exit status %d",
                           g_subprocess_get_exit_status(guest->process));
}

void guest_report(const Guest *guest, const char *what)
{
    g_auto(GStrv) lines = log_lines(guest);
    g_autofree char *how = how_ended(guest);
    guint first = g_strv_length(lines), count = 0;

    while (first > 0 && count < LAST_LINES) {
        count += *g_strstrip(lines[--first]) != '\0';
    }
    g_printerr("\ncmma-farm: guest %d %s%s; its console's last lines (all are in %s):\n",
               guest->index, what, how, guest->log);
    for (; lines[first]; first++) {
        if (*g_strstrip(lines[first])) {
            g_printerr("    %s\n", lines[first]);
        }
    }
}

static void examine_by(const Guest *guest, FILE *log, const char *command)
{
    g_autofree char *arguments =
        g_strdup_printf("{\"command-line\": \"%s\"}", command);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply = qmp_execute(guest->qmp, "human-monitor-command",
                                            arguments, NULL, &error);

    fprintf(log, "farm: %s\n%s\n", command,
            reply && JSON_NODE_HOLDS_VALUE(reply) ? json_node_get_string(reply)
            : error ? error->message : "");
}

void guest_examine(const Guest *guest)
{
    static const char *const commands[] = {
        "info status", "info registers -a", "info balloon", "info usernet",
    };
    FILE *log = guest_is_running(guest) ? fopen(guest->log, "a") : NULL;

    for (guint i = 0; log && i < G_N_ELEMENTS(commands); i++) {
        examine_by(guest, log, commands[i]);
    }
    if (log) {
        fclose(log);
    }
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
