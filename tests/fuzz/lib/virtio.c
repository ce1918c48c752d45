// SPDX-License-Identifier: GPL-2.0
/*
 * virtio devices by channel programs: rings in pages that are volatile and
 * discarded while the device uses them, buffers in the shared pages and where
 * no storage is. Each CPU has one of the devices.
 *
 * A descriptor is never in a shared page: from what others put there a device
 * would write anywhere.
 */
#include "fuzz.h"

#define QUEUE_SIZE	32
#define DEVICES		4
#define QUEUES		2	/* set up of each device */

#define CMD_SET_VQ		0x13
#define CMD_RESET		0x33
#define CMD_READ_FEATURES	0x12
#define CMD_WRITE_FEATURES	0x11
#define CMD_READ_CONFIG		0x22
#define CMD_WRITE_CONFIG	0x21
#define CMD_WRITE_STATUS	0x31
#define CMD_READ_STATUS		0x72
#define CMD_SET_INDICATORS	0x43
#define CMD_SET_CONFIG_INDICATORS 0x53
#define CMD_READ_QUEUE		0x32
#define CMD_SET_ADAPTER		0x73
#define CMD_SET_REVISION	0x83

#define CCW_SLI			0x20

#define DESC_NEXT		1
#define DESC_WRITE		2
#define DESC_INDIRECT		4

struct descriptor {		/* little endian */
	u64 address;
	u32 length;
	u16 flags;
	u16 next;
};

struct device {
	u32 schid;
	bool running, packed;
	u16 avail[QUEUES];
	/* What the channel reads and writes: below 2 GiB, always stable */
	struct {
		u32 parameter;
		u16 control;
		u8 paths;
		u8 control1;
		u32 program;
		u32 pad[5];
	} orb __attribute__((aligned(32)));
	struct {
		u8 command;
		u8 flags;
		u16 count;
		u32 address;
	} ccw __attribute__((aligned(8)));
	u8 data[64] __attribute__((aligned(64)));
};

static struct device devices[MAX_CPUS] __attribute__((aligned(4096)));

STUB(virtio_stsch, "stsch 0(%r2)");
STUB(virtio_msch, "msch 0(%r2)");
STUB(virtio_ssch, "ssch 0(%r2)");
STUB(virtio_tsch, "tsch 0(%r2)");
STUB(virtio_notify, "diag %r2, %r4, 0x500");

/* Descriptors, what is available, and what is used; one page each */
static u8 *ring(struct cpu *cpu, unsigned int queue, unsigned int part)
{
	return (u8 *)RING_BASE + (cpu->id * RING_PAGES + queue * 4 + part) * PAGE_SIZE;
}

static void on_subchannel(struct cpu *cpu, void *stub, void *operand)
{
	struct insn insn = { .r[1] = devices[cpu->id].schid };

	run_at(&insn, stub, (u64)operand, 0);
}

static void enable(struct cpu *cpu)
{
	static u8 schib[MAX_CPUS][64] __attribute__((aligned(8)));

	on_subchannel(cpu, stub_virtio_stsch, schib[cpu->id]);
	schib[cpu->id][5] |= 0x80;
	on_subchannel(cpu, stub_virtio_msch, schib[cpu->id]);
}

/* QEMU carries a channel program out before SSCH ends. */
static void command(struct cpu *cpu, u8 code, u16 count, void *address)
{
	struct device *device = &devices[cpu->id];
	static u8 irb[MAX_CPUS][128] __attribute__((aligned(8)));

	device->orb.parameter = 0;
	device->orb.control = 0x0080;	/* format 1 */
	device->orb.paths = 0x80;
	device->orb.control1 = 0;
	device->orb.program = (u64)&device->ccw;
	device->ccw.command = code;
	device->ccw.flags = CCW_SLI;
	device->ccw.count = count;
	device->ccw.address = (u64)address;
	on_subchannel(cpu, stub_virtio_ssch, &device->orb);
	on_subchannel(cpu, stub_virtio_tsch, irb[cpu->id]);
}

static void put_byte(struct cpu *cpu, u8 code, u8 value)
{
	devices[cpu->id].data[0] = value;
	command(cpu, code, 1, devices[cpu->id].data);
}

static void put_features(struct cpu *cpu, u8 index, u32 features)
{
	u8 *data = devices[cpu->id].data;

	*(u32 *)data = __builtin_bswap32(features);
	data[4] = index;
	command(cpu, CMD_WRITE_FEATURES, 5, data);
}

