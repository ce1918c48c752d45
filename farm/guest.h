/* SPDX-License-Identifier: GPL-2.0 */
/* A guest: a QEMU process in the cgroup, its console log and its monitor. */
#ifndef FARM_GUEST_H
#define FARM_GUEST_H

#include <gio/gio.h>
#include "cgroup.h"
#include "options.h"
#include "qmp.h"

/**
 * Guest:
 * @index: its number in the farm, from 0
 * @port: loopback port that is forwarded to the guest's port 80
 * @log: path of the console's log
 */
typedef struct {
    int index;
    guint16 port;
    char *log;
    Qmp *qmp;
    GSubprocess *process;
} Guest;

/**
 * guest_start:
 * @log_dir: an existing directory
 *
 * Starts a QEMU inside @cgroup.  It cannot outlive the calling thread.
 */
Guest *guest_start(const FarmOptions *options, const FarmMode *mode,
                   const Cgroup *cgroup, int index, const char *log_dir,
                   GError **error);

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
 * guest_last_words:
 *
 * Returns: (transfer full): the last line of the log, to explain a failure
 */
char *guest_last_words(const Guest *guest);

/* Bytes of its QEMU in memory and in swap. */
guint64 guest_rss(const Guest *guest);
guint64 guest_swapped(const Guest *guest);

#endif
