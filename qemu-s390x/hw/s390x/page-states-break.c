/*
 * Page states: a host that breaks the contract, so that guests can be tested
 *
 * A guest should survive what no host may do. Which wrong is done is told by a
 * virtual address each; it begins when a vCPU translates that address, which a
 * test program does when it is ready, and nobody else does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "exec/target_page.h"
#include "hw/s390x/page-states.h"

int s390_page_states_break(vaddr addr, target_ulong *absolute)
{
    S390PageStates *ps = s390_page_states_get();

    if (!ps) {
        return 0;
    }
    addr &= TARGET_PAGE_MASK;
    if (addr == ps->no_essa_at) {
        qatomic_set(&ps->no_essa, true);
    } else if (addr == ps->fault_stable_at) {
        return PGM_DISCARD;
    } else if (addr == ps->fault_outside_at) {
        *absolute = ps->pages * TARGET_PAGE_SIZE;
        return PGM_DISCARD;
    }
    return 0;
}
