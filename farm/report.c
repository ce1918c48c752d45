// SPDX-License-Identifier: GPL-2.0
/* The results, as JSON and as a table. */
#include <sys/utsname.h>
#include <json-glib/json-glib.h>
#include "host.h"
#include "report.h"

#define THP "/sys/kernel/mm/transparent_hugepage/enabled"
#define MGLRU "/sys/kernel/mm/lru_gen/enabled"

static void add_int(JsonBuilder *b, const char *key, gint64 value)
{
    json_builder_set_member_name(b, key);
    json_builder_add_int_value(b, value);
}

/* In 64ths, which JSON-GLib prints without a tail of digits. */
static void add_number(JsonBuilder *b, const char *key, double value)
{
    json_builder_set_member_name(b, key);
    json_builder_add_double_value(b, (gint64)(value * 64 + 0.5) / 64.0);
}

static void add_string(JsonBuilder *b, const char *key, const char *value)
{
    json_builder_set_member_name(b, key);
    json_builder_add_string_value(b, value);
}

static void add_line(JsonBuilder *b, const char *key, const char *path)
{
    g_autofree char *line = host_read_line(path);

    add_string(b, key, line);
}

static void add_mode(JsonBuilder *b, const FarmOptions *o, const ModeResult *r)
{
    json_builder_begin_object(b);
    add_string(b, "mode", r->mode->name);
    add_int(b, "guests", o->guests);
    add_int(b, "guest_memory_bytes", o->memory * MIB);
    add_int(b, "limit_bytes", o->limit * MIB);
    add_int(b, "seconds", o->seconds);
    add_number(b, "requests_per_s", r->load.requests_per_s);
    add_number(b, "latency_p50_ms", r->load.p50_ms);
    add_number(b, "latency_p99_ms", r->load.p99_ms);
    add_int(b, "host_swap_in_bytes", r->swap_in);
    add_int(b, "host_swap_out_bytes", r->swap_out);
    add_int(b, "host_memory_peak_bytes", r->peak);
    add_int(b, "discards", r->states.discarded);
    add_int(b, "discard_faults", r->states.faults);
    add_int(b, "essa_ops", r->states.essa);
    add_int(b, "content_errors", r->content_errors);
    add_int(b, "guests_alive", r->alive);

    add_int(b, "requests", r->load.requests);
    add_int(b, "requests_failed", r->load.failed);
    add_int(b, "requests_timed_out", r->load.timed_out);
    add_int(b, "served_bytes", r->load.bytes);
    add_int(b, "working_set_bytes", r->working_set);
    add_int(b, "checked_files", r->checks.checked);
    add_int(b, "checks_failed", r->checks.failed);
    add_int(b, "guest_warnings", r->warnings);
    add_int(b, "pages_lent", r->states.lent);
    add_int(b, "pages_taken_back", r->states.taken_back);
    add_int(b, "qemu_rss_bytes", r->rss);
    add_int(b, "qemu_swapped_bytes", r->swapped);
    add_number(b, "boot_seconds", r->boot_seconds);
    add_number(b, "warmup_seconds", r->warmup_seconds);
    json_builder_set_member_name(b, "warmup_complete");
    json_builder_add_boolean_value(b, r->warmed);
    add_string(b, "swap_counted_for", r->host_counters ? "host" : "guests");
    json_builder_end_object(b);
}

static void add_machine(JsonBuilder *b, const Farm *farm)
{
    struct utsname name;

    uname(&name);
    json_builder_set_member_name(b, "machine");
    json_builder_begin_object(b);
    add_int(b, "cpus", g_get_num_processors());
    add_int(b, "memory_bytes", host_read_key("/proc/meminfo", "MemTotal"));
    add_string(b, "kernel", name.release);
    add_string(b, "architecture", name.machine);
    add_int(b, "cgroup_version", cgroup_host_version(farm->cgroups));
    add_line(b, "swappiness", "/proc/sys/vm/swappiness");
    add_line(b, "transparent_hugepages", THP);
    add_line(b, "mglru", MGLRU);
    json_builder_end_object(b);
}

static void add_options(JsonBuilder *b, const FarmOptions *o)
{
    json_builder_set_member_name(b, "options");
    json_builder_begin_object(b);
    add_int(b, "swap_bytes", o->swap * MIB);
    add_int(b, "anon_bytes", o->anon * MIB);
    add_int(b, "connections_per_guest", o->connections);
    add_int(b, "seed", o->seed);
    json_builder_end_object(b);
}

