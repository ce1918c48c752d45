/* SPDX-License-Identifier: GPL-2.0 */
/* A guest that does some work and powers off, and what is known of it then. */
#ifndef GUEST_H
#define GUEST_H

#include "bench.h"

/* What was used rests for ten seconds before it becomes volatile again. */
#define REST_SECONDS "15"

typedef struct Guest Guest;

/**
 * GuestSpec:
 * @name: for progress and the logs
 * @cmma: kernel parameter
 * @memory: MiB
 * @seed: of all that is random in a counted guest, its addresses too; 0 for a
 *   guest in real time, which is not counted
 * @small: it has no disks in its memory
 * @work: REST WORK:UNITS... as guest/bench knows it
 */
typedef struct {
    const char *name;
    const char *cmma;
    int memory;
    int cpus;
    guint seed;
    gboolean small;
    const char *work;
} GuestSpec;

/**
 * GuestWork:
 * @insns: instructions of the work itself
 * @owed: of the time of rest after it
 * @seconds: of the guest's clock, which counts nanoseconds by instructions if
 *   the guest is counted
 * @functions: name → guint64 *, instructions of both, if there is a map
 * @counters: name → gint64 *, what was added to those of /proc/vmstat
 */
typedef struct {
    char *name;
    guint64 insns;
    guint64 owed;
    double seconds;
    GHashTable *functions;
    GHashTable *counters;
} GuestWork;

/**
 * guest_start:
 *
 * Starts a QEMU that cannot outlive the calling thread.
 */
Guest *guest_start(Bench *bench, const GuestSpec *spec, GError **error);

/**
 * guest_finish:
 *
 * Waits for the guest's end. Several may have been started before.
 *
 * Returns: %FALSE also if it did not do all of its work
 */
gboolean guest_finish(Guest *guest, GError **error);

void guest_free(Guest *guest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Guest, guest_free)

/* What was done, GuestWork *, in order; with the same name on several CPUs */
const GPtrArray *guest_works(const Guest *guest);

/* The console */
const char *guest_said(const Guest *guest);

gint64 guest_counter(const GuestWork *work, const char *name);

#endif
