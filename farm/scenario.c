// SPDX-License-Identifier: GPL-2.0
/*
 * Scenarios: key files, each value within its range.
 *
 * The table of keys is all that says what a scenario may hold: reading,
 * refusing and "cmma-farm list --keys" follow it.
 */
#include <stdlib.h>
#include <string.h>
#include "paths.h"
#include "record.h"
#include "scenario.h"

#define SUFFIX ".scenario"

/* A QEMU costs this much beyond its guest's RAM and what it has translated. */
#define QEMU_MIB 32

typedef enum {
    KEY_TEXT,
    KEY_NUMBER,
    KEY_FRACTION,
    KEY_FRACTIONS,
    KEY_CHOICE,
    KEY_MODES,
} KeyType;

typedef struct {
    const char *group;
    const char *name;
    KeyType type;
    gsize offset;
    double min, max, value;             /* the default */
    const char *const *choices;         /* the value is an index */
    const char *help;
} Key;

#define AT(member) offsetof(Scenario, member)

static const char *const workload_names[] = {
    [WORKLOAD_WEB] = "web",
    [WORKLOAD_LAUNCH] = "launch",
    [WORKLOAD_BUILD] = "build",
    [WORKLOAD_DATABASE] = "database",
    [WORKLOAD_REUSE] = "reuse",
    NULL
};
static const char *const disks[] = { "shared", "private", NULL };
static const char *const failures[] = { "stop", "continue", NULL };

static const Key keys[] = {
    { "scenario", "title", KEY_TEXT, AT(title),
      .help = "what it shows, in half a line" },
    { "scenario", "workload", KEY_CHOICE, AT(workload), .choices = workload_names,
      .help = "what the guests do" },
    { "scenario", "modes", KEY_MODES, AT(modes),
      .help = "modes, in the order of the first round" },
    { "scenario", "curve-modes", KEY_MODES, AT(curve_modes),
      .help = "those of them that also run at host.curve" },
    { "scenario", "repeat", KEY_NUMBER, AT(repeat), 1, 25, 1,
      .help = "rounds of all modes, each begins with another one" },
    { "scenario", "on-failure", KEY_CHOICE, AT(continues), .choices = failures,
      .help = "if a guest dies or does not answer" },
    { "host", "overcommit", KEY_FRACTIONS, AT(overcommit), 0.25, 16, 0,
      .help = "guests' memory in parts of the host's" },
    { "host", "curve", KEY_FRACTIONS, AT(curve), 0.25, 16, 0,
      .help = "more of it, for scenario.curve-modes alone" },
    { "host", "limit", KEY_NUMBER, AT(limit), 128, 65536, 0,
      .help = "memory of the host instead, MiB" },
    { "host", "from", KEY_FRACTION, AT(from), 0.25, 16, 0,
      .help = "overcommit under which load comes first, before it rises to that (none)" },
    { "host", "swap", KEY_NUMBER, AT(swap), 64, 65536, 2048,
      .help = "swap of the host, MiB" },
    { "host", "disk-iops", KEY_NUMBER, AT(disk_iops), 50, 100000, 0,
      .help = "reads a second of its disk, with images and swap (as many as it can)" },
    { "host", "swappiness", KEY_NUMBER, AT(swappiness), 1, 200, 0,
      .help = "its vm.swappiness for the guests (as it is)" },
    { "guests", "count", KEY_NUMBER, AT(guests), 1, 32, 4,
      .help = "guests" },
    { "guests", "memory", KEY_NUMBER, AT(memory), 128, 4096, 384,
      .help = "memory of a guest, MiB" },
    { "guests", "anon", KEY_NUMBER, AT(anon), 1, 2048, 32,
      .help = "of it in use by a program that verifies it, MiB" },
    { "guests", "greedy", KEY_NUMBER, AT(greedy), 1, 4096, 0,
      .help = "what the first guest takes and frees over and over, MiB" },
    { "guests", "tb-size", KEY_NUMBER, AT(tb_size), 1, 512, 32,
      .help = "of translated code in each QEMU, MiB" },
    { "guests", "disk", KEY_CHOICE, AT(private_disks), .choices = disks,
      .help = "one base image for all, or a copy for each" },
    { "guests", "drop", KEY_NUMBER, AT(drop_seconds), 1, 3600, 10,
      .help = "seconds between two drops of caches, in modes that do that" },
    { "load", "seconds", KEY_NUMBER, AT(seconds), 5, 3600, 60,
      .help = "measured time, seconds" },
    { "load", "connections", KEY_NUMBER, AT(connections), 1, 64, 4,
      .help = "connections to a guest" },
    { "load", "rate", KEY_NUMBER, AT(rate), 1, 1000, 0,
      .help = "requests a second to a guest, instead of connections that wait" },
    { "load", "zipf", KEY_FRACTION, AT(zipf), 0.1, 3, 0,
      .help = "exponent of the files' popularity (all alike)" },
};

