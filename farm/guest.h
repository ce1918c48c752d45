/* SPDX-License-Identifier: GPL-2.0 */
/* A guest: a QEMU process in the cgroup, its console and its monitor. */
#ifndef FARM_GUEST_H
#define FARM_GUEST_H

#include <gio/gio.h>
#include "qmp.h"

/**
 * Guest:
 * @index: its number in the farm, from 0
 * @port: loopback port that is forwarded to the guest's port 80
 * @log: path of the console's log
 * @console: to which is written what its console is to hear
 * @reported: that it has failed is known
 */
typedef struct Guest {
    int index;
    guint16 port;
    char *log;
    int console;
    gboolean reported;
    Qmp *qmp;
    GSubprocess *process;
} Guest;

struct Run;

/**
 * guest_start:
 *
 * Starts a QEMU inside the run's cgroup.  It cannot outlive the calling thread.
 */
Guest *guest_start(const struct Run *run, int index, GError **error);

/**
 * guests_stop:
 * @guests: (element-type Guest): all of them
 *
 * Ends their QEMUs: asks, insists, kills.  Takes seconds at most.
 */
void guests_stop(GPtrArray *guests);

/* Frees a guest whose QEMU has ended. */
void guest_free(Guest *guest);

gboolean guest_is_running(const Guest *guest);

/**
 * guest_is_ready:
 *
 * Returns: whether its console says that it serves
 */
gboolean guest_is_ready(const Guest *guest);

/**
 * guest_said:
 * @what: how a line of its console begins, after "farm: "
 *
 * Returns: (transfer full) (nullable): how the last such line goes on
 */
char *guest_said(const Guest *guest, const char *what);

/**
 * guest_tell:
 * @format: of a line, with its end; see guest/farm-common for what is heeded
 *
 * Writes to the guest's console.  Does not wait.
 */
void guest_tell(const Guest *guest, const char *format, ...) G_GNUC_PRINTF(2, 3);

/**
 * guest_report:
 * @what: has happened to it
 *
 * Tells the user, with how its QEMU has ended, if it has, and the last lines of its
 * console.
 */
void guest_report(const Guest *guest, const char *what);

/**
 * guest_examine:
 *
 * Has QEMU tell where the vCPUs of a guest are that does not answer: to the end of
 * the console's log.
 */
void guest_examine(const Guest *guest);

/* Bytes of its QEMU in memory and in swap. */
guint64 guest_rss(const Guest *guest);
guint64 guest_swapped(const Guest *guest);

#endif
