// SPDX-License-Identifier: GPL-2.0
/*
 * A thread that drops pages while no CPU is within an instruction: those that
 * somebody has touched since they were dropped, and potentially volatile ones,
 * which get some time to be changed.
 */
#include "essa.h"
#include <semaphore.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t work;
static U64 *queue, queue_size, queue_from, queue_count;
static BYTE *queued;
static pthread_t thread;

/*
 * What SYNCHRONIZE_CPUS takes for the CPU that asks. This one is none. intlock
 * is held.
 */
static void stop_cpus(void)
{
	static REGS nobody;

	nobody.hostregs = &nobody;
	nobody.cpuad = LOCK_OWNER_OTHER;
	while (sysblk.syncing)
		wait_condition(&sysblk.sync_bc_cond, &sysblk.intlock);
	sysblk.intowner = LOCK_OWNER_OTHER;
	SYNCHRONIZE_CPUS(&nobody);
}

static bool take(U64 *page)
{
	bool any;

	pthread_mutex_lock(&lock);
	any = queue_count;
	if (any) {
		*page = queue[queue_from];
		queue_from = (queue_from + 1) % queue_size;
		queue_count--;
		queued[*page] = 0;
	}
	pthread_mutex_unlock(&lock);
	return any;
}

static void *pager(void *unused)
{
	UNREFERENCED(unused);
	for (;;) {
		U64 page, left;

		while (sem_wait(&work))
			;
		usleep(policy_delay());
		OBTAIN_INTLOCK(NULL);
		stop_cpus();
		/* What comes while this goes on waits for its own time. */
		pthread_mutex_lock(&lock);
		left = queue_count;
		pthread_mutex_unlock(&lock);
		while (left-- && take(&page))
			policy_drop(page);
		while (policy_pressed() && lru_take(&page))
			policy_drop(page);
		RELEASE_INTLOCK(NULL);
	}
	return NULL;
}

bool pager_begin(void)
{
	if (queue)
		return true;
	queue_size = memory_pages();
	queue = calloc(queue_size, sizeof(*queue));
	queued = calloc(queue_size, 1);
	if (!queue || !queued || sem_init(&work, 0, 0) ||
	    pthread_create(&thread, NULL, pager, NULL)) {
		logmsg("HHCES005E essa: no thread or memory for the pager\n");
		return false;
	}
	return true;
}

/* Also called by the handler of a missing page */
void pager_queue(U64 page)
{
	bool first;

	pthread_mutex_lock(&lock);
	first = !queue_count;
	if (!queued[page]) {
		queue[(queue_from + queue_count++) % queue_size] = page;
		queued[page] = 1;
	}
	pthread_mutex_unlock(&lock);
	if (first)
		sem_post(&work);
}

/* For what is no single page's business */
void pager_wake(void)
{
	int posted;

	if (!sem_getvalue(&work, &posted) && !posted)
		sem_post(&work);
}
