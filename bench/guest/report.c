// SPDX-License-Identifier: GPL-2.0
/* What goes to the JSON file and to the table. */
#include <math.h>
#include "report.h"

Report *report_new(void)
{
    Report *report = g_new0(Report, 1);

    report->root = json_object_new();
    report->goals = json_array_new();
    report->table = g_string_new(NULL);
    return report;
}

void report_free(Report *report)
{
    json_object_unref(report->root);
    json_array_unref(report->goals);
    g_string_free(report->table, TRUE);
    g_free(report);
}

void report_line(Report *report, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_string_append_vprintf(report->table, format, args);
    va_end(args);
    g_string_append_c(report->table, '\n');
}

/* Binary fractions are printed without a tail of digits. */
static JsonNode *number_node(double value)
{
    JsonNode *node = json_node_new(JSON_NODE_VALUE);

    if (!isfinite(value)) {
        json_node_init_null(node);
    } else if (value == floor(value) && fabs(value) < 1e15) {
        json_node_set_int(node, value);
    } else {
        int exponent;
        double mantissa = frexp(value, &exponent);

        json_node_set_double(node, ldexp(round(ldexp(mantissa, 24)),
                                         exponent - 24));
    }
    return node;
}

void report_set(JsonObject *object, const char *key, double value)
{
    json_object_set_member(object, key, number_node(value));
}

void report_set_pair(JsonObject *object, const char *key, double a, double b)
{
    JsonArray *pair = json_array_new();

    json_array_add_element(pair, number_node(a));
    json_array_add_element(pair, number_node(b));
    json_object_set_array_member(object, key, pair);
}

void report_goal(Report *report, const char *what, double value, gboolean most,
                 double goal)
{
    gboolean met = most ? value <= goal : value >= goal;
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "what", what);
    report_set(object, "value", value);
    report_set(object, most ? "at_most" : "at_least", goal);
    json_object_set_boolean_member(object, "met", met);
    json_array_add_object_element(report->goals, object);
    report_line(report, "  goal %s: %s, %.6g where at %s %.4g is wanted",
                met ? "met" : "NOT met", what, value, most ? "most" : "least",
                goal);
}

gboolean report_write(Report *report, const char *path, GError **error)
{
    g_autoptr(JsonGenerator) generator = json_generator_new();
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    g_autofree char *text = NULL;

    json_object_set_array_member(report->root, "goals",
                                 json_array_ref(report->goals));
    json_node_set_object(root, report->root);
    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    text = json_generator_to_data(generator, NULL);
    return g_file_set_contents(path, text, -1, error);
}
