// SPDX-License-Identifier: GPL-2.0
/* The ways to give a host's memory to guests that are compared. */
#include "modes.h"
#include "zram.h"

#define REPORTING "virtio-balloon-ccw,free-page-reporting=on"
#define BALLOON "virtio-balloon-ccw,id=balloon0,deflate-on-oom=on"

static const FarmMode modes[] = {
    { .name = "none", .title = "the host swaps, and is told nothing",
      .cmma = "off" },
    { .name = "unused", .title = "ESSA tells the host which pages are free: "
      "Linux as it is", .cmma = "unused" },
    { .name = "cmma", .title = "and which pages the guest can read again",
      .cmma = "full" },
    { .name = "balloon", .title = "a monitor that drives the guests' balloons",
      .cmma = "off", .device = BALLOON, .balloon = TRUE },
    { .name = "cmma+balloon", .title = "the same, with page states", .cmma = "full",
      .device = BALLOON, .balloon = TRUE },
    { .name = "fpr", .title = "free page reporting", .cmma = "off",
      .device = REPORTING },
    { .name = "fpr+drop", .title = "and guests that drop their caches every "
      "few seconds", .cmma = "off", .device = REPORTING, .drops = TRUE },
    { .name = "vmrm", .title = "a monitor that knows no more than the host does, and "
      "the guests' cmm driver, which releases pages by DIAG X'10'", .cmma = "off",
      .cmm = TRUE },
    { .name = "zram", .title = "the host swaps to compressed memory",
      .cmma = "off", .zram = TRUE },
};

const FarmMode *mode_next(const FarmMode *mode)
{
    mode = mode ? mode + 1 : modes;
    return mode < modes + G_N_ELEMENTS(modes) ? mode : NULL;
}

const FarmMode *mode_find(const char *name)
{
    const FarmMode *mode = NULL;

    while ((mode = mode_next(mode)) && !g_str_equal(mode->name, name)) {
    }
    return mode;
}

char *mode_names(void)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (const FarmMode *mode = NULL; (mode = mode_next(mode)); ) {
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", mode->name);
    }
    return g_string_free(g_steal_pointer(&names), FALSE);
}

const char *mode_lacks(const FarmMode *mode)
{
    return mode->zram ? zram_lacks() : NULL;
}
