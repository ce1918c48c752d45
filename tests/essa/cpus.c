// SPDX-License-Identifier: GPL-2.0
/* Two CPUs at the same pages, while the host drops what it may. */
#include "essa.h"

#define RUN_MS 1000

STUB(load, "lg %r4, 0(%r2)");

static volatile bool go, stop;

static unsigned int next_random(unsigned int *random)
{
	*random = *random * 1103515245 + 12345;
	return *random / 65536;
}

/* Runs the same on both CPUs, until the time is over. */
static void on_both(void (*work)(unsigned int cpu), void (*second)(void))
{
	go = stop = false;
	start_cpu(1, second);
	go = true;
	work(0);
	await_cpu(1);
}

static bool time_is_up(unsigned int cpu, u64 since)
{
	if (!cpu && now_us() > since + RUN_MS * 1000)
		stop = true;
	return stop;
}

/*
 * Exchanges: test and change are one step, so each usage that an operation has
 * set is seen by exactly one later operation.
 */
static u8 *contested;
static u64 has_set[2][16], has_seen[2][16], odd[2];

static void exchange(unsigned int cpu)
{
	static const struct { unsigned int op; u64 usage; } ops[] = {
		{ SET_STABLE, STABLE }, { SET_UNUSED, UNUSED }, { SET_VOLATILE, VOLATILE },
		{ SET_UNLESS_DISCARDED, STABLE }, { SET_RESIDENT, STABLE },
	};
	unsigned int random = 4711 + cpu;
	u64 since = now_us();

	while (!time_is_up(cpu, since)) {
		unsigned int next = next_random(&random) % ARRAY_SIZE(ops);
		u64 was = essa(ops[next].op, contested);

		if (was & ~(u64)(USAGE | CONTENT) || (was & CONTENT) == 1 ||
		    ((was & USAGE) && (was & CONTENT) == PRESERVED))
			odd[cpu] = was | 1UL << 32;
		if (ops[next].op == SET_UNLESS_DISCARDED && was == DISCARDED)
			continue;
		has_set[cpu][ops[next].usage]++;
		has_seen[cpu][was & USAGE]++;
	}
}

static void exchange_on_1(void)
{
	exchange(1);
}

static void test_exchange(void)
{
	static const u64 usages[] = { STABLE, UNUSED, VOLATILE };
	u64 last, total = 0;

	begin("operations of two CPUs on one page are exchanges");
	contested = alloc_pages(1);
	on_both(exchange, exchange_on_1);
	last = essa(GET, contested) & USAGE;
	for (unsigned int i = 0; i < ARRAY_SIZE(usages); i++) {
		u64 set = has_set[0][usages[i]] + has_set[1][usages[i]] + (usages[i] == STABLE);
		u64 seen = has_seen[0][usages[i]] + has_seen[1][usages[i]] + (usages[i] == last);

		if (set != seen)
			fail("usage 0x%lx was set %lu times, but seen %lu times", usages[i], set, seen);
		total += set;
	}
	if (!has_set[0][VOLATILE] || !has_set[1][VOLATILE])
		fail("only one CPU ran");
	for (int cpu = 0; cpu < 2; cpu++) {
		if (odd[cpu])
			fail("a result was 0x%lx", odd[cpu] & 0xff);
	}
	essa(SET_STABLE, contested);
	say("# %lu operations", total);
	end();
}

/*
 * Pages that both CPUs read, and that whoever faults makes anew: while a
 * page's sequence number is even and stays the same, a load brings what was
 * last written, or a fault.
 */
#define SHARED 2048

static u8 *shared;
static volatile u64 sequence[SHARED];
static volatile u32 locks[SHARED];
static u64 loads[2], faults[2];
static struct { u64 page, value, should; } wrong[2];
static struct fault strange[2];

static u64 word_of(unsigned int page, unsigned int word, u64 generation)
{
	return (generation << 32 | page << 16 | word) * 0x9e3779b97f4a7c15 | 1;
}

static void make_anew(unsigned int cpu, unsigned int page)
{
	u64 *words = (u64 *)(shared + page * PAGE_SIZE);

	lock(&locks[page]);
	/* The other CPU may have been faster. */
	if (essa(GET, words) == DISCARDED) {
		sequence[page]++;
		barrier();
		if (essa(SET_STABLE, words) != DISCARDED)
			wrong[cpu].page = page | 1UL << 32;
		for (unsigned int i = 0; i < PAGE_SIZE / 8; i++)
			words[i] = word_of(page, i, sequence[page] + 1);
		if (essa(SET_VOLATILE, words) & USAGE)
			wrong[cpu].page = page | 1UL << 33;
		barrier();
		sequence[page]++;
	}
	unlock(&locks[page]);
}

