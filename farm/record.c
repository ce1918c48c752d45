// SPDX-License-Identifier: GPL-2.0
/* What is kept of a run: its settings and its figures, as JSON. */
#include <math.h>
#include "record.h"

typedef struct {
    const char *key;
    enum { TEXT, INTEGER, NUMBER } type;
    gsize offset;
} Field;

#define AT(member) offsetof(Record, member)

/* From here on it is not known before the run. */
#define MEASURED AT(swap_counted_for)

/* All but the figures */
static const Field fields[] = {
    { "scenario", TEXT, AT(scenario) },
    { "title", TEXT, AT(title) },
    { "mode", TEXT, AT(mode) },
    { "mode_title", TEXT, AT(mode_title) },
    { "overcommit", NUMBER, AT(overcommit) },
    { "round", INTEGER, AT(round) },
    { "guests", INTEGER, AT(guests) },
    { "guest_memory_bytes", INTEGER, AT(memory) },
    { "limit_bytes", INTEGER, AT(limit) },
    { "overcommit_before", NUMBER, AT(from) },
    { "swap_bytes", INTEGER, AT(swap) },
    { "swap_device", TEXT, AT(swap_device) },
    { "anon_bytes", INTEGER, AT(anon) },
    { "disk", TEXT, AT(disk) },
    { "kernel_parameter", TEXT, AT(kernel_parameter) },
    { "device", TEXT, AT(device) },
    { "drop_seconds", INTEGER, AT(drop) },
    { "seconds", INTEGER, AT(seconds) },
    { "connections_per_guest", INTEGER, AT(connections) },
    { "zipf", NUMBER, AT(zipf) },
    { "rate_per_guest", INTEGER, AT(rate) },
    { "disk_iops", INTEGER, AT(disk_iops) },
    { "swappiness", INTEGER, AT(swappiness) },
    { "greedy_bytes", INTEGER, AT(greedy) },
    { "tb_size_bytes", INTEGER, AT(tb_size) },
    { "swap_counted_for", TEXT, AT(swap_counted_for) },
    { "warmup_complete", INTEGER, AT(warmed) },
    { "samples", TEXT, AT(samples) },
};

Record *record_new(void)
{
    Record *record = g_new0(Record, 1);

    for (int m = 0; m < N_METRICS; m++) {
        record->value[m] = NAN;
    }
    return record;
}

void record_free(Record *record)
{
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (fields[i].type == TEXT) {
            g_free(G_STRUCT_MEMBER(char *, record, fields[i].offset));
        }
    }
    g_free(record);
}

double record_rounded(double value)
{
    return floor(value * 64 + 0.5) / 64;
}

gboolean record_same_setting(const Record *a, const Record *b)
{
    return g_str_equal(a->scenario, b->scenario) &&
           g_str_equal(a->mode, b->mode) &&
           record_rounded(a->overcommit) == record_rounded(b->overcommit);
}

static gboolean same_field(const Record *a, const Record *b, const Field *field)
{
    gconstpointer x = G_STRUCT_MEMBER_P(a, field->offset);
    gconstpointer y = G_STRUCT_MEMBER_P(b, field->offset);

    switch (field->type) {
    case TEXT:
        return !g_strcmp0(*(char **)x, *(char **)y);
    case INTEGER:
        return *(gint64 *)x == *(gint64 *)y;
    default:
        return record_rounded(*(double *)x) == record_rounded(*(double *)y);
    }
}

gboolean record_same_run(const Record *a, const Record *b)
{
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (fields[i].offset < MEASURED && !same_field(a, b, &fields[i])) {
            return FALSE;
        }
    }
    return TRUE;
}

void record_add_settings(const Record *record, JsonBuilder *b)
{
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        gconstpointer value = G_STRUCT_MEMBER_P(record, fields[i].offset);

        if (fields[i].type == TEXT && !*(char **)value) {
            continue;
        }
        json_builder_set_member_name(b, fields[i].key);
        switch (fields[i].type) {
        case TEXT:
            json_builder_add_string_value(b, *(char **)value);
            break;
        case INTEGER:
            json_builder_add_int_value(b, *(gint64 *)value);
            break;
        case NUMBER:
            json_builder_add_double_value(b, record_rounded(*(double *)value));
            break;
        }
    }
}

void record_add_value(JsonBuilder *b, MetricId metric, const char *suffix,
                      double value)
{
    g_autofree char *key = g_strconcat(metrics[metric].key, suffix, NULL);

    if (isnan(value)) {
        return;
    }
    json_builder_set_member_name(b, key);
    if (metrics[metric].digits) {
        json_builder_add_double_value(b, record_rounded(value));
    } else {
        json_builder_add_int_value(b, value);
    }
}

Record *record_from_json(JsonObject *o)
{
    Record *record = record_new();

    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        gpointer value = G_STRUCT_MEMBER_P(record, fields[i].offset);
        const char *key = fields[i].key;

        switch (fields[i].type) {
        case TEXT:
            *(char **)value =
                g_strdup(json_object_get_string_member_with_default(o, key, NULL));
            break;
        case INTEGER:
            *(gint64 *)value = json_object_get_int_member_with_default(o, key, 0);
            break;
        case NUMBER:
            *(double *)value =
                json_object_get_double_member_with_default(o, key, 0);
            break;
        }
    }
    for (int m = 0; m < N_METRICS; m++) {
        record->value[m] = json_object_get_double_member_with_default(
            o, metrics[m].key, NAN);
    }
    return record;
}
