// SPDX-License-Identifier: GPL-2.0
/* Figures: how they are summed up, the JSON file and the table. */
#include <math.h>
#include <string.h>
#include <json-glib/json-glib.h>
#include "results.h"

struct Results {
    JsonObject *root;
    JsonArray *goals;
    GString *table;
};

Results *results_new(void)
{
    Results *results = g_new0(Results, 1);

    results->root = json_object_new();
    results->goals = json_array_new();
    results->table = g_string_new(NULL);
    return results;
}

void results_free(Results *results)
{
    json_object_unref(results->root);
    json_array_unref(results->goals);
    g_string_free(results->table, TRUE);
    g_free(results);
}

/* Binary fractions are printed without a tail of digits. */
static double rounded(double value)
{
    int exponent;
    double mantissa = frexp(value, &exponent);

    return ldexp(round(ldexp(mantissa, 14)), exponent - 14);
}

static JsonNode *number_node(double value)
{
    JsonNode *node = json_node_new(JSON_NODE_VALUE);

    if (value == floor(value) && fabs(value) < 1e15) {
        json_node_set_int(node, value);
    } else {
        json_node_set_double(node, rounded(value));
    }
    return node;
}

/* Takes @node. */
static void set(Results *results, const char *key, const char *suffix,
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

    set(results, key, suffix, number_node(samples_quantile(samples, 0.5)));
    set(results, key, spread, pair_node(samples_quantile(samples, 0.25),
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

void results_part(Results *results, const char *heading)
{
    g_string_append_printf(results->table, "\n%s\n", heading);
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
    set(results, key, "", number_node(samples_quantile(samples, 0.5)));
    set(results, key, "_95", pair_node(low, high));
    begin_row(results, key);
    print_range(results->table, samples_quantile(samples, 0.5), low, high);
    end_row(results);
}

void results_number(Results *results, const char *key, double value)
{
    g_autofree char *text = number_text(value);

    set(results, key, "", number_node(value));
    begin_row(results, key);
    g_string_append_printf(results->table, " %10s", text);
    end_row(results);
}

void results_text(Results *results, const char *key, const char *value)
{
    JsonNode *node = json_node_new(JSON_NODE_VALUE);

    json_node_set_string(node, value);
    set(results, key, "", node);
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
    json_object_set_member(object, "value", number_node(value));
    json_object_set_member(object, most ? "at_most" : "at_least",
                           number_node(goal));
    json_object_set_boolean_member(object, "met", met);
    json_array_add_object_element(results->goals, object);
    g_string_append_printf(results->table, "  goal %s: %s, %.4g where at %s "
                           "%.4g is wanted\n", met ? "met" : "NOT met", what,
                           value, most ? "most" : "least", goal);
}

void results_print(const Results *results)
{
    g_print("%s", results->table->str);
}

gboolean results_write(Results *results, const char *path, GError **error)
{
    g_autoptr(JsonGenerator) generator = json_generator_new();
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    g_autofree char *text = NULL;

    json_object_set_array_member(results->root, "goals",
                                 json_array_ref(results->goals));
    json_node_set_object(root, results->root);
    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    text = json_generator_to_data(generator, NULL);
    return g_file_set_contents(path, text, -1, error);
}

void results_ratio_goal(Results *results, const char *what, const Samples *a,
                        const Samples *b, double most)
{
    g_autoptr(Samples) ratios = samples_ratios(a, b);

    results_goal(results, what, samples_quantile(ratios, 0.5), TRUE, most);
}
