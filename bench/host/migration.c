// SPDX-License-Identifier: GPL-2.0
/*
 * Migration of a guest three quarters of whose memory are clean page cache: to
 * a second QEMU, and as a stream that nobody reads.
 */
#include <unistd.h>
#include "machine.h"

#define GUEST_MIB 1024
#define CACHE_FILES 768
#define LIMIT_SECONDS 300

static const struct {
    const char *name;
    gboolean cmm;
} modes[] = { { "off", FALSE }, { "unused", TRUE }, { "full", TRUE } };

static Machine *start(Bench *bench, guint mode, const char *incoming,
                      GError **error)
{
    g_autofree char *name = g_strconcat(incoming ? "migration-to-"
                                                 : "migration-from-",
                                        modes[mode].name, NULL);
    const char *arguments[] = { "-incoming", incoming, NULL };
    const MachineSpec spec = {
        .name = name, .cmm = modes[mode].cmm, .cmma = modes[mode].name,
        .memory = GUEST_MIB, .arguments = incoming ? arguments : NULL,
    };

    return machine_start(bench, &spec, error);
}

/* Whether it has ended; if so well, with what it took. */
static gboolean has_ended(JsonNode *reply, double *bytes, double *ms,
                          GError **error)
{
    JsonObject *o = json_node_get_object(reply), *ram;
    const char *status = json_object_get_string_member_with_default(
        o, "status", "none");

    if (g_str_equal(status, "failed") || g_str_equal(status, "cancelled")) {
        g_set_error(error, FARM_ERROR, 0, "migration %s: %s", status,
                    json_object_get_string_member_with_default(
                        o, "error-desc", "QEMU does not say why"));
        return TRUE;
    }
    if (!g_str_equal(status, "completed")) {
        return FALSE;
    }
    ram = json_object_get_object_member(o, "ram");
    *bytes = json_object_get_int_member(ram, "transferred");
    *ms = json_object_get_int_member(o, "total-time");
    return TRUE;
}

static gboolean migrate(Bench *bench, Machine *m, const char *uri,
                        double *bytes, double *ms, GError **error)
{
    g_autofree char *arguments = g_strdup_printf("{\"uri\":\"%s\"}", uri);
    g_autoptr(JsonNode) fast = NULL, begun = NULL;
    double end = bench_now() + LIMIT_SECONDS;
    GError *failed = NULL;
    gboolean ended = FALSE;

    /* QEMU's limit is meant for networks. */
    fast = machine_command(m, "migrate-set-parameters",
                           "{\"max-bandwidth\":68719476736}", error);
    begun = fast ? machine_command(m, "migrate", arguments, error) : NULL;
    if (!begun) {
        return FALSE;
    }
    while (!ended && !failed && bench_now() < end) {
        g_autoptr(JsonNode) reply = NULL;

        if (bench_sleep(bench, 0.02, &failed)) {
            reply = machine_command(m, "query-migrate", NULL, &failed);
            ended = reply && has_ended(reply, bytes, ms, &failed);
        }
    }
    if (!ended && !failed) {
        failed = g_error_new(FARM_ERROR, 0, "migration takes longer than %d s",
                             LIMIT_SECONDS);
    }
    if (failed) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    return TRUE;
}

static gboolean prepare(Bench *bench, Machine *m, GError **error)
{
    return machine_boot(m, error) &&
           machine_ask(m, 300, error, "read 0 %d 1", CACHE_FILES) &&
           machine_ask(m, 60, error, "rest 5");
}

/* The guest goes on where it has arrived, and reads its files. */
static gboolean live(Bench *bench, guint mode, double *bytes, double *ms,
                     GError **error)
{
    /* Not below O: the name of a socket must be short. */
    g_autofree char *path = g_strdup_printf("%s/cmma-bench-%d.sock",
                                            g_get_tmp_dir(), getpid());
    g_autofree char *uri = g_strconcat("unix:", path, NULL);
    g_autoptr(Machine) from = start(bench, mode, NULL, error);
    g_autoptr(Machine) to = NULL;
    gboolean ok = from && prepare(bench, from, error) &&
                  (to = start(bench, mode, uri, error));
    g_autoptr(JsonNode) up = ok ? machine_command(to, "query-status", NULL,
                                                  error) : NULL;

    ok = up && migrate(bench, from, uri, bytes, ms, error) &&
         machine_ask(to, 300, error, "read 0 %d 1", CACHE_FILES);
    unlink(path);
    return ok;
}

static gboolean stream(Bench *bench, guint mode, double *bytes, double *ms,
                       GError **error)
{
    g_autoptr(Machine) from = start(bench, mode, NULL, error);

    return from && prepare(bench, from, error) &&
           migrate(bench, from, "exec:cat >/dev/null", bytes, ms, error);
}

static const struct {
    const char *prefix, *what;
    gboolean (*run)(Bench *bench, guint mode, double *bytes, double *ms,
                    GError **error);
} kinds[] = {
    { "", "to a second QEMU", live },
    { "stream_", "as a stream", stream },
};

static char *key_of(guint kind, guint mode, const char *unit)
{
    return g_strdup_printf("migration.%s.%s%s", modes[mode].name,
                           kinds[kind].prefix, unit);
}

static gboolean run(Bench *bench, guint kind, guint mode, SampleTable *table,
                    GError **error)
{
    g_autofree char *bytes_key = key_of(kind, mode, "bytes");
    g_autofree char *ms_key = key_of(kind, mode, "ms");
    double bytes, ms;

    if (!kinds[kind].run(bench, mode, &bytes, &ms, error)) {
        return FALSE;
    }
    samples_add(sample_table_get(table, bytes_key), bytes);
    samples_add(sample_table_get(table, ms_key), ms);
    return TRUE;
}

static void goal(Results *r, SampleTable *table, const char *unit)
{
    g_autofree char *full = key_of(0, 2, unit), *off = key_of(0, 0, unit);
    g_autofree char *what = g_strdup_printf("migration %s, full / off", unit);

    results_ratio_goal(r, what, sample_table_get(table, full),
                       sample_table_get(table, off), 0.35);
}

gboolean migration_run(Bench *bench, GError **error)
{
    g_autoptr(GHashTable) table = sample_table_new();
    int rounds = bench_rounds(bench, 3);
    guint kinds_count = G_N_ELEMENTS(kinds), modes_count = G_N_ELEMENTS(modes);

    for (int round = 0; round < rounds; round++) {
        for (guint i = 0; i < kinds_count * modes_count; i++) {
            guint kind = i / modes_count, mode = i % modes_count;

            bench_say("migration: round %d of %d, cmma=%s %s", round + 1,
                      rounds, modes[mode].name, kinds[kind].what);
            if (!run(bench, kind, mode, table, error)) {
                return FALSE;
            }
        }
    }
    results_part(bench->results, "migration of 1 GiB, 768 MiB of it clean cache");
    for (guint i = 0; i < kinds_count * modes_count; i++) {
        g_autofree char *bytes = key_of(i / modes_count, i % modes_count,
                                        "bytes");
        g_autofree char *ms = key_of(i / modes_count, i % modes_count, "ms");

        results_add(bench->results, bytes, sample_table_get(table, bytes));
        results_add(bench->results, ms, sample_table_get(table, ms));
    }
    goal(bench->results, table, "bytes");
    goal(bench->results, table, "ms");
    return TRUE;
}