static gboolean refuse(GError **error, const Scenario *s, const Key *key,
                       const char *format, ...) G_GNUC_PRINTF(4, 5);

static gboolean refuse(GError **error, const Scenario *s, const Key *key,
                       const char *format, ...)
{
    g_autofree char *reason = NULL;
    va_list args;

    va_start(args, format);
    reason = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, FARM_ERROR, 0, "%s: %s.%s %s", s->path, key->group,
                key->name, reason);
    return FALSE;
}

static const Key *find_key(const char *group, const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (g_str_equal(keys[i].group, group) &&
            (!name || g_str_equal(keys[i].name, name))) {
            return &keys[i];
        }
    }
    return NULL;
}

static char *range_of(const Key *key)
{
    return key->type == KEY_NUMBER
           ? g_strdup_printf("%.0f to %.0f", key->min, key->max)
           : g_strdup_printf("%g to %g", key->min, key->max);
}

static gboolean out_of_range(const Scenario *s, const Key *key,
                             const char *text, GError **error)
{
    g_autofree char *range = range_of(key);

    return refuse(error, s, key, "is '%s', which is out of range: %s", text, range);
}

static gboolean parse_fraction(const Scenario *s, const Key *key,
                               const char *text, double *value, GError **error)
{
    char *end;

    *value = g_ascii_strtod(text, &end);
    return (end != text && !*end && *value >= key->min && *value <= key->max) ||
           out_of_range(s, key, text, error);
}

static gboolean parse_number(const Scenario *s, const Key *key,
                             const char *text, int *value, GError **error)
{
    /*
     * Not by g_ascii_string_to_signed(): it asks errno, which its first call may
     * find set by what GLib initializes in there.
     */
    *value = strlen(text) < 10 ? atoi(text) : G_MAXINT;
    return (!text[strspn(text, "0123456789")] && *value >= key->min &&
            *value <= key->max) || out_of_range(s, key, text, error);
}

static char *choices_of(const Key *key)
{
    return g_strjoinv(", ", (char **)key->choices);
}

static gboolean parse_choice(const Scenario *s, const Key *key,
                             const char *text, int *value, GError **error)
{
    g_autofree char *choices = choices_of(key);

    for (int i = 0; key->choices[i]; i++) {
        if (g_str_equal(text, key->choices[i])) {
            *value = i;
            return TRUE;
        }
    }
    return refuse(error, s, key, "is '%s': give one of %s", text, choices);
}

static gboolean parse_fractions(const Scenario *s, const Key *key, char **list,
                                GArray *values, GError **error)
{
    for (; *list; list++) {
        double value;

        if (!parse_fraction(s, key, g_strstrip(*list), &value, error)) {
            return FALSE;
        }
        g_array_append_val(values, value);
    }
    return TRUE;
}

static gboolean parse_modes(const Scenario *s, const Key *key, char **list,
                            GPtrArray *modes, GError **error)
{
    for (; *list; list++) {
        const FarmMode *mode = mode_find(g_strstrip(*list));
        g_autofree char *names = mode_names();

        if (!mode) {
            return refuse(error, s, key, "has '%s', which is no mode: give "
                          "some of %s", *list, names);
        }
        if (g_ptr_array_find(modes, mode, NULL)) {
            return refuse(error, s, key, "has '%s' twice", *list);
        }
        g_ptr_array_add(modes, (gpointer)mode);
    }
    return TRUE;
}

