// SPDX-License-Identifier: GPL-2.0
/*
 * Which pages the host drops, and when.
 *
 *   never	none
 *   always	every unused or volatile page
 *   random	some of them, by a generator that begins with a seed
 *   pressure	the oldest, while the guest has more frames than a limit
 *
 * With "always" and "random" that is before the ESSA ends if delay=0, and that
 * many microseconds later otherwise. A potentially volatile page has some time to
 * be changed in any case.
 */
#include "essa.h"

#define DEFAULT_DELAY	1000
#define LONGEST_DELAY	1000000
#define FRAMES_A_MIB	256
#define LARGEST_LIMIT	(1ULL << 20)

enum policy { NEVER, ALWAYS, RANDOM, PRESSURE };

static const char *const names[] = { "never", "always", "random", "pressure" };
static enum policy policy = ALWAYS;
static U64 seed = 1, percent = 50, generator = 1, delay, limit_mib;

static bool number(const char *text, U64 least, U64 most, U64 *to)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || end == text || *end || !isdigit((BYTE)*text) || value < least || value > most)
		return false;
	*to = value;
	return true;
}

static bool set_policy(const char *name)
{
	for (unsigned int i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!strcasecmp(name, names[i])) {
			policy = i;
			return true;
		}
	}
	return false;
}

/* Returns: false if there is no such setting, or no such value of it */
bool policy_set(const char *name, const char *value)
{
	if (!strcasecmp(name, "policy"))
		return set_policy(value);
	if (!strcasecmp(name, "seed")) {
		if (!number(value, 0, ~0ULL, &seed))
			return false;
		generator = seed;
		return true;
	}
	if (!strcasecmp(name, "percent"))
		return number(value, 0, 100, &percent);
	if (!strcasecmp(name, "delay"))
		return number(value, 0, LONGEST_DELAY, &delay);
	if (!strcasecmp(name, "limit"))
		return number(value, 1, LARGEST_LIMIT, &limit_mib);
	return false;
}

void policy_say(void)
{
	logmsg("HHCES012I essa policy=%s delay=%" I64_FMT "u percent=%" I64_FMT "u seed=%" I64_FMT
	       "u limit=%" I64_FMT "u\n", names[policy], delay, percent, seed, limit_mib);
}

unsigned int policy_delay(void)
{
	return delay ? delay : DEFAULT_DELAY;
}

void policy_reset(void)
{
	generator = seed;
}

/* splitmix64 */
static bool chosen(void)
{
	U64 z = __atomic_add_fetch(&generator, 0x9e3779b97f4a7c15ULL, __ATOMIC_RELAXED);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return (z ^ z >> 31) % 100 < percent;
}

/*
 * Called while no CPU is within an instruction, so that all of an instruction
 * finds a page there, or nothing of it.
 */
void policy_drop(U64 page)
{
	BYTE state = state_lock(page), usage = state & USAGE_MASK;

	if (usage == STABLE) {
		state_unlock(page, state);
	} else if (usage == POT_VOLATILE && may_be_changed(page)) {
		state_unlock(page, STABLE);
	} else {
		memory_drop(page);
		__atomic_fetch_add(&counters.dropped, 1, __ATOMIC_RELAXED);
		state_unlock(page, usage == UNUSED ? UNUSED : VOLATILE | DISCARDED);
	}
}

bool policy_pressed(void)
{
	return policy == PRESSURE && limit_mib && memory_frames() > limit_mib * FRAMES_A_MIB;
}

static void press(U64 page, enum usage usage)
{
	if (usage == STABLE)
		lru_remove(page);
	else
		lru_add(page);
	if (policy_pressed())
		pager_wake();
}

static bool to_be_dropped(void)
{
	return policy == ALWAYS || (policy == RANDOM && chosen());
}

/* An ESSA has changed a page. */
void policy_changed(REGS *regs, U64 page)
{
	BYTE usage = state_peek(page) & USAGE_MASK;

	if (policy == PRESSURE) {
		press(page, usage);
	} else if (usage == STABLE || !to_be_dropped()) {
		return;
	} else if (delay || usage == POT_VOLATILE) {
		pager_queue(page);
	} else {
		OBTAIN_INTLOCK(regs);
		SYNCHRONIZE_CPUS(regs);
		policy_drop(page);
		RELEASE_INTLOCK(regs);
	}
}

/* A page that was missing is there. */
void policy_filled(U64 page, enum usage usage)
{
	if (policy == PRESSURE)
		press(page, usage);
	else if (usage != STABLE && to_be_dropped())
		pager_queue(page);
}
