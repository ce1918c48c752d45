// SPDX-License-Identifier: GPL-2.0
/*
 * The interruption subclass of a virtio device's adapter interruptions is a
 * byte in the operand of a channel command, and there are eight: the others are
 * a command reject (virtio 1.2, 4.3.2.6.2).
 */
#include "essa.h"

#define SUBCHANNEL	0x00010000
#define SUBCLASSES	8
#define SET_IND_ADAPTER	0x73
#define SET_VIRTIO_REV	0x83
#define UNIT_CHECK	0x02

static struct {
	u32 parameter, control, program, reserved[5];
} orb __attribute__((aligned(4)));

static struct {
	u8 command, flags;
	u16 count;
	u32 address;
} ccw __attribute__((aligned(8)));

static void enable(void)
{
	register u64 sid asm("1") = SUBCHANNEL;
	static u8 schib[52] __attribute__((aligned(4)));

	asm volatile("stsch %0" : "=S" (schib) : "d" (sid) : "cc");
	schib[5] |= 0x80;
	asm volatile("msch %0" : : "S" (schib), "d" (sid) : "cc");
}

/* Returns: the device status, ~0 if it does not start */
static unsigned int command(u8 code, u16 count, void *address)
{
	register u64 sid asm("1") = SUBCHANNEL;
	static u8 irb[96] __attribute__((aligned(4)));
	unsigned int cc;

	ccw.command = code;
	ccw.count = count;
	ccw.address = (u64)address;
	/* Format 1, any path */
	orb.control = 0x0080ff00;
	orb.program = (u64)&ccw;
	asm volatile("ssch %1\nipm %0\nsrl %0, 28"
		     : "=d" (cc) : "S" (orb), "d" (sid) : "cc", "memory");
	if (cc)
		return ~0U;
	do
		asm volatile("tsch %1\nipm %0\nsrl %0, 28"
			     : "=d" (cc), "=S" (irb) : "d" (sid) : "cc", "memory");
	while (cc == 1);
	return irb[8];
}

int main(void)
{
	static u8 operand[32] __attribute__((aligned(8)));
	u8 *page = alloc_pages(1);
	unsigned int status;

	enable();
	begin("subclasses that there are, and those that there are not");
	operand[1] = 1;
	if (command(SET_VIRTIO_REV, 4, operand) & UNIT_CHECK)
		fail("revision 1 is refused");
	operand[1] = 0;
	*(u64 *)operand = (u64)page;
	*(u64 *)(operand + 8) = (u64)page + 64;
	for (unsigned int isc = 0; isc < 256; isc++) {
		operand[24] = isc;
		status = command(SET_IND_ADAPTER, 25, operand);
		if (!(status & UNIT_CHECK) != (isc < SUBCLASSES))
			fail("subclass %u: the device's status is 0x%x", isc, status);
	}
	end();
	return 0;
}
