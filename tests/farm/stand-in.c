// SPDX-License-Identifier: GPL-2.0
/*
 * A monitor that answers as a QEMU's does, of a guest whose counters grow at known
 * rates. It ends with its parent.
 *
 *   stand-in SOCKET STABLE VOLATILE UNUSED SWAPPED DISCARDS FAULTS READ ESSA [DELAY]
 *   stand-in SOCKET mute
 *
 * The first four are in MiB, the next ones are per second, READ in MiB; DELAY is what an
 * answer takes, in seconds. mute has connections wait for good.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PAGES_PER_MIB 256

static double value[9];

static double seconds(void)
{
	static struct timespec start;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!start.tv_sec)
		start = now;
	return now.tv_sec - start.tv_sec + (now.tv_nsec - start.tv_nsec) / 1e9;
}

static void say_states(FILE *to, int id)
{
	double t = seconds();

	fprintf(to, "{\"id\": %d, \"return\": {\"policy\": \"host\", \"lending\": true, "
		"\"essa\": [%.0f, 0, 0, 0, 0, 0, 0, 5], \"lent\": 9, \"taken-back\": 8, "
		"\"discarded\": %.0f, \"faults\": %.0f, \"pages\": {\"stable-resident\": %.0f, "
		"\"stable-preserved\": %.0f, \"stable-zero\": 7, \"unused-resident\": %.0f, "
		"\"unused-zero\": 6, \"volatile-resident\": %.0f, \"volatile-zero\": 5, "
		"\"potentially-volatile-resident\": 0}}}\n",
		id, 1e6 + value[7] * t, 1e5 + value[4] * t, 1e4 + value[5] * t,
		value[0] * PAGES_PER_MIB, value[3] * PAGES_PER_MIB, value[2] * PAGES_PER_MIB,
		value[1] * PAGES_PER_MIB);
}

static void say_disks(FILE *to, int id)
{
	fprintf(to, "{\"id\": %d, \"return\": [{\"stats\": {\"rd_bytes\": %.0f}}, {\"stats\": {\"rd_bytes\": 0}}]}\n",
		id, 1e7 + value[6] * 1048576 * seconds());
}

static void serve(int fd)
{
	FILE *from = fdopen(fd, "r"), *to = fdopen(dup(fd), "w");
	char line[4096];

	fprintf(to, "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\n");
	fflush(to);
	while (fgets(line, sizeof(line), from)) {
		const char *word = strstr(line, "\"id\":");
		int id = word ? atoi(word + 5) : 0;

		/* What a QEMU may say in between: an event, and an answer that is late */
		fprintf(to, "{\"event\": \"STOP\", \"timestamp\": {}}\n"
			"{\"return\": {\"late\": 1}, \"id\": %d}\n", id - 1);
		usleep(value[8] * 1e6);
		if (strstr(line, "query-s390x-page-states"))
			say_states(to, id);
		else if (strstr(line, "query-blockstats"))
			say_disks(to, id);
		else
			fprintf(to, "{\"return\": {}, \"id\": %d}\n", id);
		fflush(to);
	}
	exit(0);
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), client;
	int mute = argc == 3 && !strcmp(argv[2], "mute");

	if ((argc != 10 && argc != 11 && !mute) || strlen(argv[1]) >= sizeof(address.sun_path))
		return 2;
	for (int i = 0; !mute && i < argc - 2; i++)
		value[i] = atof(argv[i + 2]);
	strcpy(address.sun_path, argv[1]);
	unlink(argv[1]);
	seconds();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_IGN);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 1)) {
		perror(argv[1]);
		return 1;
	}
	while (mute || (client = accept(fd, NULL, NULL)) >= 0) {
		if (mute) {
			pause();
		} else if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve(client);
		} else {
			close(client);
		}
	}
	return 1;
}
