// SPDX-License-Identifier: GPL-2.0
/*
 * farm: guests that serve files, under one memory limit of the host.
 *
 * Every mode runs the same guests under the same load; only the guests' kernel
 * parameter cmma= differs.  Whatever is made for a run (cgroup, swap file,
 * QEMUs) is freed by the function that made it, on all of its ways out; Ctrl-C
 * only makes all waiting end early.
 */
#include <curl/curl.h>
#include <glib/gstdio.h>
#include "manifest.h"
#include "preflight.h"
#include "report.h"
#include "signals.h"
#include "swapfile.h"

/* The guests' consoles lie beside RESULTS.json, in RESULTS-logs. */
static char *make_log_dir(const char *output, GError **error)
{
    g_autofree char *stem = g_str_has_suffix(output, ".json") ?
        g_strndup(output, strlen(output) - 5) : g_strdup(output);
    g_autofree char *dir = g_strconcat(stem, "-logs", NULL);

    if (g_mkdir_with_parents(dir, 0755)) {
        g_set_error(error, FARM_ERROR, 0, "cannot make %s: choose another "
                    "--output", dir);
        return NULL;
    }
    return g_steal_pointer(&dir);
}

static gboolean run_modes(Farm *farm, GError **error)
{
    g_autoptr(GArray) results = g_array_new(FALSE, FALSE, sizeof(ModeResult));

    /* A run that fails must not leave an older run's figures as its own. */
    g_unlink(farm->options->output);
    for (const FarmMode **mode = farm->options->modes; *mode; mode++) {
        ModeResult result;

        if (!run_mode(farm, *mode, &result, error)) {
            g_prefix_error(error, "mode %s: ", (*mode)->name);
            return FALSE;
        }
        g_array_append_val(results, result);
    }
    if (!report_write(farm, results, error)) {
        return FALSE;
    }
    report_print(farm, results);
    return report_verdict(farm, results, error);
}

static gboolean run_farm(const FarmOptions *options, GCancellable *cancel,
                         GError **error)
{
    g_autoptr(GPtrArray) files = NULL;
    g_autoptr(CgroupHost) cgroups = NULL;
    g_autoptr(SwapFile) swap = NULL;
    g_autofree char *log_dir = NULL;
    Farm farm = { .options = options, .cancel = cancel };

    if (!preflight_check(options, error) ||
        !(files = manifest_read(options->manifest, error)) ||
        !(cgroups = cgroup_host_open(error)) ||
        !(swap = swapfile_new(options->swap_dir, options->swap * MIB, error)) ||
        !(log_dir = make_log_dir(options->output, error))) {
        return FALSE;
    }
    farm.files = files;
    farm.cgroups = cgroups;
    farm.log_dir = log_dir;
    return run_modes(&farm, error);
}

int main(int argc, char **argv)
{
    g_autoptr(GCancellable) cancel = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    FarmOptions options;
    gboolean ok;

    curl_global_init(CURL_GLOBAL_DEFAULT);
    signals_cancel(cancel);
    ok = options_parse(&options, &argc, &argv, &error) &&
         run_farm(&options, cancel, &error);
    if (!ok) {
        g_printerr("farm: %s\n", g_cancellable_is_cancelled(cancel) ?
                   "interrupted" : error->message);
    }
    options_clear(&options);
    return ok ? 0 : g_cancellable_is_cancelled(cancel) ? 130 : 1;
}