static void share(unsigned int cpu)
{
	unsigned int random = 815 + cpu;
	struct insn insn = { 0 };
	u64 since = now_us();

	while (!time_is_up(cpu, since)) {
		unsigned int page = next_random(&random) % SHARED;
		unsigned int word = next_random(&random) % (PAGE_SIZE / 8);
		u64 address = (u64)shared + page * PAGE_SIZE;
		u64 before = sequence[page];

		if (run_at(&insn, stub_load, address + word * 8, 0)) {
			barrier();
			loads[cpu]++;
			if (before & 1 || sequence[page] != before)
				continue;
			if (insn.out[4] != word_of(page, word, before)) {
				wrong[cpu].page = page | 1UL << 34;
				wrong[cpu].value = insn.out[4];
				wrong[cpu].should = word_of(page, word, before);
			}
			continue;
		}
		faults[cpu]++;
		if (insn.fault.code != PGM_DISCARD || insn.fault.addr != address ||
		    insn.fault.old.addr != (u64)stub_load)
			strange[cpu] = insn.fault;
		make_anew(cpu, page);
	}
}

static void share_on_1(void)
{
	share(1);
}

static void test_shared(void)
{
	begin("both read what either makes anew");
	shared = alloc_pages(SHARED);
	for (unsigned int i = 0; i < SHARED; i++)
		essa(SET_VOLATILE, shared + i * PAGE_SIZE);
	for (unsigned int i = 0; i < SHARED; i++)
		discard(shared + i * PAGE_SIZE);
	on_both(share, share_on_1);
	for (int cpu = 0; cpu < 2; cpu++) {
		if (wrong[cpu].page)
			fail("CPU %u: page %u: 0x%lx instead of 0x%lx (0x%lx)", cpu,
			     (u32)wrong[cpu].page, wrong[cpu].value, wrong[cpu].should,
			     wrong[cpu].page >> 32);
		if (strange[cpu].code)
			fail("CPU %u: program interruption 0x%x at 0x%lx, trans_exc_code 0x%lx", cpu,
			     strange[cpu].code, strange[cpu].old.addr, strange[cpu].addr);
		if (!faults[cpu])
			fail("CPU %u saw no fault", cpu);
		say("# CPU %u: %lu loads, %lu faults", cpu, loads[cpu], faults[cpu]);
	}
	for (unsigned int i = 0; i < SHARED; i++)
		essa(SET_STABLE, shared + i * PAGE_SIZE);
	end();
}

/*
 * One CPU counts in pages that it makes stable for it, and volatile after it;
 * the other never sees a count go back, but for a fault.
 */
#define COUNTED 512

static volatile u64 *counted[COUNTED];
static u64 kept, discarded;
static volatile u64 writer_wrong, reader_wrong, reader_loads, reader_faults;

static void count(unsigned int cpu)
{
	static u64 number[COUNTED];
	unsigned int random = 1;
	u64 since = now_us();

	while (!time_is_up(cpu, since)) {
		unsigned int i = next_random(&random) % COUNTED;
		u64 was = essa(SET_UNLESS_DISCARDED, (void *)counted[i]);

		if (was == DISCARDED) {
			discarded++;
			sequence[i]++;
			barrier();
			if (essa(SET_STABLE, (void *)counted[i]) != DISCARDED || *counted[i])
				writer_wrong = 1;
			*counted[i] = ++number[i];
			barrier();
			sequence[i]++;
		} else if (was == VOLATILE) {
			kept++;
			if (*counted[i] != number[i])
				writer_wrong = 2;
			*counted[i] = ++number[i];
		} else {
			writer_wrong = was | 0x100;
		}
		was = essa(SET_VOLATILE, (void *)counted[i]);
		if (was != STABLE && was != (STABLE | PRESERVED))
			writer_wrong = was | 0x200;
	}
}

static void watch(void)
{
	static u64 last[COUNTED];
	struct insn insn = { 0 };
	unsigned int random = 2;

	while (!stop) {
		unsigned int i = next_random(&random) % COUNTED;
		u64 before = sequence[i];

		if (!run_at(&insn, stub_load, (u64)counted[i], 0)) {
			reader_faults++;
			if (insn.fault.code != PGM_DISCARD || insn.fault.addr != (u64)counted[i])
				reader_wrong = 1;
			continue;
		}
		barrier();
		reader_loads++;
		if (before & 1 || sequence[i] != before)
			continue;
		if (insn.out[4] < last[i])
			reader_wrong = 2;
		last[i] = insn.out[4];
	}
}

static void test_counter(void)
{
	u8 *pages = alloc_pages(COUNTED);

	begin("a count in volatile pages never goes back without a fault");
	for (unsigned int i = 0; i < COUNTED; i++) {
		counted[i] = (u64 *)(pages + i * PAGE_SIZE);
		*counted[i] = 0;
		sequence[i] = 0;
		essa(SET_VOLATILE, (void *)counted[i]);
	}
	on_both(count, watch);
	if (writer_wrong)
		fail("the writer: 0x%lx", writer_wrong);
	if (reader_wrong)
		fail("the reader: 0x%lx", reader_wrong);
	if (!kept || !discarded || !reader_loads || !reader_faults)
		fail("too little happened");
	say("# %lu kept, %lu discarded, %lu loads, %lu faults", kept, discarded,
	    reader_loads, reader_faults);
	end();
}

int main(void)
{
	test_exchange();
	test_shared();
	test_counter();
	return 0;
}
