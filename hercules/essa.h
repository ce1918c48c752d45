/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the module share.
 *
 *   module.c    what Hercules' loader calls; the statement "essa"; resets
 *   insn.c      EXTRACT AND SET STORAGE ATTRIBUTES
 *   states.c    a byte for each page, and what may become of it
 *   memory.c    the host's side: pages dropped, filled, looked at
 *   fault.c     an access to a page that is not there
 *   operands.c  operands looked at before an instruction begins
 *   long.c      instructions that go on page by page
 *   execute.c   EXECUTE, which must not read beyond its target
 *   policy.c    which pages the host drops, and when
 *   pager.c     a thread that drops pages later
 *   lru.c       what may be dropped, by age
 */
#ifndef ESSA_H
#define ESSA_H

/* Structures are laid out as for the first architecture, the rest is for z/Architecture. */
#include "hstdinc.h"
#include "hercules.h"
#define _GEN_ARCH 900
#include "feature.h"
#include "cpuint.h"
#include "opcode.h"
#include "inline.h"
#include <stdbool.h>

#define PAGE_BYTES 4096UL

/* Block usage state, as ESSA reports it */
enum usage { STABLE = 0x0, UNUSED = 0x4, POT_VOLATILE = 0x8, VOLATILE = 0xc };

/* Block content state */
enum content { RESIDENT = 0x0, PRESERVED = 0x2, ZERO = 0x3 };

#define USAGE_MASK	0x0c
/* A volatile page that was dropped, whatever the host has there by now */
#define DISCARDED	0x10

/* module.c */

bool essa_begin(void);

/* insn.c */

DEF_INST(extract_and_set_storage_attributes);

/* states.c */

bool states_begin(void);
void states_reset(void);
BYTE state_lock(U64 page);
void state_unlock(U64 page, BYTE state);
BYTE state_peek(U64 page);
bool may_be_changed(U64 page);

/* memory.c */

bool memory_begin(void);
void memory_end(void);
bool memory_ready(void);
void memory_forget_zeroes(void);
void memory_drop(U64 page);
void memory_fill(U64 page);
void memory_bring(U64 page, enum content content);
enum content memory_content(U64 page);
U64 memory_pages(void);
U64 memory_frames(void);
BYTE *memory_at(U64 page);

/* fault.c */

bool fault_begin(void);
void discard_fault(REGS *regs, U64 page) __attribute__((noreturn));

/* policy.c */

bool policy_set(const char *name, const char *value);
void policy_say(void);
void policy_changed(REGS *regs, U64 page);
void policy_filled(U64 page, enum usage usage);
bool policy_pressed(void);
void policy_drop(U64 page);
unsigned int policy_delay(void);
void policy_reset(void);

/* pager.c */

bool pager_begin(void);
void pager_queue(U64 page);
void pager_wake(void);

/* lru.c */

bool lru_begin(void);
void lru_add(U64 page);
void lru_remove(U64 page);
bool lru_take(U64 *page);

/* operands.c */

/* Of HDL_INSTRUCTION_SECTION */
typedef int define_insn(int arch, int opcode, void *name, void *function);
void operands_define(define_insn *define);
void touch(REGS *regs, VADR addr, int arn, unsigned int length);

/* long.c */

void long_define(define_insn *define);

/* execute.c */

void execute_define(define_insn *define);

extern struct counters {
	U64 operations[16];
	U64 dropped;
	U64 faults;
	U64 filled;		/* for somebody who gets no discard fault */
} counters;

#endif
