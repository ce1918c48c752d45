/* SPDX-License-Identifier: GPL-2.0 */
/* What the user asked for: the command line. */
#ifndef FARM_OPTIONS_H
#define FARM_OPTIONS_H

#include "farm.h"

/**
 * FarmOptions:
 * @names: scenarios, as given; %NULL-terminated
 * @changes: (nullable): of --set, %NULL-terminated
 * @seed: of the load and of the checks
 * @port_base: first of the guests' ports
 * @image: base image of the web servers
 * @programs: base image of guests that run other programs
 * @scratch: what these write to, each for itself and for as long as it runs
 * @output: the results; the guests' logs go beside it
 * @go_on: with the results that are there
 */
typedef struct {
    char **names;
    char **changes;
    int seed;
    int port_base;
    gboolean go_on;
    char *kernel;
    char *initrd;
    char *image;
    char *programs;
    char *scratch;
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
 * Refuses a value out of its range, with the range in the message.  Looks at
 * nothing but the command line.
 */
gboolean options_parse(FarmOptions *options, int *argc, char ***argv,
                       GError **error);
void options_clear(FarmOptions *options);

#endif
