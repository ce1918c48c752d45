/* SPDX-License-Identifier: GPL-2.0 */
/* What the bare mechanisms take on this host, without QEMU. */
#ifndef FLOOR_H
#define FLOOR_H

#include <glib.h>

/**
 * Floor: of one run, microseconds a page; CPU time, but for @report_us
 * @ask_us: reading its entry of the page map
 * @lend_us: MADV_FREE, 512 pages a call
 * @lend_scattered_us: MADV_FREE, one page a call
 * @take_back_us: a write that changes nothing to a page lent so
 * @take_back_scattered_us: the same of pages lent one by one
 * @report_us: the first touch of a missing page, that a thread fills which
 *   userfaultfd tells of it; the time that goes by
 * @report_fault_us: filling a missing page without being told
 */
typedef struct {
    double ask_us;
    double lend_us;
    double lend_scattered_us;
    double take_back_us;
    double take_back_scattered_us;
    double report_us;
    double report_fault_us;
} Floor;

gboolean floor_measure(Floor *floor, GError **error);

#endif
