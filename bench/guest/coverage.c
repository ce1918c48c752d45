// SPDX-License-Identifier: GPL-2.0
/*
 * How much of the page cache is volatile, seconds after a guest has grepped a tree
 * of sources that is larger than half of its memory. In real time.
 */
#include <stdio.h>
#include <string.h>
#include "guest.h"
#include "host.h"

#define MEMORY 512

static const struct {
    const char *key, *name;
} usages[] = {
    { "stable_pages", "stable" },
    { "unused_pages", "unused" },
    { "potentially_volatile_pages", "potentially-volatile" },
    { "volatile_pages", "volatile" },
};

/* The posting of 2009: z/VM, 262144 pages, after grepping a kernel tree */
static const double posting[] = { 43784, 78631, 2, 139727 };
#define POSTING_RESIDENT 185870.0

static double vmstat(const char *said, const char *name)
{
    g_autofree char *key = g_strconcat("vmstat: ", name, " ", NULL);
    const char *at = strstr(said, key);

    return at ? g_ascii_strtod(at + strlen(key), NULL) : 0;
}

/* A line of the table of states: the numbers of pages by content, in all */
static double table_row(const char *said, const char *name)
{
    g_autofree char *key = g_strconcat("\n", name, " ", NULL);
    const char *at = strstr(said, key);
    double number[3];

    if (!at || sscanf(at + strlen(key), "%lf %lf %lf", &number[0], &number[1],
                      &number[2]) != 3) {
        return -1;
    }
    return number[0] + number[1] + number[2];
}

static gboolean report(Bench *bench, const char *said, GError **error)
{
    double file = vmstat(said, "nr_active_file") +
                  vmstat(said, "nr_inactive_file");
    double clean = file - vmstat(said, "nr_dirty") -
                   vmstat(said, "nr_writeback");
    JsonObject *object = json_object_new(), *then = json_object_new();
    double row[G_N_ELEMENTS(usages)], share;
    Results *r = bench->results;

    json_object_set_object_member(results_root(r), "coverage", object);
    for (guint i = 0; i < G_N_ELEMENTS(usages); i++) {
        row[i] = table_row(said, usages[i].name);
        if (row[i] < 0 || file <= 0) {
            g_set_error(error, FARM_ERROR, 0, "the guest says nothing of its "
                        "%s pages", usages[i].name);
            return FALSE;
        }
        results_set(object, usages[i].key, row[i]);
        results_set(then, usages[i].key, posting[i]);
    }
    share = clean > 0 ? row[3] / clean : 0;
    results_set(object, "memory_pages", MEMORY * 256);
    results_set(object, "clean_file_pages", clean);
    results_set(object, "nr_volatile", vmstat(said, "nr_volatile"));
    results_set(object, "page_discard", vmstat(said, "page_discard"));
    results_set(object, "seconds", 5);
    results_set(object, "share", share);
    results_set(then, "resident_pages", POSTING_RESIDENT);
    results_set(then, "share_of_resident", posting[3] / POSTING_RESIDENT);
    json_object_set_object_member(object, "posting_2009", then);
    results_set(object, "share_of_resident",
                row[3] / (row[0] + row[3] + row[2]));

    results_line(r, "\ncoverage: pages 5 s after grepping sources in %d MiB\n"
                 "  %8s %8s %8s %8s %10s %10s %10s\n"
                 "  %8.0f %8.0f %8.0f %8.0f %10.0f %10.4f %10.4f\n"
                 "  %8.0f %8.0f %8.0f %8.0f %10s %10s %10.4f  the posting of "
                 "2009", MEMORY, "S", "U", "P", "V", "clean file", "V of them",
                 "V of S+P+V", row[0], row[1], row[2], row[3], clean, share,
                 row[3] / (row[0] + row[3] + row[2]), posting[0], posting[1],
                 posting[2], posting[3], "", "", posting[3] / POSTING_RESIDENT);
    results_goal(r, "half of the memory is clean page cache",
                 clean / (MEMORY * 256), FALSE, 0.5);
    results_goal(r, "volatile share of clean page cache", share,
                 FALSE, 0.97);
    return TRUE;
}

gboolean coverage_run(Bench *bench, GError **error)
{
    g_autoptr(Guest) guest = NULL;

    bench_say("coverage");
    guest = guest_start(bench, &(GuestSpec) {
        .name = "coverage", .cmma = "full", .memory = MEMORY, .cpus = 1,
        .small = TRUE,
        .work = bench->quick ? "5 look-through 0" : "5 look-through 1" }, error);
    return guest && guest_finish(guest, error) &&
           report(bench, guest_said(guest), error);
}
