// SPDX-License-Identifier: GPL-2.0
/*
 * The load, outside the guests' cgroup: one wrk a guest, all at once, whose
 * connections wait for their answers; or a rate that waits for nobody, openload.c.
 *
 * Quantiles of guests cannot be averaged.  Each wrk therefore gives its whole
 * distribution as a table of quantiles.  A table's row stands for the share of
 * that guest's requests since the row before it; the rows of all guests,
 * sorted and added up by their shares, are the distribution of all requests.
 */
#include <math.h>
#include <json-glib/json-glib.h>
#include "guest.h"
#include "load.h"
#include "openload.h"
#include "paths.h"
#include "process.h"

typedef struct {
    double us;
    double requests;
} Share;

struct Load {
    OpenLoad *open;             /* instead of all the rest */
    GPtrArray *processes;
    GArray *shares;
};

char *load_program(void)
{
    return g_find_program_in_path("wrk");
}

static GSubprocess *start_wrk(const FarmOptions *o, const Scenario *s,
                              const Guest *guest, GError **error)
{
    g_autofree char *program = load_program(), *script = paths_own("load.lua");
    g_autofree char *connections = g_strdup_printf("-c%d", s->connections);
    g_autofree char *duration = g_strdup_printf("-d%ds", s->seconds);
    g_autofree char *seed = g_strdup_printf("%d", o->seed + guest->index);
    g_autofree char *zipf = g_strdup_printf("%g", s->zipf);
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/", guest->port);
    const char *argv[] = {
        program, "-t1", connections, duration, "--timeout", "30s",
        "-s", script, url, "--", o->manifest, seed, zipf, NULL
    };

    return process_spawn(
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                  G_SUBPROCESS_FLAGS_STDERR_MERGE),
        argv, -1, error);
}

/* The one that is greedy, if there is one, is not asked. */
static GPtrArray *asked(const Scenario *s, GPtrArray *guests)
{
    GPtrArray *asked = g_ptr_array_new();

    for (guint i = s->greedy ? 1 : 0; i < guests->len; i++) {
        if (guest_is_running(guests->pdata[i])) {
            g_ptr_array_add(asked, guests->pdata[i]);
        }
    }
    return asked;
}

Load *load_start(const Farm *farm, const Scenario *s, GPtrArray *all,
                 GError **error)
{
    g_autoptr(Load) load = g_new0(Load, 1);
    g_autoptr(GPtrArray) guests = asked(s, all);

    if (!guests->len) {
        g_set_error(error, FARM_ERROR, 0, "no guest lives that could be asked");
        return NULL;
    }
    load->processes = g_ptr_array_new_with_free_func(g_object_unref);
    load->shares = g_array_new(FALSE, FALSE, sizeof(Share));
    if (s->rate) {
        load->open = openload_start(farm, s, guests);
        return g_steal_pointer(&load);
    }
    for (guint i = 0; i < guests->len; i++) {
        GSubprocess *wrk = start_wrk(farm->options, s, guests->pdata[i], error);

        if (!wrk) {
            return NULL;
        }
        g_ptr_array_add(load->processes, wrk);
    }
    return g_steal_pointer(&load);
}

gboolean load_is_running(const Load *load)
{
    if (load->open) {
        return openload_is_running(load->open);
    }
    for (guint i = 0; i < load->processes->len; i++) {
        if (process_is_running(load->processes->pdata[i])) {
            return TRUE;
        }
    }
    return FALSE;
}

static void add_shares(Load *load, JsonArray *rows, double requests)
{
    double before = 0;

    for (guint i = 0; i < json_array_get_length(rows); i++) {
        JsonArray *row = json_array_get_array_element(rows, i);
        double percent = json_array_get_double_element(row, 0);
        Share share = {
            json_array_get_double_element(row, 1),
            requests * (percent - before) / 100,
        };

        g_array_append_val(load->shares, share);
        before = percent;
    }
}

static gboolean add_guest(Load *load, GSubprocess *wrk, LoadResult *result,
                          GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(JsonNode) node = NULL;
    const char *json;
    JsonObject *o;
    gint64 requests, us;

    if (!g_subprocess_communicate_utf8(wrk, NULL, NULL, &text, NULL, error)) {
        return FALSE;
    }
    json = strstr(text, "{\"requests\"");
    node = json ? json_from_string(json, error) : NULL;
    if (!node) {
        g_clear_error(error);
        g_set_error(error, FARM_ERROR, 0, "wrk failed: %s", g_strstrip(text));
        return FALSE;
    }
    o = json_node_get_object(node);
    requests = json_object_get_int_member(o, "requests");
    us = json_object_get_int_member(o, "duration_us");
    result->requests += requests;
    result->requests_per_s += us ? requests * 1e6 / us : 0;
    result->bytes += json_object_get_int_member(o, "bytes");
    result->failed += json_object_get_int_member(o, "failed");
    result->timed_out += json_object_get_int_member(o, "timed_out");
    add_shares(load, json_object_get_array_member(o, "latency_us"), requests);
    return TRUE;
}

static int compare_shares(gconstpointer a, gconstpointer b)
{
    const Share *x = a, *y = b;

    return (x->us > y->us) - (x->us < y->us);
}

static double quantile_ms(const GArray *shares, double requests)
{
    double sum = 0;

    for (guint i = 0; i < shares->len; i++) {
        const Share *share = &g_array_index(shares, Share, i);

        sum += share->requests;
        if (sum >= requests && sum > 0) {
            return share->us / 1000;
        }
    }
    return NAN;
}

gboolean load_finish(Load *load, LoadResult *result, GError **error)
{
    *result = (LoadResult) { 0 };
    if (load->open) {
        openload_finish(load->open, result);
        return TRUE;
    }
    for (guint i = 0; i < load->processes->len; i++) {
        if (!add_guest(load, load->processes->pdata[i], result, error)) {
            return FALSE;
        }
    }
    g_array_sort(load->shares, compare_shares);
    result->p50_ms = quantile_ms(load->shares, result->requests * 0.5);
    result->p99_ms = quantile_ms(load->shares, result->requests * 0.99);
    return TRUE;
}

void load_free(Load *load)
{
    g_clear_pointer(&load->open, openload_free);
    for (guint i = 0; i < load->processes->len; i++) {
        g_subprocess_force_exit(load->processes->pdata[i]);
    }
    g_ptr_array_unref(load->processes);
    g_array_unref(load->shares);
    g_free(load);
}
