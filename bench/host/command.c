// SPDX-License-Identifier: GPL-2.0
/* A bench as a command: its options, its parts, what it says, how it ends. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include "command.h"
#include "host.h"
#include "farm.h"

char *bench_some_of(const BenchPart *parts)
{
    GString *names = g_string_new("some of ");

    for (const BenchPart *part = parts; part->name; part++) {
        g_string_append_printf(names, "%s%s", part == parts ? "" : ",",
                               part->name);
    }
    return g_string_free(names, FALSE);
}

gboolean bench_parse(const GOptionEntry *entries, int *argc, char ***argv,
                     int *rounds, GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    *rounds = -1;
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error)) {
        return FALSE;
    }
    if (*argc > 1) {
        g_set_error(error, FARM_ERROR, 0, "what is '%s'? see --help", (*argv)[1]);
        return FALSE;
    }
    if (*rounds != -1 && (*rounds < 1 || *rounds > 1000)) {
        g_set_error(error, FARM_ERROR, 0, "--rounds %d is out of range: 1 to "
                    "1000", *rounds);
        return FALSE;
    }
    return TRUE;
}

static gboolean is_part(const BenchPart *parts, const char *name)
{
    while (parts->name && !g_str_equal(parts->name, name)) {
        parts++;
    }
    return parts->name != NULL;
}

gboolean bench_choose_parts(const BenchPart *parts, const char *list,
                            char ***only, GError **error)
{
    g_autofree char *some = bench_some_of(parts);

    *only = list ? g_strsplit(list, ",", -1) : NULL;
    if (list && !*list) {
        g_set_error(error, FARM_ERROR, 0, "--only is empty: give %s", some);
        return FALSE;
    }
    for (char **name = *only; name && *name; name++) {
        if (!is_part(parts, *name)) {
            g_set_error(error, FARM_ERROR, 0, "--only: there is no part '%s': "
                        "give %s", *name, some);
            return FALSE;
        }
    }
    return TRUE;
}

gboolean bench_check_files(const BenchFile *files, const char *output,
                           const char *logs, GError **error)
{
    for (; files->option; files++) {
        if (!files->path || access(files->path, R_OK)) {
            g_set_error(error, FARM_ERROR, 0, "--%s %s: it is not there",
                        files->option, files->path ?: "is missing");
            return FALSE;
        }
    }
    if (!output || !logs) {
        g_set_error(error, FARM_ERROR, 0, "--output and --logs must be given");
        return FALSE;
    }
    if (g_mkdir_with_parents(logs, 0755)) {
        g_set_error(error, FARM_ERROR, 0, "cannot make %s: %s", logs,
                    g_strerror(errno));
        return FALSE;
    }
    return TRUE;
}

gboolean bench_check_memory(int needed, GError **error)
{
    int available = host_read_key("/proc/meminfo", "MemAvailable") / MIB;

    if (available < needed) {
        g_set_error(error, FARM_ERROR, 0, "%d MiB of free memory are needed, "
                    "there are %d: end other programs", needed, available);
        return FALSE;
    }
    return TRUE;
}

gboolean bench_run_parts(Bench *bench, const BenchPart *parts, char **only,
                         Results *results, const char *output, GError **error)
{
    /* A run that fails must not leave an older run's figures as its own. */
    unlink(output);
    for (; parts->name; parts++) {
        if (only && !g_strv_contains((const char * const *)only, parts->name)) {
            continue;
        }
        if (!parts->run(bench, error)) {
            g_prefix_error(error, "%s: ", parts->name);
            return FALSE;
        }
    }
    return results_give(results, output, error);
}

void bench_say(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("== ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

int bench_end(gboolean ok, GCancellable *cancel, const GError *error)
{
    if (ok) {
        return 0;
    }
    if (g_cancellable_is_cancelled(cancel)) {
        g_printerr("bench: interrupted\n");
        return 130;
    }
    g_printerr("bench: %s\n", error->message);
    return 1;
}
