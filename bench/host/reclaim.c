// SPDX-License-Identifier: GPL-2.0
/*
 * How fast the host gets memory back that a guest fills with page cache: from
 * page states and from swapping by lowering the limit of the guest's cgroup,
 * and from virtio-balloon by asking for it, or by having the guest drop its
 * caches and report free pages.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "machine.h"
#include "swapfile.h"

#define GUEST_MIB 1536
#define WANTED (1024 * MIB)
/* A guest may never have used a little of what it gives back. */
#define ENOUGH (WANTED - WANTED / 20)
#define SWAP (3072 * MIB)
/* QEMU itself, and what its guest does not need to give */
#define ROOMY (4096 * MIB)
#define LIMIT_SECONDS 600
/* Free page reporting waits for two seconds between its rounds. */
#define QUIET_SECONDS 10.0
#define LITTLE (16 * MIB)
#define POLL_US 1000
/* Each makes the host wait for memory for some milliseconds. */
#define POKE (16 * MIB)
#define POKES 8

typedef struct {
    Bench *bench;
    Machine *machine;           /* of the way being measured */
    Cgroup *cgroup;
    guint64 before;             /* bytes in use */
    SampleTable *rates, *huge, *swapped, *cpu;
} Reclaim;

/* Until a sum or difference of counters is enough, and grows no more */
static gboolean await_pages(Reclaim *r, const char *what, const char *a,
                            int sign, const char *b, GError **error)
{
    gint64 wanted = (WANTED + 32 * MIB) / 4096, before, pages = 0;
    double end = bench_now() + 60;

    do {
        gint64 first, second;

        before = pages;
        if (!bench_sleep(r->bench, 3, error)) {
            return FALSE;
        }
        first = machine_counter(r->machine, a, error);
        second = first < 0 ? -1 : machine_counter(r->machine, b, error);
        if (second < 0) {
            return FALSE;
        }
        pages = first + sign * second;
    } while ((pages < wanted || pages > before + before / 100) &&
             bench_now() < end);
    if (pages < wanted) {
        g_set_error(error, FARM_ERROR, 0, "only %" G_GINT64_FORMAT " MiB of the "
                    "guest are %s: is its kernel the patched one?",
                    pages * 4096 / (gint64)MIB, what);
        return FALSE;
    }
    return TRUE;
}

/* With cgroup v1 the kernel gives up now and then, and is asked again. */
static gboolean set_limit(Reclaim *r, guint64 limit, GError **error)
{
    double end = bench_now() + LIMIT_SECONDS;
    g_autoptr(GError) failed = NULL;

    while (!cgroup_set_limit(r->cgroup, limit, &failed)) {
        if (g_cancellable_set_error_if_cancelled(r->bench->cancel, error)) {
            return FALSE;
        }
        if (bench_now() > end) {
            g_propagate_error(error, g_steal_pointer(&failed));
            return FALSE;
        }
        g_clear_error(&failed);
    }
    return TRUE;
}

static gboolean is_waiting(Reclaim *r)
{
    return machine_counter(r->machine, "waiting", NULL) == 1;
}

/* The host becomes a little short of memory, until QEMU has begun to lend. */
static gboolean begin_lending(Reclaim *r, GError **error)
{
    guint64 usage = cgroup_usage(r->cgroup);

    for (int i = 1; i <= POKES && is_waiting(r); i++) {
        if (!set_limit(r, usage - i * POKE, error) ||
            !bench_sleep(r->bench, 1, error)) {
            return FALSE;
        }
    }
    return set_limit(r, ROOMY, error) &&
           await_pages(r, "lent", "lent", -1, "taken-back", error);
}

static gboolean lower_limit(Reclaim *r, GError **error)
{
    return set_limit(r, r->before - WANTED, error);
}

static gboolean inflate(Reclaim *r, GError **error)
{
    g_autofree char *arguments = g_strdup_printf(
        "{\"value\":%" G_GUINT64_FORMAT "}", GUEST_MIB * MIB - WANTED);
    g_autoptr(JsonNode) done = machine_command(r->machine, "balloon", arguments,
                                               error);

    return done != NULL;
}

static gboolean drop_caches(Reclaim *r, GError **error)
{
    return machine_tell(r->machine, "drop", error);
}

typedef enum { NEVER, EARLY, LATER, NOW } Begin;

/*
 * Those with page states differ in when the host became short of memory for the
 * first time, so that QEMU began to lend: after the guest had filled its memory,
 * and kept huge pages until then; before it was started; only now.
 */
