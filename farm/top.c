// SPDX-License-Identifier: GPL-2.0
/*
 * A live view of guests and host on a terminal.
 *
 * Guests come and go with a farm's runs: the list is made anew each second. Of a
 * terminal that is too small there is as much as fits, the column to sort by always.
 */
#include <curses.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include "host.h"
#include "sockets.h"
#include "top.h"
#include "watch.h"

#define INTERVAL_MS 1000

typedef struct {
    char *path;
    char *name;
    Watch *watch;
    Sight sight;
} Row;

typedef struct {
    const char *title;
    int width;
    double (*value)(const Sight *sight);
    int digits;
} Column;

static double stable(const Sight *s)
{
    return s->states.stable / PAGES_PER_MIB;
}

static double volatile_(const Sight *s)
{
    return s->states.volatile_ / PAGES_PER_MIB;
}

static double unused(const Sight *s)
{
    return s->states.unused / PAGES_PER_MIB;
}

static double preserved(const Sight *s)
{
    return s->states.preserved / PAGES_PER_MIB;
}

static double discards(const Sight *s)
{
    return s->discards_per_s;
}

static double faults(const Sight *s)
{
    return s->faults_per_s;
}

static double read_again(const Sight *s)
{
    return s->read_per_s / MIB;
}

static double essa(const Sight *s)
{
    return s->essa_per_s;
}

/* All but the last one fit beside short names on 80 columns. */
static const Column columns[] = {
    { "stable", 8, stable, 0 },
    { "volatile", 9, volatile_, 0 },
    { "unused", 8, unused, 0 },
    { "swapped", 8, preserved, 0 },
    { "discards/s", 11, discards, 0 },
    { "faults/s", 9, faults, 0 },
    { "read MiB/s", 11, read_again, 1 },
    { "ESSA/s", 9, essa, 0 },
};

#define N_COLUMNS ((int)G_N_ELEMENTS(columns))
#define NAME_LEAST 12
#define NAME_MOST 28
/* Below that there is room for guests only. */
#define LINES_FOR_ALL 8

/* What the host does each second, in MiB */
typedef struct {
    guint64 reclaimed, swapped_in, swapped_out;
    double reclaim, swap_in, swap_out;
    gint64 time;
} HostRates;

/* -1 sorts by name. */
typedef struct {
    GPtrArray *given;
    GPtrArray *rows;
    int sort;
    gboolean reverse;
    HostRates host;
} Top;

static volatile sig_atomic_t ended;

static void end(int signal)
{
    ended = 1;
}

static void row_free(gpointer data)
{
    Row *row = data;

    if (row->watch) {
        watch_free(row->watch);
    }
    g_free(row->path);
    g_free(row->name);
    g_free(row);
}

