// SPDX-License-Identifier: GPL-2.0
/* How many lines the series adds to existing Linux files. */
#include "bench.h"
#include "host.h"

gboolean size_run(Bench *bench, GError **error)
{
    const char *argv[] = { bench->series_size, NULL };
    JsonObject *object = json_object_new();
    g_autofree char *text = NULL;
    guint64 generic, arch;
    int status;

    json_object_set_object_member(results_root(bench->results), "size", object);
    if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL,
                      &text, NULL, &status, error) ||
        !g_spawn_check_wait_status(status, error)) {
        return FALSE;
    }
    if (!host_find_key(text, "generic", &generic) ||
        !host_find_key(text, "arch", &arch)) {
        g_set_error(error, FARM_ERROR, 0, "%s says '%s'", bench->series_size,
                    text);
        return FALSE;
    }
    results_set(object, "generic_lines", generic);
    results_set(object, "arch_lines", arch);
    results_line(bench->results, "\nsize: lines added to existing files: %"
                 G_GUINT64_FORMAT " generic, %" G_GUINT64_FORMAT " arch",
                 generic, arch);
    results_goal(bench->results, "generic lines", generic, TRUE, 200);
    results_goal(bench->results, "arch lines", arch, TRUE, 60);
    return TRUE;
}
