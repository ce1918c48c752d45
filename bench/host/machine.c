// SPDX-License-Identifier: GPL-2.0
/* A machine under test: a QEMU process, its console, its monitor, its cost. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "argv.h"
#include "host.h"
#include "machine.h"
#include "process.h"

/* Descriptors in the QEMU; 4 is process.c's. */
#define QMP_FD 3
#define CONSOLE_FD 5

#define BOOT_SECONDS 120
#define PROMPT "bench: "

struct Machine {
    Bench *bench;
    char *name;
    char *log;
    pid_t pid;
    GSubprocess *process;
    Qmp *qmp;
    int console;
    GString *heard;
};

static void add_guest(GPtrArray *argv, const Bench *b, const MachineSpec *spec)
{
    g_autofree char *image = argv_escape(b->image);

    argv_add(argv, "-kernel");
    if (spec->program) {
        argv_add(argv, "%s/%s.elf", b->programs, spec->program);
        return;
    }
    argv_add(argv, "%s", b->kernel);
    argv_add(argv, "-initrd");
    argv_add(argv, "%s", b->initrd);
    argv_add(argv, "-append");
    argv_add(argv, "console=ttyS0 quiet run=/bench/bench cmma=%s", spec->cmma);
    argv_add(argv, "-drive");
    /*
     * Past the host's page cache, whose pages would be charged to the guest's
     * cgroup, or not, as it happens.
     */
    argv_add(argv, "file=%s,if=none,id=d0,format=raw,readonly=on,"
             "cache.direct=on", image);
    argv_add(argv, "-device");
    argv_add(argv, "virtio-blk-ccw,drive=d0");
}

static GPtrArray *command_line(const Bench *b, const MachineSpec *spec)
{
    GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);

    /* Threads are told apart by name only where they have one. */
    argv_add_all(argv, (const char * const []) {
        b->qemu, "-name", "bench,debug-threads=on", "-L", b->firmware,
        "-M", "s390-ccw-virtio", "-accel", "tcg,thread=multi,tb-size=64",
        "-smp", "1", "-nodefaults", "-no-user-config", "-no-reboot",
        "-display", "none", NULL });
    argv_add(argv, "-cpu");
    argv_add(argv, "max,cmm=%s,cmmnt=%s", spec->cmm ? "on" : "off",
             spec->cmm ? "on" : "off");
    argv_add(argv, "-m");
    argv_add(argv, "%d", spec->memory);
    argv_add(argv, "-chardev");
    argv_add(argv, "socket,id=qmp,fd=%d", QMP_FD);
    argv_add(argv, "-mon");
    argv_add(argv, "chardev=qmp,mode=control");
    argv_add(argv, "-chardev");
    argv_add(argv, "socket,id=console,fd=%d", CONSOLE_FD);
    argv_add(argv, "-serial");
    argv_add(argv, "chardev:console");
    add_guest(argv, b, spec);
    argv_add_all(argv, spec->arguments);
    g_ptr_array_add(argv, NULL);
    return argv;
}

static gboolean spawn(Machine *m, const MachineSpec *spec, GError **error)
{
    g_autoptr(GPtrArray) argv = command_line(m->bench, spec);
    int flags = SOCK_STREAM | SOCK_CLOEXEC;
    GSubprocessLauncher *launcher;
    int qmp[2], console[2];

    if (socketpair(AF_UNIX, flags, 0, qmp) ||
        socketpair(AF_UNIX, flags, 0, console)) {
        g_set_error(error, FARM_ERROR, 0, "no socket for QEMU: %s",
                    g_strerror(errno));
        return FALSE;
    }
    m->console = console[0];
    launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
    g_subprocess_launcher_set_stderr_file_path(launcher, m->log);
    g_subprocess_launcher_take_fd(launcher, qmp[1], QMP_FD);
    g_subprocess_launcher_take_fd(launcher, console[1], CONSOLE_FD);
    m->process = process_spawn(launcher, (const char * const *)argv->pdata,
                               spec->cgroup ? cgroup_procs_fd(spec->cgroup)
                                            : -1, error);
    m->qmp = qmp_new(qmp[0], m->process ? error : NULL);
    return m->process && m->qmp;
}

Machine *machine_start(Bench *bench, const MachineSpec *spec, GError **error)
{
    g_autoptr(Machine) m = g_new0(Machine, 1);

    m->bench = bench;
    m->name = g_strdup(spec->name);
    m->log = g_strdup_printf("%s/%s.log", bench->logs, spec->name);
    m->console = -1;
    m->heard = g_string_new(NULL);
    unlink(m->log);
    if (!spawn(m, spec, error)) {
        g_prefix_error(error, "%s: ", spec->name);
        return NULL;
    }
    m->pid = atoi(g_subprocess_get_identifier(m->process) ?: "0");
    return g_steal_pointer(&m);
}

void machine_free(Machine *m)
{
    if (m->process) {
        if (m->qmp) {
            qmp_quit(m->qmp);
        }
        for (int i = 0; i < 150 && process_is_running(m->process); i++) {
            g_usleep(20 * 1000);
        }
        g_subprocess_force_exit(m->process);
        g_subprocess_wait(m->process, NULL, NULL);
    }
    if (m->console >= 0) {
        close(m->console);
    }
    g_clear_object(&m->process);
    g_clear_pointer(&m->qmp, qmp_free);
    g_string_free(m->heard, TRUE);
    g_free(m->name);
    g_free(m->log);
    g_free(m);
}

