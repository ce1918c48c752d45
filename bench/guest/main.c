// SPDX-License-Identifier: GPL-2.0
/*
 * guest-bench: what page states cost a guest.
 *
 * QEMUs end with this program, however it does; Ctrl-C makes all waiting end early.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "bench.h"
#include "host.h"
#include "signals.h"

/* For two guests with 4 GiB of page cache */
#define FREE_MIB 12288
#define QUICK_FREE_MIB 4096

static const struct {
    const char *name;
    gboolean (*run)(Bench *bench, GError **error);
} parts[] = {
    { "size", size_run },
    { "workloads", workloads_run },
    { "scanner", scanner_run },
    { "coverage", coverage_run },
    { "throughput", throughput_run },
};

#define PARTS "size,workloads,scanner,coverage,throughput"

void bench_say(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("== ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

static gboolean check_parts(char **only, GError **error)
{
    if (only && !*only) {
        g_set_error(error, FARM_ERROR, 0, "--only is empty: give some of " PARTS);
        return FALSE;
    }
    for (char **name = only; name && *name; name++) {
        gboolean known = FALSE;

        for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
            known |= g_str_equal(parts[i].name, *name);
        }
        if (!known) {
            g_set_error(error, FARM_ERROR, 0, "--only: there is no part '%s': "
                        "give some of " PARTS, *name);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean check_files(const Bench *b, GError **error)
{
    const struct {
        const char *option, *path;
    } files[] = {
        { "qemu", b->qemu }, { "firmware", b->firmware },
        { "plugin", b->plugin }, { "kernel", b->kernel },
        { "initrd", b->initrd },
        { "small-initrd", b->small_initrd }, { "disk", b->disk },
        { "series-size", b->series_size },
    };

    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        if (!files[i].path || access(files[i].path, R_OK)) {
            g_set_error(error, FARM_ERROR, 0, "--%s %s: it is not there",
                        files[i].option, files[i].path ?: "is missing");
            return FALSE;
        }
    }
    if (!b->output || !b->logs) {
        g_set_error(error, FARM_ERROR, 0, "--output and --logs must be given");
        return FALSE;
    }
    if (g_mkdir_with_parents(b->logs, 0755)) {
        g_set_error(error, FARM_ERROR, 0, "cannot make %s: %s", b->logs,
                    g_strerror(errno));
        return FALSE;
    }
    return TRUE;
}

static gboolean check_host(const Bench *b, GError **error)
{
    const char *argv[] = { b->qemu, "-plugin", "help", NULL };
    guint64 available = host_read_key("/proc/meminfo", "MemAvailable") / MIB;
    guint64 needed = b->quick ? QUICK_FREE_MIB : FREE_MIB;
    g_autofree char *said = NULL;

    if (available < needed) {
        g_set_error(error, FARM_ERROR, 0, "%" G_GUINT64_FORMAT " MiB of free "
                    "memory are needed, there are %" G_GUINT64_FORMAT ": end "
                    "other programs", needed, available);
        return FALSE;
    }
    if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL,
                      NULL, NULL, NULL, &said, NULL, error)) {
        return FALSE;
    }
    if (strstr(said, "not enabled")) {
        g_set_error(error, FARM_ERROR, 0, "%s has no plugins: configure it with "
                    "--enable-plugins", b->qemu);
        return FALSE;
    }
    return TRUE;
}

/* Without a map the instructions are counted all the same, but not by function. */
static void look_for_map(Bench *b)
{
    g_autofree char *dir = b->map ? g_path_get_dirname(b->map) : NULL;
    g_autofree char *path = dir ? g_strconcat(dir, "/.config", NULL) : NULL;
    g_autofree char *config = NULL;
    const char *base;

    if (b->map && !access(b->map, R_OK) &&
        g_file_get_contents(path, &config, NULL, NULL) &&
        (base = strstr(config, "CONFIG_KERNEL_IMAGE_BASE="))) {
        b->map_base = g_ascii_strtoull(strchr(base, '=') + 1, NULL, 0);
    } else {
        g_clear_pointer(&b->map, g_free);
    }
}

static void describe(Bench *b)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *date = g_date_time_format_iso8601(now);
    double load[3] = { 0 };
    struct utsname name;

    uname(&name);
    (void)!getloadavg(load, 3);
    json_object_set_string_member(b->report->root, "date", date);
    json_object_set_boolean_member(b->report->root, "quick", b->quick);
    json_object_set_string_member(b->report->root, "host_kernel", name.release);
    json_object_set_string_member(b->report->root, "guest_kernel", b->kernel);
    report_set(b->report->root, "host_load_before", load[1]);
}

