// SPDX-License-Identifier: GPL-2.0
/* Discarded pages met by several at once. */
#include "discards.h"
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <time.h>

#define THREADS 8
#define ROUNDS 10
#define FIFO_ROUNDS 100
/* The scheduler takes the CPU from a real-time task after 950 ms. */
#define FIFO_MS 300

static pthread_barrier_t barrier;
static char *shared;
static int shared_fd;
static atomic_bool stop;

static void together(void *(*each)(void *))
{
	pthread_t threads[THREADS];
	size_t i;

	for (i = 0; i < THREADS; i++)
		expect(!pthread_create(&threads[i], NULL, each, (void *)i));
	for (i = 0; i < THREADS; i++)
		expect(!pthread_join(threads[i], NULL));
}

static void *fault_thread(void *self)
{
	(void)self;
	pthread_barrier_wait(&barrier);
	check("thread", shared, 9, 0, SIZE);
	return NULL;
}

/* All at the same page */
static void test_threads(void)
{
	int round;

	shared = mapped(known(9), PROT_READ, MAP_SHARED, 9);
	pthread_barrier_init(&barrier, NULL, THREADS);
	for (round = 0; round < ROUNDS; round++) {
		discard(PAGES);
		together(fault_thread);
		met_by_fault(PAGES);
	}
}

static void *mixed_thread(void *argument)
{
	char data[PAGE], *p = map(shared_fd, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	size_t self = (size_t)argument, page;

	pthread_barrier_wait(&barrier);
	for (page = 0; page < PAGES; page++) {
		char *q = p + page * PAGE;

		switch (self % 4) {
		case 0:
			check("thread", shared + page * PAGE, 9, page * PAGE, PAGE);
			break;
		case 1:
			expect(must(pread(shared_fd, data, PAGE, page * PAGE)) == PAGE);
			check("read", data, 9, page * PAGE, PAGE);
			break;
		case 2:
			q[8] ^= 1;
			q[8] ^= 1;
			check("copy", q, 9, page * PAGE, PAGE);
			break;
		case 3:
			must(madvise(q, PAGE, 22 /* MADV_POPULATE_READ */));
			must(mlock(q, PAGE));
			check("locked", q, 9, page * PAGE, PAGE);
			must(munlock(q, PAGE));
			break;
		}
	}
	munmap(p, SIZE);
	return NULL;
}

static void test_mixed(void)
{
	int round;

	shared_fd = known(9);
	shared = mapped(shared_fd, PROT_READ, MAP_SHARED, 9);
	pthread_barrier_init(&barrier, NULL, THREADS);
	for (round = 0; round < ROUNDS; round++) {
		discard(PAGES);
		together(mixed_thread);
		met(PAGES);
	}
}

static __thread sigjmp_buf past_the_end;

static void on_bus_error(int signal)
{
	(void)signal;
	siglongjmp(past_the_end, 1);
}

/* Of a page: its content, zeroes from some byte on, or past the end of the file */
static void *truncated_thread(void *argument)
{
	volatile size_t page = (size_t)argument;
	size_t i;
	char right[PAGE], data[PAGE], again[PAGE];

	while (!atomic_load(&stop)) {
		page = (page + 1) % PAGES;
		if (sigsetjmp(past_the_end, 1))
			continue;
		memcpy(data, shared + page * PAGE, PAGE);
		memcpy(again, shared + page * PAGE, PAGE);
		/* Zeroes, and then what has been written meanwhile */
		if (memcmp(data, again, PAGE))
			continue;
		fill(right, OWN, page * PAGE, PAGE);
		for (i = 0; i < PAGE && data[i] == right[i]; i++)
			;
		check_zero("behind the end", data + i, PAGE - i);
	}
	return NULL;
}

static void *truncating_thread(void *argument)
{
	int round;

	if (argument)
		return truncated_thread(argument);
	for (round = 1; round < 60; round++) {
		size_t to = mix(round) % SIZE;

		must(ftruncate(shared_fd, to));
		fill(buffer, OWN, 0, SIZE);
		must(pwrite(shared_fd, buffer, SIZE, 0));
		must(fsync(shared_fd));
		scan();
	}
	atomic_store(&stop, true);
	return NULL;
}

static void test_truncate(void)
{
	struct sigaction action = { .sa_handler = on_bus_error };

	must(sigaction(SIGBUS, &action, NULL));
	shared_fd = own();
	shared = map(reopen(shared_fd, O_RDONLY), PROT_READ, MAP_SHARED);
	together(truncating_thread);
	look_at_disk(shared_fd, OWN);
}

/* Drops, scans, compaction and forks while all look */
static void *shaking_thread(void *argument)
{
	int round;
	pid_t pid;

	if (argument) {
		while (!atomic_load(&stop))
			check("thread", shared, 9, 0, SIZE);
		return NULL;
	}
	for (round = 0; round < 15; round++) {
		scan();
		put("/proc/sys/vm/drop_caches", "1");
		scan();
		put("/proc/sys/vm/compact_memory", "1");
		pid = must(fork());
		if (!pid) {
			check("child", shared, 9, 0, SIZE);
			_exit(0);
		}
		scan();
		wait_for(pid);
	}
	atomic_store(&stop, true);
	return NULL;
}

static void test_shaken(void)
{
	shared = mapped(known(9), PROT_READ | PROT_WRITE, MAP_PRIVATE, 9);
	shared[0] ^= 1;
	shared[0] ^= 1;
	discard(PAGES - 1);
	together(shaking_thread);
	met(PAGES);
}

static sem_t discarded, was_read;

static unsigned long cpu_ms(void)
{
	struct timespec t;

	must(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t));
	return t.tv_sec * 1000UL + t.tv_nsec / 1000000;
}

