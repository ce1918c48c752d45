// SPDX-License-Identifier: GPL-2.0
/* More CPUs. */
#include "essa.h"

#define SIGP_SENSE		0x01
#define SIGP_STOP		0x05
#define SIGP_RESTART		0x06
#define SIGP_INITIAL_RESET	0x0b
#define SIGP_SET_PREFIX		0x0d

#define SENSE_STOPPED		0x40
#define NOT_OPERATIONAL		3	/* condition code: there is no such CPU */

#define MAX_CPUS 4

extern const char cpu_entry[];

static u8 prefix[MAX_CPUS][2 * PAGE_SIZE] __attribute__((aligned(8192)));
static u8 stack[MAX_CPUS][2][0x2000] __attribute__((aligned(16)));

unsigned int sigp_once(unsigned int order, u16 cpu, u64 parameter, u64 *status)
{
	/* A call between these and the instruction would lose them. */
	register u64 r1 asm("1") = parameter;
	register u64 r0 asm("0") = 0;
	unsigned int cc;

	asm volatile("sigp 0, %2, 0(%3)\n"
		     "ipm %1\n"
		     "srl %1, 28\n"
		     : "+d" (r0), "=&d" (cc)
		     : "d" (cpu), "a" (order), "d" (r1) : "cc", "memory");
	if (status)
		*status = (u32)r0;
	return cc;
}

static unsigned int sigp(unsigned int order, u16 cpu, u64 parameter, u64 *status)
{
	unsigned int cc;

	do
		cc = sigp_once(order, cpu, parameter, status);
	while (cc == CC_BUSY);
	return cc;
}

bool cpu_exists(unsigned int cpu)
{
	return sigp(SIGP_SENSE, cpu, 0, NULL) != NOT_OPERATIONAL;
}

void start_cpu(unsigned int cpu, void (*main)(void))
{
	u8 *area = prefix[cpu];

	init_prefix(area, stack[cpu][1] + sizeof(stack[cpu][1]));
	*(struct psw *)(area + LC_RESTART_NEW) = (struct psw) { PSW_64, (u64)cpu_entry };
	*(u64 *)(area + LC_MAIN_STACK) = (u64)stack[cpu][0] + sizeof(stack[cpu][0]) - 160;
	*(u64 *)(area + LC_MAIN) = (u64)main;
	if (sigp(SIGP_INITIAL_RESET, cpu, 0, NULL) ||
	    sigp(SIGP_SET_PREFIX, cpu, (u64)area, NULL) ||
	    sigp(SIGP_RESTART, cpu, 0, NULL))
		die("CPU %u does not start", cpu);
}

void await_cpu(unsigned int cpu)
{
	u64 deadline = now_us() + 30000000, status;

	while (sigp(SIGP_SENSE, cpu, 0, &status) != 1 || !(status & SENSE_STOPPED)) {
		if (now_us() > deadline)
			die("CPU %u does not end", cpu);
	}
}

void stop_cpu(void)
{
	u16 cpu;

	asm volatile("stap %0" : "=Q" (cpu));
	for (;;)
		sigp(SIGP_STOP, cpu, 0, NULL);
}

void lock(volatile u32 *lock)
{
	while (__sync_val_compare_and_swap(lock, 0, 1))
		;
}

void unlock(volatile u32 *lock)
{
	barrier();
	*lock = 0;
	barrier();
}
