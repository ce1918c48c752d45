// SPDX-License-Identifier: GPL-2.0
/*
 * A load at a fixed rate: users who come when they come, and do not wait for each
 * other's answers. What a request takes is counted from the moment at which it was
 * due, so that a stall of the guest counts for all who came meanwhile.
 */
#include <math.h>
#include <curl/curl.h>
#include "guest.h"
#include "manifest.h"
#include "openload.h"

#define TIMEOUT_SECONDS 30

/*
 * Not more of them at a time, shared out among the guests, so that one that hangs
 * takes nothing from others: who comes then is turned away, and counted.
 */
#define MAX_PENDING 512

typedef struct {
    CURL *curl;
    gint64 due;
    guint *pending;             /* how many that guest has */
} Request;

struct OpenLoad {
    const Farm *farm;
    const Scenario *scenario;
    GPtrArray *guests;
    GThread *thread;
    CURLM *multi;
    GRand *rand;
    double *below;              /* probability that the rank is not higher */
    GPtrArray *pending;         /* Request */
    guint *pending_of;          /* each guest */
    GArray *times;              /* ms: double */
    guint64 answered;
    LoadResult result;
    int stop;
    int done;
};

/* Zipf's law; with an exponent of 0 each file is as likely as any other. */
static double *ranks(guint count, double exponent)
{
    double *below = g_new(double, count), sum = 0;

    for (guint i = 0; i < count; i++) {
        sum += pow(i + 1, -exponent);
        below[i] = sum;
    }
    for (guint i = 0; i < count; i++) {
        below[i] /= sum;
    }
    return below;
}

static const char *choose_file(OpenLoad *load)
{
    double wanted = g_rand_double(load->rand);
    guint low = 0, high = load->farm->files->len - 1;

    while (low < high) {
        guint middle = (low + high) / 2;

        if (load->below[middle] < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return ((const ManifestFile *)load->farm->files->pdata[low])->path;
}

static size_t count_bytes(char *data, size_t size, size_t count, void *opaque)
{
    OpenLoad *load = opaque;

    load->result.bytes += size * count;
    return size * count;
}

static void free_request(gpointer opaque)
{
    Request *request = opaque;

    curl_easy_cleanup(request->curl);
    g_free(request);
}

/* Who is not answered, for whatever reason, has waited for as long as one may. */
static void add_time(OpenLoad *load, double ms)
{
    g_array_append_val(load->times, ms);
}

static void ask(OpenLoad *load, guint index, gint64 due)
{
    const Guest *guest = load->guests->pdata[index];
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/%s", guest->port,
                                           choose_file(load));
    Request *request;

    load->result.requests++;
    if (load->pending_of[index] >= MAX_PENDING / load->guests->len) {
        load->result.failed++;
        add_time(load, TIMEOUT_SECONDS * 1000.0);
        return;
    }
    load->pending_of[index]++;
    request = g_new(Request, 1);
    *request = (Request) { curl_easy_init(), due, &load->pending_of[index] };
    curl_easy_setopt(request->curl, CURLOPT_URL, url);
    curl_easy_setopt(request->curl, CURLOPT_PRIVATE, request);
    curl_easy_setopt(request->curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(request->curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(request->curl, CURLOPT_TIMEOUT, (long)TIMEOUT_SECONDS);
    curl_easy_setopt(request->curl, CURLOPT_WRITEFUNCTION, count_bytes);
    curl_easy_setopt(request->curl, CURLOPT_WRITEDATA, load);
    curl_multi_add_handle(load->multi, request->curl);
    g_ptr_array_add(load->pending, request);
}

static void take_answer(OpenLoad *load, Request *request, CURLcode code)
{
    if (code == CURLE_OK) {
        load->answered++;
        add_time(load, (g_get_monotonic_time() - request->due) / 1000.0);
    } else if (code == CURLE_OPERATION_TIMEDOUT) {
        load->result.timed_out++;
    } else {
        load->result.failed++;
    }
    if (code != CURLE_OK) {
        add_time(load, TIMEOUT_SECONDS * 1000.0);
    }
    (*request->pending)--;
    curl_multi_remove_handle(load->multi, request->curl);
    g_ptr_array_remove_fast(load->pending, request);
}

static void take_answers(OpenLoad *load)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(load->multi, &left))) {
        CURLcode code = message->data.result;
        Request *request;

        if (message->msg == CURLMSG_DONE) {
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
                              (char **)&request);
            take_answer(load, request, code);
        }
    }
}

static gpointer run_load(gpointer opaque)
{
    OpenLoad *load = opaque;
    double rate = (double)load->scenario->rate * load->guests->len;
    gint64 start = g_get_monotonic_time(), due = start;
    gint64 end = start + (gint64)load->scenario->seconds * G_USEC_PER_SEC;
    guint64 asked = 0;
    int running;

    while ((due < end || load->pending->len) && !g_atomic_int_get(&load->stop)) {
        for (; due < end && due <= g_get_monotonic_time();
             due = start + ++asked / rate * G_USEC_PER_SEC) {
            ask(load, asked % load->guests->len, due);
        }
        curl_multi_perform(load->multi, &running);
        take_answers(load);
        curl_multi_poll(load->multi, NULL, 0, due < end ?
                        CLAMP((due - g_get_monotonic_time()) / 1000, 0, 100) : 100,
                        NULL);
    }
    g_atomic_int_set(&load->done, TRUE);
    return NULL;
}

OpenLoad *openload_start(const Farm *farm, const Scenario *s, GPtrArray *guests)
{
    OpenLoad *load = g_new0(OpenLoad, 1);

    load->farm = farm;
    load->scenario = s;
    load->guests = g_ptr_array_ref(guests);
    load->multi = curl_multi_init();
    load->rand = g_rand_new_with_seed(farm->options->seed);
    load->below = ranks(farm->files->len, s->zipf);
    load->pending = g_ptr_array_new_with_free_func(free_request);
    load->pending_of = g_new0(guint, guests->len);
    load->times = g_array_new(FALSE, FALSE, sizeof(double));
    load->thread = g_thread_new("load", run_load, load);
    return load;
}

gboolean openload_is_running(OpenLoad *load)
{
    return !g_atomic_int_get(&load->done);
}

static int compare(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

void openload_finish(const OpenLoad *load, LoadResult *result)
{
    GArray *times = load->times;

    *result = load->result;
    result->requests_per_s = (double)load->answered / load->scenario->seconds;
    result->p50_ms = result->p99_ms = NAN;
    if (times->len) {
        g_array_sort(times, compare);
        result->p50_ms = g_array_index(times, double, (times->len - 1) / 2);
        result->p99_ms = g_array_index(times, double,
                                       (guint64)(times->len - 1) * 99 / 100);
    }
}

void openload_free(OpenLoad *load)
{
    g_atomic_int_set(&load->stop, TRUE);
    g_thread_join(load->thread);
    for (guint i = 0; i < load->pending->len; i++) {
        Request *request = load->pending->pdata[i];

        curl_multi_remove_handle(load->multi, request->curl);
    }
    g_ptr_array_unref(load->pending);
    curl_multi_cleanup(load->multi);
    g_rand_free(load->rand);
    g_array_unref(load->times);
    g_ptr_array_unref(load->guests);
    g_free(load->pending_of);
    g_free(load->below);
    g_free(load);
}
