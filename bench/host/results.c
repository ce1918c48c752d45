// SPDX-License-Identifier: GPL-2.0
/* Figures: how they are summed up, the JSON file and the table. */
#include <math.h>
#include "results.h"

struct Results {
    JsonObject *root;
    JsonArray *goals;
    GString *table;
    int goal_digits;
};

Results *results_new(int goal_digits)
{
    Results *results = g_new0(Results, 1);

    results->root = json_object_new();
    results->goals = json_array_new();
    results->table = g_string_new(NULL);
    results->goal_digits = goal_digits;
    return results;
}

void results_free(Results *results)
{
    json_object_unref(results->root);
    json_array_unref(results->goals);
    g_string_free(results->table, TRUE);
    g_free(results);
}

/* Seven digits are meant, but all of those before the point. */
static JsonNode *number_node(double value)
{
    JsonNode *node = json_node_new(JSON_NODE_VALUE);

    if (fabs(value) >= 1e6) {
        value = round(value);
    }
    if (!isfinite(value)) {
        json_node_init_null(node);
    } else if (value == floor(value) && fabs(value) < 1e15) {
        json_node_set_int(node, value);
    } else {
        json_node_set_double(node, value);
    }
    return node;
}

/* Takes @node. */
static void set_node(Results *results, const char *key, const char *suffix,
                     JsonNode *node)
{
    g_auto(GStrv) path = g_strsplit(key, ".", -1);
    g_autofree char *name = NULL;
    JsonObject *at = results->root;
    char **word;

    for (word = path; word[1]; word++) {
        if (!json_object_has_member(at, *word)) {
            json_object_set_object_member(at, *word, json_object_new());
        }
        at = json_object_get_object_member(at, *word);
    }
    name = g_strconcat(*word, suffix, NULL);
    json_object_set_member(at, name, node);
}

static JsonNode *pair_node(double a, double b)
{
    JsonArray *array = json_array_new();
    JsonNode *node = json_node_new(JSON_NODE_ARRAY);

    json_array_add_element(array, number_node(a));
    json_array_add_element(array, number_node(b));
    json_node_take_array(node, array);
    return node;
}

static void set_samples(Results *results, const char *key, const char *suffix,
                        const Samples *samples)
{
    g_autofree char *spread = g_strconcat(suffix, "_quartiles", NULL);

    set_node(results, key, suffix, number_node(samples_quantile(samples, 0.5)));
    set_node(results, key, spread, pair_node(samples_quantile(samples, 0.25),
                                             samples_quantile(samples, 0.75)));
}

/* Four digits tell enough, but not of bytes. */
static char *number_text(double value)
{
    return g_strdup_printf(fabs(value) < 1e4 ? "%.4g" : "%.0f", value);
}

static void print_range(GString *table, double value, double low, double high)
{
    g_autofree char *v = number_text(value), *l = number_text(low);
    g_autofree char *h = number_text(high);
    g_autofree char *range = g_strdup_printf("(%s-%s)", l, h);

    g_string_append_printf(table, " %10s %-23s", v, range);
}

static void print_samples(GString *table, const Samples *samples)
{
    print_range(table, samples_quantile(samples, 0.5),
                samples_quantile(samples, 0.25),
                samples_quantile(samples, 0.75));
}

JsonObject *results_root(Results *results)
{
    return results->root;
}

void results_set(JsonObject *object, const char *key, double value)
{
    json_object_set_member(object, key, number_node(value));
}

void results_set_pair(JsonObject *object, const char *key, double a, double b)
{
    json_object_set_member(object, key, pair_node(a, b));
}

void results_line(Results *results, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_string_append_vprintf(results->table, format, args);
    va_end(args);
    g_string_append_c(results->table, '\n');
}

void results_part(Results *results, const char *heading)
{
    results_line(results, "\n%s", heading);
}

static void begin_row(Results *results, const char *key)
{
    g_string_append_printf(results->table, "  %-38s", key);
}

static void end_row(Results *results)
{
    while (results->table->str[results->table->len - 1] == ' ') {
        g_string_truncate(results->table, results->table->len - 1);
    }
    g_string_append_c(results->table, '\n');
}

