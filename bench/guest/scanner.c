// SPDX-License-Identifier: GPL-2.0
/*
 * What the scanner takes by itself, at several sizes of page cache: a guest reads
 * a file of that size for the first time, is idle, and reads it once more, when all
 * of its pages are volatile. The difference between the modes is all that page
 * states cost, on the side of the reader too. The file consists of holes, so no
 * I/O takes part.
 */
#include <stdlib.h>
#include <string.h>
#include "guest.h"

static const int sizes[] = { 256, 1024, 4096 };

#define IDLE_SECONDS 60

enum { FRESH, IDLE, AGAIN, WORKS };

static double insns(const Guest *guest, guint work)
{
    const GuestWork *w = g_ptr_array_index(guest_works(guest), work);

    return (double)w->insns + w->owed;
}

static double counter(const Guest *guest, guint work, const char *name)
{
    return guest_counter(g_ptr_array_index(guest_works(guest), work), name);
}

static Guest *start(Bench *bench, const char *cmma, int mib, GError **error)
{
    g_autofree char *name = g_strdup_printf("scanner-%s-%d", cmma, mib);
    g_autofree char *work = g_strdup_printf(REST_SECONDS " fresh:%d idle:%d again:%d", mib,
                                            IDLE_SECONDS, mib);

    return guest_start(bench, &(GuestSpec) {
        .name = name, .cmma = cmma, .memory = mib + 768, .cpus = 1, .seed = 1,
        .work = work }, error);
}

static double per_page(double added, double pages)
{
    return pages ? added / pages : 0;
}

static void report(Bench *bench, int mib, const Guest *off, const Guest *full,
                   JsonArray *array, double *page, double *second)
{
    JsonObject *object = json_object_new();
    double idle_off, idle_full, made, fresh, used, again, cycles;
    const GuestWork *idle = g_ptr_array_index(guest_works(full), IDLE);
    /* The rest after the work is idle as well. */
    double seconds = idle->seconds + atoi(REST_SECONDS);

    idle_off = insns(off, IDLE) / seconds;
    idle_full = insns(full, IDLE) / seconds;
    made = counter(full, FRESH, "page_volatile");
    fresh = per_page(insns(full, FRESH) - insns(off, FRESH), made);
    used = counter(full, AGAIN, "page_stable");
    again = per_page(insns(full, AGAIN) - insns(off, AGAIN), used);
    cycles = counter(full, IDLE, "page_volatile") +
             counter(full, IDLE, "page_stable");

    results_set(object, "cache_mib", mib);
    results_set(object, "new_pages_volatile", made);
    results_set(object, "insns_per_new_page", fresh);
    results_set(object, "used_pages_stable", used);
    results_set(object, "insns_per_used_page", again);
    results_set(object, "read_insns_per_new_page_off",
                per_page(insns(off, FRESH), mib * 256.0));
    results_set(object, "read_insns_per_used_page_off",
                per_page(insns(off, AGAIN), mib * 256.0));
    results_set(object, "idle_insns_per_s_off", idle_off);
    results_set(object, "idle_insns_per_s_full", idle_full);
    results_set(object, "idle_insns_per_s_added", idle_full - idle_off);
    results_set(object, "idle_page_changes", cycles);
    json_array_add_object_element(array, object);
    results_line(bench->results, "  %4d MiB %9.0f %9.1f %9.0f %9.1f   %10.0f "
                 "%10.0f %10.0f", mib, made, fresh, used, again, idle_off,
                 idle_full, idle_full - idle_off);
    *page = fresh;
    *second = idle_full - idle_off;
}

gboolean scanner_run(Bench *bench, GError **error)
{
    guint count = bench->quick ? 1 : G_N_ELEMENTS(sizes);
    JsonArray *array = json_array_new();
    double page[G_N_ELEMENTS(sizes)], second[G_N_ELEMENTS(sizes)];
    Results *r = bench->results;

    json_object_set_array_member(results_root(r), "scanner", array);
    results_line(r, "\nscanner: instructions added by page states, "
                 "and of an idle guest\n  %8s %9s %9s %9s %9s   %10s %10s %10s",
                 "cache", "new pages", "each", "used", "each", "idle/s off",
                 "full", "added");
    for (guint i = 0; i < count; i++) {
        int mib = bench->quick ? 32 : sizes[i];
        g_autoptr(Guest) off = NULL;
        g_autoptr(Guest) full = NULL;

        bench_say("scanner: %d MiB", mib);
        off = start(bench, "off", mib, error);
        full = off ? start(bench, "full", mib, error) : NULL;
        if (!full || !guest_finish(off, error) || !guest_finish(full, error)) {
            return FALSE;
        }
        if (guest_works(off)->len != WORKS || guest_works(full)->len != WORKS) {
            g_set_error(error, FARM_ERROR, 0, "a guest did not do its work");
            return FALSE;
        }
        report(bench, mib, off, full, array, &page[i], &second[i]);
    }
    if (!bench->quick) {
        results_goal(r, "a new page at 4 GiB against 256 MiB",
                     page[count - 1] / page[0], TRUE, 1.05);
        results_goal(r, "an idle second at 4 GiB against 256 MiB",
                     second[0] > 0 ? second[count - 1] / second[0] : 0, TRUE,
                     1.05);
    }
    return TRUE;
}
