// SPDX-License-Identifier: GPL-2.0
/* Nullification: operands whose place is relative to the instruction. */
#include "nullify.h"

/* nullify() puts the operand's place in. */
INSN(LRL, "lrl %r4, .", 4, .align = { 4 }, .flags = RELATIVE);
INSN(LGRL, "lgrl %r4, .", 8, .align = { 8 }, .flags = RELATIVE);
INSN(LGFRL, "lgfrl %r4, .", 4, .align = { 4 }, .flags = RELATIVE);
INSN(LHRL, "lhrl %r4, .", 2, .align = { 2 }, .flags = RELATIVE);
INSN(LGHRL, "lghrl %r4, .", 2, .align = { 2 }, .flags = RELATIVE);
INSN(LLGFRL, "llgfrl %r4, .", 4, .align = { 4 }, .flags = RELATIVE);
INSN(LLHRL, "llhrl %r4, .", 2, .align = { 2 }, .flags = RELATIVE);
INSN(LLGHRL, "llghrl %r4, .", 2, .align = { 2 }, .flags = RELATIVE);
INSN(STRL, "strl %r4, .", 4, .align = { 4 }, .flags = RELATIVE);
INSN(STGRL, "stgrl %r4, .", 8, .align = { 8 }, .flags = RELATIVE);
INSN(STHRL, "sthrl %r4, .", 2, .align = { 2 }, .flags = RELATIVE);
INSN(CRL, "crl %r4, .", 4, .align = { 4 }, .flags = RELATIVE);
INSN(CGRL, "cgrl %r4, .", 8, .align = { 8 }, .flags = RELATIVE);
INSN(CGFRL, "cgfrl %r4, .", 4, .align = { 4 }, .flags = RELATIVE);
INSN(CHRL, "chrl %r4, .", 2, .align = { 2 }, .flags = RELATIVE);
INSN(CGHRL, "cghrl %r4, .", 2, .align = { 2 }, .flags = RELATIVE);
INSN(CLRL, "clrl %r4, .", 4, .align = { 4 }, .flags = RELATIVE);
INSN(CLGRL, "clgrl %r4, .", 8, .align = { 8 }, .flags = RELATIVE);
INSN(CLGFRL, "clgfrl %r4, .", 4, .align = { 4 }, .flags = RELATIVE);
INSN(CLHRL, "clhrl %r4, .", 2, .align = { 2 }, .flags = RELATIVE);
INSN(CLGHRL, "clghrl %r4, .", 2, .align = { 2 }, .flags = RELATIVE);

int main(void)
{
	nullify_all(NULL);
	return 0;
}
