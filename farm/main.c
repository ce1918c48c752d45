// SPDX-License-Identifier: GPL-2.0
/*
 * cmma-farm: guests under one memory limit of the host, in one mode after the
 * other.
 *
 * Whatever is made for a run (cgroup, swap, QEMUs) is freed by the function that
 * made it, on all of its ways out; Ctrl-C only makes all waiting end early.
 */
#include <string.h>
#include <curl/curl.h>
#include <glib/gstdio.h>
#include "html.h"
#include "machine.h"
#include "manifest.h"
#include "preflight.h"
#include "results.h"
#include "signals.h"
#include "swapfile.h"
#include "table.h"
#include "top.h"

static const char usage[] =
    "usage: cmma-farm run [OPTION...] SCENARIO...   see cmma-farm run --help\n"
    "       cmma-farm report RESULTS.json\n"
    "       cmma-farm top [SOCKET...]\n"
    "       cmma-farm list [--keys]\n"
    "\n"
    "run     guests under one memory limit, in one mode after the other\n"
    "report  tables of what was measured, and a page RESULTS.html with pictures\n"
    "top     a live view of the guests that run, or of those whose QMP monitor\n"
    "        listens at SOCKET\n"
    "list    the scenarios, or what one may consist of\n";

/* What belongs to RESULTS.json is beside it. */
static char *beside(const char *output, const char *suffix)
{
    g_autofree char *stem = g_str_has_suffix(output, ".json") ?
        g_strndup(output, strlen(output) - 5) : g_strdup(output);

    return g_strconcat(stem, suffix, NULL);
}

static char *make_log_dir(const char *output, GError **error)
{
    g_autofree char *dir = beside(output, "-logs");

    if (g_mkdir_with_parents(dir, 0755)) {
        g_set_error(error, FARM_ERROR, 0, "cannot make %s: choose another "
                    "--output", dir);
        return NULL;
    }
    return g_steal_pointer(&dir);
}

/* Tables, and a page. */
static gboolean present(const Results *results, const char *output, GError **error)
{
    g_autofree char *page = beside(output, ".html"), *logs = beside(output, "-logs");

    table_print(results);
    g_print("\nresults: %s\n", output);
    if (!html_write(results, logs, page, error)) {
        g_prefix_error(error, "no page with pictures: ");
        return FALSE;
    }
    g_print("page:    %s\n", page);
    return TRUE;
}

static void add_cells(GArray *cells, const Scenario *s)
{
    /* What drifts while all that runs is not to be one mode's disadvantage. */
    for (int round = 0; round < s->repeat; round++) {
        for (guint i = 0; i < s->levels->len; i++) {
            const Level *level = &g_array_index(s->levels, Level, i);

            for (guint j = 0; j < level->modes->len; j++) {
                const Cell cell = {
                    .scenario = s, .round = round, .overcommit = level->overcommit,
                    .mode = level->modes->pdata[(j + round) % level->modes->len],
                };

                g_array_append_val(cells, cell);
            }
        }
    }
}

/* Takes those from @cells that there are figures of. */
static gboolean leave_out_done(const Results *results, GArray *cells, GError **error)
{
    for (guint i = cells->len; i-- > 0; ) {
        g_autoptr(Record) wanted = run_describe(&g_array_index(cells, Cell, i));
        const Record *r = results_find_run(results, wanted);

        if (r && !record_same_run(r, wanted)) {
            g_set_error(error, FARM_ERROR, 0, "%s, mode %s, %gx, round %d was "
                        "made with other settings: leave --continue out",
                        r->scenario, r->mode, r->overcommit, (int)r->round);
            return FALSE;
        }
        if (r) {
            g_array_remove_index(cells, i);
        }
    }
    return TRUE;
}

/* Those that there are, if it goes on with them: @cells is what remains to be done. */
static Results *begin_results(const Farm *farm, GArray *cells, GError **error)
{
    const FarmOptions *o = farm->options;
    g_autoptr(JsonObject) machine = machine_describe(farm);
    g_autoptr(Results) results = NULL;

    if (!o->go_on) {
        return results_new(g_steal_pointer(&machine), o->seed);
    }
    results = results_read(o->output, error);
    if (results && (!json_object_equal(results->machine, machine) ||
                    results->seed != o->seed)) {
        g_set_error(error, FARM_ERROR, 0, "%s is of another machine, kernel, QEMU "
                    "or seed: leave --continue out", o->output);
        return NULL;
    }
    if (!results || !leave_out_done(results, cells, error)) {
        return NULL;
    }
    return g_steal_pointer(&results);
}

static gboolean run_all(const Farm *farm, Results *results, const GArray *cells,
                        GError **error)
{
    const char *output = farm->options->output;
    Eta eta = { 0 };

    if (!farm->options->go_on) {
        /* A run that fails must not leave an older run's figures as its own. */
        g_autofree char *page = beside(output, ".html");

        g_unlink(output);
        g_unlink(page);
    }
    for (guint i = 0; i < cells->len; i++) {
        Cell cell = g_array_index(cells, Cell, i);
        Record *record;

        eta_next(&eta, cells, i);
        cell.eta = &eta;
        record = run_cell(farm, &cell, error);
        if (!record) {
            g_prefix_error(error, "%s, mode %s: ", cell.scenario->name,
                           cell.mode->name);
            return FALSE;
        }
        results_add(results, record);
        if (!results_write(results, output, FALSE, error)) {
            return FALSE;
        }
    }
    return results_write(results, output, TRUE, error) &&
           present(results, output, error) && results_verdict(results, error);
}

