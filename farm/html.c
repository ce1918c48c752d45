// SPDX-License-Identifier: GPL-2.0
/* The results as a page for a browser: one file, pictures and all. */
#include <math.h>
#include <string.h>
#include "html.h"
#include "plot.h"

static const char style[] =
    "body { font: 16px/1.5 sans-serif; color: #222; background: #fff;\n"
    "  max-width: 84rem; margin: 0 auto; padding: 0 1rem 4rem; overflow-wrap: anywhere }\n"
    "h1 { line-height: 1.2 }\nh2 { margin-top: 3rem; border-bottom: 1px solid #ccc }\n"
    ".pictures { display: grid; gap: 1.5rem 1rem;\n"
    "  grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)) }\n"
    ".pairs { grid-template-columns: repeat(auto-fill, minmax(min(28rem, 100%), 1fr)) }\n"
    "figure { margin: 0; max-width: 36rem }\n"
    "img { display: block; width: 100%; height: auto }\n"
    "figcaption { font-weight: bold }\n"
    "figcaption small { font-weight: normal; color: #555 }\n"
    ".scroll { overflow-x: auto }\n"
    "table { border-collapse: collapse; margin: 1rem 0 }\n"
    "th, td { padding: 0.2rem 0.8rem; border-bottom: 1px solid #ddd; text-align: left;\n"
    "  vertical-align: top; overflow-wrap: normal }\n"
    ".figures { white-space: nowrap }\n"
    ".figures th, .figures td { padding: 0.2rem 0.5rem }\n"
    ".figures th, .figures td { text-align: right }\n"
    ".figures th:first-child, .figures td:first-child { text-align: left;\n"
    "  position: sticky; left: 0; background: #fff }\n"
    "td.best { font-weight: bold }\n.noise, .ratio { color: #555 }\n"
    ".ratio td:first-child { padding-left: 2rem }\n"
    ".warning { background: #fff3cd; padding: 0.5rem 1rem }\n";

static const char explanation[] =
    "<p>Guests that together have more memory than their host, once in each of several "
    "modes; nothing but the mode differs. Overcommit, as in 2x, is the memory of all "
    "guests in parts of the host's.</p>\n"
    "<p>Figures are medians of the rounds ± half of their spread, which is the largest "
    "less the smallest. <b>Bold</b> is the best of a row and what cannot be told from it. "
    "Where it says <span class=\"noise\">noise</span>, the difference from the first mode "
    "is no larger than that between rounds; of one round alone, where there is no ±, "
    "neither can be told. What was not measured is a dash.</p>\n";

typedef struct {
    GString *page;
    const Results *results;
    const char *samples;
    const char *scenario;
} Page;