void results_add(Results *results, const char *key, const Samples *samples)
{
    set_samples(results, key, "", samples);
    begin_row(results, key);
    print_samples(results->table, samples);
    end_row(results);
}

void results_add_floor(Results *results, const char *key,
                       const Samples *samples, const Samples *floor)
{
    g_autoptr(Samples) ratios = samples_ratios(samples, floor);

    set_samples(results, key, "", samples);
    set_samples(results, key, "_floor", floor);
    set_samples(results, key, "_ratio", ratios);
    begin_row(results, key);
    print_samples(results->table, samples);
    g_string_append(results->table, " floor");
    print_samples(results->table, floor);
    g_string_append_printf(results->table, " ratio %.2f",
                           samples_quantile(ratios, 0.5));
    end_row(results);
}

void results_add_interval(Results *results, const char *key,
                          const Samples *samples)
{
    double low, high;

    samples_confidence(samples, &low, &high);
    set_node(results, key, "", number_node(samples_quantile(samples, 0.5)));
    set_node(results, key, "_95", pair_node(low, high));
    begin_row(results, key);
    print_range(results->table, samples_quantile(samples, 0.5), low, high);
    end_row(results);
}

void results_number(Results *results, const char *key, double value)
{
    g_autofree char *text = number_text(value);

    set_node(results, key, "", number_node(value));
    begin_row(results, key);
    g_string_append_printf(results->table, " %10s", text);
    end_row(results);
}

void results_text(Results *results, const char *key, const char *value)
{
    JsonNode *node = json_node_new(JSON_NODE_VALUE);

    json_node_set_string(node, value);
    set_node(results, key, "", node);
    begin_row(results, key);
    g_string_append_printf(results->table, " %s", value);
    end_row(results);
}

void results_goal(Results *results, const char *what, double value,
                  gboolean most, double goal)
{
    gboolean met = most ? value <= goal : value >= goal;
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "what", what);
    results_set(object, "value", value);
    results_set(object, most ? "at_most" : "at_least", goal);
    json_object_set_boolean_member(object, "met", met);
    json_array_add_object_element(results->goals, object);
    results_line(results, "  goal %s: %s, %.*g where at %s %.4g is wanted",
                 met ? "met" : "NOT met", what, results->goal_digits, value,
                 most ? "most" : "least", goal);
}

void results_ratio_goal(Results *results, const char *what, const Samples *a,
                        const Samples *b, double most)
{
    g_autoptr(Samples) ratios = samples_ratios(a, b);

    results_goal(results, what, samples_quantile(ratios, 0.5), TRUE, most);
}

static gboolean append_figure(const GMatchInfo *match, GString *text,
                              gpointer unused)
{
    g_autofree char *figure = g_match_info_fetch(match, 0);
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append(text, g_ascii_formatd(digits, sizeof(digits), "%.7g",
                                          g_ascii_strtod(figure, NULL)));
    return FALSE;
}

/*
 * JSON-GLib prints 17 digits of what is no integer. A figure is at the end of a
 * line, where a string would have its quote.
 */
static char *without_tails(const char *json)
{
    g_autoptr(GRegex) fraction = g_regex_new(
        "-?\\d[-+e\\d]*\\.[-+e\\d]+(?=,?$)",
        G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);

    return g_regex_replace_eval(fraction, json, -1, 0, 0, append_figure, NULL,
                                NULL);
}

gboolean results_give(Results *results, const char *path, GError **error)
{
    g_autoptr(JsonGenerator) generator = json_generator_new();
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    g_autofree char *text = NULL, *figures = NULL;

    json_object_set_array_member(results->root, "goals",
                                 json_array_ref(results->goals));
    json_node_set_object(root, results->root);
    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    text = json_generator_to_data(generator, NULL);
    figures = without_tails(text);
    if (!g_file_set_contents(path, figures, -1, error)) {
        return FALSE;
    }
    g_print("%s\nresults: %s\n", results->table->str, path);
    return TRUE;
}
