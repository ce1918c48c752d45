// SPDX-License-Identifier: GPL-2.0
/* The command line, its defaults and its ranges. */
#include "options.h"

/* A QEMU costs this much beyond its guest's RAM (tb-size is bounded). */
#define QEMU_MIB 64

static const FarmMode farm_modes[] = {
    { "none", "off" },
    { "unused", "unused" },
    { "cmma", "full" },
};

static gboolean refuse(GError **error, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

static gboolean refuse(GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (error) {
        *error = g_error_new_valist(FARM_ERROR, 0, format, args);
    }
    va_end(args);
    return FALSE;
}

static gboolean parse_modes(FarmOptions *o, const char *list, GError **error)
{
    g_auto(GStrv) names = g_strsplit(list, ",", -1);
    guint count = g_strv_length(names);

    o->modes = g_new0(const FarmMode *, count + 1);
    for (guint i = 0; i < count; i++) {
        for (guint m = 0; m < G_N_ELEMENTS(farm_modes); m++) {
            if (g_str_equal(names[i], farm_modes[m].name)) {
                o->modes[i] = &farm_modes[m];
            }
        }
        if (!o->modes[i]) {
            return refuse(error, "--modes: there is no mode '%s': give some of "
                          "none,unused,cmma", names[i]);
        }
        for (guint j = 0; j < i; j++) {
            if (o->modes[j] == o->modes[i]) {
                return refuse(error, "--modes: '%s' is there twice", names[i]);
            }
        }
    }
    return count ? TRUE : refuse(error, "--modes is empty: give some of "
                                 "none,unused,cmma");
}

static gboolean check_ranges(const FarmOptions *o, GError **error)
{
    const struct {
        const char *name;
        int value, min, max;
    } ranges[] = {
        { "guests", o->guests, 1, 32 },
        { "memory", o->memory, 128, 4096 },
        { "limit", o->limit, 128, 65536 },
        { "swap", o->swap, 64, 65536 },
        { "seconds", o->seconds, 5, 3600 },
        { "anon", o->anon, 1, 2048 },
        { "connections", o->connections, 1, 64 },
        { "port-base", o->port_base, 1024, 65535 - 31 },
        { "seed", o->seed, 0, G_MAXINT },
    };

    for (guint i = 0; i < G_N_ELEMENTS(ranges); i++) {
        if (ranges[i].value < ranges[i].min || ranges[i].value > ranges[i].max) {
            return refuse(error, "--%s %d is out of range: %d to %d",
                          ranges[i].name, ranges[i].value,
                          ranges[i].min, ranges[i].max);
        }
    }
    if (o->anon > o->memory / 2) {
        return refuse(error, "--anon %d is out of range: 1 to %d, half of "
                      "--memory", o->anon, o->memory / 2);
    }
    if (o->limit < o->guests * QEMU_MIB) {
        return refuse(error, "--limit %d is out of range: %d to 65536, %d MiB "
                      "a guest for QEMU itself", o->limit,
                      o->guests * QEMU_MIB, QEMU_MIB);
    }
    if (o->limit + o->swap < o->guests * (o->memory + QEMU_MIB)) {
        return refuse(error, "--swap %d is out of range: %d to 65536, so that "
                      "all guests fit into --limit and swap together", o->swap,
                      o->guests * (o->memory + QEMU_MIB) - o->limit);
    }
    return TRUE;
}

static gboolean check_files_given(const FarmOptions *o, GError **error)
{
    const struct {
        const char *name, *value;
    } files[] = {
        { "kernel", o->kernel }, { "initrd", o->initrd },
        { "image", o->image }, { "manifest", o->manifest },
        { "qemu", o->qemu }, { "firmware", o->firmware },
        { "output", o->output },
    };

    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        if (!files[i].value) {
            return refuse(error, "--%s is missing: see --help", files[i].name);
        }
    }
    return TRUE;
}

