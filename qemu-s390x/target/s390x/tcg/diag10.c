/*
 * DIAGNOSE X'10': the guest releases pages
 *
 * Their content is gone, the host has their memory back, and who accesses them
 * next finds zeroes. Linux does so page by page for cooperative memory
 * management (arch/s390/mm/cmm.c).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "cpu.h"
#include "exec/address-spaces.h"
#include "exec/cpu-common.h"
#include "exec/memory.h"
#include "hw/s390x/page-states.h"
#include "migration/misc.h"
#include "s390x-internal.h"
#include "system/system.h"
#include "tcg_s390x.h"

/*
 * Migration that comes or goes by page faults takes a missing page for one that
 * has not been sent yet. Of a huge page nothing can be taken out, nor of locked
 * memory; and the pages of a private mapping are another's file.
 */
static bool can_discard(RAMBlock *rb)
{
    return !ram_block_discard_is_disabled() &&
           !migration_in_incoming_postcopy() && !migration_in_bg_snapshot() &&
           !should_mlock(mlock_state) &&
           qemu_ram_pagesize(rb) == TARGET_PAGE_SIZE &&
           (qemu_ram_get_fd(rb) < 0 || qemu_ram_is_shared(rb));
}

/* All of it is RAM: the CPUs of s390x have nothing else in their storage. */
static void release(hwaddr addr, hwaddr size)
{
    hwaddr end = addr + size;

    s390_page_states_make_stable(addr, size);
    for (; addr < end; addr += size) {
        ram_addr_t offset;
        RAMBlock *rb;
        void *host;

        size = end - addr;
        host = cpu_physical_memory_map(addr, &size, true);
        rb = qemu_ram_block_from_host(host, false, &offset);
        if (!can_discard(rb) || ram_block_discard_range(rb, offset, size)) {
            memset(host, 0, size);
        }
        /*
         * Only now drop what is translated, and have migration send the pages:
         * earlier, both could happen upon the old content once more.
         */
        cpu_physical_memory_unmap(host, size, true, size);
    }
}

/* Prefixing moves two pages. Before, in and after them all is contiguous. */
static uint64_t contiguous(CPUS390XState *env, uint64_t addr, uint64_t end)
{
    if (addr < env->psa) {
        end = MIN(end, env->psa);
    } else if (addr < env->psa + 2 * TARGET_PAGE_SIZE) {
        end = MIN(end, env->psa + 2 * TARGET_PAGE_SIZE);
    }
    return end - addr;
}

int tcg_s390_diag10(CPUS390XState *env, uint32_t r1, uint32_t r3, uintptr_t ra)
{
    uint64_t addr = wrap_address(env, env->regs[r1]);
    uint64_t last = wrap_address(env, env->regs[r3]);
    uint64_t end = last + TARGET_PAGE_SIZE, size = end - addr;

    if ((addr | last) & ~TARGET_PAGE_MASK || last < addr ||
        addr < 2 * TARGET_PAGE_SIZE) {
        return -1;
    }
    if (!address_space_access_valid(&address_space_memory, addr, size, true,
                                    MEMTXATTRS_UNSPECIFIED)) {
        tcg_s390_program_interrupt(env, PGM_ADDRESSING, ra);
    }
    for (; addr < end; addr += size) {
        size = contiguous(env, addr, end);
        release(mmu_real2abs(env, addr), size);
    }
    return 0;
}
