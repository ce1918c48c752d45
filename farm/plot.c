// SPDX-License-Identifier: GPL-2.0
/* Pictures of the results, drawn by gnuplot. */
#include <math.h>
#include <string.h>
#include <gio/gio.h>
#include "plot.h"
#include "samples.h"

/* Colours that are told apart also by those who see few: Okabe and Ito's. */
#define STABLE "#0072b2"
#define VOLATILE "#009e73"
#define UNUSED "#e69f00"
#define CACHE "#56b4e9"
#define REST "#999999"
#define SWAPPED "#d55e00"

/* As wide as a telephone, so that text can be read there, too */
#define WIDTH 480

/* Modes differ also by the shape of their points. */
#define STYLE \
    "set encoding utf8\n" \
    "set terminal svg size %d,%d dynamic font 'sans-serif,14' background 'white'\n" \
    "set border 3 lc '#666666'\nset tics nomirror\nset grid ytics lc '#dddddd'\n" \
    "set key below noenhanced samplen 2\nset xlabel offset 0,0.3\n" \
    "set linetype 1 lc '#000000' pt 7\nset linetype 2 lc '#e69f00' pt 5\n" \
    "set linetype 3 lc '#009e73' pt 9\nset linetype 4 lc '#0072b2' pt 11\n" \
    "set linetype 5 lc '#d55e00' pt 13\nset linetype 6 lc '#56b4e9' pt 4\n" \
    "set linetype 7 lc '#cc79a7' pt 6\nset linetype 8 lc '#999999' pt 8\n" \
    "set linetype 9 lc '#7f5f00' pt 10\n"

const char *plot_lacks(void)
{
    g_autofree char *program = g_find_program_in_path("gnuplot");

    return program ? NULL : "gnuplot draws the pictures and is not there: "
                            "apt-get install gnuplot-nox";
}

static char *draw(const char *script, GError **error)
{
    g_autoptr(GSubprocess) gnuplot = g_subprocess_new(
        G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
        G_SUBPROCESS_FLAGS_STDERR_PIPE, error, "gnuplot", NULL);
    g_autofree char *said = NULL;
    g_autofree char *svg = NULL;
    const char *begin;

    if (!gnuplot || !g_subprocess_communicate_utf8(gnuplot, script, NULL, &svg,
                                                   &said, error)) {
        return NULL;
    }
    begin = svg ? strstr(svg, "<svg") : NULL;
    if (!begin || !g_subprocess_get_successful(gnuplot)) {
        g_set_error(error, FARM_ERROR, 0, "gnuplot failed: %s", g_strstrip(said));
        return NULL;
    }
    return g_strdup(begin);
}

/*
 * A string of gnuplot's. Between single quotes it looks for nothing but their end,
 * while between double ones it would run what is in backquotes.
 */
static char *quote(const char *text)
{
    GString *quoted = g_string_new("'");

    for (; *text; text++) {
        g_string_append_c(quoted, g_ascii_iscntrl(*text) ? ' ' : *text);
        if (*text == '\'') {
            g_string_append_c(quoted, '\'');
        }
    }
    g_string_append_c(quoted, '\'');
    return g_string_free(quoted, FALSE);
}

/* The same of a mode's name, which must not take all of the picture. */
static char *quote_name(const char *name)
{
    g_autofree char *start = g_utf8_strlen(name, -1) > 20 ?
                             g_utf8_substring(name, 0, 19) : NULL;
    g_autofree char *cut = start ? g_strconcat(start, "…", NULL) : g_strdup(name);

    return quote(cut);
}

