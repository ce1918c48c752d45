/*
 * s390x EXTRACT AND SET STORAGE ATTRIBUTES helper
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "cpu.h"
#include "exec/cputlb.h"
#include "exec/exec-all.h"
#include "exec/helper-proto.h"
#include "hw/s390x/page-states.h"
#include "s390x-internal.h"
#include "tcg_s390x.h"

uint64_t HELPER(essa)(CPUS390XState *env, uint64_t r2, uint32_t m3)
{
    S390PageStates *ps = s390_page_states_get();
    uint64_t addr = wrap_address(env, r2) & TARGET_PAGE_MASK;
    uint8_t old;

    if (!ps || unlikely(qatomic_read(&ps->no_essa))) {
        tcg_s390_program_interrupt(env, PGM_OPERATION, GETPC());
    }
    if (m3 >= ESSA_OPS || (m3 == ESSA_SET_STABLE_NODAT &&
                           !s390_has_feat(S390_FEAT_CMM_NT))) {
        tcg_s390_program_interrupt(env, PGM_SPECIFICATION, GETPC());
    }
    /* What has a state is storage, and of that alone there is much to ask. */
    if (addr / TARGET_PAGE_SIZE >= ps->pages &&
        !mmu_absolute_addr_valid(addr, false)) {
        tcg_s390_program_interrupt(env, PGM_ADDRESSING, GETPC());
    }
    if (m3 == ESSA_SET_POT_VOLATILE &&
        !S390_SKEYS_GET_CLASS(ps->keys)->enable_skeys(ps->keys)) {
        /* From now on every first store has to be seen. */
        tlb_flush_all_cpus_synced(env_cpu(env));
    }
    old = s390_page_states_essa(ps, addr, m3);
    if (ps->strict && m3 == ESSA_SET_UNUSED) {
        tlb_flush(env_cpu(env));
        tlb_flush_all_cpus_synced(env_cpu(env));
    }
    return old;
}
