// SPDX-License-Identifier: GPL-2.0
/*
 * Volatile pages that are still there: on a host that drops nothing it shows who
 * makes them stable, and that they become volatile again.
 */
#include "discards.h"
#include <sys/mount.h>
#include <sys/stat.h>

#define CGROUPS "/tmp/cgroups-v1"

static void test_reread(void)
{
	int fd = known(0);

	look(fd, 0);
	now_volatile(PAGES);
	look(fd, 0);
	made_stable(PAGES);
	now_volatile(PAGES);
	not_met();
}

static void test_mapped(void)
{
	char *p = mapped(known(0), PROT_READ, MAP_SHARED, 0);

	now_volatile(PAGES);
	expect(present(p) == PAGES);
	/* Neither those that access them, nor a mapping more */
	check("mapped", p, 0, 0, SIZE);
	mapped(known(0), PROT_READ, MAP_SHARED, 0);
	now_volatile(PAGES);
	not_met();
}

/* Only what is mapped already is locked. */
static void test_mlock(void)
{
	char *p = mapped(known(0), PROT_READ, MAP_SHARED, 0);

	now_volatile(PAGES);
	must(mlock2(p, SIZE, MLOCK_ONFAULT));
	made_stable(PAGES);
	scan();
	made_stable(PAGES);
	must(munlock(p, SIZE));
	now_volatile(PAGES);
}

/* What is in no group's count can be moved. */
static void test_memcg_move(void)
{
	const int flags = PROT_READ | PROT_WRITE;
	char *p;

	mkdir(CGROUPS, 0700);
	if (access(CGROUPS "/tasks", F_OK) &&
	    mount("none", CGROUPS, "cgroup", 0, "memory"))
		skip("no memory cgroup v1: %s", strerror(errno));
	mkdir(CGROUPS "/from", 0700);
	mkdir(CGROUPS "/to", 0700);
	put(CGROUPS "/to/memory.move_charge_at_immigrate", "3");
	put(CGROUPS "/from/cgroup.procs", "0");
	p = mapped(known(0), flags, MAP_PRIVATE, 0);
	now_volatile(PAGES);
	put(CGROUPS "/to/cgroup.procs", "0");
	made_stable(PAGES);
	check("moved", p, 0, 0, SIZE);
	now_volatile(PAGES);
	put(CGROUPS "/cgroup.procs", "0");
	must(rmdir(CGROUPS "/from"));
	must(rmdir(CGROUPS "/to"));
}

const struct test resident_tests[] = {
	RESIDENT("reread", test_reread),
	RESIDENT("stay-mapped", test_mapped),
	RESIDENT("mlock-resident", test_mlock),
	RESIDENT("memcg-move", test_memcg_move),
	READS(NULL, NULL)
};
