// SPDX-License-Identifier: GPL-2.0
/* The results of all runs, as a file, and summed up by scenario, overcommit and mode. */
#include <math.h>
#include "results.h"

Results *results_new(JsonObject *machine, gint64 seed)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    Results *results = g_new0(Results, 1);

    results->machine = machine;
    results->seed = seed;
    results->date = g_date_time_format_iso8601(now);
    results->records =
        g_ptr_array_new_with_free_func((GDestroyNotify)record_free);
    results->summaries = g_array_new(FALSE, FALSE, sizeof(Summary));
    return results;
}

void results_free(Results *results)
{
    json_object_unref(results->machine);
    g_free(results->date);
    g_ptr_array_unref(results->records);
    g_array_unref(results->summaries);
    g_free(results);
}

Summary *results_find(const Results *results, const Record *record)
{
    for (guint i = 0; i < results->summaries->len; i++) {
        Summary *summary = &g_array_index(results->summaries, Summary, i);

        if (record_same_setting(summary->first, record)) {
            return summary;
        }
    }
    return NULL;
}

const Record *results_find_run(const Results *results, const Record *record)
{
    for (guint i = 0; i < results->records->len; i++) {
        const Record *r = results->records->pdata[i];

        if (record_same_setting(r, record) && r->round == record->round) {
            return r;
        }
    }
    return NULL;
}

static void sum_up(const Results *results, Summary *summary)
{
    g_autofree double *values = g_new(double, results->records->len);

    summary->rounds++;
    for (int m = 0; m < N_METRICS; m++) {
        guint n = 0;

        for (guint i = 0; i < results->records->len; i++) {
            const Record *record = results->records->pdata[i];

            if (record_same_setting(record, summary->first) &&
                !isnan(record->value[m])) {
                values[n++] = record->value[m];
            }
        }
        summary->median[m] = n ? metric_median(values, n) : NAN;
        summary->least[m] = n ? values[0] : NAN;
        summary->most[m] = n ? values[n - 1] : NAN;
    }
}

void results_add(Results *results, Record *record)
{
    Summary fresh = { .first = record };

    g_ptr_array_add(results->records, record);
    if (!results_find(results, record)) {
        g_array_append_val(results->summaries, fresh);
    }
    sum_up(results, results_find(results, record));
}

gboolean results_overlap(const Summary *a, const Summary *b, MetricId metric)
{
    return a->least[metric] <= b->most[metric] &&
           b->least[metric] <= a->most[metric];
}

static void begin_array(JsonBuilder *b, const char *name)
{
    json_builder_set_member_name(b, name);
    json_builder_begin_array(b);
}

static void add_summary(JsonBuilder *b, const Summary *summary)
{
    json_builder_begin_object(b);
    record_add_settings(summary->first, b);
    json_builder_set_member_name(b, "rounds");
    json_builder_add_int_value(b, summary->rounds);
    for (int m = 0; m < N_METRICS; m++) {
        record_add_value(b, m, "", summary->median[m]);
        record_add_value(b, m, "_spread", summary->most[m] - summary->least[m]);
    }
    json_builder_end_object(b);
}

static void add_record(JsonBuilder *b, const Record *record)
{
    json_builder_begin_object(b);
    record_add_settings(record, b);
    for (int m = 0; m < N_METRICS; m++) {
        record_add_value(b, m, "", record->value[m]);
    }
    json_builder_end_object(b);
}

gboolean results_write(Results *results, const char *path, gboolean complete,
                       GError **error)
{
    g_autoptr(JsonBuilder) b = json_builder_new();
    g_autoptr(JsonGenerator) generator = json_generator_new();
    g_autoptr(JsonNode) root = NULL;
    JsonNode *machine = json_node_new(JSON_NODE_OBJECT);
    g_autofree char *text = NULL;

    results->complete = complete;
    json_node_set_object(machine, results->machine);
    json_builder_begin_object(b);
    json_builder_set_member_name(b, "date");
    json_builder_add_string_value(b, results->date);
    json_builder_set_member_name(b, "complete");
    json_builder_add_boolean_value(b, complete);
    json_builder_set_member_name(b, "seed");
    json_builder_add_int_value(b, results->seed);
    json_builder_set_member_name(b, "machine");
    json_builder_add_value(b, machine);
    begin_array(b, "scenarios");
    for (guint i = 0; i < results->summaries->len; i++) {
        add_summary(b, &g_array_index(results->summaries, Summary, i));
    }
    json_builder_end_array(b);
    begin_array(b, "modes");
    for (guint i = 0; i < results->records->len; i++) {
        add_record(b, results->records->pdata[i]);
    }
    json_builder_end_array(b);
    json_builder_end_object(b);

    root = json_builder_get_root(b);
    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    text = json_generator_to_data(generator, NULL);
    return g_file_set_contents(path, text, -1, error);
}

