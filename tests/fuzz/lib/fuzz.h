/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fuzzer: what its parts share. It uses the library of tests/essa.
 *
../fuzz.c    parameters, the CPUs' loops, resets, the verdict
 *   model.c      pages with known content: what ESSA may say of them
 *   operands.c   instructions on such pages, against a shadow of them
 *   insns.c      the instructions
 *   shared.c     pages that everybody misuses: keys, DIAGNOSE, SCLP, SIGP ...
 *   virtio.c     virtio devices whose rings and buffers are in such pages
 *   wild.c       anything anywhere; the guest need not survive it
 *
 * What a CPU does in a step depends on the seed, the CPU and the step's number
 * alone, never on what came of the steps before.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "essa.h"

#define MAX_CPUS	4

/* Written by QEMU's loader device; nothing of it is in the program itself. */
struct parameters {
	u64 seed;
	u64 seconds;
	u64 flags;
	u64 steps;		/* a CPU ends after that many, if not 0 */
	u64 kinds;		/* of steps, a bit each; 0 is all */
	u64 cpus;
	/* Outlives a re-IPL, which loads the program anew */
	u64 deadline;
	u64 lives;
	u64 done[MAX_CPUS];	/* steps */
	u64 loads_another;	/* load clear does, since DIAG 308 has set parameters */
};
#define PARAMETERS	((struct parameters *)0x18000UL)

#define NODAT		0x20UL	/* in what ESSA says */

#define PSW_EXTERNAL	0x0100000000000000

#define FLAG_WILD	1	/* nothing is spared, nothing is checked */
#define FLAG_STRICT	2	/* an access to an unused page is an exception */

/*
 * Real and absolute addresses are the same for all of these. Blocks of two
 * pages belong to the CPUs in turn, so that neighbours differ in owner and
 * state.
 */
#define OWN_BASE	0x1000000UL
#define OWN_BLOCKS	48	/* of each CPU */
#define OWN_PAGES	(2 * OWN_BLOCKS)
#define OWN_END		(OWN_BASE + OWN_BLOCKS * 2 * MAX_CPUS * PAGE_SIZE)
/* From a page to its shadow; not a power of two, which would be hard on TLBs */
#define SHADOW		0x0426000UL
#define RING_BASE	0x1800000UL	/* virtio rings, RING_PAGES a CPU */
#define RING_PAGES	16
#define TABLE_BASE	0x1a00000UL	/* translation tables */
#define VICTIM_AREA	0x1b00000UL	/* a prefix area that is discarded */
#define SHARED_BASE	0x2000000UL	/* to the end of storage */
#define HOT_BASE	0x3f00000UL	/* where most of the misuse happens */
#define STORAGE_END	0x4000000UL

static inline u8 *own_page(unsigned int cpu, unsigned int page)
{
	return (u8 *)(OWN_BASE + ((page / 2 * MAX_CPUS + cpu) * 2 + page % 2) * PAGE_SIZE);
}

struct model {
	u8 usage;
	bool discarded;		/* and the guest knows */
	bool unknown;		/* was unused: content or zeroes */
	bool keep;		/* potentially volatile and changed */
	bool nodat;		/* the no-DAT attribute */
};

struct cpu {
	unsigned int id;
	u64 random;
	struct model model[OWN_PAGES];
	struct insn insn;
	const char *doing;	/* the instruction, if it is about one */
	u64 runs, faults, clean, virtio;/* said in the end */

	/* The first thing that was wrong */
	const char *complaint, *complaint_of;
	u64 at, about[3];
};

extern struct cpu cpus[MAX_CPUS];
extern bool tables_fault;	/* discarded translation tables do */
extern bool nodat_facility;

/* main.c */

u64 random64(struct cpu *cpu);
static inline u32 below(struct cpu *cpu, u32 limit)
{
	return (random64(cpu) >> 32) * limit >> 32;
}
static inline bool one_in(struct cpu *cpu, u32 n)
{
	return !below(cpu, n);
}
static inline bool has_flag(u64 flag)
{
	return PARAMETERS->flags & flag;
}

/* What is wrong, and three numbers about it; the first complaint is kept. */
void complain(struct cpu *cpu, const char *what, u64 a, u64 b, u64 c);
unsigned int sigp(unsigned int order, u16 cpu, u64 parameter);
void pause_us(u64 us);
void cpu_main(void);

/* model.c */

/**
 * own_essa: one operation on a page of the CPU's own, its result checked
 *
 * A page that becomes stable gets its content from its shadow, if it may have
 * lost it.
 */
void own_essa(struct cpu *cpu, unsigned int page, unsigned int op);

/* own_set_key: a random key, with and without the change bit */
void own_set_key(struct cpu *cpu, unsigned int page);

/* own_lost: ESSA said that the page is discarded, or the fault did. */
void own_lost(struct cpu *cpu, unsigned int page);

/* own_settle: stable, and what the shadow says */
void own_settle(struct cpu *cpu, unsigned int page);

/* own_anew: stable, and a copy of its shadow, whatever it was */
void own_anew(struct cpu *cpu, unsigned int page);
void model_stable(struct model *model);

/* own_start: all pages are as after a reset; @fresh: and so is the shadow. */
void own_start(struct cpu *cpu, bool fresh);

void step_essa(struct cpu *cpu);
void step_unused(struct cpu *cpu);

/* operands.c */

#define INSN_PARTIAL	1	/* interruptible: a part may be done at a fault */
#define INSN_VARIES	2	/* no two results are the same */

struct template {
	const char *name;
	void *stub;
	unsigned int first;	/* the most that it touches at %r2 */
	unsigned int second;	/* at %r3 */
	unsigned int align;	/* of both, if not 0 */
	unsigned int flags;
	/* Content and registers that it needs, both pages of an operand there */
	void (*prepare)(struct cpu *cpu, u8 *first, u8 *second, u64 *r);
};

/* insns.c */
extern const struct template templates[];
extern const unsigned int template_count;

void step_operands(struct cpu *cpu);
void step_fetch(struct cpu *cpu);
/* Registers 2 and 3 are the operands, 8 to 11 the same as two pairs. */
void set_registers(struct cpu *cpu, struct insn *insn, u64 first, u64 second);
void make_tables(struct cpu *cpu);
void probe_tables(void);

/* shared.c */
u8 *shared_address(struct cpu *cpu);
u64 any_address(struct cpu *cpu);
void set_some_state(struct cpu *cpu, u8 *page);
void step_shared_essa(struct cpu *cpu);
void step_shared_insn(struct cpu *cpu);
void step_control(struct cpu *cpu);
void step_sigp(struct cpu *cpu);
void step_victim(struct cpu *cpu);

/* virtio.c */
void virtio_start(struct cpu *cpu);
void step_virtio(struct cpu *cpu);

/* wild.c */
void step_wild(struct cpu *cpu);

#endif
