/* SPDX-License-Identifier: GPL-2.0 */
/* A machine under test: a QEMU process, its console, its monitor, its cost. */
#ifndef MACHINE_H
#define MACHINE_H

#include "bench.h"
#include "qmp.h"

/* QEMU lends from the start, as it would after the host was short of memory. */
#define LEND_AT_ONCE "s390-storage_attributes-tcg.wait-for-pressure=off"

typedef struct Machine Machine;

/**
 * MachineSpec:
 * @name: for progress and the console's log
 * @program: (nullable): of the bare-metal programs; without it a Linux guest
 *   with the disk of files
 * @cmma: kernel parameter, of Linux guests
 * @cmm: CPU feature
 * @memory: MiB
 * @cgroup: (nullable)
 * @arguments: (nullable): more of QEMU's, %NULL-terminated
 */
typedef struct {
    const char *name;
    const char *program;
    const char *cmma;
    gboolean cmm;
    int memory;
    const Cgroup *cgroup;
    const char * const *arguments;
} MachineSpec;

/**
 * machine_start:
 *
 * Starts a QEMU that cannot outlive the calling thread.
 */
Machine *machine_start(Bench *bench, const MachineSpec *spec, GError **error);

/**
 * machine_free:
 *
 * Ends it: asks, then kills.
 */
void machine_free(Machine *machine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Machine, machine_free)

/**
 * machine_line:
 *
 * Returns: (transfer full): the next line of the console, or %NULL with an
 * error if there is none within @seconds or on Ctrl-C, and without one if the
 * machine has ended
 */
char *machine_line(Machine *machine, int seconds, GError **error);

/**
 * machine_boot:
 *
 * Waits until a Linux guest takes commands.
 */
gboolean machine_boot(Machine *machine, GError **error);

/**
 * machine_ask:
 * @command: as guest/bench knows it
 *
 * Has a Linux guest do something and waits for its end.
 */
gboolean machine_ask(Machine *machine, int seconds, GError **error,
                     const char *command, ...) G_GNUC_PRINTF(4, 5);

/**
 * machine_tell:
 *
 * The same without waiting.
 */
gboolean machine_tell(Machine *machine, const char *command, GError **error);

/**
 * machine_command:
 * @arguments: (nullable): a JSON object
 *
 * Returns: (transfer full): what QMP answers
 */
JsonNode *machine_command(Machine *machine, const char *command,
                          const char *arguments, GError **error);

/**
 * machine_counter:
 * @path: a number or boolean in what query-s390x-page-states gives, as
 *   "pages.unused-zero"
 *
 * Returns: its value, or -1 with an error
 */
gint64 machine_counter(Machine *machine, const char *path, GError **error);

/**
 * machine_restart:
 *
 * Lets a bare-metal program go on that waits for the host.
 */
gboolean machine_restart(Machine *machine, GError **error);

/* CPU seconds, of the whole process and of the threads with a name */
double machine_cpu(const Machine *machine);
double machine_thread_cpu(const Machine *machine, const char *name);

/* MiB of the process in transparent huge pages, and in swap */
double machine_huge(const Machine *machine);
double machine_swapped(const Machine *machine);

#endif
