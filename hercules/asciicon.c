// SPDX-License-Identifier: GPL-2.0
/*
 * The SCLP's ASCII console, which Hercules has not: what a guest writes there is
 * appended to a file, whole. Linux has it as ttysclp0.
 *
 *   LDMOD    asciicon.so
 *   ASCIICON file
 */
#include "hstdinc.h"
#include "hercules.h"
#define _GEN_ARCH 900
#include "feature.h"
#include "cpuint.h"
#include "opcode.h"
#include <stdbool.h>

#define EVENT_ASCII	0x1a
#define EVENT_HEADER	6

static int console = -1;

static void *statement(int argc, char *argv[], char *line)
{
	UNREFERENCED(line);
	if (argc < 1 || strcasecmp(argv[0], "asciicon"))
		return NULL;
	if (argc == 2) {
		console = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
		if (console < 0)
			logmsg("HHCES020E asciicon: %s: %s\n", argv[1], strerror(errno));
	} else {
		logmsg("HHCES021E asciicon: the name of a file is missing\n");
	}
	return &console;
}

/* The text stands right after the event's header. */
static void *event(SCCB_EVD_HDR *header, SCCB_HEADER *sccb, REGS *regs)
{
	BYTE *text = (BYTE *)header;
	U16 length;

	UNREFERENCED(regs);
	if (header->type != EVENT_ASCII)
		return NULL;
	FETCH_HW(length, header->totlen);
	if (console >= 0 && length > EVENT_HEADER &&
	    write(console, text + EVENT_HEADER, length - EVENT_HEADER) < 0)
		logmsg("HHCES022E asciicon: %s\n", strerror(errno));
	header->flag |= SCCB_EVD_FLAG_PROC;
	sccb->reas = SCCB_REAS_NONE;
	sccb->resp = SCCB_RESP_COMPLETE;
	return &console;
}

/*
 * Hercules answers WRITE EVENT MASK with the events it knows. A guest asks for
 * this one too before it uses the console.
 */
static zz_func service_call;

/* In the fourth byte of a mask */
#define MASK_ASCII	0x40
#define MASK_BYTE	3

static void offer(const REGS *regs, U32 block)
{
	SCCB_EVENT_MASK *mask;
	U16 length;

	if (block + PAGEFRAME_PAGESIZE > regs->mainlim)
		return;
	mask = (SCCB_EVENT_MASK *)(regs->mainstor + block + sizeof(SCCB_HEADER));
	FETCH_HW(length, mask->length);
	/* The third and the fourth mask are what the SCLP receives and sends. */
	if (length > MASK_BYTE && length <= 8) {
		mask->masks[2 * length + MASK_BYTE] |= MASK_ASCII;
		mask->masks[3 * length + MASK_BYTE] |= MASK_ASCII;
	}
}

/* The instruction ends by a jump to look for interruptions. */
static void ATTR_REGPARM(2) service_call_and_offer(BYTE inst[], REGS *regs)
{
	U32 command = regs->GR_L(inst[3] >> 4), block = regs->GR_L(inst[3] & 15);
	jmp_buf leave;
	int why;

	if (command != SCLP_WRITE_EVENT_MASK) {
		service_call(inst, regs);
		return;
	}
	memcpy(leave, regs->progjmp, sizeof(leave));
	why = setjmp(regs->progjmp);
	if (!why)
		service_call(inst, regs);
	memcpy(regs->progjmp, leave, sizeof(leave));
	if (!regs->psw.cc)
		offer(regs, APPLY_PREFIXING(block, regs->PX_G));
	if (why)
		longjmp(regs->progjmp, why);
}

HDL_DEPENDENCY_SECTION;
{
	HDL_DEPENDENCY(HERCULES);
	HDL_DEPENDENCY(REGS);
	HDL_DEPENDENCY(SYSBLK);
}
END_DEPENDENCY_SECTION

HDL_REGISTER_SECTION;
{
	HDL_REGISTER(config_command, statement);
	HDL_REGISTER(debug_sclp_unknown_event, event);
}
END_REGISTER_SECTION

HDL_INSTRUCTION_SECTION;
{
	service_call = opcode_b2xx[0x20][ARCH_900];
	hdl_init_dins(HDL_INSTARCH_900, 0xb220, "service_call", service_call_and_offer);
}
END_INSTRUCTION_SECTION
