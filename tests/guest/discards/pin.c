// SPDX-License-Identifier: GPL-2.0
/*
 * Discarded pages met by get_user_pages(), slow and fast: I/O to and from mappings,
 * and processes that look into others.
 */
#include "discards.h"
#include <linux/io_uring.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#define RW (PROT_READ | PROT_WRITE)

/* A process that has discarded pages mapped at the address that it returns */
static pid_t other(char **p)
{
	int report[2], prot = RW;
	pid_t pid;

	must(pipe(report));
	pid = must(fork());
	if (!pid) {
		*p = map_discarded(3, prot, MAP_PRIVATE);
		must(ptrace(PTRACE_TRACEME, 0, 0, 0));
		must(write(report[1], p, sizeof(*p)));
		raise(SIGSTOP);
		/* What others have written */
		check("target", *p, 4, 0, SIZE);
		_exit(0);
	}
	close(report[1]);
	if (must(read(report[0], p, sizeof(*p))) != sizeof(*p))
		wait_for(pid);
	must(waitpid(pid, NULL, 0));
	return pid;
}

static void finish(pid_t pid)
{
	must(ptrace(PTRACE_CONT, pid, 0, 0));
	wait_for(pid);
}

static void test_process_vm(void)
{
	struct iovec local = { buffer, SIZE }, remote = { NULL, SIZE };
	char *p;
	pid_t pid = other(&p);

	remote.iov_base = p;
	if (process_vm_readv(pid, &local, 1, &remote, 1, 0) != SIZE) {
		if (errno == ENOSYS)
			skip("no process_vm_readv() (CONFIG_CROSS_MEMORY_ATTACH)");
		fail("process_vm_readv: %s", strerror(errno));
	}
	check("process_vm_readv", buffer, 3, 0, SIZE);
	met_by_lookup(PAGES);
	discard(PAGES);
	fill(buffer, 4, 0, SIZE);
	expect(must(process_vm_writev(pid, &local, 1, &remote, 1, 0)) == SIZE);
	met(PAGES);
	finish(pid);
	look(known(3), 3);
}

static void test_proc_mem(void)
{
	char *p, path[64];
	pid_t pid = other(&p);
	int fd;

	sprintf(path, "/proc/%d/mem", pid);
	fd = must(open(path, O_RDWR));
	expect(must(pread(fd, buffer, SIZE, (long)p)) == SIZE);
	check("mem", buffer, 3, 0, SIZE);
	met_by_lookup(PAGES);
	discard(PAGES);
	fill(buffer, 4, 0, SIZE);
	expect(must(pwrite(fd, buffer, SIZE, (long)p)) == SIZE);
	met(PAGES);
	finish(pid);
	look(known(3), 3);
}

static void test_ptrace(void)
{
	char *p, *q;
	pid_t pid = other(&p);
	uint64_t data;

	for (q = p + 8; q < p + SIZE; q += PAGE) {
		errno = 0;
		data = ptrace(PTRACE_PEEKDATA, pid, q, 0);
		expect(!errno);
		check("peek", &data, 3, q - p, 8);
	}
	met_by_lookup(PAGES);
	discard(PAGES);
	for (q = p + 8; q < p + SIZE; q += PAGE) {
		fill(&data, 4, q - p, 8);
		must(ptrace(PTRACE_POKEDATA, pid, q, data));
	}
	met_by_lookup(PAGES);
	for (q = p + 8; q < p + SIZE; q += PAGE) {
		errno = 0;
		data = ptrace(PTRACE_PEEKDATA, pid, q + 8, 0);
		expect(!errno);
		check("beside", &data, 3, q - p + 8, 8);
	}
	/* Of the target only what is written here is checked. */
	must(kill(pid, SIGKILL));
	look(known(3), 3);
}

/* Pages in the pipe are pinned: they stay when nobody maps them any more. */
static void test_vmsplice(void)
{
	char *p = map_discarded(3, PROT_READ, MAP_SHARED);
	struct iovec iov = { p, 8 * PAGE };
	int fds[2];

	must(pipe(fds));
	expect(must(vmsplice(fds[1], &iov, 1, 0)) == 8 * PAGE);
	met_by_lookup(8);
	must(munmap(p, SIZE));
	discard(PAGES - 8 - SLACK);
	expect(must(read(fds[0], buffer, 8 * PAGE)) == 8 * PAGE);
	check("vmsplice", buffer, 3, 0, 8 * PAGE);
	met_by_lookup(0);
}

static int direct(int fd)
{
	return reopen(fd, O_RDWR | O_DIRECT);
}

static void test_direct_from(void)
{
	int fd = own(), to = direct(fd);
	char *p;

	must(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED));
	p = map_discarded(3, PROT_READ, MAP_SHARED);
	expect(must(pwrite(to, p, SIZE, 0)) == SIZE);
	met_by_lookup(PAGES);
	look(fd, 3);
}

