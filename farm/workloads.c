// SPDX-License-Identifier: GPL-2.0
/* What guests can do. */
#include "workload.h"

const Workload workloads[N_WORKLOADS] = {
    [WORKLOAD_WEB] = { .run = web_run },
    [WORKLOAD_LAUNCH] = { .run = launch_run, .one_by_one = TRUE },
    [WORKLOAD_BUILD] = { .run = task_run, .scratch = TRUE },
    [WORKLOAD_DATABASE] = { .run = task_run, .scratch = TRUE },
    [WORKLOAD_REUSE] = { .run = task_run },
};
