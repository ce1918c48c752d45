/* SPDX-License-Identifier: GPL-2.0 */
/* A bench as a command: its options, its parts, what it says, how it ends. */
#ifndef COMMAND_H
#define COMMAND_H

#include <gio/gio.h>
#include "results.h"

/* Each bench has its own. */
typedef struct Bench Bench;

/**
 * BenchPart: the last of a table has no name
 */
typedef struct {
    const char *name;
    gboolean (*run)(Bench *bench, GError **error);
} BenchPart;

/**
 * BenchFile: the last of a table has no option
 * @path: (nullable): as given with the option
 */
typedef struct {
    const char *option;
    const char *path;
} BenchFile;

/**
 * bench_some_of:
 *
 * Returns: (transfer full): "some of" and the names, with commas between
 */
char *bench_some_of(const BenchPart *parts);

/**
 * bench_parse:
 * @rounds: what @entries has --rounds written to; -1 without it
 *
 * Reads the options. There is nothing else on the command line.
 */
gboolean bench_parse(const GOptionEntry *entries, int *argc, char ***argv,
                     int *rounds, GError **error);

/**
 * bench_choose_parts:
 * @list: (nullable): as given with --only
 * @only: (out): the names, or %NULL for all parts
 */
gboolean bench_choose_parts(const BenchPart *parts, const char *list,
                            char ***only, GError **error);

/**
 * bench_check_files:
 *
 * Whether all files are there; the directory for logs is made.
 */
gboolean bench_check_files(const BenchFile *files, const char *output,
                           const char *logs, GError **error);

/* Whether the host has so many MiB of free memory */
gboolean bench_check_memory(int needed, GError **error);

/**
 * bench_run_parts:
 *
 * Runs those that are wanted, and gives the results.
 */
gboolean bench_run_parts(Bench *bench, const BenchPart *parts, char **only,
                         Results *results, const char *output, GError **error);

/**
 * bench_say:
 *
 * One line of progress.
 */
void bench_say(const char *format, ...) G_GNUC_PRINTF(1, 2);

/**
 * bench_end:
 * @error: (nullable): said if it is not @ok
 *
 * Returns: the exit status
 */
int bench_end(gboolean ok, GCancellable *cancel, const GError *error);

#endif
