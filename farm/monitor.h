/* SPDX-License-Identifier: GPL-2.0 */
/* A monitor on the host that takes memory from guests and gives it back. */
#ifndef FARM_MONITOR_H
#define FARM_MONITOR_H

#include "workload.h"

typedef struct Monitor Monitor;

/**
 * monitor_new:
 * @run: whose guests have booted
 *
 * Returns: (nullable): a monitor, if the run's mode has one
 */
Monitor *monitor_new(const Run *run, GError **error);
void monitor_free(Monitor *monitor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Monitor, monitor_free)

/**
 * monitor_tick:
 *
 * To be called often: looks at host and guests when it is time to, and makes
 * guests smaller or larger.
 */
void monitor_tick(Monitor *monitor);

#endif
