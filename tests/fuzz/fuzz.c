// SPDX-License-Identifier: GPL-2.0
/*
 * The fuzzer: each CPU takes random steps until the time is over. CPU 0 also
 * looks after the others, resets the machine now and then, and has the last
 * word.
 */
#include "fuzz.h"

#define HANG_US		30000000	/* a CPU that takes no step for so long */

struct cpu cpus[MAX_CPUS];
bool nodat_facility;
static volatile bool stop;

extern const char _start[], ignore_external[], ignore_io[];
extern const char wild_program_entry[], wild_external[];

/* Interruptions that are let in now and then are of no interest. */
asm(".pushsection .text\n"
    "ignore_external: lpswe 0x130\n"
    "ignore_io: lpswe 0x170\n"
    /*
     * A wild CPU begins anew when it is interrupted outside of run(), or when its
     * time is over.
     */
    "wild_program_entry:\n"
    "   stg %r15, 0x338\n"
    "   lg %r15, 0x288\n"			/* LC_INSN */
    "   ltgr %r15, %r15\n"
    "   lg %r15, 0x338\n"
    "   jne program_entry\n"
    "wild_external:\n"
    "   lg %r15, 0x320\n"			/* LC_MAIN_STACK */
    "   jg cpu_main\n"
    ".popsection\n");

STUB(reset, "diag %r2, %r4, 0x308");

static u64 mix(u64 value)
{
	value ^= value >> 30;
	value *= 0xbf58476d1ce4e5b9;
	value ^= value >> 27;
	value *= 0x94d049bb133111eb;
	return value ^ value >> 31;
}

u64 random64(struct cpu *cpu)
{
	return mix(cpu->random += 0x9e3779b97f4a7c15);
}

void complain(struct cpu *cpu, const char *what, u64 a, u64 b, u64 c)
{
	if (cpu->complaint || has_flag(FLAG_WILD))
		return;
	cpu->at = PARAMETERS->done[cpu->id];
	cpu->complaint_of = cpu->doing;
	cpu->about[0] = a;
	cpu->about[1] = b;
	cpu->about[2] = c;
	barrier();
	cpu->complaint = what;
}

void pause_us(u64 us)
{
	u64 since = now_us();

	while (now_us() < since + us)
		;
}

unsigned int sigp(unsigned int order, u16 cpu, u64 parameter)
{
	u64 deadline = now_us() + HANG_US;
	unsigned int cc;

	do
		cc = sigp_once(order, cpu, parameter, NULL);
	while (cc == CC_BUSY && now_us() < deadline);
	return cc;
}

/* Other CPUs are stopped by it. This one goes on at the start. */
static void step_reset(struct cpu *cpu)
{
	/* Load normal and modified clear: go on; load clear: IPL */
	static const u8 subcodes[] = { 0, 1, 1, 3 };
	struct insn insn = { 0 };
	u64 *zero;

	if (cpu->id || !one_in(cpu, 20))
		return;
	for (unsigned int i = 0; i < MAX_CPUS; i++)
		if (cpus[i].complaint)
			return;
	asm("lghi %0, 0" : "=d" (zero));
	*zero = 0x0008000180000000 | (u64)_start;
	insn.r[4] = subcodes[below(cpu, sizeof(subcodes))];
	if (PARAMETERS->loads_another)
		insn.r[4] = 1;
	run_at(&insn, stub_reset, 0, 0);
	complain(cpu, "a reset that has not happened", insn.r[4], insn.fault.code, 0);
}

static const struct {
	void (*step)(struct cpu *cpu);
	u8 weight;
} kinds[] = {
	{ step_operands, 70 }, { step_essa, 30 }, { step_unused, 20 }, { step_fetch, 20 },
	{ step_shared_essa, 20 }, { step_shared_insn, 30 }, { step_control, 30 },
	{ step_sigp, 6 }, { step_virtio, 24 }, { step_victim, 1 }, { step_reset, 1 },
	{ step_wild, 40 },
};

static void one_step(struct cpu *cpu, u64 number)
{
	unsigned int total = 0, pick, kind = 0;

	cpu->doing = "states";
	cpu->random = mix(PARAMETERS->seed * MAX_CPUS + cpu->id) + mix(number);
	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++)
		total += kinds[i].weight;
	pick = below(cpu, total);
	while (pick >= kinds[kind].weight)
		pick -= kinds[kind++].weight;
	if (!PARAMETERS->kinds || PARAMETERS->kinds & 1UL << kind)
		kinds[kind].step(cpu);
}

/* Said when something is wrong, and once in a while */
static void report(void)
{
	struct parameters *p = PARAMETERS;

	say("# life %lu, steps %lu %lu %lu %lu", p->lives, p->done[0], p->done[1], p->done[2],
	    p->done[3]);
}

