// SPDX-License-Identifier: GPL-2.0
/*
 * Hold anonymous memory whose content is known, and verify it over and over:
 * the memory of a program that the host must never lose.
 *
 * anon MIB [KIB_PER_SECOND]
 *
 * The pace is slow, 4 MiB a second unless told otherwise, so that most of it
 * looks idle to the host. With a pace of 0 it verifies all of it once, at once, and
 * ends. An error is printed and counted in /tmp/anon_errors.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#define STEP_BYTES	(64UL << 10)
#define STEP_WORDS	(STEP_BYTES / sizeof(uint64_t))

/* Differs in every word, and no page is like another for KSM to merge. */
static uint64_t pattern(size_t index)
{
	return (index + 1) * 0x9e3779b97f4a7c15UL;
}

static void report(size_t offset, uint64_t have, uint64_t want, unsigned long errors)
{
	FILE *count = fopen("/tmp/anon_errors", "w");

	printf("anon: content error at byte %zu: %016lx instead of %016lx\n",
	       offset, have, want);
	if (count) {
		fprintf(count, "%lu\n", errors);
		fclose(count);
	}
}

/* Returns: how many words have been wrong so far, in all */
static unsigned long verify(uint64_t *memory, size_t from, size_t to)
{
	static unsigned long errors;

	for (size_t i = from; i < to; i++) {
		uint64_t have = ((volatile uint64_t *)memory)[i];

		if (have == pattern(i))
			continue;
		report(i * sizeof(have), have, pattern(i), ++errors);
		memory[i] = pattern(i);
	}
	return errors;
}

int main(int argc, char **argv)
{
	size_t bytes = argc > 1 ? strtoul(argv[1], NULL, 0) << 20 : 0;
	unsigned long pace = argc > 2 ? strtoul(argv[2], NULL, 0) << 10 : 4UL << 20;
	struct timespec pause;
	uint64_t *memory;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!bytes || (pace && pace < STEP_BYTES)) {
		fprintf(stderr, "usage: anon MIB [KIB_PER_SECOND, 0 or at least %lu]\n",
			STEP_BYTES >> 10);
		return 2;
	}
	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED) {
		perror("anon: mmap");
		return 1;
	}
	for (size_t i = 0; i < bytes / sizeof(*memory); i++)
		memory[i] = pattern(i);
	printf("anon: holding %zu MiB\n", bytes >> 20);

	if (!pace)
		return !!verify(memory, 0, bytes / sizeof(*memory));
	pause.tv_sec = STEP_BYTES / pace;
	pause.tv_nsec = STEP_BYTES % pace * 1000000000UL / pace;
	for (size_t i = 0;; i = (i + STEP_WORDS) % (bytes / sizeof(*memory))) {
		verify(memory, i, i + STEP_WORDS);
		nanosleep(&pause, NULL);
	}
}
