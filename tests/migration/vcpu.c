// SPDX-License-Identifier: GPL-2.0
/*
 * What a vCPU has besides registers, and takes along. CPU 0 does little else than
 * to have a condition code that something depends on, CPU 1 to be between an EXECUTE
 * and its target. Interruptions wait until the host asks, by injecting a restart.
 */
#include "requests.h"

#define SIGP_EXTERNAL_CALL	0x02
#define SIGP_EMERGENCY		0x03

#define MICROSECOND	0x1000UL	/* of all clocks */
#define LONG		100000		/* turns of a loop, 1 ms or so */

/* Control register 0, and codes of external interruptions */
#define EMERGENCY	0x4000
#define EXTERNAL_CALL	0x2000
#define COMPARATOR	0x0800
#define CPU_TIMER	0x0400

#define LC_EXT_CODE	0x86

/* A condition code, and then time in which it is all that is left of its cause */
#define CONDITION(name, insn)					\
static unsigned int name(u64 a, u64 b)				\
{								\
	unsigned int cc;					\
	u64 turns = LONG;					\
								\
	asm volatile(insn "\n"					\
		     "0: brctg %1, 0b\n"			\
		     "ipm %0\n"					\
		     "srl %0, 28\n"				\
		     : "=&d" (cc), "+d" (turns), "+d" (a)	\
		     : "d" (b) : "cc");				\
	return cc;						\
}

CONDITION(compare, "cgr %2, %3")
CONDITION(compare_logical, "clgr %2, %3")
CONDITION(add, "agr %2, %3")
CONDITION(add_logical, "algr %2, %3")
CONDITION(subtract_logical, "slgr %2, %3")
CONDITION(test_mask, "tmll %2, 0x3")

static const struct {
	const char *name;
	unsigned int (*of)(u64 a, u64 b);
	u64 a, b;
	unsigned int cc;
} conditions[] = {
	{ "a comparison", compare, -1UL, 1, 1 },
	{ "a logical comparison", compare_logical, -1UL, 1, 2 },
	{ "an addition", add, ~0UL >> 1, 1, 3 },
	{ "a logical addition", add_logical, -1UL, 2, 3 },
	{ "a logical subtraction", subtract_logical, 1, 2, 1 },
	{ "a test under mask", test_mask, 2, 0, 2 },
};

static unsigned int wrong_cc[ARRAY_SIZE(conditions)], seen_cc[ARRAY_SIZE(conditions)];
static u64 wrong_target;
static volatile u64 executed;
static volatile bool asked;

static void set_and_ask(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(conditions); i++) {
		unsigned int cc = conditions[i].of(conditions[i].a, conditions[i].b);

		if (cc != conditions[i].cc) {
			wrong_cc[i]++;
			seen_cc[i] = cc;
		}
	}
}

/* The target tells where it is. */
static void execute(void)
{
	u64 turns = LONG, should, is;

	asm volatile("	larl %1, 9f\n"
		     "0: lghi %2, 0\n"
		     "	exrl 0, 1f\n"
		     "	cgr %1, %2\n"
		     "	jne 2f\n"
		     "	brctg %0, 0b\n"
		     "	j 2f\n"
		     "1: larl %2, 9f\n"
		     "9:\n"
		     "2:"
		     : "+d" (turns), "=&d" (should), "=&d" (is) : : "cc");
	if (is != should)
		wrong_target = is | 1;
	executed++;
}

/* Upwards: the last bit is another than when rounded to what is nearest. */
static u64 third(void)
{
	u64 result;

	asm volatile("ldgr %%f0, %1\n"
		     "ldgr %%f2, %2\n"
		     "ddbr %%f0, %%f2\n"
		     "lgdr %0, %%f0"
		     : "=d" (result)
		     : "d" (0x3ff0000000000000UL), "d" (0x4008000000000000UL));
	return result;
}

#define ROUND_UP 2
#define THIRD_UP 0x3fd5555555555556UL

static void round_up(void)
{
	asm volatile("sfpc %0" : : "d" (ROUND_UP));
}

