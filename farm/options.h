/* SPDX-License-Identifier: GPL-2.0 */
/* What the user asked for: the command line, within its ranges. */
#ifndef FARM_OPTIONS_H
#define FARM_OPTIONS_H

#include <glib.h>

#define FARM_ERROR (g_quark_from_static_string("farm"))
#define MIB ((guint64)1 << 20)

/**
 * FarmMode:
 * @name: as in --modes and in the results
 * @cmma: the guest's kernel parameter cmma=; all else is alike in all modes
 */
typedef struct {
    const char *name;
    const char *cmma;
} FarmMode;

/**
 * FarmOptions:
 * @modes: (element-type FarmMode): in the order they run; %NULL-terminated
 *
 * Sizes are in MiB.
 */
typedef struct {
    int guests;
    int memory;
    int limit;
    int swap;
    int seconds;
    int anon;
    int connections;
    int port_base;
    int seed;
    const FarmMode **modes;
    char *kernel;
    char *initrd;
    char *image;
    char *manifest;
    char *qemu;
    char *firmware;
    char *output;
    char *swap_dir;
} FarmOptions;

/**
 * options_parse:
 * @options: filled with the defaults and what the command line changes
 *
 * Refuses a value out of its range, and values that do not fit together, with
 * the range in the message.  Looks at nothing but the command line.
 */
gboolean options_parse(FarmOptions *options, int *argc, char ***argv,
                       GError **error);
void options_clear(FarmOptions *options);

#endif