static const struct {
    const char *name, *key;
    Begin lending;
    const char *option, *value;
    gboolean (*take)(Reclaim *reclaim, GError **error);
} ways[] = {
    { "cmma", "reclaim_gib_per_s", LATER, NULL, NULL, lower_limit },
    { "early", "reclaim_early_gib_per_s", EARLY, "-global", LEND_AT_ONCE,
      lower_limit },
    { "first", "reclaim_first_gib_per_s", NOW, NULL, NULL, lower_limit },
    { "balloon", "reclaim_balloon_gib_per_s", NEVER, "-device",
      "virtio-balloon-ccw", inflate },
    { "reporting", "reclaim_reporting_gib_per_s", NEVER, "-device",
      "virtio-balloon-ccw,free-page-reporting=on", drop_caches },
    { "swap", "reclaim_swap_gib_per_s", NEVER, NULL, NULL, lower_limit },
};

static gboolean prepare(Reclaim *r, guint way, GError **error)
{
    return machine_boot(r->machine, error) &&
           machine_ask(r->machine, LIMIT_SECONDS, error, "read 0 %d 1",
                       BENCH_FILES) &&
           (ways[way].lending == NEVER ||
            await_pages(r, "volatile or unused", "pages.volatile-resident", 1,
                        "pages.unused-resident", error)) &&
           (ways[way].lending != LATER || begin_lending(r, error)) &&
           bench_sleep(r->bench, 2, error);
}

/* Until enough is back, or next to nothing comes any more. */
static gboolean watch(Reclaim *r, double begin, double *gib_per_s,
                      GError **error)
{
    double counted = begin, now;
    guint64 back, before = 0;

    do {
        guint64 usage = cgroup_usage(r->cgroup);

        now = bench_now();
        back = usage < r->before ? r->before - usage : 0;
        if (back >= before + LITTLE || back >= ENOUGH) {
            before = back;
            counted = now;
        }
        if (back >= ENOUGH) {
            break;
        }
        g_usleep(POLL_US);
        if (g_cancellable_set_error_if_cancelled(r->bench->cancel, error)) {
            return FALSE;
        }
    } while (now < counted + QUIET_SECONDS && now < begin + LIMIT_SECONDS);
    if (back < ENOUGH) {
        bench_say("reclaim: only %" G_GUINT64_FORMAT " MiB have come back",
                  (guint64)(back / MIB));
    }
    *gib_per_s = before ? before / (1024.0 * MIB) / (counted - begin) : 0;
    return TRUE;
}

static double thread_cpu(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static gboolean measure(Reclaim *r, guint way, GError **error)
{
    const char *name = ways[way].name;
    double begin, cpu, huge, swapped, gib_per_s;

    if (!prepare(r, way, error)) {
        return FALSE;
    }
    if (ways[way].lending == NOW && !is_waiting(r)) {
        bench_say("reclaim: the host has been short of memory already, so this "
                  "is not the first time: left out");
        return TRUE;
    }
    huge = machine_huge(r->machine);
    swapped = machine_swapped(r->machine);
    r->before = cgroup_usage(r->cgroup);
    begin = bench_now();
    cpu = thread_cpu();
    if (!ways[way].take(r, error)) {
        return FALSE;
    }
    cpu = thread_cpu() - cpu;
    if (!watch(r, begin, &gib_per_s, error)) {
        return FALSE;
    }
    samples_add(sample_table_get(r->rates, name), gib_per_s);
    samples_add(sample_table_get(r->huge, name), huge);
    samples_add(sample_table_get(r->swapped, name),
                machine_swapped(r->machine) - swapped);
    samples_add(sample_table_get(r->cpu, name), cpu);
    return TRUE;
}

static gboolean run_way(Reclaim *r, guint way, GError **error)
{
    g_autoptr(Cgroup) cgroup = cgroup_new(r->bench->cgroups, ROOMY, error);
    g_autofree char *name = g_strconcat("reclaim-", ways[way].name, NULL);
    const char *arguments[] = { ways[way].option, ways[way].value, NULL };
    const MachineSpec spec = {
        .name = name, .cmm = ways[way].lending != NEVER,
        .cmma = ways[way].lending == NEVER ? "off" : "full",
        .memory = GUEST_MIB, .cgroup = cgroup, .arguments = arguments,
    };
    g_autoptr(Machine) machine = cgroup ? machine_start(r->bench, &spec, error)
                                        : NULL;

    r->cgroup = cgroup;
    r->machine = machine;
    return machine && measure(r, way, error);
}

/* A process that has given up so much, by MADV_FREE, and sleeps: -1 if not. */
static pid_t start_giver(const Cgroup *cgroup)
{
    guint64 size = WANTED + 128 * MIB;
    int ready[2];
    pid_t pid;
    char byte;

    if (pipe(ready)) {
        return -1;
    }
    pid = fork();
    if (!pid) {
        void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (write(cgroup_procs_fd(cgroup), "0", 1) == 1 &&
            memory != MAP_FAILED &&
            !madvise(memory, size, MADV_NOHUGEPAGE) &&
            memset(memory, 1, size) && !madvise(memory, size, MADV_FREE) &&
            write(ready[1], "x", 1) == 1) {
            pause();
        }
        _exit(1);
    }
    close(ready[1]);
    if (pid > 0 && read(ready[0], &byte, 1) != 1) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        pid = -1;
    }
    close(ready[0]);
    return pid;
}