static gboolean run_parts(Bench *b, char **only, GError **error)
{
    /* A run that fails must not leave an older run's figures as its own. */
    unlink(b->output);
    describe(b);
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (only && !g_strv_contains((const char * const *)only,
                                     parts[i].name)) {
            continue;
        }
        if (!parts[i].run(b, error)) {
            g_prefix_error(error, "%s: ", parts[i].name);
            return FALSE;
        }
    }
    if (!report_write(b->report, b->output, error)) {
        return FALSE;
    }
    g_print("%s\nresults: %s\n", b->report->table->str, b->output);
    return TRUE;
}

static gboolean parse(Bench *b, int *argc, char ***argv, char ***only,
                      GError **error)
{
    g_autofree char *list = NULL;
    const GOptionEntry entries[] = {
        { "qemu", 0, 0, G_OPTION_ARG_FILENAME, &b->qemu, "program, with plugins", "FILE" },
        { "firmware", 0, 0, G_OPTION_ARG_FILENAME, &b->firmware, "of the QEMU", "DIR" },
        { "plugin", 0, 0, G_OPTION_ARG_FILENAME, &b->plugin, "that counts", "FILE" },
        { "kernel", 0, 0, G_OPTION_ARG_FILENAME, &b->kernel, "of guests", "FILE" },
        { "map", 0, 0, G_OPTION_ARG_FILENAME, &b->map, "the kernel's System.map, its .config beside it", "FILE" },
        { "initrd", 0, 0, G_OPTION_ARG_FILENAME, &b->initrd, "of guests, with disks", "FILE" },
        { "small-initrd", 0, 0, G_OPTION_ARG_FILENAME, &b->small_initrd, "of guests, without", "FILE" },
        { "disk", 0, 0, G_OPTION_ARG_FILENAME, &b->disk, "with sources", "FILE" },
        { "series-size", 0, 0, G_OPTION_ARG_FILENAME, &b->series_size, "the script", "FILE" },
        { "output", 0, 0, G_OPTION_ARG_FILENAME, &b->output, "results, JSON", "FILE" },
        { "logs", 0, 0, G_OPTION_ARG_FILENAME, &b->logs, "consoles, counts, the profile", "DIR" },
        { "check", 0, 0, G_OPTION_ARG_NONE, &b->check, "look at --only, --works and --rounds, and do nothing", NULL },
        { "quick", 0, 0, G_OPTION_ARG_NONE, &b->quick, "hardly any work: only to see that it works", NULL },
        { "rounds", 0, 0, G_OPTION_ARG_INT, &b->rounds, "repetitions, 1 to 1000 (what each part thinks enough)", "N" },
        { "works", 0, 0, G_OPTION_ARG_STRING, &b->works, "only some of the workloads, as read-random,tar", "WORKS" },
        { "only", 0, 0, G_OPTION_ARG_STRING, &list, "some of " PARTS, "PARTS" },
        { NULL }
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    b->rounds = -1;
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error)) {
        return FALSE;
    }
    if (*argc > 1) {
        g_set_error(error, FARM_ERROR, 0, "what is '%s'? see --help", (*argv)[1]);
        return FALSE;
    }
    if (b->rounds != -1 && (b->rounds < 1 || b->rounds > 1000)) {
        g_set_error(error, FARM_ERROR, 0, "--rounds %d is out of range: 1 to "
                    "1000", b->rounds);
        return FALSE;
    }
    *only = list ? g_strsplit(list, ",", -1) : NULL;
    if (!check_parts(*only, error) || !workloads_check(b, error)) {
        return FALSE;
    }
    return b->check || (check_files(b, error) && check_host(b, error));
}

int main(int argc, char **argv)
{
    g_autoptr(GCancellable) cancel = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) only = NULL;
    Bench b = { .cancel = cancel };
    gboolean ok;

    signals_cancel(cancel);
    ok = parse(&b, &argc, &argv, &only, &error);
    if (ok && !b.check) {
        look_for_map(&b);
        b.report = report_new();
        ok = run_parts(&b, only, &error);
        report_free(b.report);
    }
    if (!ok) {
        g_printerr("bench: %s\n", g_cancellable_is_cancelled(cancel) ?
                   "interrupted" : error->message);
    }
    return ok ? 0 : g_cancellable_is_cancelled(cancel) ? 130 : 1;
}
