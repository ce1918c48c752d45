// SPDX-License-Identifier: GPL-2.0
/*
 * discards DIR [[-]NAME...]: paths of the kernel that meet discarded pages, each
 * a case, with files in DIR. Without names all cases, on a read-only file system
 * those that do not write; with names those, or all but those with a minus.
 *
 * The host has to drop every volatile page at once (policy=always), or with
 * "resident" in the environment none of them, for cases of their own. DIR/tree
 * has files 0 to 15 of 32 pages, made by "tree make", DIR/busybox is a program.
 */
#include "discards.h"
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <time.h>

#define LIMIT_S 30

enum verdict { PASSED, FAILED, SKIPPED };

static struct report {
	enum verdict verdict;
	char why[256];
} *report;

static const struct test *const groups[] = {
	lookup_tests, mapping_tests, process_tests, pin_tests, user_tests,
	write_tests, reclaim_tests, swap_tests, machine_tests, device_tests,
	race_tests, resident_tests, huge_tests,
};

static void __attribute__((noreturn)) end(enum verdict verdict,
					  const char *format, va_list arguments)
{
	if (report->verdict == PASSED) {
		vsnprintf(report->why, sizeof(report->why), format, arguments);
		report->verdict = verdict;
	}
	_exit(1);
}

void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	end(FAILED, format, arguments);
}

void skip(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	end(SKIPPED, format, arguments);
}

/* For a child of a case, which uses fail() too. */
void wait_for(pid_t child)
{
	int status;

	must(waitpid(child, &status, 0));
	if (report->verdict != PASSED)
		_exit(1);
	if (status)
		fail("a child ended with status %#x", status);
}

static bool ended(pid_t pid, int *status, int seconds)
{
	const struct timespec pause = { .tv_nsec = 5000000 };
	int tries;

	for (tries = 0; tries < seconds * 200; tries++) {
		if (waitpid(pid, status, WNOHANG) == pid)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

static enum verdict run(const struct test *test)
{
	pid_t pid;
	int status;

	memset(report, 0, sizeof(*report));
	states_begin();
	fflush(stdout);
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		test->run();
		_exit(0);
	}
	if (!ended(pid, &status, LIMIT_S)) {
		kill(-pid, SIGKILL);
		if (!ended(pid, &status, 5)) {
			printf("not ok %s: hangs, and cannot be killed\n", test->name);
			exit(1);
		}
		report->verdict = FAILED;
		strcpy(report->why, "takes too long");
	} else if (status && report->verdict == PASSED) {
		report->verdict = FAILED;
		sprintf(report->why, "ended with status %#x", status);
	}
	/* What it has left: children of its own */
	kill(-pid, SIGKILL);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;

	if (report->verdict == PASSED)
		printf("ok %s\n", test->name);
	else
		printf("%s %s: %s\n", report->verdict == SKIPPED ? "skip" : "not ok",
		       test->name, report->why);
	return report->verdict;
}

static bool chosen(const char *name, char **names)
{
	bool all = !*names || **names == '-';

	for (; *names; names++)
		if (!strcmp(*names + all, name))
			return !all;
	return all;
}

int main(int argc, char **argv)
{
	unsigned int count[3] = {}, group;
	const struct test *test;
	struct statvfs fs;
	bool resident;

	if (argc < 2 || statvfs(argv[1], &fs)) {
		fprintf(stderr, "usage: discards DIR [NAME...]\n");
		return 2;
	}
	directory = argv[1];
	resident = getenv("resident");
	report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	/* Whatever a case leaves behind becomes our child. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);

	for (group = 0; group < sizeof(groups) / sizeof(groups[0]); group++)
		for (test = groups[group]; test->name; test++)
			if (test->resident == resident &&
			    chosen(test->name, argv + 2) &&
			    !(test->writes && (fs.f_flag & ST_RDONLY)))
				count[run(test)]++;
	printf("%u passed, %u failed, %u skipped\n", count[PASSED], count[FAILED],
	       count[SKIPPED]);
	return count[FAILED] || !count[PASSED];
}
