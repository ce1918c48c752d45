// SPDX-License-Identifier: GPL-2.0
/*
 * Fetches served files and compares them with their checksums.
 *
 * Each checker is a thread with a connection of its own: a guest that is slow
 * holds up no other.
 */
#include <curl/curl.h>
#include "checker.h"
#include "guest.h"
#include "manifest.h"

/* A guest may wait long for its host to swap. */
#define TIMEOUT_SECONDS 60L

/* Files with wrong content that are named; all are counted. */
#define WRONG_SHOWN 10

struct Checker {
    CheckPlan plan;
    char *label;
    GThread *thread;
    CURL *curl;
    GChecksum *sum;
    CheckTally tally;
    int stop;
    int done;
};

static size_t take_bytes(char *data, size_t size, size_t count, void *opaque)
{
    Checker *checker = opaque;

    g_checksum_update(checker->sum, (const guchar *)data, size * count);
    checker->tally.bytes += size * count;
    return size * count;
}

static int should_abort(void *opaque, curl_off_t a, curl_off_t b, curl_off_t c,
                        curl_off_t d)
{
    Checker *checker = opaque;

    return g_atomic_int_get(&checker->stop);
}

static CURL *new_curl(void)
{
    CURL *curl = curl_easy_init();

    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, TIMEOUT_SECONDS);
    return curl;
}

static CURLcode fetch(CURL *curl, guint16 port, const char *path)
{
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/%s", port, path);

    curl_easy_setopt(curl, CURLOPT_URL, url);
    return curl_easy_perform(curl);
}

static void check(Checker *checker, const Guest *guest, const ManifestFile *file)
{
    CURLcode code;

    g_checksum_reset(checker->sum);
    code = fetch(checker->curl, guest->port, file->path);
    if (g_atomic_int_get(&checker->stop)) {
        return;
    }
    if (code != CURLE_OK) {
        /* A guest that has died fails them all. */
        if (!checker->tally.failed++) {
            g_printerr("cmma-farm: %s: guest %d: %s: %s\n", checker->label,
                       guest->index, file->path, curl_easy_strerror(code));
        }
        return;
    }
    checker->tally.checked++;
    if (!g_str_equal(g_checksum_get_string(checker->sum), file->sha256) &&
        checker->tally.wrong++ < WRONG_SHOWN) {
        g_printerr("cmma-farm: %s: guest %d: %s has wrong content: SHA-256 %s "
                   "instead of %s\n", checker->label, guest->index, file->path,
                   g_checksum_get_string(checker->sum), file->sha256);
    }
}

static gpointer follow_plan(gpointer opaque)
{
    Checker *checker = opaque;
    const CheckPlan *plan = &checker->plan;
    g_autoptr(GRand) rand = g_rand_new_with_seed(plan->seed);

    for (guint i = 0; !plan->count || i < plan->count; i++) {
        gint64 next = g_get_monotonic_time() + plan->interval_ms * 1000;
        guint guest = g_rand_int_range(rand, 0, plan->guest_count);
        guint file = g_rand_int_range(rand, 0, plan->files->len);

        check(checker, plan->guests[guest],
              plan->files->pdata[plan->in_order ? i % plan->files->len : file]);
        while (!g_atomic_int_get(&checker->stop) &&
               g_get_monotonic_time() < next) {
            g_usleep(10 * 1000);
        }
        if (g_atomic_int_get(&checker->stop)) {
            break;
        }
    }
    g_atomic_int_set(&checker->done, TRUE);
    return NULL;
}

Checker *checker_start(const CheckPlan *plan, const char *label)
{
    Checker *checker = g_new0(Checker, 1);

    checker->plan = *plan;
    checker->label = g_strdup(label);
    checker->sum = g_checksum_new(G_CHECKSUM_SHA256);
    checker->curl = new_curl();
    curl_easy_setopt(checker->curl, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(checker->curl, CURLOPT_WRITEDATA, checker);
    curl_easy_setopt(checker->curl, CURLOPT_XFERINFOFUNCTION, should_abort);
    curl_easy_setopt(checker->curl, CURLOPT_XFERINFODATA, checker);
    curl_easy_setopt(checker->curl, CURLOPT_NOPROGRESS, 0L);
    checker->thread = g_thread_new("checker", follow_plan, checker);
    return checker;
}

gboolean checker_is_running(Checker *checker)
{
    return !g_atomic_int_get(&checker->done);
}

void checker_free(Checker *checker, CheckTally *tally)
{
    g_atomic_int_set(&checker->stop, TRUE);
    g_thread_join(checker->thread);
    tally->checked += checker->tally.checked;
    tally->wrong += checker->tally.wrong;
    tally->failed += checker->tally.failed;
    tally->bytes += checker->tally.bytes;
    curl_easy_cleanup(checker->curl);
    g_checksum_free(checker->sum);
    g_free(checker->label);
    g_free(checker);
}

static size_t take_text(char *data, size_t size, size_t count, void *opaque)
{
    g_string_append_len(opaque, data, size * count);
    return size * count;
}

char *checker_fetch_text(guint16 port, const char *path)
{
    CURL *curl = new_curl();
    GString *text = g_string_new(NULL);
    CURLcode code;

    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_text);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, text);
    code = fetch(curl, port, path);
    curl_easy_cleanup(curl);
    return g_string_free(text, code != CURLE_OK);
}
