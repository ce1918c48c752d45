// SPDX-License-Identifier: GPL-2.0
/*
 * guest-bench: what page states cost a guest.
 *
 * QEMUs end with this program, however it does; Ctrl-C makes all waiting end early.
 */
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "bench.h"
#include "host.h"
#include "signals.h"

/* For two guests with 4 GiB of page cache */
#define FREE_MIB 12288
#define QUICK_FREE_MIB 4096

static const BenchPart parts[] = {
    { "size", size_run },
    { "workloads", workloads_run },
    { "scanner", scanner_run },
    { "coverage", coverage_run },
    { "throughput", throughput_run },
    { NULL }
};

static gboolean check_files(const Bench *b, GError **error)
{
    const BenchFile files[] = {
        { "qemu", b->qemu }, { "firmware", b->firmware },
        { "plugin", b->plugin }, { "kernel", b->kernel },
        { "initrd", b->initrd },
        { "small-initrd", b->small_initrd }, { "disk", b->disk },
        { "series-size", b->series_size }, { NULL }
    };

    return bench_check_files(files, b->output, b->logs, error);
}

static gboolean check_host(const Bench *b, GError **error)
{
    const char *argv[] = { b->qemu, "-plugin", "help", NULL };
    g_autofree char *said = NULL;

    if (!bench_check_memory(b->quick ? QUICK_FREE_MIB : FREE_MIB, error)) {
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
    JsonObject *root = results_root(b->results);
    double load[3] = { 0 };
    struct utsname name;

    uname(&name);
    (void)!getloadavg(load, 3);
    json_object_set_string_member(root, "date", date);
    json_object_set_boolean_member(root, "quick", b->quick);
    json_object_set_string_member(root, "host_kernel", name.release);
    json_object_set_string_member(root, "guest_kernel", b->kernel);
    results_set(root, "host_load_before", load[1]);
}

static gboolean parse(Bench *b, int *argc, char ***argv, char ***only,
                      GError **error)
{
    g_autofree char *some = bench_some_of(parts), *list = NULL;
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
        { "only", 0, 0, G_OPTION_ARG_STRING, &list, some, "PARTS" },
        { NULL }
    };

    if (!bench_parse(entries, argc, argv, &b->rounds, error) ||
        !bench_choose_parts(parts, list, only, error) ||
        !workloads_check(b, error)) {
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
        b.results = results_new(6);
        describe(&b);
        ok = bench_run_parts(&b, parts, only, b.results, b.output, &error);
        results_free(b.results);
    }
    return bench_end(ok, cancel, error);
}
