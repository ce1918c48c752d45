// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of a virtio-mem device, at 1 GiB, has no page states: it is stable
 * for ESSA, and an operation that would change that reports the exception.
 */
#include "owed.h"

#define DEVICE_MEMORY	(1UL << 30)
#define DEVICE_SIZE	(64UL << 20)
#define EXCEPTION	0x10

STUB(load, "lg %r4, 0(%r2)");

static void test_operations(u8 *page)
{
	begin("ESSA on device memory reports the exception");
	for (unsigned int op = SET_STABLE; op <= SET_UNLESS_DISCARDED; op++) {
		u64 result = essa(op, page);

		if (result != EXCEPTION)
			fail("operation %u returns 0x%lx", op, result);
		if (essa(GET, page) != (STABLE | RESIDENT))
			fail("operation %u leaves 0x%lx", op, essa(GET, page));
	}
	end();
}

static void test_content(u8 *page)
{
	struct insn insn = { 0 };
	u64 until = now_us() + 300000;

	begin("device memory keeps its content");
	fill(page, 7);
	essa(SET_UNUSED, page);
	essa(SET_VOLATILE, page);
	while (now_us() < until) {
		if (!run_at(&insn, stub_load, (u64)page, 0))
			fail("program interruption 0x%x", insn.fault.code);
	}
	if (!intact(page, 7))
		fail("not what was written");
	end();
}

static void test_between(u64 address)
{
	extern u8 essa_stubs[];
	struct insn insn = { 0 };

	begin("ESSA between the memories is an addressing exception");
	if (run_at(&insn, essa_stubs, 0, address) || insn.fault.code != PGM_ADDRESSING)
		fail("0x%x at 0x%lx", insn.fault.code, address);
	end();
}

int main(void)
{
	owed_set_up();
	test_operations((u8 *)DEVICE_MEMORY);
	test_operations((u8 *)(DEVICE_MEMORY + DEVICE_SIZE - PAGE_SIZE));
	test_content((u8 *)DEVICE_MEMORY);
	test_between((u64)MEMORY_MIB << 20);
	test_between(DEVICE_MEMORY - PAGE_SIZE);
	wait_for_host();
	begin("what is owed");
	owed_check();
	end();
	ready_and_wait();
}
