// SPDX-License-Identifier: GPL-2.0
/* The machine that figures are of. */
#include <sys/utsname.h>
#include <gio/gio.h>
#include "host.h"
#include "machine.h"

static void add_line(JsonObject *o, const char *key, const char *path)
{
    g_autofree char *line = host_read_line(path);

    json_object_set_string_member(o, key, line);
}

static void add_qemu(JsonObject *o, const char *qemu, GCancellable *cancel)
{
    g_autoptr(GSubprocess) process = g_subprocess_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL,
        qemu, "--version", NULL);
    g_autofree char *text = NULL;

    if (process && g_subprocess_communicate_utf8(process, NULL, cancel, &text, NULL,
                                                 NULL) && text) {
        g_strdelimit(text, "\n", 0);
        json_object_set_string_member(o, "qemu", text);
    }
}

/* Which build it was */
static void add_sum(JsonObject *o, const char *name, const char *path)
{
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
    g_autofree char *sum = NULL;

    if (file) {
        sum = g_compute_checksum_for_data(
            G_CHECKSUM_SHA256, (const guchar *)g_mapped_file_get_contents(file),
            g_mapped_file_get_length(file));
        json_object_set_string_member(o, name, sum);
    }
}

JsonObject *machine_describe(const Farm *farm)
{
    JsonObject *o = json_object_new();
    struct utsname name;

    uname(&name);
    json_object_set_int_member(o, "cpus", g_get_num_processors());
    json_object_set_int_member(o, "memory_bytes",
                               host_read_key("/proc/meminfo", "MemTotal"));
    json_object_set_string_member(o, "kernel", name.release);
    json_object_set_string_member(o, "architecture", name.machine);
    json_object_set_int_member(o, "cgroup_version",
                               cgroup_host_version(farm->cgroups));
    add_line(o, "swappiness", "/proc/sys/vm/swappiness");
    add_line(o, "transparent_hugepages",
             "/sys/kernel/mm/transparent_hugepage/enabled");
    add_line(o, "mglru", "/sys/kernel/mm/lru_gen/enabled");
    add_qemu(o, farm->options->qemu, farm->cancel);
    add_sum(o, "qemu_sha256", farm->options->qemu);
    add_sum(o, "guest_kernel_sha256", farm->options->kernel);
    return o;
}
