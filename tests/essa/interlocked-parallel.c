// SPDX-License-Identifier: GPL-2.0
/* Interlocked access once more, as QEMU does it where there are more CPUs. */

/*
 * QEMU stops the other CPUs for these and begins again, at the EXECUTE: which
 * does not get it past the same point, ever.
 */
#define UNALIGNED NO_EXECUTE

#include "interlocked.c"