static gboolean parse(Scenario *s, const Key *key, GKeyFile *file,
                      GError **error)
{
    gpointer value = G_STRUCT_MEMBER_P(s, key->offset);
    g_autofree char *text = g_key_file_get_value(file, key->group, key->name,
                                                 NULL);
    g_auto(GStrv) list = g_key_file_get_string_list(file, key->group, key->name,
                                                    NULL, NULL);

    if (!text) {
        return TRUE;
    }
    if (!*g_strstrip(text) || !list || !*list) {
        return refuse(error, s, key, "is empty");
    }
    switch (key->type) {
    case KEY_TEXT:
        g_free(*(char **)value);
        *(char **)value = g_steal_pointer(&text);
        return TRUE;
    case KEY_NUMBER:
        return parse_number(s, key, text, value, error);
    case KEY_FRACTION:
        return parse_fraction(s, key, text, value, error);
    case KEY_FRACTIONS:
        return parse_fractions(s, key, list, *(GArray **)value, error);
    case KEY_CHOICE:
        return parse_choice(s, key, text, value, error);
    case KEY_MODES:
        return parse_modes(s, key, list, *(GPtrArray **)value, error);
    }
    g_assert_not_reached();
}

static void set_default(Scenario *s, const Key *key)
{
    gpointer value = G_STRUCT_MEMBER_P(s, key->offset);

    if (key->type == KEY_NUMBER) {
        *(int *)value = key->value;
    } else if (key->type == KEY_FRACTION) {
        *(double *)value = key->value;
    }
}

static gboolean check_known(const Scenario *s, GKeyFile *file, GError **error)
{
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);

    for (char **group = groups; *group; group++) {
        g_auto(GStrv) names = g_key_file_get_keys(file, *group, NULL, NULL);

        if (!find_key(*group, NULL)) {
            g_set_error(error, FARM_ERROR, 0, "%s: there is no group [%s]: see "
                        "cmma-farm list --keys", s->path, *group);
            return FALSE;
        }
        for (char **name = names; *name; name++) {
            if (!find_key(*group, *name)) {
                g_set_error(error, FARM_ERROR, 0, "%s: there is no key %s.%s: "
                            "see cmma-farm list --keys", s->path, *group, *name);
                return FALSE;
            }
        }
    }
    return TRUE;
}

static gboolean check_limit(const Scenario *s, const char *name, int limit,
                            GError **error)
{
    const Key *key = find_key("host", name), *swap = find_key("host", "swap");
    int qemu = QEMU_MIB + s->tb_size;
    /* Launches are to fail at some point. */
    int all = s->workload == WORKLOAD_LAUNCH ? 0 : s->guests * (s->memory + qemu);

    if ((all && limit < s->guests * qemu) || limit > 65536) {
        return refuse(error, s, key, "makes the host %d MiB, which is out of "
                      "range: %d to 65536, %d MiB a guest for QEMU itself",
                      limit, s->guests * qemu, qemu);
    }
    if (limit + s->swap < all) {
        return refuse(error, s, swap, "is %d, which is out of range: %d to "
                      "65536, so that all guests fit into %d MiB of memory and "
                      "swap together", s->swap, all - limit, limit);
    }
    return TRUE;
}