static void add(Page *p, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* As g_string_append_printf(), with all text escaped. */
static void add(Page *p, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_markup_vprintf_escaped(format, args);
    va_end(args);
    g_string_append(p->page, text);
}

static void add_picture(Page *p, char *svg, const char *caption, const char *more)
{
    g_autofree char *data = g_base64_encode((guchar *)svg, strlen(svg));

    add(p, "<figure><figcaption>%s <small>%s</small></figcaption>\n"
        "<img alt=\"%s\" src=\"data:image/svg+xml;base64,%s\"></figure>\n", caption, more,
        caption, data);
    g_free(svg);
}

/* What is shown alike */
static gboolean alike(const Summary *a, const Summary *b, MetricId m)
{
    double unit = metrics[m].scale * pow(10, -metrics[m].digits);

    return fabs(a->median[m] - b->median[m]) < unit / 2;
}

static gboolean differ(const Summary *a, const Summary *b, MetricId m)
{
    return !alike(a, b, m) && !results_overlap(a, b, m);
}

static gboolean is_compared(MetricId m)
{
    gboolean found = FALSE;

    for (guint i = 0; i < N_COMPARED; i++) {
        found |= metrics_compared[i] == m;
    }
    return found;
}

/* The mode with the best median, if any is measured and there is a better and a worse */
static const Summary *find_best(const Summary *modes, guint count, MetricId m)
{
    const Summary *best = NULL;

    for (guint i = 0; metrics[m].better && i < count; i++) {
        if (!isnan(modes[i].median[m]) &&
            (!best || (modes[i].median[m] - best->median[m]) * metrics[m].better > 0)) {
            best = &modes[i];
        }
    }
    for (guint i = 0; best && i < count; i++) {
        if (!isnan(modes[i].median[m]) && differ(&modes[i], best, m)) {
            return best;
        }
    }
    return NULL;
}

static void add_figure(Page *p, const Summary *modes, const Summary *s,
                       const Summary *best, MetricId m)
{
    const Metric *metric = &metrics[m];
    gboolean noise = s != modes && s->rounds > 1 &&
                     (metric->better || is_compared(m)) && !alike(s, modes, m) &&
                     results_overlap(s, modes, m);

    if (isnan(s->median[m])) {
        add(p, "<td>-</td>");
        return;
    }
    /* The function behind add() does not know %.*f. */
    g_string_append_printf(p->page, "<td class=\"%s%s\">%.*f",
                           best && !differ(s, best, m) ? "best " : "",
                           noise ? "noise" : "", metric->digits,
                           s->median[m] / metric->scale);
    if (s->rounds > 1) {
        g_string_append_printf(p->page, " ± %.*f", metric->digits,
                               (s->most[m] - s->least[m]) / 2 / metric->scale);
    }
    add(p, noise ? " <small>noise</small></td>" : "</td>");
}

/* A row of what modes have in parts of the first one's */
static void add_ratios(Page *p, const Summary *modes, guint count, MetricId m)
{
    add(p, "<tr class=\"ratio\"><td>in parts of %s's</td>", modes->first->mode);
    for (guint i = 0; i < count; i++) {
        if (isnan(modes[i].median[m])) {
            add(p, "<td>-</td>");
        } else {
            add(p, "<td>%.2f</td>", modes[i].median[m] / modes->median[m]);
        }
    }
    add(p, "</tr>\n");
}

static void add_row(Page *p, const Summary *modes, guint count, MetricId m)
{
    const Summary *best = find_best(modes, count, m);
    gboolean any = FALSE;

    for (guint i = 0; i < count; i++) {
        any |= !isnan(modes[i].median[m]);
    }
    if (!metrics[m].label || !any) {
        return;
    }
    add(p, "<tr><td>%s</td>", metrics[m].label);
    for (guint i = 0; i < count; i++) {
        add_figure(p, modes, &modes[i], best, m);
    }
    add(p, "</tr>\n");
    if (count > 1 && is_compared(m) &&
        modes->median[m] / metrics[m].scale >= pow(10, -metrics[m].digits) / 2) {
        add_ratios(p, modes, count, m);
    }
}

static void add_table(const Summary *modes, guint count, gpointer opaque)
{
    Page *p = opaque;
    const Record *r = modes->first;

    if (!g_str_equal(r->scenario, p->scenario)) {
        return;
    }
    add(p, "<h3>%.3gx: %d guest%s of %d MiB on a host of %d MiB</h3>\n"
        "<div class=\"scroll\" tabindex=\"0\"><table class=\"figures\">\n<tr><th></th>",
        r->overcommit, (int)r->guests, r->guests == 1 ? "" : "s",
        (int)(r->memory / MIB), (int)(r->limit / MIB));
    for (guint i = 0; i < count; i++) {
        add(p, "<th title=\"%s\">%s</th>", modes[i].first->mode_title,
            modes[i].first->mode);
    }
    add(p, "</tr>\n");
    for (int m = 0; m < N_METRICS; m++) {
        add_row(p, modes, count, m);
    }
    add(p, "</table></div>\n");
}

static gboolean has_metric(const Page *p, MetricId m)
{
    for (guint i = 0; i < p->results->summaries->len; i++) {
        const Summary *s = &g_array_index(p->results->summaries, Summary, i);

        if (g_str_equal(s->first->scenario, p->scenario) && !isnan(s->median[m])) {
            return TRUE;
        }
    }
    return FALSE;
}

static double most_overcommit(const Page *p)
{
    double most = 0;

    for (guint i = 0; i < p->results->records->len; i++) {
        const Record *r = p->results->records->pdata[i];

        most = g_str_equal(r->scenario, p->scenario) ? MAX(most, r->overcommit)
                                                     : most;
    }
    return most;
}

static gboolean add_run(Page *p, const Record *r, GError **error)
{
    g_autofree char *name = g_path_get_basename(r->samples);
    g_autofree char *samples = g_build_filename(p->samples, name, NULL);
    char *svg;

    if (!plot_guests_of(samples)) {
        add(p, "<p>%s: there are no samples in %s.</p>\n", r->mode, samples);
        return TRUE;
    }
    svg = plot_memory(r, samples, error);
    if (!svg) {
        return FALSE;
    }
    add_picture(p, svg, r->mode, r->mode_title);
    svg = plot_guests(r, samples, error);
    if (!svg) {
        return FALSE;
    }
    add_picture(p, svg, "and its guests' pages", "MiB over seconds, in the same colours");
    return TRUE;
}

/* The first round of each mode where memory is shortest */
static gboolean add_memory(Page *p, GError **error)
{
    double most = most_overcommit(p);
    gboolean any = FALSE;

    for (guint i = 0; i < p->results->summaries->len; i++) {
        const Record *r = g_array_index(p->results->summaries, Summary, i).first;

        if (!g_str_equal(r->scenario, p->scenario) || r->overcommit != most ||
            !r->samples) {
            continue;
        }
        if (!any) {
            add(p, "<h3>The host's memory over time, at %.3gx</h3>\n<p>What the guests' "
                "pages in it are: stable ones have content that only the guest has, "
                "volatile ones it can read again, unused ones have none, and "
                "of these the host may have fewer in memory than are shown.</p>\n"
                "<div class=\"pictures pairs\">\n", most);
        }
        any = TRUE;
        if (!add_run(p, r, error)) {
            return FALSE;
        }
    }
    add(p, any ? "</div>\n" : "");
    return TRUE;
}

static void add_setting(Page *p, const Record *r)
{
    add(p, "<p>%s%s%d guest%s of %d MiB, disk %s", r->title ? r->title : "",
        r->title ? ". " : "", (int)r->guests, r->guests == 1 ? "" : "s",
        (int)(r->memory / MIB), r->disk ? r->disk : "unknown");
    if (r->anon) {
        add(p, ", %d MiB each in use by a program", (int)(r->anon / MIB));
    }
    if (has_metric(p, REQUESTS_PER_S)) {
        add(p, "; %d s of load", (int)r->seconds);
        if (r->rate) {
            add(p, " at %d requests/s to each", (int)r->rate);
        } else if (has_metric(p, LATENCY_P50)) {
            add(p, " by %d connections to each", (int)r->connections);
        }
    }
    if (r->greedy) {
        add(p, "; in the first one a program that takes and frees %d MiB over and over",
            (int)(r->greedy / MIB));
    }
    if (r->zipf > 0) {
        add(p, ", files by Zipf's law with exponent %g", r->zipf);
    }
    if (r->from > 0) {
        add(p, "; the load also before that, at %gx, from where the host's memory was lowered",
            r->from);
    }
    if (r->disk_iops) {
        add(p, "; the host's disk, with swap and images, does %d reads a second",
            (int)r->disk_iops);
    }
    if (r->tb_size) {
        add(p, "; %d MiB of translated code in each QEMU", (int)(r->tb_size / MIB));
    }
    add(p, "; swappiness %d.</p>\n", (int)r->swappiness);
}

static gboolean add_scenario(Page *p, const Record *r, guint number, GError **error)
{
    static const char *const which[] = { "less is better", "", "more is better" };

    p->scenario = r->scenario;
    add(p, "<h2 id=\"scenario-%u\">%s</h2>\n", number, r->scenario);
    add_setting(p, r);
    add(p, "<div class=\"pictures\">\n");
    for (guint i = 0; i < N_COMPARED; i++) {
        const Metric *metric = &metrics[metrics_compared[i]];
        char *svg;

        if (!has_metric(p, metrics_compared[i])) {
            continue;
        }
        svg = plot_by_overcommit(p->results, r->scenario, metrics_compared[i], error);
        if (!svg) {
            return FALSE;
        }
        add_picture(p, svg, metric->label, which[metric->better + 1]);
    }
    add(p, "</div>\n");
    results_tables(p->results, add_table, p);
    return add_memory(p, error);
}

static const char *or_dash(const char *text)
{
    return text ? text : "-";
}

static void add_modes(Page *p)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    add(p, "<h2 id=\"modes\">Modes</h2>\n<div class=\"scroll\" tabindex=\"0\"><table>\n"
        "<tr><th>mode</th><th>what</th><th>guests' kernel</th><th>device</th>"
        "<th>swap</th></tr>\n");
    for (guint i = 0; i < p->results->records->len; i++) {
        const Record *r = p->results->records->pdata[i];

        if (g_hash_table_add(seen, r->mode)) {
            add(p, "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td>"
                "</tr>\n", r->mode, or_dash(r->mode_title), or_dash(r->kernel_parameter),
                or_dash(r->device), or_dash(r->swap_device));
        }
    }
    add(p, "</table></div>\n");
}