/* That the host can swap there is known best by doing it. */
static gboolean try_swap(const FarmOptions *options, GPtrArray *scenarios,
                         GError **error)
{
    g_autoptr(SwapFile) swap = NULL;
    int most = 0;

    for (guint i = 0; i < scenarios->len; i++) {
        most = MAX(most, ((const Scenario *)scenarios->pdata[i])->swap);
    }
    swap = swapfile_new(options->swap_dir, most * MIB, error);
    return swap != NULL;
}

static gboolean check_swappiness(const CgroupHost *cgroups, GPtrArray *scenarios,
                                 GError **error)
{
    for (guint i = 0; i < scenarios->len; i++) {
        const Scenario *s = scenarios->pdata[i];

        if (s->swappiness && !cgroup_host_check_swappiness(cgroups, error)) {
            g_prefix_error(error, "%s: ", s->path);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean is_named(const GPtrArray *scenarios, const char *name)
{
    for (guint i = 0; i < scenarios->len; i++) {
        if (g_str_equal(((const Scenario *)scenarios->pdata[i])->name, name)) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean run_farm(const FarmOptions *options, GCancellable *cancel,
                         GError **error)
{
    g_autoptr(GPtrArray) scenarios =
        g_ptr_array_new_with_free_func((GDestroyNotify)scenario_free);
    g_autoptr(GArray) cells = g_array_new(FALSE, FALSE, sizeof(Cell));
    g_autoptr(GPtrArray) files = NULL;
    g_autoptr(Results) results = NULL;
    g_autoptr(CgroupHost) cgroups = NULL;
    g_autofree char *log_dir = NULL;
    Farm farm = { .options = options, .cancel = cancel };

    for (char **name = options->names; *name; name++) {
        Scenario *scenario = scenario_read(*name, options->changes, error);

        if (!scenario) {
            return FALSE;
        }
        if (is_named(scenarios, scenario->name)) {
            g_set_error(error, FARM_ERROR, 0, "%s: there is a scenario %s before it: "
                        "results tell them apart by their names", scenario->path,
                        scenario->name);
            scenario_free(scenario);
            return FALSE;
        }
        g_ptr_array_add(scenarios, scenario);
        add_cells(cells, scenario);
    }
    if (!preflight_check(options, scenarios, error) ||
        !(files = manifest_read(options->manifest, error)) ||
        !(cgroups = cgroup_host_open(error)) ||
        !check_swappiness(cgroups, scenarios, error)) {
        return FALSE;
    }
    farm.files = files;
    farm.cgroups = cgroups;
    if (!(results = begin_results(&farm, cells, error)) ||
        !try_swap(options, scenarios, error) ||
        !(log_dir = make_log_dir(options->output, error))) {
        return FALSE;
    }
    farm.log_dir = log_dir;
    return run_all(&farm, results, cells, error);
}

static int run(int argc, char **argv)
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
        g_printerr("cmma-farm: %s\n", g_cancellable_is_cancelled(cancel) ?
                   "interrupted" : error->message);
    }
    options_clear(&options);
    return ok ? 0 : g_cancellable_is_cancelled(cancel) ? 130 : 1;
}

static int report(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Results) results = NULL;

    if (argc != 2) {
        g_set_error(&error, FARM_ERROR, 0, "give one file of results to report");
    } else if ((results = results_read(argv[1], &error))) {
        present(results, argv[1], &error);
    }
    if (error) {
        g_printerr("cmma-farm: %s\n", error->message);
    }
    return error ? 1 : 0;
}

static int top(int argc, char **argv)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new();
    g_autoptr(GError) error = NULL;

    for (int i = 1; i < argc; i++) {
        g_ptr_array_add(paths, argv[i]);
    }
    if (!top_run(paths, &error)) {
        g_printerr("cmma-farm: %s\n", error->message);
        return 1;
    }
    return 0;
}

static int list(int argc, char **argv)
{
    g_autoptr(GPtrArray) names = scenario_list();

    if (argc > 1 && g_str_equal(argv[1], "--keys")) {
        g_autofree char *keys = scenario_describe_keys();

        g_print("%s", keys);
        return 0;
    }
    for (guint i = 0; i < names->len; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Scenario) scenario = scenario_read(names->pdata[i], NULL, &error);

        g_print("%-16s %s\n", (char *)names->pdata[i],
                scenario ? scenario->title : error->message);
    }
    g_print("\nmodes:\n");
    for (const FarmMode *mode = NULL; (mode = mode_next(mode)); ) {
        const char *lacks = mode_lacks(mode);

        g_print("%-16s %s%s%s\n", mode->name, mode->title, lacks ? "; not here: " : "",
                lacks ? lacks : "");
    }
    return 0;
}

int main(int argc, char **argv)
{
    const char *command = argc > 1 ? argv[1] : "";

    if (g_str_equal(command, "run")) {
        return run(argc - 1, argv + 1);
    }
    if (g_str_equal(command, "report")) {
        return report(argc - 1, argv + 1);
    }
    if (g_str_equal(command, "top")) {
        return top(argc - 1, argv + 1);
    }
    if (g_str_equal(command, "list")) {
        return list(argc - 1, argv + 1);
    }
    if (g_str_equal(command, "--help") || g_str_equal(command, "help")) {
        g_print("%s", usage);
        return 0;
    }
    g_printerr("cmma-farm: %s%s%s: choose run, report, top or list\n", *command ? "there is no "
               "command '" : "no command is given", command, *command ? "'" : "");
    return 1;
}
