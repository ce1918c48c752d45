/* SPDX-License-Identifier: GPL-2.0 */
/* What the host asks for: by injecting a restart, of which it counts how many. */
#ifndef REQUESTS_H
#define REQUESTS_H

#include "essa.h"

/* From now on there may be some. */
void accept_requests(void);

/* Returns: how many there have been */
u64 requests(void);

#endif