static void add_machine(Page *p)
{
    g_autoptr(GList) names = json_object_get_members(p->results->machine);

    add(p, "<h2 id=\"machine\">Machine</h2>\n<div class=\"scroll\" tabindex=\"0\"><table>\n");
    for (GList *name = names; name; name = name->next) {
        JsonNode *value = json_object_get_member(p->results->machine, name->data);
        gboolean bytes = g_str_has_suffix(name->data, "_bytes") &&
                         json_node_get_value_type(value) == G_TYPE_INT64;
        g_autofree char *label = g_strndup(name->data, strlen(name->data) -
                                           (bytes ? strlen("_bytes") : 0));
        g_autofree char *text =
            bytes ? g_strdup_printf("%d MiB", (int)(json_node_get_int(value) / MIB)) :
            json_node_get_value_type(value) == G_TYPE_STRING ?
            json_node_dup_string(value) : json_to_string(value, FALSE);

        add(p, "<tr><td>%s</td><td>%s</td></tr>\n", g_strdelimit(label, "_", ' '), text);
    }
    add(p, "</table></div>\n");
}

/* Without fractions of a second, if it is what results_new() writes. */
static char *describe_date(const char *text)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(text, utc);

    return date ? g_date_time_format(date, "%Y-%m-%d %H:%M UTC") : g_strdup(text);
}

