/* SPDX-License-Identifier: GPL-2.0 */
/* Child processes that cannot outlive the farm. */
#ifndef FARM_PROCESS_H
#define FARM_PROCESS_H

#include <gio/gio.h>

/**
 * process_spawn:
 * @launcher: (transfer full): its redirections and descriptors, 4 not among
 *   them
 * @argv: %NULL-terminated
 * @cgroup_procs: descriptor of the cgroup.procs of the group to start in, or -1
 *
 * Starts a child that is killed when the calling thread ends, however it does,
 * and that does not get the terminal's Ctrl-C: the farm ends it in order.
 */
GSubprocess *process_spawn(GSubprocessLauncher *launcher,
                           const char * const *argv, int cgroup_procs,
                           GError **error);

gboolean process_is_running(GSubprocess *process);

#endif
