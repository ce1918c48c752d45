/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the cases share. A case makes pages of a file clean and cached, has the
 * host discard them, does one thing, and says how the kernel must have met the
 * discarded pages there. It runs in a process of its own; to return is to pass.
 */
#ifndef DISCARDS_H
#define DISCARDS_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../content.h"

/* All files have this length, so nothing is read ahead that is not counted. */
#define PAGES	32UL
#define SIZE	(PAGES * PAGE)
/* Pages of metadata that come and go beside those of the case */
#define SLACK	(PAGES / 4)

struct test {
	const char *name;
	void (*run)(void);
	bool writes;		/* to the file system */
	bool resident;		/* on a host that drops nothing */
};

#define READS(name, run)	{ name, run, false, false }
#define WRITES(name, run)	{ name, run, true, false }
#define RESIDENT(name, run)	{ name, run, false, true }

extern const struct test lookup_tests[], mapping_tests[], process_tests[],
	pin_tests[], user_tests[], write_tests[], reclaim_tests[], swap_tests[],
	machine_tests[], device_tests[], race_tests[], resident_tests[], huge_tests[];

/* main.c */
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void skip(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void wait_for(pid_t child);

#define expect(what) do {						\
	if (!(what))							\
		fail("%s:%d: not %s", __FILE_NAME__, __LINE__, #what);	\
} while (0)

/* A system call, or mmap(), that must not fail */
#define must(call) ({							\
	__auto_type result_ = (call);					\
	if ((long)result_ == -1)					\
		fail("%s:%d: %s: %s", __FILE_NAME__, __LINE__, #call,	\
		     strerror(errno));					\
	result_;							\
})

/* states.c */
void states_begin(void);
void scan(void);
void scan_and_drop(void);
void discard(unsigned long pages);
void kept(void);
void now_volatile(unsigned long pages);
void made_stable(unsigned long pages);
void met(unsigned long pages);
void met_by_lookup(unsigned long pages);
void met_by_fault(unsigned long pages);
void not_met(void);
unsigned long vmstat(const char *name);
unsigned long number_in(const char *path, const char *key);
void put(const char *path, const char *text);

/* files.c */
extern const char *directory;
int known(unsigned int number);
int unlinked(void);
int own(void);
int reopen(int fd, int flags);
void fill(void *data, unsigned int number, size_t offset, size_t length);
void check(const char *what, const void *data, unsigned int number,
	   size_t offset, size_t length);
void check_zero(const char *what, const void *data, size_t length);
void look(int fd, unsigned int number);
void look_at_disk(int fd, unsigned int number);
void *map(int fd, int prot, int flags);
void *mapped(int fd, int prot, int flags, unsigned int number);
void *map_discarded(unsigned int number, int prot, int flags);
unsigned long present(const void *p);
unsigned long frame(const void *p);

/* The number that the content of own() is made from */
#define OWN	1000
/* A buffer for direct I/O, of SIZE bytes */
extern char buffer[];

#endif /* DISCARDS_H */
