/*
 * QEMU TCG support -- s390x: what of a vCPU travels besides its registers
 *
 * KVM hands over the condition code in the PSW, and interruptions that have
 * not been taken yet as a blob of its own. TCG has them in members that follow
 * from no register. A vCPU is stopped between any two instructions, and so also
 * between a comparison and the branch that depends on it, or between an EXECUTE
 * and its target.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "cpu.h"
#include "migration/vmstate.h"
#include "qemu/error-report.h"
#include "s390x-internal.h"
#include "system/tcg.h"
#include "tcg_s390x.h"

static bool tcg_state_needed(void *opaque)
{
    return tcg_enabled();
}

/* The condition code is computed when it is asked for, which is now. */
static int tcg_state_pre_save(void *opaque)
{
    CPUS390XState *env = &((S390CPU *)opaque)->env;

    env->cc_op = calc_cc(env, env->cc_op, env->cc_src, env->cc_dst,
                         env->cc_vr);
    return 0;
}

static int tcg_state_post_load(void *opaque, int version_id)
{
    S390CPU *cpu = opaque;
    CPUS390XState *env = &cpu->env;

    if (env->cc_op > 3) {
        error_report("CPU %u: %u is no condition code", env->core_id,
                     env->cc_op);
        return -EINVAL;
    }
    /* The rounding mode follows from the FPC, which is there already. */
    cpu_s390x_load_fpc(env, env->fpc);
    if (env->pending_int) {
        cpu_interrupt(CPU(cpu), CPU_INTERRUPT_HARD);
    }
    return 0;
}

const VMStateDescription vmstate_tcg_state = {
    .name = "cpu/tcg",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = tcg_state_needed,
    .pre_save = tcg_state_pre_save,
    .post_load = tcg_state_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(env.cc_op, S390CPU),
        VMSTATE_UINT64(env.ex_target, S390CPU),
        /* Of a program interruption that is about to be taken */
        VMSTATE_UINT32(env.int_pgm_code, S390CPU),
        VMSTATE_UINT32(env.int_pgm_ilen, S390CPU),
        VMSTATE_INT32(env.tlb_fill_exc, S390CPU),
        VMSTATE_UINT64(env.tlb_fill_tec, S390CPU),
        VMSTATE_INT32(env.pending_int, S390CPU),
        VMSTATE_UINT16(env.external_call_addr, S390CPU),
        {
            .name = "env.emergency_signals",
            .info = &vmstate_info_bitmap,
            .size = S390_MAX_CPUS,      /* bits */
            .flags = VMS_SINGLE,
            .offset = offsetof(S390CPU, env.emergency_signals),
        },
        VMSTATE_TIMER_PTR(env.cpu_timer, S390CPU),
        VMSTATE_END_OF_LIST()
    },
};
