/* SPDX-License-Identifier: GPL-2.0 */
/* Where the guests of a run listen for "cmma-farm top". */
#ifndef FARM_SOCKETS_H
#define FARM_SOCKETS_H

#include "farm.h"

/* A run's is this with the number of its process, in this directory. */
#define SOCKETS_DIR "/run"
#define SOCKETS_PREFIX "cmma-farm-"

/**
 * sockets_find:
 *
 * Returns: (transfer full) (element-type utf8): those of all guests of all farms
 * that run on this machine
 */
GPtrArray *sockets_find(void);

#endif
