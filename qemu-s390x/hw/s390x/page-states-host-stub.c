/*
 * Page states: hosts other than Linux
 *
 * They have no userfaultfd, so nothing is ever lent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "hw/s390x/page-states.h"
#include "qapi/error.h"

bool page_states_host_init(S390PageStates *ps, MemoryRegion *mr, Error **errp)
{
    error_setg(errp, "this host has no userfaultfd");
    return false;
}

void page_states_host_content(S390PageStates *ps, uint64_t page,
                              uint64_t count, uint8_t *content)
{
    memset(content, ESSA_RESIDENT, count);
}

void page_states_host_clear(S390PageStates *ps, uint64_t page, uint64_t count)
{
    memset(ps->ram + page * TARGET_PAGE_SIZE, 0, count * TARGET_PAGE_SIZE);
}

void page_states_host_touch(S390PageStates *ps, uint64_t page)
{
}

void page_states_host_exit(S390PageStates *ps)
{
    g_assert_not_reached();
}

void page_states_host_start(S390PageStates *ps)
{
    g_assert_not_reached();
}

int page_states_host_register(S390PageStates *ps)
{
    g_assert_not_reached();
}

void page_states_host_unregister(S390PageStates *ps)
{
    g_assert_not_reached();
}

int page_states_host_lend(S390PageStates *ps, uint64_t page, uint64_t count)
{
    g_assert_not_reached();
}

int page_states_host_drop(S390PageStates *ps, uint64_t page, uint64_t count)
{
    g_assert_not_reached();
}

void page_states_host_await_pressure(void)
{
    g_assert_not_reached();
}

bool page_states_host_fetch(S390PageStates *ps, uint64_t page)
{
    g_assert_not_reached();
}