/* Returns: whether something is wrong. */
static bool look_after(void)
{
	static u64 looked, said, done[MAX_CPUS], since[MAX_CPUS];
	u64 now = now_us();
	bool bad = false;

	if (now < looked + 10000)
		return false;
	looked = now;
	for (unsigned int i = 0; i < PARAMETERS->cpus; i++) {
		u64 steps = PARAMETERS->done[i];

		if (steps != done[i] || !since[i]) {
			done[i] = steps;
			since[i] = now;
		} else if (now > since[i] + HANG_US && !has_flag(FLAG_WILD) &&
			   !(PARAMETERS->steps && steps >= PARAMETERS->steps)) {
			complain(&cpus[i], "no step for half a minute", steps, 0, 0);
		}
		bad |= cpus[i].complaint != NULL;
	}
	if (now > said + 2000000) {
		said = now;
		report();
	}
	return bad;
}

static bool time_is_up(struct cpu *cpu)
{
	struct parameters *p = PARAMETERS;

	if (stop)
		return true;
	if (p->steps && p->done[cpu->id] >= p->steps && cpu->id)
		return true;
	return !cpu->id && (look_after() || now_us() > p->deadline ||
			    (p->steps && p->done[0] >= p->steps));
}

static void fuzz(struct cpu *cpu)
{
	static const u64 isc = 0xff000000;
	u64 *new_psw;

	asm("lghi %0, 0" : "=d" (new_psw));
	new_psw[LC_EXT_NEW / 8] = new_psw[LC_IO_NEW / 8] = PSW_64;
	new_psw[LC_EXT_NEW / 8 + 1] = (u64)ignore_external;
	new_psw[LC_IO_NEW / 8 + 1] = (u64)ignore_io;
	if (has_flag(FLAG_WILD)) {
		static u8 stack[0x2000] __attribute__((aligned(16)));

		if (!cpu->id)
			new_psw[LC_MAIN_STACK / 8] = (u64)stack + sizeof(stack) - 160;
		new_psw[LC_PGM_NEW / 8] = PSW_64 | PSW_EXTERNAL;
		new_psw[LC_PGM_NEW / 8 + 1] = (u64)wild_program_entry;
		new_psw[LC_EXT_NEW / 8 + 1] = (u64)wild_external;
	}
	/*
	 * AFP registers, vectors; emergency signal, external call. Not the service
	 * signal: what waits for that waits for ever if another CPU takes it.
	 */
	set_control(0, 0x66000);
	asm volatile("lctlg 6, 6, %0" : : "Q" (isc));
	/* A wild one begins anew too often. */
	if (!has_flag(FLAG_WILD) || !PARAMETERS->done[cpu->id]) {
		make_tables(cpu);
		own_start(cpu, PARAMETERS->done[cpu->id] == 0 || PARAMETERS->lives > 1);
		virtio_start(cpu);
	}
	while (!time_is_up(cpu)) {
		/* Counted before it is taken: a reset must not lead to it again. */
		u64 number = ++PARAMETERS->done[cpu->id];

		one_step(cpu, number);
	}
}

void cpu_main(void)
{
	u16 id;

	asm volatile("stap %0" : "=Q" (id));
	fuzz(&cpus[id]);
}

static void give_verdict(void)
{
	u64 runs = 0, faults = 0, clean = 0, virtio = 0;

	begin("content, states and exceptions");
	for (unsigned int i = 0; i < MAX_CPUS; i++) {
		struct cpu *cpu = &cpus[i];

		if (cpu->complaint)
			fail("CPU %u, step %lu, %s: %s: 0x%lx 0x%lx 0x%lx", i, cpu->at,
			     cpu->complaint_of, cpu->complaint, cpu->about[0], cpu->about[1], cpu->about[2]);
		runs += cpu->runs;
		faults += cpu->faults;
		clean += cpu->clean;
		virtio += cpu->virtio;
	}
	end();
	report();
	say("# in this life: %lu instructions, %lu discard faults, %lu virtio requests, "
	    "%lu potentially volatile pages discarded", runs, faults, virtio, clean);
}

int main(void)
{
	struct parameters *p = PARAMETERS;

	stop = false;
	if (!p->lives++)
		p->deadline = now_us() + p->seconds * 1000000;
	if (!p->cpus || p->cpus > MAX_CPUS)
		die("%lu CPUs", p->cpus);
	for (unsigned int i = 0; i < MAX_CPUS; i++) {
		cpus[i].id = i;
		cpus[i].doing = "set-up";
	}
	nodat_facility = facility(147);
	make_tables(&cpus[0]);
	probe_tables();
	if (p->lives == 1)
		say("# seed %lu, %lu CPUs, facility 147 %s, discarded tables %s", p->seed, p->cpus,
		    nodat_facility ? "on" : "off", tables_fault ? "fault" : "are not tried");
	for (unsigned int i = 1; i < p->cpus; i++)
		start_cpu(i, cpu_main);
	fuzz(&cpus[0]);
	stop = true;
	for (unsigned int i = 1; i < p->cpus; i++)
		await_cpu(i);
	give_verdict();
	return 0;
}
