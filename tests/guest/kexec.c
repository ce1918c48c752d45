// SPDX-License-Identifier: GPL-2.0
/*
 * kexec KERNEL INITRD COMMAND-LINE [crash]: load another kernel, and start it; or
 * have it started when this one crashes.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int crash = argc == 5 && !strcmp(argv[4], "crash");
	int kernel, initrd;

	if (argc != 4 + crash)
		errx(2, "usage: kexec KERNEL INITRD COMMAND-LINE [crash]");
	kernel = open(argv[1], O_RDONLY);
	initrd = open(argv[2], O_RDONLY);
	if (kernel < 0 || initrd < 0)
		err(1, "%s, %s", argv[1], argv[2]);
	if (syscall(SYS_kexec_file_load, kernel, initrd, strlen(argv[3]) + 1, argv[3],
		    crash ? KEXEC_FILE_ON_CRASH : 0))
		err(1, "kexec_file_load");
	if (!crash) {
		sync();
		syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
			LINUX_REBOOT_CMD_KEXEC, NULL);
		err(1, "reboot");
	}
	return 0;
}