gboolean options_parse(FarmOptions *o, int *argc, char ***argv, GError **error)
{
    g_autofree char *modes = NULL;
    const GOptionEntry entries[] = {
        { "guests", 0, 0, G_OPTION_ARG_INT, &o->guests,
          "guests (4)", "N" },
        { "memory", 0, 0, G_OPTION_ARG_INT, &o->memory,
          "memory of a guest (384)", "MIB" },
        { "limit", 0, 0, G_OPTION_ARG_INT, &o->limit,
          "memory of the host for all guests (768)", "MIB" },
        { "swap", 0, 0, G_OPTION_ARG_INT, &o->swap,
          "size of the swap file made for the run (2048)", "MIB" },
        { "seconds", 0, 0, G_OPTION_ARG_INT, &o->seconds,
          "measured time of a mode (60)", "S" },
        { "modes", 0, 0, G_OPTION_ARG_STRING, &modes,
          "modes to run, in this order (none,unused,cmma)", "LIST" },
        { "anon", 0, 0, G_OPTION_ARG_INT, &o->anon,
          "anonymous memory in use in each guest (32)", "MIB" },
        { "connections", 0, 0, G_OPTION_ARG_INT, &o->connections,
          "connections to each guest (4)", "N" },
        { "port-base", 0, 0, G_OPTION_ARG_INT, &o->port_base,
          "first of the guests' loopback ports (18080)", "PORT" },
        { "seed", 0, 0, G_OPTION_ARG_INT, &o->seed,
          "seed of the load and of the checks (1)", "N" },
        { "kernel", 0, 0, G_OPTION_ARG_FILENAME, &o->kernel,
          "guest kernel (bzImage)", "FILE" },
        { "initrd", 0, 0, G_OPTION_ARG_FILENAME, &o->initrd,
          "guest initramfs", "FILE" },
        { "image", 0, 0, G_OPTION_ARG_FILENAME, &o->image,
          "base image, shared read-only", "FILE" },
        { "manifest", 0, 0, G_OPTION_ARG_FILENAME, &o->manifest,
          "sha256sum(1) list of the served files", "FILE" },
        { "qemu", 0, 0, G_OPTION_ARG_FILENAME, &o->qemu,
          "qemu-system-s390x", "FILE" },
        { "firmware", 0, 0, G_OPTION_ARG_FILENAME, &o->firmware,
          "directory of s390-ccw.img", "DIR" },
        { "output", 0, 0, G_OPTION_ARG_FILENAME, &o->output,
          "results, as JSON; the guests' logs go beside it", "FILE" },
        { "swap-dir", 0, 0, G_OPTION_ARG_FILENAME, &o->swap_dir,
          "where the swap file is made (where the results go)", "DIR" },
        { NULL }
    };
    g_autoptr(GOptionContext) context =
        g_option_context_new("- a farm of web servers under one memory limit");

    *o = (FarmOptions) {
        .guests = 4, .memory = 384, .limit = 768, .swap = 2048, .seconds = 60,
        .anon = 32, .connections = 4, .port_base = 18080, .seed = 1,
    };
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error)) {
        return FALSE;
    }
    if (*argc > 1) {
        return refuse(error, "'%s' is no option: see --help", (*argv)[1]);
    }
    if (!parse_modes(o, modes ? modes : "none,unused,cmma", error) ||
        !check_ranges(o, error) || !check_files_given(o, error)) {
        return FALSE;
    }
    if (!o->swap_dir) {
        o->swap_dir = g_path_get_dirname(o->output);
    }
    return TRUE;
}

void options_clear(FarmOptions *o)
{
    g_free(o->modes);
    g_free(o->kernel);
    g_free(o->initrd);
    g_free(o->image);
    g_free(o->manifest);
    g_free(o->qemu);
    g_free(o->firmware);
    g_free(o->output);
    g_free(o->swap_dir);
}
