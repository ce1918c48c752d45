// SPDX-License-Identifier: GPL-2.0
/* Listen on a loopback port, say so, and hold it until killed. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(argc > 1 ? atoi(argv[1]) : 0),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;

    /* Connections of a run just before may not have faded yet. */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
        listen(fd, 1)) {
        perror("hold-port");
        return 1;
    }
    puts("held");
    fflush(stdout);
    pause();
    return 0;
}