static void set_cpu_timer(u64 us)
{
	u64 value = us * MICROSECOND;

	asm volatile("spt %0" : : "Q" (value));
}

static void set_comparator(u64 us)
{
	u64 value;

	asm volatile("stck %0" : "=Q" (value) : : "cc");
	value += us * MICROSECOND;
	asm volatile("sckc %0" : : "Q" (value));
}

/* Returns: the code of an external interruption that has waited, or 0 */
static u16 take_external(u64 which)
{
	u64 control, handler;
	u8 *prefix;
	u8 mask;

	/* The compiler must not know that this is address 0. */
	asm("lghi %0, 0" : "=d" (prefix));
	*(volatile u16 *)(prefix + LC_EXT_CODE) = 0;
	asm volatile("stctg 0, 0, %0" : "=S" (control));
	set_control(0, control | which);
	asm volatile("larl %0, 0f\n"
		     "stg %0, %1\n"
		     "stosm %2, 1\n"
		     "stnsm %2, 0xfe\n"
		     "0:"
		     : "=&d" (handler), "=S" (*(u64 *)(prefix + LC_EXT_NEW + 8)), "=Q" (mask)
		     : : "memory");
	set_control(0, control);
	return *(volatile u16 *)(prefix + LC_EXT_CODE);
}

/* Returns: which of those have come, within @us */
static u64 take_all(u64 which, u64 us)
{
	static const struct { u16 code; u64 which; } codes[] = {
		{ 0x1201, EMERGENCY }, { 0x1202, EXTERNAL_CALL },
		{ 0x1004, COMPARATOR }, { 0x1005, CPU_TIMER },
	};
	u64 until = now_us() + us, come = 0;
	u8 *prefix;

	asm("lghi %0, 0" : "=d" (prefix));
	*(u64 *)(prefix + LC_EXT_NEW) = PSW_64;
	do {
		u16 code = take_external(which & ~come);

		for (unsigned int i = 0; i < ARRAY_SIZE(codes); i++)
			come |= code == codes[i].code ? codes[i].which : 0;
	} while (come != which && now_us() < until);
	return come;
}

#define WAITING (EMERGENCY | EXTERNAL_CALL | COMPARATOR | CPU_TIMER)

static volatile u64 come_to_1, third_of_1;

static void on_1(void)
{
	set_control(0, 0x60000);
	round_up();
	set_cpu_timer(1000);
	set_comparator(1000);
	while (!asked)
		execute();
	third_of_1 = third();
	come_to_1 = take_all(WAITING, 2000000);
	stop_cpu();
}

static void report(u64 come_to_0, u64 third_of_0)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(conditions); i++) {
		begin(conditions[i].name);
		if (wrong_cc[i])
			fail("the condition code was %u, not %u", seen_cc[i], conditions[i].cc);
		end();
	}
	begin("an EXECUTE and its target");
	if (wrong_target)
		fail("a relative address is 0x%lx", wrong_target);
	end();
	begin("the rounding mode");
	if (third_of_0 != THIRD_UP || third_of_1 != THIRD_UP)
		fail("a third is 0x%lx and 0x%lx", third_of_0, third_of_1);
	end();
	check(come_to_1 & EMERGENCY, "an emergency signal");
	check(come_to_1 & EXTERNAL_CALL, "an external call");
	check(come_to_1 & COMPARATOR, "the clock comparator");
	check(come_to_1 & CPU_TIMER, "a CPU timer that has run out");
	check(come_to_0 & CPU_TIMER, "a CPU timer that runs");
}

int main(void)
{
	u64 third_of_0;

	round_up();
	start_cpu(1, on_1);
	while (!executed)
		barrier();
	if (sigp_once(SIGP_EMERGENCY, 1, 0, NULL) || sigp_once(SIGP_EXTERNAL_CALL, 1, 0, NULL))
		die("SIGP");
	accept_requests();
	set_cpu_timer(3000000);
	say("ready");
	while (!requests())
		set_and_ask();
	asked = true;
	third_of_0 = third();
	await_cpu(1);
	report(take_all(CPU_TIMER, 4000000), third_of_0);
	ready_and_wait();
}