static gboolean check_limits(const Scenario *s, const char *name,
                             const GArray *levels, GError **error)
{
    for (guint i = 0; i < levels->len; i++) {
        double overcommit = g_array_index(levels, double, i);

        if (s->from >= overcommit) {
            return refuse(error, s, find_key("host", "from"), "is %g, which is not "
                          "less than host.%s=%g", s->from, name, overcommit);
        }
        if (!check_limit(s, name, scenario_limit(s, overcommit), error)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* Guests that come one by one are steered by nobody, and have no company. */
static gboolean check_modes(const Scenario *s, GError **error)
{
    const Key *key = find_key("scenario", "modes");

    if (!s->modes->len) {
        return refuse(error, s, key, "is missing");
    }
    for (guint i = 0; i < s->modes->len; i++) {
        const FarmMode *mode = s->modes->pdata[i];

        if (mode_lacks(mode)) {
            return refuse(error, s, key, "has '%s', which this machine cannot "
                          "run: %s", mode->name, mode_lacks(mode));
        }
        if (s->workload == WORKLOAD_LAUNCH &&
            (mode->balloon || mode->cmm || mode->drops)) {
            return refuse(error, s, key, "has '%s', which would be no other than "
                          "'none' with scenario.workload=launch", mode->name);
        }
    }
    return TRUE;
}

static gboolean check_together(const Scenario *s, GError **error)
{
    const Key *anon = find_key("guests", "anon");
    const Key *greedy = find_key("guests", "greedy");
    /* Web servers are to have something to read files into. */
    int percent = s->workload == WORKLOAD_WEB ? 50 : 85;
    int most = s->memory * percent / 100;

    if (!check_modes(s, error)) {
        return FALSE;
    }
    if (!s->overcommit->len == !s->limit) {
        return refuse(error, s, find_key("host", "overcommit"),
                      "or host.limit has to be there, and not both");
    }
    if (!s->curve->len != !s->curve_modes->len || (s->curve->len && s->limit)) {
        return refuse(error, s, find_key("host", "curve"), "takes "
                      "scenario.curve-modes, and host.overcommit");
    }
    if (s->anon > most) {
        return refuse(error, s, anon, "is %d, which is out of range: 1 to %d, "
                      "%d%% of guests.memory", s->anon, most, percent);
    }
    if (s->greedy && s->greedy + s->anon > s->memory * 85 / 100) {
        return refuse(error, s, greedy, "is %d, which is out of range: 1 to %d, "
                      "85%% of guests.memory with guests.anon", s->greedy,
                      s->memory * 85 / 100 - s->anon);
    }
    if (s->greedy && (s->workload != WORKLOAD_WEB || s->guests < 2)) {
        return refuse(error, s, greedy, "takes more than one guest, and "
                      "scenario.workload=web");
    }
    if (s->from > 0 && (s->limit || s->workload != WORKLOAD_WEB)) {
        return refuse(error, s, find_key("host", "from"), "takes host.overcommit, "
                      "and scenario.workload=web");
    }
    if (s->from > 0 && !check_limit(s, "from", scenario_limit(s, s->from), error)) {
        return FALSE;
    }
    if (s->limit) {
        return check_limit(s, "limit", s->limit, error);
    }
    return check_limits(s, "overcommit", s->overcommit, error) &&
           check_limits(s, "curve", s->curve, error);
}

static void add_level(Scenario *s, double exact, const GPtrArray *modes)
{
    double overcommit = record_rounded(exact);
    const Level level = { .overcommit = overcommit, .modes = modes };

    if (!modes->len) {
        return;
    }
    for (guint i = 0; i < s->levels->len; i++) {
        if (g_array_index(s->levels, Level, i).overcommit == overcommit) {
            return;
        }
    }
    g_array_append_val(s->levels, level);
}

static void set_levels(Scenario *s)
{
    if (s->limit) {
        add_level(s, (double)s->guests * s->memory / s->limit, s->modes);
    }
    for (guint i = 0; i < s->overcommit->len; i++) {
        add_level(s, g_array_index(s->overcommit, double, i), s->modes);
    }
    /* What --modes leaves out does not run there either. */
    for (guint i = s->curve_modes->len; i-- > 0; ) {
        if (!g_ptr_array_find(s->modes, s->curve_modes->pdata[i], NULL)) {
            g_ptr_array_remove_index(s->curve_modes, i);
        }
    }
    for (guint i = 0; i < s->curve->len; i++) {
        add_level(s, g_array_index(s->curve, double, i), s->curve_modes);
    }
}

static gboolean change(const Scenario *s, GKeyFile *file, char **changes,
                       GError **error)
{
    for (; changes && *changes; changes++) {
        g_auto(GStrv) parts = g_strsplit_set(*changes, ".=", 3);

        if (g_strv_length(parts) != 3 ||
            strcspn(*changes, "=") < strcspn(*changes, ".")) {
            g_set_error(error, FARM_ERROR, 0, "--set %s: give GROUP.KEY=VALUE",
                        *changes);
            return FALSE;
        }
        g_key_file_set_value(file, parts[0], parts[1], parts[2]);
    }
    return TRUE;
}

static gboolean load(Scenario *s, char **changes, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) failed = NULL;

    if (!g_key_file_load_from_file(file, s->path, G_KEY_FILE_NONE, &failed)) {
        g_set_error(error, FARM_ERROR, 0, "%s: %s", s->path, failed->message);
        return FALSE;
    }
    if (!change(s, file, changes, error) || !check_known(s, file, error)) {
        return FALSE;
    }
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        set_default(s, &keys[i]);
        if (!parse(s, &keys[i], file, error)) {
            return FALSE;
        }
    }
    if (!check_together(s, error)) {
        return FALSE;
    }
    set_levels(s);
    return TRUE;
}

Scenario *scenario_read(const char *name, char **changes, GError **error)
{
    g_autoptr(Scenario) s = g_new0(Scenario, 1);
    g_autofree char *base = g_path_get_basename(name);

    s->modes = g_ptr_array_new();
    s->curve_modes = g_ptr_array_new();
    s->overcommit = g_array_new(FALSE, FALSE, sizeof(double));
    s->curve = g_array_new(FALSE, FALSE, sizeof(double));
    s->levels = g_array_new(FALSE, FALSE, sizeof(Level));
    s->title = g_strdup("");
    s->name = g_str_has_suffix(base, SUFFIX)
              ? g_strndup(base, strlen(base) - strlen(SUFFIX)) : g_strdup(base);
    if (strchr(name, '/') || g_str_has_suffix(name, SUFFIX)) {
        s->path = g_strdup(name);
    } else {
        g_autofree char *dir = paths_scenarios();

        s->path = g_strdup_printf("%s/%s" SUFFIX, dir, name);
        if (!g_file_test(s->path, G_FILE_TEST_EXISTS)) {
            g_set_error(error, FARM_ERROR, 0, "there is no scenario '%s': see "
                        "cmma-farm list, or give the path of a file", name);
            return NULL;
        }
    }
    return load(s, changes, error) ? g_steal_pointer(&s) : NULL;
}

void scenario_free(Scenario *s)
{
    g_free(s->name);
    g_free(s->path);
    g_free(s->title);
    g_ptr_array_unref(s->modes);
    g_ptr_array_unref(s->curve_modes);
    g_array_unref(s->overcommit);
    g_array_unref(s->curve);
    g_array_unref(s->levels);
    g_free(s);
}

const char *scenario_workload(const Scenario *s)
{
    return workload_names[s->workload];
}

int scenario_limit(const Scenario *s, double overcommit)
{
    return s->limit ? s->limit : (int)(s->guests * s->memory / overcommit);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char **)a, *(const char **)b);
}

GPtrArray *scenario_list(void)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *path = paths_scenarios();
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        if (g_str_has_suffix(name, SUFFIX)) {
            g_ptr_array_add(names, g_strndup(name, strlen(name) - strlen(SUFFIX)));
        }
    }
    g_ptr_array_sort(names, compare_names);
    return names;
}

static char *describe_values(const Key *key)
{
    g_autofree char *range = range_of(key);

    switch (key->type) {
    case KEY_TEXT:
        return g_strdup("text");
    case KEY_MODES:
        return mode_names();
    case KEY_CHOICE:
        return choices_of(key);
    case KEY_FRACTIONS:
        return g_strdup_printf("list of %s", range);
    default:
        return key->value ? g_strdup_printf("%s (%g)", range, key->value)
                          : g_steal_pointer(&range);
    }
}

char *scenario_describe_keys(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const char *group = "";

    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autofree char *values = describe_values(&keys[i]);

        if (!g_str_equal(group, keys[i].group)) {
            group = keys[i].group;
            g_string_append_printf(text, "[%s]\n", group);
        }
        g_string_append_printf(text, "  %-12s %s\n%14s %s\n", keys[i].name,
                               keys[i].help, "", values);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}
