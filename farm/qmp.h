/* SPDX-License-Identifier: GPL-2.0 */
/* What is asked of a QEMU over its QMP monitor. */
#ifndef FARM_QMP_H
#define FARM_QMP_H

#include <gio/gio.h>
#include <json-glib/json-glib.h>

typedef struct Qmp Qmp;

/* PageStates counts pages of 4 KiB. */
#define PAGES_PER_MIB 256.0

/**
 * PageStates:
 * @essa: ESSA instructions, all operations together
 * @lent: pages given to the host to drop
 * @taken_back: those that the guest wanted again in time
 * @discarded: those that the host dropped
 * @faults: discard faults delivered to the guest
 * @stable: pages that are stable and in memory now
 * @volatile_: and that are volatile or potentially volatile
 * @unused: and that are unused
 * @preserved: stable pages in the host's swap now
 *
 * The first ones count since the guest was started.  Of several guests all are
 * added up.
 */
typedef struct {
    guint64 essa;
    guint64 lent;
    guint64 taken_back;
    guint64 discarded;
    guint64 faults;
    guint64 stable;
    guint64 volatile_;
    guint64 unused;
    guint64 preserved;
} PageStates;

/**
 * qmp_new:
 * @fd: (transfer full): our end of the monitor's socket
 *
 * Sends and reads nothing yet, so the QEMU need not have started.
 */
Qmp *qmp_new(int fd, GError **error);
void qmp_free(Qmp *qmp);

/**
 * qmp_execute:
 * @arguments: (nullable): a JSON object
 *
 * Returns: (transfer full): the answer; %NULL with #G_IO_ERROR_NOT_SUPPORTED if
 * the QEMU does not know the command, or with another error
 */
JsonNode *qmp_execute(Qmp *qmp, const char *command, const char *arguments,
                      GCancellable *cancel, GError **error);

/**
 * qmp_page_states:
 * @states: to which the guest's counts are added
 *
 * Returns: %FALSE with #G_IO_ERROR_NOT_SUPPORTED from a QEMU without page
 * states or without lending, or with another error if it does not answer
 * within seconds
 */
gboolean qmp_page_states(Qmp *qmp, PageStates *states, GCancellable *cancel,
                         GError **error);

/**
 * qmp_quit:
 *
 * Asks the QEMU to end, and does not wait for it.
 */
void qmp_quit(Qmp *qmp);

#endif