/* The disk's data go to a copy, not to the file that is mapped. */
static void test_direct_into(void)
{
	int fd = own(), from = direct(fd);
	char *p = map_discarded(3, RW, MAP_PRIVATE);

	expect(must(pread(from, p + 512, SIZE - 1024, 512)) == SIZE - 1024);
	met(PAGES);
	check("before", p, 3, 0, 512);
	check("direct read", p + 512, OWN, 512, SIZE - 1024);
	check("behind", p + SIZE - 512, 3, SIZE - 512, 512);
	look(known(3), 3);
	check("still", p + 512, OWN, 512, SIZE - 1024);
}

static void test_direct_into_shared(void)
{
	int fd = own(), from = reopen(known(3), O_RDONLY | O_DIRECT);
	char *p = map(fd, RW, MAP_SHARED);

	discard(PAGES);
	expect(must(pread(from, p, SIZE, 0)) == SIZE);
	met(PAGES);
	check("mapped", p, 3, 0, SIZE);
	look_at_disk(fd, 3);
}

/* The least of io_uring: one request at a time */
static struct {
	int fd;
	unsigned int *sq_tail, *sq_mask, *sq_array, *cq_head, *cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
} ring;

static void ring_setup(void)
{
	struct io_uring_params params = {};
	char *sq, *cq;

	ring.fd = syscall(SYS_io_uring_setup, 1, &params);
	if (ring.fd < 0)
		skip("no io_uring: %s", strerror(errno));
	sq = must(mmap(NULL, params.sq_off.array + 4, RW, MAP_SHARED, ring.fd,
		       IORING_OFF_SQ_RING));
	cq = must(mmap(NULL, params.cq_off.cqes + 2 * sizeof(*ring.cqes), RW,
		       MAP_SHARED, ring.fd, IORING_OFF_CQ_RING));
	ring.sqes = must(mmap(NULL, sizeof(*ring.sqes), RW, MAP_SHARED, ring.fd,
			      IORING_OFF_SQES));
	ring.sq_tail = (void *)(sq + params.sq_off.tail);
	ring.sq_mask = (void *)(sq + params.sq_off.ring_mask);
	ring.sq_array = (void *)(sq + params.sq_off.array);
	ring.cq_head = (void *)(cq + params.cq_off.head);
	ring.cq_mask = (void *)(cq + params.cq_off.ring_mask);
	ring.cqes = (void *)(cq + params.cq_off.cqes);
}

static int ring_do(int opcode, int fd, void *data, size_t length, size_t at)
{
	struct io_uring_sqe sqe = {
		.opcode = opcode, .fd = fd, .addr = (unsigned long)data,
		.len = length, .off = at,
	};

	ring.sqes[0] = sqe;
	ring.sq_array[*ring.sq_tail & *ring.sq_mask] = 0;
	__atomic_store_n(ring.sq_tail, *ring.sq_tail + 1, __ATOMIC_RELEASE);
	expect(must(syscall(SYS_io_uring_enter, ring.fd, 1, 1,
			    IORING_ENTER_GETEVENTS, NULL, 0)) == 1);
	return ring.cqes[(*ring.cq_head)++ & *ring.cq_mask].res;
}

static void test_uring_read(void)
{
	int fd = known(3);

	ring_setup();
	look(fd, 3);
	discard(PAGES);
	expect(ring_do(IORING_OP_READ, fd, buffer, SIZE, 0) == SIZE);
	check("io_uring", buffer, 3, 0, SIZE);
	met_by_lookup(PAGES);
}

/* From a mapping that is discarded, by a kernel thread perhaps */
static void test_uring_write(void)
{
	int fd = own();
	char *p = map_discarded(3, PROT_READ, MAP_SHARED);

	ring_setup();
	expect(ring_do(IORING_OP_WRITE, fd, p, SIZE, 0) == SIZE);
	met(PAGES);
	look_at_disk(fd, 3);
}

/* Registered buffers are private copies, pinned until the ring is gone. */
static void test_uring_registered(void)
{
	int fd = own();
	char *p = map_discarded(3, RW, MAP_PRIVATE);
	struct iovec iov = { p, SIZE };

	ring_setup();
	must(syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_BUFFERS, &iov, 1));
	met(PAGES);
	scan();
	expect(ring_do(IORING_OP_WRITE_FIXED, fd, p, SIZE, 0) == SIZE);
	look_at_disk(fd, 3);
	fill(buffer, OWN, 0, SIZE);
	expect(must(pwrite(fd, buffer, SIZE, 0)) == SIZE);
	must(fsync(fd));
	discard(PAGES);
	expect(ring_do(IORING_OP_READ_FIXED, fd, p, SIZE, 0) == SIZE);
	met_by_lookup(PAGES);
	check("registered", p, OWN, 0, SIZE);
	look(known(3), 3);
}

const struct test pin_tests[] = {
	READS("process-vm", test_process_vm),
	READS("proc-mem", test_proc_mem),
	READS("ptrace", test_ptrace),
	READS("vmsplice", test_vmsplice),
	WRITES("direct-write-from-map", test_direct_from),
	WRITES("direct-read-into-private", test_direct_into),
	WRITES("direct-read-into-shared", test_direct_into_shared),
	READS("io-uring-read", test_uring_read),
	WRITES("io-uring-write", test_uring_write),
	WRITES("io-uring-registered", test_uring_registered),
	READS(NULL, NULL)
};