static int ascending(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The modes that a scenario has, in their order, and in @levels the overcommits */
static GPtrArray *modes_of(const Results *results, const char *scenario,
                           GArray *levels)
{
    GPtrArray *modes = g_ptr_array_new();

    for (guint i = 0; i < results->summaries->len; i++) {
        const Record *r = g_array_index(results->summaries, Summary, i).first;
        gboolean seen = FALSE;

        if (!g_str_equal(r->scenario, scenario)) {
            continue;
        }
        for (guint j = 0; j < levels->len; j++) {
            seen |= g_array_index(levels, double, j) == r->overcommit;
        }
        if (!seen) {
            g_array_append_val(levels, r->overcommit);
        }
        if (!g_ptr_array_find_with_equal_func(modes, r->mode, g_str_equal, NULL)) {
            g_ptr_array_add(modes, r->mode);
        }
    }
    g_array_sort(levels, ascending);
    return modes;
}

/* A mode's values, by overcommit. Returns the largest that any round has. */
static double add_data(GString *script, const Results *results, const GArray *levels,
                       const char *scenario, const char *mode, int index, MetricId m)
{
    double scale = metrics[m].scale, largest = 0;

    g_string_append_printf(script, "$mode%d << END\n", index);
    for (guint level = 0; level < levels->len; level++) {
        const Record key = {
            .scenario = (char *)scenario, .mode = (char *)mode,
            .overcommit = g_array_index(levels, double, level),
        };
        const Summary *s = results_find(results, &key);

        if (s && !isnan(s->median[m])) {
            g_string_append_printf(script, "%g %g %g %g\n", key.overcommit,
                                   s->median[m] / scale, s->least[m] / scale,
                                   s->most[m] / scale);
            largest = MAX(largest, s->most[m] / scale);
        }
    }
    g_string_append(script, "END\n");
    return largest;
}

/* One tic for each overcommit, where there is room for it */
static void add_levels(GString *script, const GArray *levels)
{
    double first = g_array_index(levels, double, 0);
    double range = g_array_index(levels, double, levels->len - 1) - first;
    double last = -INFINITY;

    g_string_append(script, "set xlabel 'memory of all guests in parts of the "
                    "host''s'\nset offsets graph 0.05, graph 0.05, 0, 0\nset xtics (");
    for (guint i = 0; i < levels->len; i++) {
        double level = g_array_index(levels, double, i);

        if (level - last >= range / 9) {
            g_string_append_printf(script, "%s'%.3gx' %g", i ? ", " : "", level, level);
            last = level;
        }
    }
    g_string_append(script, ")\n");
}

static void add_lines(GString *script, const GPtrArray *modes)
{
    g_string_append(script, "set yrange [0:*]\nplot ");
    for (guint i = 0; i < modes->len; i++) {
        g_autofree char *name = quote_name(modes->pdata[i]);

        g_string_append_printf(script, "%s$mode%u using 1:2:3:4 with yerrorlines "
                               "lt %u lw 2 ps 0.8 title %s", i ? ", " : "", i, i + 1,
                               name);
    }
    g_string_append_c(script, '\n');
}

/* Bars lie, since their names are long; each has its value behind it. */
static void add_bars(GString *script, const GPtrArray *modes, double largest,
                     int digits)
{
    g_string_append_printf(
        script, "unset key\nset style fill solid 1 noborder\nset bars 0.5\n"
        "set border 1\nset grid noytics xtics\nset xrange [0:%g]\n"
        "set yrange [%g:-0.6]\nset ytics scale 0 noenhanced (",
        largest > 0 ? largest * 1.3 : 1, modes->len - 0.4);
    for (guint i = 0; i < modes->len; i++) {
        g_autofree char *name = quote_name(modes->pdata[i]);

        g_string_append_printf(script, "%s%s %u", i ? ", " : "", name, i);
    }
    g_string_append(script, ")\nplot ");
    for (guint i = 0; i < modes->len; i++) {
        g_string_append_printf(
            script, "%s$mode%u using 2:(%u):(0):2:(%u-0.3):(%u+0.3) with boxxyerror "
            "lc rgb '" CACHE "', '' using 2:(%u):3:4 with xerrorbars pt 0 lw 2 "
            "lc rgb '#000000', '' using 4:(%u):(sprintf('%%.%df', $2)) with labels "
            "left offset 0.7,0", i ? ", " : "", i, i, i, i, i, i, digits);
    }
    g_string_append_c(script, '\n');
}

char *plot_by_overcommit(const Results *results, const char *scenario,
                         MetricId metric, GError **error)
{
    g_autoptr(GString) script = g_string_new(NULL);
    g_autoptr(GArray) levels = g_array_new(FALSE, FALSE, sizeof(double));
    g_autoptr(GPtrArray) modes = modes_of(results, scenario, levels);
    gboolean bars = levels->len == 1;
    double largest = 0;

    g_string_append_printf(script, STYLE "set %clabel '%s'\n", WIDTH,
                           bars ? 90 + 32 * (int)modes->len : 380, bars ? 'x' : 'y',
                           metrics[metric].label);
    for (guint i = 0; i < modes->len; i++) {
        largest = MAX(largest, add_data(script, results, levels, scenario,
                                        modes->pdata[i], i, metric));
    }
    if (bars) {
        add_bars(script, modes, largest, metrics[metric].digits);
    } else {
        add_levels(script, levels);
        add_lines(script, modes);
    }
    return draw(script->str, error);
}

guint plot_guests_of(const char *samples)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    guint most = 0, count = 0;

    if (!g_file_get_contents(samples, &text, NULL, NULL)) {
        return 0;
    }
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        guint fields = 1;

        for (const char *tab = *line; (tab = strchr(tab, '\t')); tab++) {
            fields++;
        }
        most = MAX(most, fields);
        count += **line != 0;
    }
    return count < 2 || most < SAMPLE_HOST_COLUMNS ? 0 :
           (most - SAMPLE_HOST_COLUMNS) / SAMPLE_GUEST_COLUMNS;
}

/*
 * A column of a guest, as gnuplot writes it. Lines are shorter as long as the guest
 * has not been started.
 */
