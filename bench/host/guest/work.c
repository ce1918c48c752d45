// SPDX-License-Identifier: GPL-2.0
/*
 * Work for a guest whose cost is measured.
 *
 * work read DIR FIRST COUNT PASSES   files with these numbers, one by one
 * work compile UNITS                 processes that do as a compiler does
 */
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NODES 20000
#define TABLE_BYTES (6UL << 20)
#define OUTPUT_BYTES (300UL << 10)

struct node {
	struct node *child[2];
	uint64_t key;
	char text[40];
};

static char buffer[64 << 10];

static void read_files(const char *dir, unsigned long first, unsigned long count)
{
	char name[4096];
	unsigned long i;
	ssize_t got;
	int fd;

	for (i = first; i < first + count; i++) {
		snprintf(name, sizeof(name), "%s/%lu", dir, i);
		fd = open(name, O_RDONLY);
		if (fd < 0)
			err(1, "%s", name);
		while ((got = read(fd, buffer, sizeof(buffer))) > 0)
			;
		if (got < 0)
			err(1, "%s", name);
		close(fd);
	}
}

static uint64_t next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state ^ *state >> 29;
}

static void *get(size_t size)
{
	void *memory = malloc(size);

	if (!memory)
		err(1, "malloc");
	return memory;
}

static void insert(struct node **at, uint64_t key)
{
	while (*at)
		at = &(*at)->child[key > (*at)->key];
	*at = get(sizeof(**at));
	memset(*at, 0, sizeof(**at));
	(*at)->key = key;
}

/* A tree of small pieces, passes over a large one, and a file at the end */
static void compile(unsigned int unit)
{
	uint64_t state = unit + 1, sum = 0;
	struct node *root = NULL;
	char name[64], *table;
	size_t i, pass;
	int fd;

	for (i = 0; i < NODES; i++)
		insert(&root, next(&state));
	table = get(TABLE_BYTES);
	for (i = 0; i < TABLE_BYTES; i += 64)
		table[i] = next(&state);
	for (pass = 0; pass < 3; pass++)
		for (i = 0; i < TABLE_BYTES; i += 16)
			sum = sum * 31 + table[i];
	table[0] = sum;

	snprintf(name, sizeof(name), "/tmp/object%u", unit);
	fd = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0644);
	if (fd < 0 || write(fd, table, OUTPUT_BYTES) != (ssize_t)OUTPUT_BYTES)
		err(1, "%s", name);
	close(fd);
	unlink(name);
}

static void await(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		errx(1, "a process failed");
}

int main(int argc, char **argv)
{
	unsigned long i, count;
	pid_t pid;

	if (argc == 6 && !strcmp(argv[1], "read")) {
		count = strtoul(argv[5], NULL, 0);
		for (i = 0; i < count; i++)
			read_files(argv[2], strtoul(argv[3], NULL, 0),
				   strtoul(argv[4], NULL, 0));
	} else if (argc == 3 && !strcmp(argv[1], "compile")) {
		count = strtoul(argv[2], NULL, 0);
		for (i = 0; i < count; i++) {
			pid = fork();
			if (!pid) {
				compile(i);
				_exit(0);
			}
			await(pid);
			/* As the driver of a compiler starts its parts */
			pid = fork();
			if (!pid) {
				execl("/bin/busybox", "true", (char *)NULL);
				_exit(1);
			}
			await(pid);
		}
	} else {
		errx(2, "usage: work read DIR FIRST COUNT PASSES | work compile UNITS");
	}
	return 0;
}
