// SPDX-License-Identifier: GPL-2.0
/* Discarded pages of block devices, and of files that are block devices. */
#include "discards.h"
#include <dirent.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>

/* A block device made of the file; it is gone when it is closed. */
static int loop(int file)
{
	int control = open("/dev/loop-control", O_RDWR), number, fd;
	struct loop_info64 info = { .lo_flags = LO_FLAGS_AUTOCLEAR };
	char path[32];

	if (control < 0)
		skip("no loop devices (CONFIG_BLK_DEV_LOOP)");
	number = must(ioctl(control, LOOP_CTL_GET_FREE));
	close(control);
	sprintf(path, "/dev/loop%d", number);
	fd = must(open(path, O_RDWR));
	must(ioctl(fd, LOOP_SET_FD, file));
	must(ioctl(fd, LOOP_SET_STATUS64, &info));
	return fd;
}

/* Two page caches, of the device and of the file below it */
static void test_loop(void)
{
	int file = own(), fd = loop(file);

	look(fd, OWN);
	discard(2 * PAGES);
	look(fd, OWN);
	met(2 * PAGES);
}

static void test_loop_write(void)
{
	int file = own(), fd = loop(file);

	look(fd, OWN);
	discard(2 * PAGES);
	fill(buffer, 12, 0, SIZE);
	expect(must(pwrite(fd, buffer + 1000, SIZE - 2000, 1000)) == SIZE - 2000);
	must(fsync(fd));
	discard(2 * PAGES);
	fill(buffer, OWN, 0, 1000);
	expect(must(pwrite(fd, buffer, 1000, 0)) == 1000);
	must(fsync(fd));
	discard(2 * PAGES);
	expect(must(pread(file, buffer, SIZE, 0)) == SIZE);
	check("before", buffer, OWN, 0, 1000);
	check("written", buffer + 1000, 12, 1000, SIZE - 2000);
	check("behind", buffer + SIZE - 1000, OWN, SIZE - 1000, 1000);
}

static unsigned int count_files(void)
{
	char path[4096];
	struct dirent *entry;
	struct stat stat;
	unsigned int n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/tree", directory);
	dir = opendir(path);
	expect(dir);
	while ((entry = readdir(dir))) {
		must(fstatat(dirfd(dir), entry->d_name, &stat, 0));
		if (S_ISREG(stat.st_mode)) {
			expect(stat.st_size == SIZE);
			n++;
		}
	}
	closedir(dir);
	return n;
}

/* Directories and inodes are in the block device's page cache. */
static void test_metadata(void)
{
	unsigned int files = count_files();

	expect(files >= 16);
	discard(1);
	/* Of inodes and names only what is on disk */
	put("/proc/sys/vm/drop_caches", "2");
	expect(count_files() == files);
	met(1);
}

/* Many small files come and go while their metadata are discarded. */
static void test_small_files(void)
{
	char path[4096], text[64];
	unsigned int round, number;
	int fd;

	for (round = 0; round < 3; round++) {
		for (number = 0; number < 40; number++) {
			snprintf(path, sizeof(path), "%s/small-%u", directory, number);
			fd = must(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600));
			must(write(fd, path, strlen(path)));
			close(fd);
			if (number % 10 == 0)
				scan();
		}
		sync();
		put("/proc/sys/vm/drop_caches", "2");
		scan();
		for (number = 0; number < 40; number++) {
			snprintf(path, sizeof(path), "%s/small-%u", directory, number);
			fd = must(open(path, O_RDONLY));
			expect(must(read(fd, text, sizeof(text))) == (ssize_t)strlen(path));
			expect(!memcmp(text, path, strlen(path)));
			close(fd);
			must(unlink(path));
			if (number % 10 == 0)
				scan();
		}
	}
}

static void test_symlink(void)
{
	char path[4096], target[1024], got[1024];
	int n;

	memset(target, 'x', 999);
	target[999] = 0;
	snprintf(path, sizeof(path), "%s/link", directory);
	unlink(path);
	must(symlink(target, path));
	sync();
	put("/proc/sys/vm/drop_caches", "2");
	expect(must(readlink(path, got, sizeof(got))) == 999);
	discard(1);
	put("/proc/sys/vm/drop_caches", "2");
	n = readlink(path, got, sizeof(got));
	unlink(path);
	expect(n == 999 && !memcmp(got, target, 999));
	met(1);
}

const struct test device_tests[] = {
	WRITES("loop", test_loop),
	WRITES("loop-write", test_loop_write),
	READS("metadata", test_metadata),
	WRITES("small-files", test_small_files),
	WRITES("symlink", test_symlink),
	READS(NULL, NULL)
};