/* The bare mechanism: what the host's kernel takes for pages of 4 KiB. */
static gboolean run_floor(Reclaim *r, GError **error)
{
    g_autoptr(Cgroup) cgroup = cgroup_new(r->bench->cgroups, ROOMY, error);
    pid_t pid = cgroup ? start_giver(cgroup) : -1;
    double begin, gib_per_s;
    gboolean ok;

    if (pid < 0) {
        if (cgroup) {
            g_set_error(error, FARM_ERROR, 0, "no process that gives memory up");
        }
        return FALSE;
    }
    r->cgroup = cgroup;
    r->before = cgroup_usage(cgroup);
    begin = bench_now();
    ok = lower_limit(r, error) && watch(r, begin, &gib_per_s, error);
    if (ok) {
        samples_add(sample_table_get(r->rates, "floor"), gib_per_s);
    }
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return ok;
}

static void add(const Reclaim *r, const char *figure, SampleTable *table,
                const char *way)
{
    g_autofree char *key = g_strconcat(figure, ".", way, NULL);

    results_add(r->bench->results, key, sample_table_get(table, way));
}

static void report(const Reclaim *r)
{
    Results *results = r->bench->results;
    double rate = samples_quantile(sample_table_get(r->rates, "cmma"), 0.5);
    double balloon = samples_quantile(sample_table_get(r->rates, "balloon"), 0.5);
    double swap = samples_quantile(sample_table_get(r->rates, "swap"), 0.5);

    results_part(results, "1 GiB of page cache back; of QEMU, huge pages before "
                 "and what was swapped out");
    for (guint way = 0; way < G_N_ELEMENTS(ways); way++) {
        const char *name = ways[way].name;
        Samples *rates = sample_table_get(r->rates, name);

        if (!rates->len) {
            continue;
        }
        if (way) {
            results_add(results, ways[way].key, rates);
        } else {
            results_add_floor(results, ways[way].key, rates,
                              sample_table_get(r->rates, "floor"));
        }
        add(r, "reclaim_huge_mib", r->huge, name);
        add(r, "reclaim_swapped_out_mib", r->swapped, name);
        if (ways[way].take == lower_limit) {
            /* In the kernel, of whoever lowers the limit */
            add(r, "reclaim_cpu_s", r->cpu, name);
        }
    }
    results_goal(results, "reclaim, page states / balloon", rate / balloon,
                 FALSE, 10);
    results_goal(results, "reclaim, page states / swapping", rate / swap, FALSE,
                 20);
}

gboolean reclaim_run(Bench *bench, GError **error)
{
    g_autoptr(SwapFile) swap = swapfile_new(bench->swap_dir, SWAP, error);
    g_autoptr(GHashTable) rates = sample_table_new();
    g_autoptr(GHashTable) huge = sample_table_new();
    g_autoptr(GHashTable) swapped = sample_table_new();
    g_autoptr(GHashTable) cpu = sample_table_new();
    Reclaim r = { bench, NULL, NULL, 0, rates, huge, swapped, cpu };
    int rounds = bench_rounds(bench, 3);

    if (!swap) {
        return FALSE;
    }
    for (int round = 0; round < rounds; round++) {
        bench_say("reclaim: round %d of %d, floor", round + 1, rounds);
        if (!run_floor(&r, error)) {
            return FALSE;
        }
        for (guint way = 0; way < G_N_ELEMENTS(ways); way++) {
            bench_say("reclaim: round %d of %d, %s", round + 1, rounds,
                      ways[way].name);
            if (!run_way(&r, way, error)) {
                return FALSE;
            }
        }
    }
    report(&r);
    return TRUE;
}