/* Where a ring's part lies: mostly where it should, else where none is */
static u64 part_of_ring(struct cpu *cpu, unsigned int queue, unsigned int part)
{
	if (!one_in(cpu, 24))
		return (u64)ring(cpu, queue, part) + (one_in(cpu, 8) ? below(cpu, 64) * 16 : 0);
	/* What only the device writes may be shared. */
	return part == 2 ? any_address(cpu) : STORAGE_END + below(cpu, 2) * PAGE_SIZE;
}

static void set_queue(struct cpu *cpu, unsigned int queue)
{
	u8 *data = devices[cpu->id].data;

	*(u64 *)data = part_of_ring(cpu, queue, 0);
	*(u32 *)(data + 8) = 0;
	*(u16 *)(data + 12) = queue;
	*(u16 *)(data + 14) = one_in(cpu, 16) ? below(cpu, 128) : QUEUE_SIZE;
	*(u64 *)(data + 16) = part_of_ring(cpu, queue, 1);
	*(u64 *)(data + 24) = part_of_ring(cpu, queue, 2);
	command(cpu, CMD_SET_VQ, 32, data);
}

/* Commands that read and write a shared page, at any time */
static void stray_command(struct cpu *cpu)
{
	static const u8 codes[] = { CMD_READ_CONFIG, CMD_READ_FEATURES, CMD_READ_STATUS,
				    CMD_READ_QUEUE, CMD_WRITE_CONFIG, CMD_WRITE_STATUS,
				    CMD_SET_REVISION, 0x03, 0x04, 0xe4, 0x00, 0xff };
	u64 address = any_address(cpu);

	/* An address of 31 bits must not be left with a page of the program. */
	if ((u32)address < SHARED_BASE)
		address = (u64)shared_address(cpu);
	if (address < STORAGE_END && one_in(cpu, 2))
		set_some_state(cpu, (u8 *)address);
	command(cpu, codes[below(cpu, sizeof(codes))],
		one_in(cpu, 4) ? below(cpu, 512) : below(cpu, 40), (void *)address);
}

static void begin_session(struct cpu *cpu)
{
	struct device *device = &devices[cpu->id];
	u8 *data = device->data;

	for (unsigned int page = 0; page < RING_PAGES; page++) {
		u8 *at = ring(cpu, 0, page);

		essa(SET_STABLE, at);
		for (unsigned int i = 0; i < PAGE_SIZE / 8; i++)
			((u64 *)at)[i] = 0;
	}
	for (int queue = 0; queue < QUEUES; queue++)
		device->avail[queue] = 0;
	enable(cpu);
	command(cpu, CMD_RESET, 0, NULL);
	*(u32 *)data = one_in(cpu, 4) ? below(cpu, 4) << 16 : 0x00010000;
	command(cpu, CMD_SET_REVISION, 4, data);
	put_byte(cpu, CMD_WRITE_STATUS, 3);
	put_features(cpu, 0, one_in(cpu, 2) ? 0x30000000 : random64(cpu));
	device->packed = one_in(cpu, 4);
	put_features(cpu, 1, device->packed ? 5 : 1);
	put_byte(cpu, CMD_WRITE_STATUS, 11);
	for (int queue = 0; queue < QUEUES; queue++)
		set_queue(cpu, queue);
	*(u64 *)data = (u64)shared_address(cpu) & ~7UL;
	if (one_in(cpu, 2)) {
		command(cpu, CMD_SET_INDICATORS, 8, data);
	} else {
		/* An adapter's: summary, queues, the first queue's bit, subclass */
		*(u64 *)(data + 8) = any_address(cpu);
		*(u64 *)(data + 16) = below(cpu, 0x8000);
		data[24] = one_in(cpu, 8) ? below(cpu, 256) : below(cpu, 8);
		command(cpu, CMD_SET_ADAPTER, 25, data);
	}
	*(u64 *)data = any_address(cpu) & ~7UL;
	command(cpu, CMD_SET_CONFIG_INDICATORS, 8, data);
	put_byte(cpu, CMD_WRITE_STATUS, 15);
	device->running = true;
}

static u64 little64(u64 value) { return __builtin_bswap64(value); }
static u32 little32(u32 value) { return __builtin_bswap32(value); }
static u16 little16(u16 value) { return __builtin_bswap16(value); }

