// SPDX-License-Identifier: GPL-2.0
/* A guest that does some work and powers off, and what is known of it then. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "argv.h"
#include "guest.h"
#include "process.h"

/* Everything ends far sooner, also on a slow host. */
#define LIMIT_SECONDS 7200

struct Guest {
    Bench *bench;
    char *name;
    char *console;
    char *errors;
    char *counts;               /* NULL: not counted */
    gboolean single;
    GSubprocess *process;
    char *said;
    GPtrArray *works;
};

static void work_free(gpointer data)
{
    GuestWork *work = data;

    g_hash_table_unref(work->functions);
    g_hash_table_unref(work->counters);
    g_free(work->name);
    g_free(work);
}

static void add_disk(GPtrArray *argv, const char *id, const char *path)
{
    g_autofree char *image = argv_escape(path);

    argv_add(argv, "-drive");
    argv_add(argv, "file=%s,if=none,id=%s,format=raw,readonly=on", image, id);
    argv_add(argv, "-device");
    argv_add(argv, "virtio-blk-ccw,drive=%s", id);
}

/*
 * One CPU whose clock goes by its instructions, one a nanosecond, and jumps when
 * the CPU is idle; whatever is random comes from the seed; the date is fixed.
 */
static void add_counting(GPtrArray *argv, const Guest *g, const GuestSpec *spec)
{
    g_autofree char *plugin = argv_escape(g->bench->plugin);
    g_autofree char *out = argv_escape(g->counts);

    argv_add(argv, "-icount");
    argv_add(argv, "shift=0,sleep=off");
    argv_add(argv, "-seed");
    argv_add(argv, "%u", spec->seed);
    argv_add(argv, "-rtc");
    argv_add(argv, "base=2026-01-01T00:00:00,clock=vm");
    argv_add(argv, "-plugin");
    if (g->bench->map) {
        g_autofree char *map = argv_escape(g->bench->map);

        argv_add(argv, "%s,out=%s,map=%s,base=%" G_GUINT64_FORMAT, plugin, out,
                 map, g->bench->map_base);
    } else {
        argv_add(argv, "%s,out=%s", plugin, out);
    }
}

static GPtrArray *command_line(const Guest *g, const GuestSpec *spec)
{
    GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *console = argv_escape(g->console);
    Bench *b = g->bench;

    argv_add_all(argv, (const char * const []) {
        b->qemu, "-L", b->firmware, "-M", "s390-ccw-virtio", "-cpu",
        "max,cmm=on,cmmnt=on", "-nodefaults", "-no-user-config",
        "-no-reboot", "-display", "none", "-accel", "tcg,tb-size=256",
        "-kernel", b->kernel, "-initrd", spec->small ?
        b->small_initrd : b->initrd, NULL });
    argv_add(argv, "-m");
    argv_add(argv, "%d", spec->memory);
    argv_add(argv, "-smp");
    argv_add(argv, "%d", spec->cpus);
    argv_add(argv, "-chardev");
    argv_add(argv, "file,id=console,path=%s", console);
    argv_add(argv, "-serial");
    argv_add(argv, "chardev:console");
    argv_add(argv, "-append");
    argv_add(argv, "console=ttyS0 quiet panic=-1 cmma=%s "
             "run=\"/bench/bench %s\"", spec->cmma, spec->work);
    add_disk(argv, "d0", b->disk);
    if (g->counts) {
        add_counting(argv, g, spec);
    }
    g_ptr_array_add(argv, NULL);
    return argv;
}

Guest *guest_start(Bench *bench, const GuestSpec *spec, GError **error)
{
    GSubprocessLauncher *launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
    g_autoptr(GPtrArray) argv = NULL;
    g_autoptr(Guest) g = g_new0(Guest, 1);

    g->bench = bench;
    g->name = g_strdup(spec->name);
    g->console = g_strdup_printf("%s/%s.console", bench->logs, spec->name);
    g->errors = g_strdup_printf("%s/%s.qemu", bench->logs, spec->name);
    g->works = g_ptr_array_new_with_free_func(work_free);
    if (spec->seed) {
        g->counts = g_strdup_printf("%s/%s.insns", bench->logs, spec->name);
        unlink(g->counts);
    }
    unlink(g->console);
    argv = command_line(g, spec);
    g_subprocess_launcher_set_stderr_file_path(launcher, g->errors);
    g->process = process_spawn(launcher, (const char * const *)argv->pdata, -1,
                               error);
    if (!g->process) {
        g_prefix_error(error, "%s: ", g->name);
        return NULL;
    }
    return g_steal_pointer(&g);
}

