// SPDX-License-Identifier: GPL-2.0
/*
 * cmma-bench: what page states cost the host and the guest, and what they give.
 *
 * Whatever is made for a run (cgroup, swap file, QEMUs, temporary directory) is
 * freed by the function that made it, on all of its ways out; Ctrl-C only makes
 * all waiting end early.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "bench.h"
#include "host.h"
#include "signals.h"

#define FREE_MIB 6144

static const BenchPart parts[] = {
    { "work", work_run },
    { "cost", cost_run },
    { "idle", idle_run },
    { "reclaim", reclaim_run },
    { "migration", migration_run },
    { NULL }
};

int bench_rounds(const Bench *bench, int enough)
{
    return bench->rounds > 0 ? bench->rounds : enough;
}

double bench_now(void)
{
    return g_get_monotonic_time() / 1e6;
}

gboolean bench_sleep(Bench *bench, double seconds, GError **error)
{
    double end = bench_now() + seconds, now;

    while ((now = bench_now()) < end) {
        g_usleep(MIN(end - now, 0.1) * 1e6);
        if (g_cancellable_set_error_if_cancelled(bench->cancel, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean check_files(const Bench *b, GError **error)
{
    const BenchFile files[] = {
        { "qemu", b->qemu }, { "firmware", b->firmware },
        { "kernel", b->kernel }, { "initrd", b->initrd },
        { "programs", b->programs }, { "image", b->image },
        { "swap-dir", b->swap_dir }, { NULL }
    };

    return bench_check_files(files, b->output, b->logs, error);
}

static gboolean check_host(GError **error)
{
    int uffd;

    if (geteuid()) {
        g_set_error(error, FARM_ERROR, 0, "memory cgroups and swap files are "
                    "root's: run as root, or with sudo");
        return FALSE;
    }
    uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
    if (uffd < 0) {
        g_set_error(error, FARM_ERROR, 0, "the host's kernel refuses "
                    "userfaultfd: run outside containers and seccomp filters");
        return FALSE;
    }
    close(uffd);
    return bench_check_memory(FREE_MIB, error);
}

static char *cpu_model(void)
{
    g_autofree char *text = NULL;
    const char *at;

    if (!g_file_get_contents("/proc/cpuinfo", &text, NULL, NULL) ||
        !(at = strstr(text, "model name")) || !(at = strchr(at, ':'))) {
        return g_strdup("unknown");
    }
    at += strspn(at, ": ");
    return g_strndup(at, strcspn(at, "\n"));
}

static void describe(Bench *b)
{
    g_autofree char *swappiness = host_read_line("/proc/sys/vm/swappiness");
    g_autofree char *mglru = host_read_line("/sys/kernel/mm/lru_gen/enabled");
    g_autofree char *thp = host_read_line(
        "/sys/kernel/mm/transparent_hugepage/enabled");
    g_autofree char *model = cpu_model();
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *date = g_date_time_format_iso8601(now);
    double load[3] = { 0 };
    struct utsname name;

    uname(&name);
    (void)!getloadavg(load, 3);
    results_part(b->results, "the machine");
    results_text(b->results, "date", date);
    results_text(b->results, "machine.cpu", model);
    results_number(b->results, "machine.cpus", g_get_num_processors());
    results_number(b->results, "machine.memory_mib",
                   host_read_key("/proc/meminfo", "MemTotal") / MIB);
    results_text(b->results, "machine.kernel", name.release);
    results_number(b->results, "machine.cgroup_version",
                   cgroup_host_version(b->cgroups));
    results_text(b->results, "machine.swappiness", swappiness);
    results_text(b->results, "machine.transparent_hugepages", thp);
    results_text(b->results, "machine.mglru", mglru);
    /* Figures of a machine that has other things to do are worth less. */
    results_number(b->results, "machine.load_before", load[1]);
}

static gboolean parse(Bench *b, int *argc, char ***argv, char ***only,
                      GError **error)
{
    g_autofree char *some = bench_some_of(parts), *list = NULL;
    const GOptionEntry entries[] = {
        { "qemu", 0, 0, G_OPTION_ARG_FILENAME, &b->qemu, "program", "FILE" },
        { "firmware", 0, 0, G_OPTION_ARG_FILENAME, &b->firmware, "of the QEMU", "DIR" },
        { "kernel", 0, 0, G_OPTION_ARG_FILENAME, &b->kernel, "of guests", "FILE" },
        { "initrd", 0, 0, G_OPTION_ARG_FILENAME, &b->initrd, "of guests", "FILE" },
        { "programs", 0, 0, G_OPTION_ARG_FILENAME, &b->programs, "bare-metal programs", "DIR" },
        { "image", 0, 0, G_OPTION_ARG_FILENAME, &b->image, "disk of files", "FILE" },
        { "output", 0, 0, G_OPTION_ARG_FILENAME, &b->output, "results, JSON", "FILE" },
        { "logs", 0, 0, G_OPTION_ARG_FILENAME, &b->logs, "consoles, and what QEMU says", "DIR" },
        { "swap-dir", 0, 0, G_OPTION_ARG_FILENAME, &b->swap_dir, "where the swap file is made", "DIR" },
        { "check", 0, 0, G_OPTION_ARG_NONE, &b->check, "look at --only and --rounds, and do nothing", NULL },
        { "rounds", 0, 0, G_OPTION_ARG_INT, &b->rounds, "repetitions of each part, 1 to 1000 (what the part thinks enough)", "N" },
        { "only", 0, 0, G_OPTION_ARG_STRING, &list, some, "PARTS" },
        { NULL }
    };

    if (!bench_parse(entries, argc, argv, &b->rounds, error) ||
        !bench_choose_parts(parts, list, only, error)) {
        return FALSE;
    }
    return b->check || (check_files(b, error) && check_host(error));
}

static gboolean run_bench(Bench *b, char **only, GError **error)
{
    g_autoptr(CgroupHost) cgroups = cgroup_host_open(error);
    gboolean ok = FALSE;

    if (cgroups) {
        b->cgroups = cgroups;
        b->results = results_new(4);
        describe(b);
        ok = bench_run_parts(b, parts, only, b->results, b->output, error);
        results_free(b->results);
    }
    return ok;
}

int main(int argc, char **argv)
{
    g_autoptr(GCancellable) cancel = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) only = NULL;
    Bench b = { .cancel = cancel };
    gboolean ok;

    signals_cancel(cancel);
    ok = parse(&b, &argc, &argv, &only, &error);
    if (ok && !b.check) {
        ok = run_bench(&b, only, &error);
    }
    return bench_end(ok, cancel, error);
}