gboolean report_write(const Farm *farm, GArray *results, GError **error)
{
    g_autoptr(JsonBuilder) b = json_builder_new();
    g_autoptr(JsonGenerator) generator = json_generator_new();
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *date = g_date_time_format_iso8601(now);
    g_autofree char *text = NULL;

    json_builder_begin_object(b);
    add_string(b, "date", date);
    add_machine(b, farm);
    add_options(b, farm->options);
    json_builder_set_member_name(b, "modes");
    json_builder_begin_array(b);
    for (guint i = 0; i < results->len; i++) {
        add_mode(b, farm->options, &g_array_index(results, ModeResult, i));
    }
    json_builder_end_array(b);
    json_builder_end_object(b);

    root = json_builder_get_root(b);
    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    text = json_generator_to_data(generator, NULL);
    return g_file_set_contents(farm->options->output, text, -1, error);
}

static double requests_per_s(const ModeResult *r)
{
    return r->load.requests_per_s;
}

static double p50(const ModeResult *r)
{
    return r->load.p50_ms;
}

static double p99(const ModeResult *r)
{
    return r->load.p99_ms;
}

static double swap_in(const ModeResult *r)
{
    return r->swap_in / (double)MIB;
}

static double swap_out(const ModeResult *r)
{
    return r->swap_out / (double)MIB;
}

static double peak(const ModeResult *r)
{
    return r->peak / (double)MIB;
}

static double discards(const ModeResult *r)
{
    return r->states.discarded;
}

static double faults(const ModeResult *r)
{
    return r->states.faults;
}

static double essa(const ModeResult *r)
{
    return r->states.essa;
}

static double checked(const ModeResult *r)
{
    return r->checks.checked;
}

static double wrong(const ModeResult *r)
{
    return r->content_errors;
}

static double unchecked(const ModeResult *r)
{
    return r->checks.failed;
}

static double warnings(const ModeResult *r)
{
    return r->warnings;
}

static double alive(const ModeResult *r)
{
    return r->alive;
}

static const struct {
    const char *label;
    double (*value)(const ModeResult *);
    int digits;
} rows[] = {
    { "requests/s", requests_per_s, 1 },
    { "latency, median (ms)", p50, 1 },
    { "latency, 99% (ms)", p99, 1 },
    { "host swap in (MiB)", swap_in, 1 },
    { "host swap out (MiB)", swap_out, 1 },
    { "host memory, peak (MiB)", peak, 1 },
    { "discards", discards, 0 },
    { "discard faults", faults, 0 },
    { "ESSA instructions", essa, 0 },
    { "files checked", checked, 0 },
    { "files not obtained", unchecked, 0 },
    { "content errors", wrong, 0 },
    { "guest kernel warnings", warnings, 0 },
    { "guests alive", alive, 0 },
};

static const ModeResult *find_mode(GArray *results, const char *name)
{
    for (guint i = 0; i < results->len; i++) {
        const ModeResult *r = &g_array_index(results, ModeResult, i);

        if (g_str_equal(r->mode->name, name)) {
            return r;
        }
    }
    return NULL;
}

static void print_gain(GArray *results)
{
    const ModeResult *none = find_mode(results, "none");
    const ModeResult *cmma = find_mode(results, "cmma");
    double before;

    if (!none || !cmma || !none->load.requests_per_s) {
        return;
    }
    before = swap_in(none) + swap_out(none);
    g_print("\ncmma against none: requests/s %.0f%%",
            100 * requests_per_s(cmma) / requests_per_s(none));
    if (before > 0) {
        g_print(", host swap traffic %.1f%%",
                100 * (swap_in(cmma) + swap_out(cmma)) / before);
    }
    g_print("\n");
}

void report_print(const Farm *farm, GArray *results)
{
    const FarmOptions *o = farm->options;

    g_print("\n%d guests of %d MiB under %d MiB, %d s of load a mode\n\n%-24s",
            o->guests, o->memory, o->limit, o->seconds, "");
    for (guint i = 0; i < results->len; i++) {
        g_print("%12s", g_array_index(results, ModeResult, i).mode->name);
    }
    g_print("\n");
    for (guint row = 0; row < G_N_ELEMENTS(rows); row++) {
        g_print("%-24s", rows[row].label);
        for (guint i = 0; i < results->len; i++) {
            g_print("%12.*f", rows[row].digits,
                    rows[row].value(&g_array_index(results, ModeResult, i)));
        }
        g_print("\n");
    }
    print_gain(results);
    g_print("\nresults: %s\n", o->output);
}

gboolean report_verdict(const Farm *farm, GArray *results, GError **error)
{
    for (guint i = 0; i < results->len; i++) {
        const ModeResult *r = &g_array_index(results, ModeResult, i);

        if (r->content_errors || r->alive < (guint)farm->options->guests) {
            g_set_error(error, FARM_ERROR, 0, "mode %s: %" G_GUINT64_FORMAT
                        " content errors, %u of %d guests alive: see %s",
                        r->mode->name, r->content_errors, r->alive,
                        farm->options->guests, farm->log_dir);
            return FALSE;
        }
    }
    return TRUE;
}
