// SPDX-License-Identifier: GPL-2.0
/* What is asked of a QEMU over its QMP monitor. */
#include "farm.h"
#include "qmp.h"

/* A QEMU whose own memory is being swapped in may be slow to answer. */
#define TIMEOUT_SECONDS 10

struct Qmp {
    GSocket *socket;
    GSocketConnection *connection;
    GDataInputStream *in;
    gboolean ready;
    int id;                     /* of the last command */
};

Qmp *qmp_new(int fd, GError **error)
{
    GSocket *socket = g_socket_new_from_fd(fd, error);
    Qmp *qmp;

    if (!socket) {
        return NULL;
    }
    g_socket_set_timeout(socket, TIMEOUT_SECONDS);
    qmp = g_new0(Qmp, 1);
    qmp->socket = socket;
    qmp->connection = g_socket_connection_factory_create_connection(socket);
    qmp->in = g_data_input_stream_new(
        g_io_stream_get_input_stream(G_IO_STREAM(qmp->connection)));
    return qmp;
}

void qmp_free(Qmp *qmp)
{
    g_object_unref(qmp->in);
    g_object_unref(qmp->connection);
    g_object_unref(qmp->socket);
    g_free(qmp);
}

static gboolean send_command(Qmp *qmp, const char *command,
                             const char *arguments, GCancellable *cancel,
                             GError **error)
{
    g_autofree char *text = g_strdup_printf(
        "{\"execute\":\"%s\",\"arguments\":%s,\"id\":%d}\n", command,
        arguments ? arguments : "{}", ++qmp->id);

    return g_output_stream_write_all(
        g_io_stream_get_output_stream(G_IO_STREAM(qmp->connection)), text,
        strlen(text), NULL, cancel, error);
}

/* The answer to the last command, or before any the greeting; not one that is late. */
static gboolean is_awaited(const Qmp *qmp, JsonObject *message)
{
    return json_object_has_member(message, "QMP") ? !qmp->id :
           json_object_get_int_member_with_default(message, "id", 0) == qmp->id &&
           !json_object_has_member(message, "event");
}

static JsonNode *receive(Qmp *qmp, GCancellable *cancel, GError **error)
{
    for (;;) {
        g_autoptr(GError) failed = NULL;
        g_autofree char *line = g_data_input_stream_read_line_utf8(
            qmp->in, NULL, cancel, &failed);
        g_autoptr(JsonNode) node = NULL;

        if (!line) {
            if (failed) {
                g_propagate_error(error, g_steal_pointer(&failed));
            } else {
                g_set_error(error, FARM_ERROR, 0, "QEMU has gone");
            }
            return NULL;
        }
        node = json_from_string(line, error);
        if (!node) {
            return NULL;
        }
        if (!JSON_NODE_HOLDS_OBJECT(node)) {
            g_set_error(error, FARM_ERROR, 0, "QEMU said '%s'", line);
            return NULL;
        }
        if (is_awaited(qmp, json_node_get_object(node))) {
            return g_steal_pointer(&node);
        }
    }
}

static JsonNode *execute(Qmp *qmp, const char *command, const char *arguments,
                         GCancellable *cancel, GError **error)
{
    g_autoptr(JsonNode) reply = NULL;
    JsonObject *object, *failure;
    const char *class;

    if (!send_command(qmp, command, arguments, cancel, error) ||
        !(reply = receive(qmp, cancel, error))) {
        return NULL;
    }
    object = json_node_get_object(reply);
    if (json_object_has_member(object, "return")) {
        return json_object_dup_member(object, "return");
    }
    failure = json_object_get_object_member(object, "error");
    class = json_object_get_string_member_with_default(failure, "class", "");
    if (g_str_equal(class, "CommandNotFound")) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "this QEMU "
                    "has no %s: give the patched one with --qemu", command);
    } else {
        g_set_error(error, FARM_ERROR, 0, "QEMU refuses %s: %s", command,
                    json_object_get_string_member_with_default(failure, "desc",
                                                               class));
    }
    return NULL;
}

/* A monitor first says who it is, and wants to be told that it may go on. */
static gboolean negotiate(Qmp *qmp, GCancellable *cancel, GError **error)
{
    g_autoptr(JsonNode) greeting = NULL;

    if (!qmp->ready) {
        greeting = receive(qmp, cancel, error);
        qmp->ready = greeting && send_command(qmp, "qmp_capabilities", NULL, cancel,
                                              error);
    }
    return qmp->ready;
}

JsonNode *qmp_execute(Qmp *qmp, const char *command, const char *arguments,
                      GCancellable *cancel, GError **error)
{
    return negotiate(qmp, cancel, error)
           ? execute(qmp, command, arguments, cancel, error) : NULL;
}

static guint64 number(JsonObject *o, const char *name)
{
    return json_object_get_int_member_with_default(o, name, 0);
}

gboolean qmp_page_states(Qmp *qmp, PageStates *states, GCancellable *cancel,
                         GError **error)
{
    g_autoptr(JsonNode) reply = NULL;
    JsonObject *o;
    JsonArray *essa;

    reply = qmp_execute(qmp, "query-s390x-page-states", NULL, cancel, error);
    if (!reply) {
        return FALSE;
    }
    o = JSON_NODE_HOLDS_OBJECT(reply) ? json_node_get_object(reply) : NULL;
    essa = o && json_object_has_member(o, "essa") ?
           json_object_get_array_member(o, "essa") : NULL;
    if (!essa) {
        g_set_error(error, FARM_ERROR, 0, "QEMU's query-s390x-page-states "
                    "gives no counts");
        return FALSE;
    }
    if (!json_object_get_boolean_member_with_default(o, "lending", TRUE)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "QEMU cannot "
                    "lend this guest's memory to the host");
        return FALSE;
    }
    for (guint i = 0; i < json_array_get_length(essa); i++) {
        states->essa += json_array_get_int_element(essa, i);
    }
    states->lent += number(o, "lent");
    states->taken_back += number(o, "taken-back");
    states->discarded += number(o, "discarded");
    states->faults += number(o, "faults");
    if (json_object_has_member(o, "pages")) {
        o = json_object_get_object_member(o, "pages");
        states->stable += number(o, "stable-resident");
        states->volatile_ += number(o, "volatile-resident") +
                             number(o, "potentially-volatile-resident");
        states->unused += number(o, "unused-resident");
        states->preserved += number(o, "stable-preserved");
    }
    return TRUE;
}

void qmp_quit(Qmp *qmp)
{
    if (!qmp->ready) {
        send_command(qmp, "qmp_capabilities", NULL, NULL, NULL);
    }
    send_command(qmp, "quit", NULL, NULL, NULL);
}