static void add_head(Page *p)
{
    g_autofree char *date = describe_date(p->results->date);

    add(p, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>Memory overcommit: %s</title>\n<style>\n", date);
    g_string_append(p->page, style);
    add(p, "</style>\n</head>\n<body>\n<h1>Memory overcommit, by mode</h1>\n"
        "<p>Measured on %s.</p>\n", date);
    if (!p->results->complete) {
        add(p, "<p class=\"warning\">Incomplete: some runs are missing.</p>\n");
    }
    g_string_append(p->page, explanation);
}

/* Scenarios by name, once each */
static GPtrArray *first_of_scenarios(const Results *results)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *first = g_ptr_array_new();

    for (guint i = 0; i < results->records->len; i++) {
        Record *r = results->records->pdata[i];

        if (g_hash_table_add(seen, r->scenario)) {
            g_ptr_array_add(first, r);
        }
    }
    return first;
}

static gboolean add_all(Page *p, GError **error)
{
    g_autoptr(GPtrArray) scenarios = first_of_scenarios(p->results);

    add_head(p);
    add(p, "<nav><ul>\n<li><a href=\"#modes\">Modes</a></li>\n");
    for (guint i = 0; i < scenarios->len; i++) {
        const Record *r = scenarios->pdata[i];

        add(p, "<li><a href=\"#scenario-%u\">%s</a>%s%s</li>\n", i, r->scenario,
            r->title ? ": " : "", r->title ? r->title : "");
    }
    add(p, "<li><a href=\"#machine\">Machine</a></li>\n</ul></nav>\n");
    add_modes(p);
    for (guint i = 0; i < scenarios->len; i++) {
        if (!add_scenario(p, scenarios->pdata[i], i, error)) {
            return FALSE;
        }
    }
    add_machine(p);
    add(p, "</body>\n</html>\n");
    return TRUE;
}

gboolean html_write(const Results *results, const char *samples,
                    const char *path, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    Page page = { .page = text, .results = results, .samples = samples };

    if (plot_lacks()) {
        g_set_error(error, FARM_ERROR, 0, "%s", plot_lacks());
        return FALSE;
    }
    return add_all(&page, error) && g_file_set_contents(path, text->str, -1, error);
}
