/* SPDX-License-Identifier: GPL-2.0 */
/* Ctrl-C makes all waiting end early. */
#ifndef FARM_SIGNALS_H
#define FARM_SIGNALS_H

#include <gio/gio.h>

/**
 * signals_cancel:
 * @cancel: cancelled from now on at SIGINT, SIGTERM and SIGHUP, whatever the
 * main thread is doing; not to be freed any more
 */
void signals_cancel(GCancellable *cancel);

#endif