/* What all else relies on; the rest may be missing. */
static gboolean is_run(JsonNode *node)
{
    JsonObject *o = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
    JsonNode *names[2] = { NULL };

    if (o) {
        names[0] = json_object_get_member(o, "scenario");
        names[1] = json_object_get_member(o, "mode");
    }
    return names[0] && json_node_get_value_type(names[0]) == G_TYPE_STRING &&
           names[1] && json_node_get_value_type(names[1]) == G_TYPE_STRING;
}

static gboolean are_runs(JsonArray *runs)
{
    guint count = runs ? json_array_get_length(runs) : 0;

    for (guint i = 0; i < count; i++) {
        if (!is_run(json_array_get_element(runs, i))) {
            return FALSE;
        }
    }
    return count > 0;
}

static gpointer member_of_type(JsonObject *o, const char *name, JsonNodeType type)
{
    JsonNode *node = o ? json_object_get_member(o, name) : NULL;

    if (!node || json_node_get_node_type(node) != type) {
        return NULL;
    }
    return type == JSON_NODE_ARRAY ? (gpointer)json_node_get_array(node)
                                   : (gpointer)json_node_get_object(node);
}

Results *results_read(const char *path, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) failed = NULL;
    JsonNode *root;
    JsonObject *o = NULL, *machine;
    JsonArray *runs;
    Results *results;

    if (json_parser_load_from_file(parser, path, &failed)) {
        root = json_parser_get_root(parser);
        o = root && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;
    }
    runs = member_of_type(o, "modes", JSON_NODE_ARRAY);
    machine = member_of_type(o, "machine", JSON_NODE_OBJECT);
    if (!are_runs(runs) || !machine) {
        g_set_error(error, FARM_ERROR, 0, "%s has no results of the farm: %s", path,
                    failed ? failed->message : "it is another kind of file");
        return NULL;
    }
    results = results_new(json_object_ref(machine),
                          json_object_get_int_member_with_default(o, "seed", 0));
    results->complete = json_object_get_boolean_member_with_default(o, "complete",
                                                                    FALSE);
    g_free(results->date);
    results->date = g_strdup(json_object_get_string_member_with_default(o, "date",
                                                                        ""));
    for (guint i = 0; i < json_array_get_length(runs); i++) {
        results_add(results, record_from_json(
                    json_array_get_object_element(runs, i)));
    }
    return results;
}

static int compare(gconstpointer a, gconstpointer b)
{
    const Summary *x = a, *y = b;

    return (x->first->overcommit > y->first->overcommit) -
           (x->first->overcommit < y->first->overcommit);
}

void results_tables(const Results *results,
                    void (*print)(const Summary *modes, guint count,
                                  gpointer opaque), gpointer opaque)
{
    g_autoptr(GArray) left = g_array_copy(results->summaries);

    while (left->len) {
        g_autoptr(GArray) table = g_array_new(FALSE, FALSE, sizeof(Summary));
        const char *scenario = g_array_index(left, Summary, 0).first->scenario;

        for (guint i = 0; i < left->len; ) {
            Summary summary = g_array_index(left, Summary, i);

            if (g_str_equal(summary.first->scenario, scenario)) {
                g_array_append_val(table, summary);
                g_array_remove_index(left, i);
            } else {
                i++;
            }
        }
        g_array_sort(table, compare);
        for (guint begin = 0, end = 1; begin < table->len; end++) {
            Summary *first = &g_array_index(table, Summary, begin);

            if (end == table->len || compare(first, first + end - begin)) {
                print(first, end - begin, opaque);
                begin = end;
            }
        }
    }
}

gboolean results_verdict(const Results *results, GError **error)
{
    for (guint i = 0; i < results->records->len; i++) {
        const Record *r = results->records->pdata[i];

        /* Where guests only come until no more fit neither is asked. */
        if (r->value[CONTENT_ERRORS] > 0 || r->value[GUESTS_ALIVE] < r->guests) {
            g_set_error(error, FARM_ERROR, 0, "%s, mode %s, %gx: %.0f content "
                        "errors, %.0f of %d guests alive: see the guests' logs",
                        r->scenario, r->mode, r->overcommit,
                        r->value[CONTENT_ERRORS], r->value[GUESTS_ALIVE],
                        (int)r->guests);
            return FALSE;
        }
    }
    return TRUE;
}