static char *of_guest(guint guest, guint column)
{
    guint at = SAMPLE_HOST_COLUMNS + 1 + guest * SAMPLE_GUEST_COLUMNS + column;

    return g_strdup_printf("(valid(%u)?column(%u):0)", at, at);
}

static char *sum_of(guint guests, guint column)
{
    g_autoptr(GString) sum = g_string_new("(0");

    for (guint i = 0; i < guests; i++) {
        g_autofree char *term = of_guest(i, column);

        g_string_append_printf(sum, "+%s", term);
    }
    g_string_append_c(sum, ')');
    return g_string_free(g_steal_pointer(&sum), FALSE);
}

char *plot_memory(const Record *r, const char *samples, GError **error)
{
    guint guests = plot_guests_of(samples);
    g_autofree char *stable = sum_of(guests, 0), *volatile_ = sum_of(guests, 1);
    g_autofree char *unused = sum_of(guests, 2), *file = quote(samples);
    g_autofree char *script = g_strdup_printf(
        STYLE "set yrange [0:*]\n"
        "set xlabel 'seconds'\nset ylabel 'MiB'\n"
        "set style fill solid 1 border lc rgb '#ffffff'\n"
        "file = %s\nstable(x) = %s\nfree(x) = %s\nagain(x) = %s\n"
        /* Unused pages may have no memory yet: no more of them than there is room for. */
        "least(x, y) = x < y ? x : y\nknown(x) = stable(0) + again(0)\n"
        "room(x) = column(2) - column(3) - known(0)\n"
        "all(x) = known(0) + least(free(0), room(0) > 0 ? room(0) : 0)\n"
        /* From the back to the front: each area covers what is below it. */
        "plot file using 1:2 with filledcurves x1 fc rgb '" REST "' title "
        "'QEMU and kernel', "
        "'' using 1:(all(0)+$3) with filledcurves x1 fc rgb '"
        CACHE "' title 'host page cache', "
        "'' using 1:(all(0)) with filledcurves x1 fc rgb '"
        UNUSED "' title 'unused', "
        "'' using 1:(known(0)) with filledcurves x1 fc rgb '"
        VOLATILE "' title 'volatile', "
        "'' using 1:(stable(0)) with filledcurves x1 fc rgb '" STABLE
        "' title 'stable', "
        "%g with lines lw 2 lc rgb '#000000' dt 2 title 'limit', "
        "'' using 1:4 with lines lw 2 lc rgb '" SWAPPED "' title 'in swap'\n",
        WIDTH, 380, file, stable, unused, volatile_, r->limit / (double)MIB);

    return draw(script, error);
}

static void add_guest(GString *script, guint i)
{
    g_autofree char *stable = of_guest(i, 0), *volatile_ = of_guest(i, 1);
    g_autofree char *unused = of_guest(i, 2), *swapped = of_guest(i, 3);

    g_string_append_printf(
        script, "set title 'guest %u'\nplot "
        "file using 1:(%s+%s+%s) with filledcurves x1 fc rgb '" UNUSED "', "
        "'' using 1:(%s+%s) with filledcurves x1 fc rgb '" VOLATILE "', "
        "'' using 1:(%s) with filledcurves x1 fc rgb '" STABLE "', "
        "'' using 1:(%s) with lines lw 2 lc rgb '" SWAPPED "'\n",
        i, stable, volatile_, unused, stable, volatile_, stable, swapped);
}

char *plot_guests(const Record *r, const char *samples, GError **error)
{
    g_autoptr(GString) script = g_string_new(NULL);
    g_autofree char *file = quote(samples);
    guint guests = plot_guests_of(samples);
    guint columns = 3, rows = (MAX(guests, 1) + columns - 1) / columns;
    int memory = MAX(r->memory / MIB, 1);

    g_string_append_printf(
        script, STYLE "file = %s\nstats file using 1 nooutput\n"
        /* Two or three steps of 1, 2 or 5 times a power of ten */
        "third = STATS_max > 0 ? STATS_max / 1.5 : 1\np = 10**floor(log10(third))\n"
        "step = third >= 5 * p ? 5 * p : third >= 2 * p ? 2 * p : p\n"
        "set xtics step\nset xrange [0:STATS_max > 0 ? STATS_max : 1]\n"
        "set multiplot layout %u,%u\nunset key\nset yrange [0:%d]\nset ytics %d\n"
        "set title offset 0,-0.7\nset lmargin 6\nset rmargin 2.5\nset tmargin 1.5\n"
        "set bmargin 2\n"
        "set style fill solid 1 border lc rgb '#ffffff'\n",
        WIDTH, rows == 1 ? 380 : 190 * rows, file,
        rows, columns, memory, MAX(memory / 2, 1));
    for (guint i = 0; i < guests; i++) {
        add_guest(script, i);
    }
    g_string_append(script, "unset multiplot\n");
    return draw(script->str, error);
}