static gboolean has_row(const Top *top, const char *path)
{
    for (guint i = 0; i < top->rows->len; i++) {
        if (g_str_equal(((Row *)top->rows->pdata[i])->path, path)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Returns whether there still is such a guest. */
static gboolean look_at(Row *row)
{
    watch_see(row->watch, &row->sight);
    if (row->sight.gone) {
        watch_free(row->watch);
        row->watch = watch_new(row->path, INTERVAL_MS, NULL);
    }
    return row->watch && g_file_test(row->path, G_FILE_TEST_EXISTS);
}

static void add_row(Top *top, const char *path)
{
    Watch *watch = watch_new(path, INTERVAL_MS, NULL);
    Row *row;

    if (!watch) {
        return;
    }
    row = g_new0(Row, 1);
    row->watch = watch;
    row->path = g_strdup(path);
    row->name = top->given->len ? g_strdup(path) : g_path_get_basename(path);
    for (char *c = row->name; *c; c++) {
        *c = g_ascii_isprint(*c) ? *c : '?';
    }
    g_ptr_array_add(top->rows, row);
}

static void look_for_guests(Top *top)
{
    g_autoptr(GPtrArray) found = top->given->len ? NULL : sockets_find();
    GPtrArray *paths = found ? found : top->given;

    for (guint i = top->rows->len; i-- > 0;) {
        if (!look_at(top->rows->pdata[i])) {
            g_ptr_array_remove_index(top->rows, i);
        }
    }
    for (guint i = 0; i < paths->len; i++) {
        if (!has_row(top, paths->pdata[i])) {
            add_row(top, paths->pdata[i]);
        }
    }
}

static double mib_per_s(guint64 now, guint64 *before, double seconds)
{
    double page = sysconf(_SC_PAGESIZE) / (double)MIB;
    double rate = seconds > 0 && now > *before ? page * (now - *before) / seconds : 0;

    *before = now;
    return rate;
}

/* Not more often, however many keys are pressed. */
static void look_at_host(HostRates *host)
{
    gint64 now = g_get_monotonic_time();
    double seconds = host->time ? (now - host->time) / 1e6 : 0;

    if (host->time && seconds < INTERVAL_MS / 1000.0 * 0.9) {
        return;
    }
    /* Those by who reclaims leave out what is done for a cgroup's limit. */
    host->reclaim = mib_per_s(host_read_key("/proc/vmstat", "pgsteal_anon") +
                              host_read_key("/proc/vmstat", "pgsteal_file"),
                              &host->reclaimed, seconds);
    host->swap_in = mib_per_s(host_read_key("/proc/vmstat", "pswpin"),
                              &host->swapped_in, seconds);
    host->swap_out = mib_per_s(host_read_key("/proc/vmstat", "pswpout"),
                               &host->swapped_out, seconds);
    host->time = now;
}

static int compare(gconstpointer a, gconstpointer b, gpointer opaque)
{
    const Row *x = *(Row **)a, *y = *(Row **)b;
    const Top *top = opaque;
    int order = 0;

    if (top->sort >= 0) {
        double first = columns[top->sort].value(&x->sight);
        double second = columns[top->sort].value(&y->sight);

        order = (first < second) - (first > second);
    }
    order = order ? order : strverscmp(x->name, y->name);
    return top->reverse ? -order : order;
}

/* A line of text, cut where the terminal ends. */
static void put(int y, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void put(int y, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    mvaddnstr(y, 0, text, COLS);
}

static char *pressure(void)
{
    g_autofree char *line = host_read_line("/proc/pressure/memory");
    const char *average = strstr(line, "avg10=");

    return average ? g_strdup_printf("%.1f%%", g_ascii_strtod(average + 6, NULL))
                   : g_strdup("unknown");
}

static void draw_host(const Top *top)
{
    guint64 available = host_read_key("/proc/meminfo", "MemAvailable");
    guint64 swap = host_read_key("/proc/meminfo", "SwapTotal") -
                   host_read_key("/proc/meminfo", "SwapFree");
    g_autofree char *waits = pressure();

    put(0, "%u guest%s   host: %.0f MiB available, %.0f MiB swapped", top->rows->len,
        top->rows->len == 1 ? "" : "s", available / (double)MIB, swap / (double)MIB);
    put(1, "waiting for memory %s   reclaim %.1f   swap in %.1f, out %.1f MiB/s",
        waits, top->host.reclaim, top->host.swap_in, top->host.swap_out);
}

static int name_width(void)
{
    int all = 0;

    for (int i = 0; i < N_COLUMNS; i++) {
        all += columns[i].width;
    }
    return CLAMP(COLS - all, NAME_LEAST, NAME_MOST);
}

/* The first column to be shown, so that the one to sort by is among them */
static int first_column(const Top *top)
{
    int room = COLS - name_width(), first = MAX(top->sort, 0);

    room -= columns[first].width;
    while (first > 0 && columns[first - 1].width <= room) {
        room -= columns[--first].width;
    }
    return first;
}

/* Returns where the column to sort by begins. */
static int draw_title(const Top *top, int y)
{
    g_autoptr(GString) line = g_string_new(NULL);
    int sorted = 0;

    g_string_append_printf(line, "%-*s", name_width(), "guest, MiB");
    for (int i = first_column(top); i < N_COLUMNS; i++) {
        sorted = i == top->sort ? (int)line->len : sorted;
        if ((int)line->len + columns[i].width <= COLS) {
            g_string_append_printf(line, "%*s", columns[i].width, columns[i].title);
        }
    }
    attron(A_REVERSE);
    put(y, "%s", line->str);
    attroff(A_REVERSE);
    return sorted;
}

static void draw_values(const Top *top, int y, const char *name, const Sight *sight)
{
    g_autoptr(GString) line = g_string_new(NULL);
    int width = name_width(), length = strlen(name);

    /* The end of a name says more than its beginning. */
    g_string_append_printf(line, "%-*s", width, name + MAX(length - width + 1, 0));
    for (int i = first_column(top); i < N_COLUMNS; i++) {
        if ((int)line->len + columns[i].width > COLS) {
            break;
        }
        if (sight->alive) {
            g_string_append_printf(line, "%*.*f", columns[i].width, columns[i].digits,
                                   columns[i].value(sight));
        } else {
            g_string_append_printf(line, "%*s", columns[i].width, "-");
        }
    }
    put(y, "%s", line->str);
}

static void add_sight(Sight *all, const Sight *sight)
{
    if (!sight->alive) {
        return;
    }
    all->alive = TRUE;
    all->states.stable += sight->states.stable;
    all->states.volatile_ += sight->states.volatile_;
    all->states.unused += sight->states.unused;
    all->states.preserved += sight->states.preserved;
    all->essa_per_s += sight->essa_per_s;
    all->discards_per_s += sight->discards_per_s;
    all->faults_per_s += sight->faults_per_s;
    all->read_per_s += sight->read_per_s;
}

static void draw_guests(Top *top, int y, int room)
{
    Sight all = { 0 };
    int shown = MIN((int)top->rows->len, MAX(room, 0));
    g_autofree char *name = g_strdup_printf(
        shown < (int)top->rows->len ? "all %u, %d here" : "all %u", top->rows->len, shown);

    g_ptr_array_sort_with_data(top->rows, compare, top);
    for (guint i = 0; i < top->rows->len; i++) {
        const Row *row = top->rows->pdata[i];

        add_sight(&all, &row->sight);
        if ((int)i < shown) {
            draw_values(top, y++, row->name, &row->sight);
        }
    }
    attron(A_BOLD);
    draw_values(top, y, name, &all);
    attroff(A_BOLD);
}

static void draw(Top *top)
{
    gboolean small = LINES < LINES_FOR_ALL;
    int y = small ? 0 : 3, sorted;

    erase();
    if (!small) {
        draw_host(top);
        put(LINES - 1, "q quit   < > sorted by %s%s   r reverse", top->sort < 0 ? "name" :
            columns[top->sort].title, top->reverse ? ", reversed" : "");
    }
    sorted = draw_title(top, y++);
    mvchgat(y - 1, sorted, top->sort < 0 ? name_width() : columns[top->sort].width,
            A_BOLD | A_UNDERLINE, 0, NULL);
    if (top->rows->len) {
        draw_guests(top, y, LINES - y - (small ? 1 : 2));
    } else {
        put(y, "no guests: start cmma-farm run, or name the sockets of their monitors");
    }
    refresh();
}

static gboolean take_key(Top *top)
{
    switch (getch()) {
    case 'q':
        return FALSE;
    case '<':
    case KEY_LEFT:
        top->sort = MAX(top->sort - 1, -1);
        break;
    case '>':
    case KEY_RIGHT:
        top->sort = MIN(top->sort + 1, N_COLUMNS - 1);
        break;
    case 'r':
        top->reverse = !top->reverse;
        break;
    }
    return TRUE;
}

static gboolean check(GPtrArray *paths, GError **error)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        g_set_error(error, FARM_ERROR, 0, "top needs a terminal");
        return FALSE;
    }
    for (guint i = 0; i < paths->len; i++) {
        Watch *watch = watch_new(paths->pdata[i], INTERVAL_MS, error);

        if (!watch) {
            return FALSE;
        }
        watch_free(watch);
    }
    return TRUE;
}

static SCREEN *open_screen(GError **error)
{
    const char *type = g_getenv("TERM");
    SCREEN *screen = newterm(NULL, stdout, stdin);

    if (screen && !tigetstr("cup")) {
        endwin();
        g_clear_pointer(&screen, delscreen);
    }
    if (!screen) {
        g_set_error(error, FARM_ERROR, 0, "top needs a terminal that can be written to "
                    "anywhere, which TERM=%s is not known to be", type ? type : "");
    }
    return screen;
}

gboolean top_run(GPtrArray *paths, GError **error)
{
    Top top = { .given = paths, .sort = -1 };
    const struct sigaction action = { .sa_handler = end };
    SCREEN *screen;

    setlocale(LC_CTYPE, "");
    if (!check(paths, error) || !(screen = open_screen(error))) {
        return FALSE;
    }
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    top.rows = g_ptr_array_new_with_free_func(row_free);
    cbreak();
    noecho();
    curs_set(0);
    keypad(stdscr, TRUE);
    timeout(INTERVAL_MS);
    do {
        look_for_guests(&top);
        look_at_host(&top.host);
        draw(&top);
    } while (!ended && take_key(&top));
    endwin();
    delscreen(screen);
    g_ptr_array_unref(top.rows);
    return TRUE;
}