static void keep(const Machine *m, const char *line)
{
    int fd = open(m->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

    if (fd >= 0) {
        dprintf(fd, "%s\n", line);
        close(fd);
    }
}

static char *heard_line(Machine *m)
{
    char *end = strchr(m->heard->str, '\n');
    char *line;

    if (!end) {
        return NULL;
    }
    line = g_strndup(m->heard->str, end - m->heard->str);
    g_string_erase(m->heard, 0, end + 1 - m->heard->str);
    g_strdelimit(line, "\r", '\0');
    keep(m, line);
    return line;
}

char *machine_line(Machine *m, int seconds, GError **error)
{
    double begin = bench_now(), say = begin + 10;
    struct pollfd fds = { m->console, POLLIN, 0 };
    char buffer[4096];
    char *line;

    while (!(line = heard_line(m))) {
        double now = bench_now();
        ssize_t count;

        if (g_cancellable_set_error_if_cancelled(m->bench->cancel, error)) {
            return NULL;
        }
        if (now > begin + seconds) {
            g_set_error(error, FARM_ERROR, 0, "%s: nothing is heard from the "
                        "machine for %d s: see %s", m->name, seconds, m->log);
            return NULL;
        }
        if (now > say) {
            bench_say("%s: waiting for %.0f s", m->name, now - begin);
            say += 10;
        }
        if (poll(&fds, 1, 100) <= 0) {
            continue;
        }
        count = read(m->console, buffer, sizeof(buffer));
        if (count <= 0) {
            return NULL;
        }
        g_string_append_len(m->heard, buffer, count);
    }
    return line;
}

/* Until the guest says that, or something else to us. */
static gboolean expect(Machine *m, const char *what, int seconds,
                       GError **error)
{
    GError *failed = NULL;
    char *line;

    while ((line = machine_line(m, seconds, &failed))) {
        g_autofree char *said = line;

        if (g_str_has_prefix(said, PROMPT)) {
            if (g_str_equal(said + strlen(PROMPT), what)) {
                return TRUE;
            }
            failed = g_error_new(FARM_ERROR, 0, "%s: the guest says '%s': see "
                                 "%s", m->name, said, m->log);
            break;
        }
    }
    if (!failed) {
        failed = g_error_new(FARM_ERROR, 0, "%s: the machine has ended: see %s",
                             m->name, m->log);
    }
    g_propagate_error(error, failed);
    return FALSE;
}

gboolean machine_boot(Machine *m, GError **error)
{
    return expect(m, "ready", BOOT_SECONDS, error);
}

gboolean machine_tell(Machine *m, const char *command, GError **error)
{
    g_autofree char *line = g_strconcat(command, "\n", NULL);
    ssize_t length = strlen(line);

    if (send(m->console, line, length, MSG_NOSIGNAL) != length) {
        g_set_error(error, FARM_ERROR, 0, "%s: the machine has ended: see %s",
                    m->name, m->log);
        return FALSE;
    }
    return TRUE;
}

gboolean machine_ask(Machine *m, int seconds, GError **error,
                     const char *command, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, command);
    text = g_strdup_vprintf(command, args);
    va_end(args);
    return machine_tell(m, text, error) && expect(m, "done 0", seconds, error);
}

JsonNode *machine_command(Machine *m, const char *command,
                          const char *arguments, GError **error)
{
    JsonNode *reply = qmp_execute(m->qmp, command, arguments, m->bench->cancel,
                                  error);

    if (!reply) {
        g_prefix_error(error, "%s: ", m->name);
    }
    return reply;
}

gint64 machine_counter(Machine *m, const char *path, GError **error)
{
    g_autoptr(JsonNode) reply = machine_command(m, "query-s390x-page-states",
                                                NULL, error);
    g_auto(GStrv) words = g_strsplit(path, ".", -1);
    JsonObject *at = reply && JSON_NODE_HOLDS_OBJECT(reply) ?
                     json_node_get_object(reply) : NULL;
    char **word = words;
    JsonNode *value;

    for (; at && word[1]; word++) {
        at = json_object_has_member(at, *word) ?
             json_object_get_object_member(at, *word) : NULL;
    }
    if (!reply || !at || !json_object_has_member(at, *word)) {
        if (reply) {
            g_set_error(error, FARM_ERROR, 0, "%s: query-s390x-page-states "
                        "gives no %s", m->name, path);
        }
        return -1;
    }
    value = json_object_get_member(at, *word);
    return json_node_get_value_type(value) == G_TYPE_BOOLEAN
           ? json_node_get_boolean(value) : json_node_get_int(value);
}

gboolean machine_restart(Machine *m, GError **error)
{
    g_autoptr(JsonNode) reply = machine_command(m, "inject-nmi", NULL, error);

    return reply != NULL;
}

double machine_cpu(const Machine *m)
{
    struct timespec t = { 0 };
    clockid_t clock;

    if (!clock_getcpuclockid(m->pid, &clock)) {
        clock_gettime(clock, &t);
    }
    return t.tv_sec + t.tv_nsec * 1e-9;
}

double machine_thread_cpu(const Machine *m, const char *name)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/task", m->pid);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *task;
    double sum = 0;

    while (dir && (task = g_dir_read_name(dir))) {
        g_autofree char *comm = g_build_filename(path, task, "comm", NULL);
        g_autofree char *stat = g_build_filename(path, task, "schedstat", NULL);
        g_autofree char *thread = host_read_line(comm);

        if (g_str_equal(thread, name)) {
            g_autofree char *line = host_read_line(stat);

            sum += g_ascii_strtoull(line, NULL, 10) * 1e-9;
        }
    }
    return sum;
}

double machine_huge(const Machine *m)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/smaps_rollup", m->pid);

    return host_read_key(path, "AnonHugePages") / (double)MIB;
}

double machine_swapped(const Machine *m)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/status", m->pid);

    return host_read_key(path, "VmSwap") / (double)MIB;
}
