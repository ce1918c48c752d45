// SPDX-License-Identifier: GPL-2.0
/* Child processes that cannot outlive the farm. */
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "process.h"

/*
 * GLib has given the child's descriptors their numbers before child_setup()
 * runs: the parent's number of the cgroup's may be another's by then.
 */
#define PROCS_FD 4

typedef struct {
    pid_t parent;
    gboolean enter_cgroup;
} Setup;

/* Between fork and exec: async-signal-safe calls only. */
static void child_setup(gpointer data)
{
    const Setup *setup = data;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != setup->parent) {
        _exit(1);
    }
    /*
     * Ctrl-C is for the farm. Not a session of its own: each would be an
     * autogroup to the scheduler, which lets one guest keep a CPU for a second.
     */
    setpgid(0, 0);
    if (setup->enter_cgroup &&
        (write(PROCS_FD, "0", 1) != 1 || close(PROCS_FD))) {
        _exit(1);
    }
}

GSubprocess *process_spawn(GSubprocessLauncher *launcher,
                           const char * const *argv, int cgroup_procs,
                           GError **error)
{
    Setup setup = { getpid(), cgroup_procs >= 0 };
    GSubprocess *process;

    if (setup.enter_cgroup) {
        g_subprocess_launcher_take_fd(launcher, dup(cgroup_procs), PROCS_FD);
    }
    /* The call below returns only after the child's exec. */
    g_subprocess_launcher_set_child_setup(launcher, child_setup, &setup, NULL);
    process = g_subprocess_launcher_spawnv(launcher, argv, error);
    g_object_unref(launcher);
    return process;
}

gboolean process_is_running(GSubprocess *process)
{
    return g_subprocess_get_identifier(process) != NULL;
}
