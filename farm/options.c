// SPDX-License-Identifier: GPL-2.0
/* The command line, its defaults and its ranges. */
#include "options.h"
#include "paths.h"

static gboolean check_range(const char *name, int value, int min, int max,
                            GError **error)
{
    if (value < min || value > max) {
        g_set_error(error, FARM_ERROR, 0, "--%s %d is out of range: %d to %d",
                    name, value, min, max);
        return FALSE;
    }
    return TRUE;
}

/* --modes and --repeat are short for what --set can say, too. */
static void add_change(FarmOptions *o, const char *key, const char *value)
{
    guint count = o->changes ? g_strv_length(o->changes) : 0;

    if (value) {
        o->changes = g_renew(char *, o->changes, count + 2);
        o->changes[count] = g_strconcat(key, "=", value, NULL);
        o->changes[count + 1] = NULL;
    }
}

static void default_path(char **path, const char *name)
{
    if (!*path) {
        *path = paths_build(name);
    }
}

gboolean options_parse(FarmOptions *o, int *argc, char ***argv, GError **error)
{
    g_autofree char *modes = NULL, *repeat = NULL;
    const GOptionEntry entries[] = {
        { "modes", 0, 0, G_OPTION_ARG_STRING, &modes,
          "only these modes, in this order", "LIST" },
        { "repeat", 0, 0, G_OPTION_ARG_STRING, &repeat,
          "rounds of all modes", "N" },
        { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->changes,
          "another value for a key of the scenarios; may be repeated",
          "GROUP.KEY=VALUE" },
        { "seed", 0, 0, G_OPTION_ARG_INT, &o->seed,
          "seed of the load and of the checks (1)", "N" },
        { "port-base", 0, 0, G_OPTION_ARG_INT, &o->port_base,
          "first of the guests' loopback ports (18080)", "PORT" },
        { "kernel", 0, 0, G_OPTION_ARG_FILENAME, &o->kernel,
          "guest kernel (bzImage)", "FILE" },
        { "initrd", 0, 0, G_OPTION_ARG_FILENAME, &o->initrd,
          "guest initramfs", "FILE" },
        { "image", 0, 0, G_OPTION_ARG_FILENAME, &o->image,
          "base image of the web servers", "FILE" },
        { "programs", 0, 0, G_OPTION_ARG_FILENAME, &o->programs,
          "base image of the other guests", "FILE" },
        { "scratch", 0, 0, G_OPTION_ARG_FILENAME, &o->scratch,
          "disk for what these write", "FILE" },
        { "manifest", 0, 0, G_OPTION_ARG_FILENAME, &o->manifest,
          "sha256sum(1) list of the served files", "FILE" },
        { "qemu", 0, 0, G_OPTION_ARG_FILENAME, &o->qemu,
          "qemu-system-s390x", "FILE" },
        { "firmware", 0, 0, G_OPTION_ARG_FILENAME, &o->firmware,
          "directory of s390-ccw.img", "DIR" },
        { "output", 0, 0, G_OPTION_ARG_FILENAME, &o->output,
          "results, as JSON; the guests' logs go beside it", "FILE" },
        { "continue", 0, 0, G_OPTION_ARG_NONE, &o->go_on,
          "go on with the results of a run that was interrupted", NULL },
        { "swap-dir", 0, 0, G_OPTION_ARG_FILENAME, &o->swap_dir,
          "where the swap file is made (where the results go)", "DIR" },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->names,
          NULL, NULL },
        { NULL }
    };
    g_autoptr(GOptionContext) context =
        g_option_context_new("SCENARIO... - guests under one memory limit");

    *o = (FarmOptions) { .port_base = 18080, .seed = 1 };
    g_option_context_set_summary(context, "SCENARIO is one that \"cmma-farm "
                                 "list\" names, or the path of a key file. "
                                 "Files that are not given\nare those of the "
                                 "build that this program belongs to.");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error) ||
        !check_range("port-base", o->port_base, 1024, 65535 - 31, error) ||
        !check_range("seed", o->seed, 0, G_MAXINT, error)) {
        return FALSE;
    }
    if (!o->names || !*o->names) {
        g_set_error(error, FARM_ERROR, 0, "no scenario is given: choose from "
                    "cmma-farm list");
        return FALSE;
    }
    add_change(o, "scenario.modes", modes ? g_strdelimit(modes, ",", ';') : NULL);
    add_change(o, "scenario.repeat", repeat);
    default_path(&o->kernel, "linux/arch/s390/boot/bzImage");
    default_path(&o->initrd, "guest/initramfs.gz");
    default_path(&o->image, "guest/web.ext4");
    default_path(&o->programs, "guest/soak.ext4");
    default_path(&o->scratch, "guest/scratch.ext4");
    default_path(&o->manifest, "guest/web.sha256");
    default_path(&o->qemu, "qemu/qemu-system-s390x");
    default_path(&o->firmware, "qemu/pc-bios/s390-ccw");
    default_path(&o->output, "results/farm.json");
    if (!o->swap_dir) {
        o->swap_dir = g_path_get_dirname(o->output);
    }
    return TRUE;
}

void options_clear(FarmOptions *o)
{
    g_strfreev(o->names);
    g_strfreev(o->changes);
    g_free(o->kernel);
    g_free(o->initrd);
    g_free(o->image);
    g_free(o->programs);
    g_free(o->scratch);
    g_free(o->manifest);
    g_free(o->qemu);
    g_free(o->firmware);
    g_free(o->output);
    g_free(o->swap_dir);
}
