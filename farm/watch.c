// SPDX-License-Identifier: GPL-2.0
/* Looks at a QEMU again and again, in a thread of its own. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <glib-unix.h>
#include "farm.h"
#include "watch.h"

struct Watch {
    Qmp *qmp;
    guint interval_ms;
    GCancellable *cancel;
    GThread *thread;
    GMutex lock;
    Sight sight;                /* under @lock */
};

static guint64 bytes_read(Watch *watch)
{
    g_autoptr(JsonNode) reply = qmp_execute(watch->qmp, "query-blockstats", NULL,
                                            watch->cancel, NULL);
    JsonArray *disks = reply && JSON_NODE_HOLDS_ARRAY(reply) ?
                       json_node_get_array(reply) : NULL;
    guint64 bytes = 0;

    for (guint i = 0; disks && i < json_array_get_length(disks); i++) {
        JsonObject *disk = json_array_get_object_element(disks, i);
        JsonObject *stats = json_object_get_object_member(disk, "stats");

        bytes += json_object_get_int_member_with_default(stats, "rd_bytes", 0);
    }
    return bytes;
}

static double rate(guint64 now, guint64 before, double seconds)
{
    return seconds > 0 && now > before ? (now - before) / seconds : 0;
}

static gpointer look(gpointer opaque)
{
    Watch *watch = opaque;
    PageStates before = { 0 };
    guint64 read_before = 0;
    gint64 time_before = 0;

    while (!g_cancellable_is_cancelled(watch->cancel)) {
        PageStates states = { 0 };
        g_autoptr(GError) failed = NULL;
        gboolean alive = qmp_page_states(watch->qmp, &states, watch->cancel, &failed);
        gboolean gone = !alive && !g_error_matches(failed, G_IO_ERROR,
                                                   G_IO_ERROR_NOT_SUPPORTED);
        guint64 read = alive ? bytes_read(watch) : 0;
        gint64 now = g_get_monotonic_time();
        double seconds = time_before ? (now - time_before) / 1e6 : 0;

        g_mutex_lock(&watch->lock);
        watch->sight = (Sight) {
            .alive = alive, .gone = gone, .states = states,
            .essa_per_s = rate(states.essa, before.essa, seconds),
            .discards_per_s = rate(states.discarded, before.discarded, seconds),
            .faults_per_s = rate(states.faults, before.faults, seconds),
            .read_per_s = rate(read, read_before, seconds),
        };
        g_mutex_unlock(&watch->lock);
        /* Whoever watches is told so, and may connect again. */
        if (gone) {
            break;
        }
        before = states;
        read_before = read;
        time_before = alive ? now : 0;
        for (guint slept = 0; slept < watch->interval_ms &&
             !g_cancellable_is_cancelled(watch->cancel); slept += 50) {
            g_usleep(50 * 1000);
        }
    }
    return NULL;
}

/* Never waits: a QEMU accepts one connection, and has few others queue for it. */
static int connect_to(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (g_strlcpy(address.sun_path, path, sizeof(address.sun_path)) >=
        sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
    } else if (fd >= 0 && !connect(fd, (struct sockaddr *)&address,
                                   sizeof(address))) {
        g_unix_set_fd_nonblocking(fd, FALSE, NULL);
        return fd;
    }
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

Watch *watch_new(const char *path, guint interval_ms, GError **error)
{
    int fd = connect_to(path);
    Watch *watch;
    Qmp *qmp;

    if (fd < 0) {
        g_set_error(error, FARM_ERROR, 0, errno == EAGAIN ?
                    "other programs wait for the QEMU at %s: %s" :
                    "no QEMU listens at %s: %s", path, g_strerror(errno));
        return NULL;
    }
    qmp = qmp_new(fd, error);
    if (!qmp) {
        return NULL;
    }
    watch = g_new0(Watch, 1);
    watch->qmp = qmp;
    watch->interval_ms = interval_ms;
    watch->cancel = g_cancellable_new();
    g_mutex_init(&watch->lock);
    watch->thread = g_thread_new("watch", look, watch);
    return watch;
}

void watch_free(Watch *watch)
{
    g_cancellable_cancel(watch->cancel);
    g_thread_join(watch->thread);
    g_object_unref(watch->cancel);
    g_mutex_clear(&watch->lock);
    qmp_free(watch->qmp);
    g_free(watch);
}

void watch_see(Watch *watch, Sight *sight)
{
    g_mutex_lock(&watch->lock);
    *sight = watch->sight;
    g_mutex_unlock(&watch->lock);
}