static void describe(struct cpu *cpu, struct descriptor *descriptor, u64 address,
		     u32 length, u16 flags, u16 next)
{
	bool shared = address >= SHARED_BASE;

	/*
	 * Misfits are the point, but a device does not survive them. Whatever
	 * the length is, storage ends with the shared pages.
	 */
	if (one_in(cpu, 200))
		flags ^= shared ? 1 << below(cpu, 2) : DESC_NEXT << 2 * below(cpu, 2);
	if (one_in(cpu, 200))
		next = below(cpu, 65536);
	if (shared && one_in(cpu, 200))
		length = random64(cpu);
	if (devices[cpu->id].packed) {
		/* The identifier, and flags with that of the ring's first round */
		u16 first_round = flags | 1 << 7;

		flags = next;
		next = first_round;
	}
	descriptor->address = little64(address);
	descriptor->length = little32(length);
	descriptor->flags = little16(flags);
	descriptor->next = little16(next);
}

static u64 buffer(struct cpu *cpu)
{
	u8 *page = shared_address(cpu);

	if (one_in(cpu, 50))
		return any_address(cpu);
	if (one_in(cpu, 2))
		set_some_state(cpu, page);
	return (u64)page;
}

/* A chain at the head of the table: a header that is right, buffers, a status */
static unsigned int make_chain(struct cpu *cpu, struct descriptor *table, u8 *header)
{
	unsigned int count = 2 + below(cpu, 4);
	bool reads = one_in(cpu, 2);

	/* virtio-blk: in, out, flush, get id, discard, write zeroes, nonsense */
	static const u8 types[] = { 0, 0, 0, 1, 1, 1, 4, 8, 11, 13, 99 };

	for (int i = 0; i < 16; i++)
		header[i] = 0;
	header[0] = types[below(cpu, sizeof(types))];
	header[8] = below(cpu, 256);
	describe(cpu, &table[0], (u64)header, 16, DESC_NEXT, 1);
	if (one_in(cpu, 3))
		/* The other devices take writable buffers alone, or readable ones. */
		describe(cpu, &table[0], buffer(cpu), below(cpu, 4096),
			 DESC_NEXT | (reads ? DESC_WRITE : 0), 1);
	for (unsigned int i = 1; i < count; i++) {
		bool last = i == count - 1;

		describe(cpu, &table[i], buffer(cpu), last ? 1 : 512 * below(cpu, 9),
			 (last ? DESC_WRITE : DESC_NEXT) | (reads ? DESC_WRITE : 0), i + 1);
	}
	return count;
}

static void submit(struct cpu *cpu)
{
	struct device *device = &devices[cpu->id];
	unsigned int queue = below(cpu, QUEUES);
	struct descriptor *table = (struct descriptor *)ring(cpu, queue, 0);
	u8 *avail = ring(cpu, queue, 1), *extra = ring(cpu, queue, 3);
	unsigned int used = 1;
	struct insn insn = { 0 };

	for (int part = 0; part < 4; part++)
		essa(SET_STABLE, ring(cpu, queue, part));
	if (device->packed) {
		/* Where the device is, until the round ends: then it begins anew. */
		table += device->avail[queue];
		if (device->avail[queue] > QUEUE_SIZE - 8) {
			device->running = false;
			return;
		}
	}
	if (one_in(cpu, 4)) {
		make_chain(cpu, (struct descriptor *)extra, extra + 2048);
		describe(cpu, table, (u64)extra, 16 * (2 + below(cpu, 6)), DESC_INDIRECT, 0);
	} else {
		used = make_chain(cpu, table, extra + 2048);
	}
	if (device->packed) {
		device->avail[queue] += used;
	} else {
		*(u16 *)(avail + 4 + device->avail[queue] % QUEUE_SIZE * 2) =
			one_in(cpu, 100) ? little16(below(cpu, 64)) : 0;
		device->avail[queue] += one_in(cpu, 100) ? below(cpu, 65536) : 1;
		*(u16 *)(avail + 2) = little16(device->avail[queue]);
	}
	for (int part = 0; part < 4; part++)
		if (one_in(cpu, 3))
			set_some_state(cpu, ring(cpu, queue, part));
	if (one_in(cpu, 4))
		pause_us(below(cpu, 200));
	insn.r[1] = 3;
	insn.r[3] = queue;
	run_at(&insn, stub_virtio_notify, device->schid, queue);
	cpu->virtio++;
}

void virtio_start(struct cpu *cpu)
{
	devices[cpu->id].schid = 0x00010000 | cpu->id % DEVICES;
	devices[cpu->id].running = false;
}

void step_virtio(struct cpu *cpu)
{
	if (!devices[cpu->id].running || one_in(cpu, 20))
		begin_session(cpu);
	else if (one_in(cpu, 8))
		stray_command(cpu);
	else
		submit(cpu);
}
