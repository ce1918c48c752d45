// SPDX-License-Identifier: GPL-2.0
/*
 * Nullification: I/O instructions. What they change is a subchannel, which is
 * that of the first device. QEMU has their operands' addresses translated by
 * itself, so that is switched on.
 */
#include "dat.h"

#define SUBCHANNEL	0x00010000
#define INTERRUPT_CLASS	3

static void zero(struct operands *at)
{
	for (int i = 0; i < 64; i++)
		at->first[i] = 0;
}

static void subchannel(struct operands *at)
{
	at->r[1] = SUBCHANNEL;
}

static void enabled(struct operands *at)
{
	subchannel(at);
	zero(at);
	at->first[4] = INTERRUPT_CLASS << 3;
	at->first[5] = 0x80;
}

/* A channel program of one NO-OPERATION */
static u64 program __attribute__((aligned(8))) = 0x0320000000000001;

struct orb {
	u32 parameter;
	u32 control;
	u32 program;
	u32 reserved[5];
};

static void request(struct orb *orb)
{
	/* Format 1, and any path */
	*orb = (struct orb) { .parameter = 0x12345678, .control = 0x0080ff00,
			      .program = (u32)(u64)&program };
}

static void operation_request(struct operands *at)
{
	subchannel(at);
	request((struct orb *)at->first);
}

static unsigned int test_subchannel(void)
{
	register u64 sid asm("1") = SUBCHANNEL;
	static u8 irb[96] __attribute__((aligned(4)));
	unsigned int cc;

	asm volatile("tsch %1\nipm %0\nsrl %0, 28"
		     : "=d" (cc), "=S" (irb) : "d" (sid) : "cc");
	return cc;
}

static unsigned int start_subchannel(struct orb *orb)
{
	register u64 sid asm("1") = SUBCHANNEL;
	unsigned int cc;

	asm volatile("ssch %1\nipm %0\nsrl %0, 28"
		     : "=d" (cc) : "S" (*orb), "d" (sid) : "cc", "memory");
	return cc;
}

/* The functions that it performs, and its status control, of the SCSW */
#define FUNCTIONS	0x7000
#define STATUS_PENDING	0x0001

static unsigned int subchannel_status(void)
{
	register u64 sid asm("1") = SUBCHANNEL;
	static struct {
		u32 path_management[7];
		u16 flags, control;
		u32 rest[5];
	} schib;

	asm volatile("stsch %0" : "=S" (schib) : "d" (sid) : "cc");
	return schib.control;
}

/* No status is pending, and none will be: a device may take its time. */
static void idle(void)
{
	u64 deadline = now_us() + 5000000;

	do
		while (test_subchannel() == 0)
			;
	while (subchannel_status() & FUNCTIONS && now_us() < deadline);
}

/* Status is pending, and an interruption, for which the CPU is not enabled. */
static void pending(void)
{
	static struct orb orb __attribute__((aligned(4)));
	u64 deadline = now_us() + 5000000;
	unsigned int cc;

	idle();
	request(&orb);
	cc = start_subchannel(&orb);
	if (cc)
		fail("the subchannel does not start: condition code %u", cc);
	while (!(subchannel_status() & STATUS_PENDING) && now_us() < deadline)
		;
}

static void chsc_request(struct operands *at)
{
	((u32 *)at->first)[0] = 0x00100010;
	for (int i = 1; i < 4; i++)
		((u32 *)at->first)[i] = 0;
}

INSN(STSCH, "stsch 0(%r2)", 52, .align = { 4 }, .prepare = subchannel, .before = idle);
INSN(SSCH, "ssch 0(%r2)", 12, .align = { 4 }, .prepare = operation_request, .before = idle);
INSN(TSCH, "tsch 0(%r2)", 64, .align = { 4 }, .prepare = subchannel, .before = pending,
     .name = "TSCH, status pending");
INSN(TSCH, "tsch 0(%r2)", 64, .align = { 4 }, .prepare = subchannel, .before = idle);
INSN(MSCH, "msch 0(%r2)", 52, .align = { 4 }, .prepare = enabled, .before = idle);
INSN(TPI, "tpi 0(%r2)", 8, .align = { 4 }, .before = pending);
INSN(STCRW, "stcrw 0(%r2)", 4, .align = { 4 });
INSN(CHSC, ".insn rre, 0xb25f0000, %r2, %r0", 16, .flags = WHOLE_PAGE,
     .prepare = chsc_request);

static void enable_subchannel(void)
{
	register u64 sid asm("1") = SUBCHANNEL;
	static u8 schib[52] __attribute__((aligned(4)));

	asm volatile("stsch %0" : "=S" (schib) : "d" (sid) : "cc");
	schib[4] = INTERRUPT_CLASS << 3;
	schib[5] |= 0x80;
	asm volatile("msch %0" : : "S" (schib), "d" (sid) : "cc");
}

int main(void)
{
	u64 classes = 0xff000000;

	/* TPI asks for interruptions of these; the PSW keeps all off. */
	asm volatile("lctlg 6, 6, %0" : : "S" (classes));
	enable_subchannel();
	dat_tables();
	nullify_all(dat_places());
	return 0;
}
