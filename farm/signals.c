// SPDX-License-Identifier: GPL-2.0
/* Signals are taken in a thread: whatever blocks the main one is cancelled. */
#include <signal.h>
#include <glib-unix.h>
#include "signals.h"

static gboolean cancel_run(gpointer cancel)
{
    g_cancellable_cancel(cancel);
    return G_SOURCE_CONTINUE;
}

static gpointer take_signals(gpointer cancel)
{
    const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    g_autoptr(GMainContext) context = g_main_context_new();
    g_autoptr(GMainLoop) loop = g_main_loop_new(context, FALSE);

    for (guint i = 0; i < G_N_ELEMENTS(signals); i++) {
        g_autoptr(GSource) source = g_unix_signal_source_new(signals[i]);

        g_source_set_callback(source, cancel_run, cancel, NULL);
        g_source_attach(source, context);
    }
    g_main_loop_run(loop);
    return NULL;
}

void signals_cancel(GCancellable *cancel)
{
    g_thread_unref(g_thread_new("signals", take_signals,
                                g_object_ref(cancel)));
}