void guest_free(Guest *g)
{
    if (g->process) {
        g_subprocess_force_exit(g->process);
        g_subprocess_wait(g->process, NULL, NULL);
        g_object_unref(g->process);
    }
    g_ptr_array_unref(g->works);
    g_free(g->name);
    g_free(g->console);
    g_free(g->errors);
    g_free(g->counts);
    g_free(g->said);
    g_free(g);
}

/* A line "work: NAME SECONDS KEY=N..." */
static void read_work(Guest *g, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    GuestWork *work;

    if (g_strv_length(words) < 3) {
        return;
    }
    work = g_new0(GuestWork, 1);
    work->name = g_strdup(words[1]);
    work->seconds = g_ascii_strtod(words[2], NULL);
    work->functions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                            g_free);
    work->counters = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                           g_free);
    for (char **word = words + 3; *word; word++) {
        char *is = strchr(*word, '=');
        gint64 value = is ? g_ascii_strtoll(is + 1, NULL, 10) : 0;

        if (is) {
            g_hash_table_insert(work->counters, g_strndup(*word, is - *word),
                                g_memdup2(&value, sizeof(value)));
        }
    }
    g_ptr_array_add(g->works, work);
}

static void add_function(GuestWork *work, const char *name, guint64 insns)
{
    guint64 *sum = g_hash_table_lookup(work->functions, name);

    if (!sum) {
        sum = g_new0(guint64, 1);
        g_hash_table_insert(work->functions, g_strdup(name), sum);
    }
    *sum += insns;
}

/* Three marks a work, each followed by what each function did before it */
static gboolean read_counts(Guest *g, GError **error)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    guint64 last = 0, total;
    guint marks = 0, at, number;

    if (!g_file_get_contents(g->counts, &text, NULL, error)) {
        return FALSE;
    }
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        char name[512];

        at = marks ? (marks - 1) / 3 : 0;
        if (sscanf(*line, "mark %u %" G_GUINT64_FORMAT, &number, &total) == 2) {
            if (number != marks % 3 || marks / 3 >= g->works->len) {
                break;
            }
            if (number) {
                GuestWork *work = g_ptr_array_index(g->works, marks / 3);

                *(number == 1 ? &work->insns : &work->owed) = total - last;
            }
            last = total;
            marks++;
        } else if (marks % 3 != 1 && at < g->works->len &&
                   sscanf(*line, "%" G_GUINT64_FORMAT " %511s", &total,
                          name) == 2) {
            add_function(g_ptr_array_index(g->works, at), name, total);
        }
    }
    if (marks != 3 * g->works->len) {
        g_set_error(error, FARM_ERROR, 0, "%s: the marks are out of order: see "
                    "%s and %s", g->name, g->counts, g->console);
        return FALSE;
    }
    return TRUE;
}

static gboolean read_results(Guest *g, GError **error)
{
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(g->console, &g->said, NULL, error)) {
        return FALSE;
    }
    g_strdelimit(g->said, "\r", ' ');
    if (!strstr(g->said, "guest: exit 0")) {
        g_set_error(error, FARM_ERROR, 0, "%s: the guest fails: see %s and %s",
                    g->name, g->console, g->errors);
        return FALSE;
    }
    lines = g_strsplit(g->said, "\n", -1);
    for (char **line = lines; *line; line++) {
        if (g_str_has_prefix(*line, "work: ")) {
            read_work(g, g_strchomp(*line));
        }
    }
    return !g->counts || read_counts(g, error);
}

gboolean guest_finish(Guest *g, GError **error)
{
    gint64 begin = g_get_monotonic_time(), say = 10;

    while (process_is_running(g->process)) {
        gint64 seconds = (g_get_monotonic_time() - begin) / G_USEC_PER_SEC;

        if (g_cancellable_set_error_if_cancelled(g->bench->cancel, error)) {
            return FALSE;
        }
        if (seconds > LIMIT_SECONDS) {
            g_set_error(error, FARM_ERROR, 0, "%s: no end after %d s: see %s",
                        g->name, LIMIT_SECONDS, g->console);
            return FALSE;
        }
        if (seconds >= say) {
            bench_say("%s: %d s", g->name, (int)seconds);
            say += 30;
        }
        g_usleep(50 * 1000);
    }
    return read_results(g, error);
}

const GPtrArray *guest_works(const Guest *g)
{
    return g->works;
}

const char *guest_said(const Guest *g)
{
    return g->said;
}

gint64 guest_counter(const GuestWork *work, const char *name)
{
    const gint64 *value = g_hash_table_lookup(work->counters, name);

    return value ? *value : 0;
}