static void *fifo_thread(void *unused)
{
	const struct sched_param param = { .sched_priority = 1 };
	unsigned long began, took, worst = 0;
	int round;

	(void)unused;
	expect(!pthread_setschedparam(pthread_self(), SCHED_FIFO, &param));
	for (round = 0; round < FIFO_ROUNDS; round++) {
		/* Somewhere in the faults of the other thread */
		struct timespec pause = { .tv_nsec = mix(round) % 8000000 };

		sem_wait(&discarded);
		nanosleep(&pause, NULL);
		began = cpu_ms();
		expect(must(pread(shared_fd, buffer, SIZE, 0)) == SIZE);
		took = cpu_ms() - began;
		check("read", buffer, 9, 0, SIZE);
		if (took > worst)
			worst = took;
		sem_post(&was_read);
	}
	return (void *)worst;
}

/*
 * A page is met while a task of a lower class has it locked, and does not get
 * the CPU unless we give way.
 */
static void test_fifo(void)
{
	pthread_t fifo;
	cpu_set_t one;
	void *worst;
	int round;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	must(sched_setaffinity(0, sizeof(one), &one));
	shared_fd = known(9);
	shared = mapped(shared_fd, PROT_READ, MAP_SHARED, 9);
	expect(!sem_init(&discarded, 0, 0) && !sem_init(&was_read, 0, 0));
	expect(!pthread_create(&fifo, NULL, fifo_thread, NULL));
	for (round = 0; round < FIFO_ROUNDS; round++) {
		discard(PAGES);
		sem_post(&discarded);
		check("fault", shared, 9, 0, SIZE);
		sem_wait(&was_read);
	}
	expect(!pthread_join(fifo, &worst));
	if ((unsigned long)worst > FIFO_MS)
		fail("a read took %lu ms of CPU time", (unsigned long)worst);
}

const struct test race_tests[] = {
	READS("race-faults", test_threads),
	READS("race-mixed", test_mixed),
	WRITES("race-truncate", test_truncate),
	READS("race-fork-compact-drop", test_shaken),
	READS("race-fifo", test_fifo),
	READS(NULL, NULL)
};
