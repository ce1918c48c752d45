// SPDX-License-Identifier: GPL-2.0
/* Nullification: z/PCI instructions, on the first function; with DAT, as in subchannel.c */
#include "dat.h"

#define CLP_LIST	2
#define CLP_SET		5
#define CLP_OK		0x0010
#define FH_ENABLED	0x80000000

struct clp_request {
	u16 length, command;
	u32 format;
	u64 reserved;
	u32 function;
	u16 reserved_2;
	u8 operation;		/* 0: enable */
	u8 spaces;		/* for DMA */
	u64 reserved_3;
};

struct clp_response {
	u16 length, code;
	u32 format;
	u64 reserved;
	u32 function;
	u32 reserved_2;
	u64 reserved_3;
	struct {
		u16 device, vendor;
		u32 config, id, handle;
	} list[1];
};

struct clp_block {
	struct clp_request request;
	struct clp_response response;
};

/* What the BAR of this virtio device has there may be written. */
#define BAR		4UL
#define BAR_OFFSET	0x3000
#define BLOCK_LENGTH	64

#define SET_MEASUREMENT	10

static u32 function;

static void list_request(struct clp_block *block)
{
	*block = (struct clp_block) {
		.request = { .length = sizeof(block->request), .command = CLP_LIST },
		.response = { .length = sizeof(block->response) },
	};
}

static void list_functions(struct operands *at)
{
	list_request((struct clp_block *)at->first);
}

/* Block 64 bytes to the BAR. */
static void store_block(struct operands *at)
{
	at->r[4] = (u64)function << 32 | BAR << 16 | BLOCK_LENGTH;
	at->r[6] = BAR_OFFSET;
}

/* No measurement block */
static void function_controls(struct operands *at)
{
	at->r[4] = (u64)function << 32 | SET_MEASUREMENT;
	for (int i = 0; i < 80; i++)
		at->first[i] = 0;
}

static void function_handle(struct operands *at)
{
	at->r[4] = (u64)function << 32;
}

/* As it was before the function was enabled, which the register will tell. */
static void old_handle(struct operands *at)
{
	at->r[4] = (u64)(function & ~FH_ENABLED) << 32;
}

INSN(CLP, ".insn rrf, 0xb9a00000, %r4, %r2, 2, 0", sizeof(struct clp_block),
     .prepare = list_functions);
INSN(PCISTB, ".insn rsy, 0xeb00000000d0, %r4, %r6, 0(%r2)", BLOCK_LENGTH, .align = { 8 },
     .prepare = store_block);
INSN(MPCIFC, ".insn rxy, 0xe300000000d0, %r4, 0(%r2)", 80, .align = { 8 },
     .prepare = function_controls);
INSN(STPCIFC, ".insn rxy, 0xe300000000d4, %r4, 0(%r2)", 80, .align = { 8 },
     .prepare = function_handle);
INSN(STPCIFC, ".insn rxy, 0xe300000000d4, %r4, 0(%r2)", 80, .align = { 8 },
     .prepare = old_handle, .name = "STPCIFC by an old handle");

static bool call(struct clp_block *block)
{
	asm volatile(".insn rrf, 0xb9a00000, %%r0, %1, 2, 0"
		     : "+m" (*block) : "a" (block) : "cc");
	return block->response.code == CLP_OK;
}

static bool enable_function(void)
{
	static struct clp_block block;

	list_request(&block);
	if (!call(&block))
		return false;
	block = (struct clp_block) {
		.request = { .length = sizeof(block.request), .command = CLP_SET,
			     .function = block.response.list[0].handle, .spaces = 1 },
		.response = { .length = 32 },
	};
	if (!call(&block))
		return false;
	function = block.response.function;
	return true;
}

int main(void)
{
	if (!enable_function())
		die("there is no PCI function to be had");
	dat_tables();
	nullify_all(dat_places());
	return 0;
}
