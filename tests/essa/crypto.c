// SPDX-License-Identifier: GPL-2.0
/*
 * Nullification: message-security assist, as far as QEMU has it: queries,
 * SHA-512 and random numbers.
 */
#include "nullify.h"

#define QUERY	0
#define SHA_512	3
#define TRNG	114

/* The parameter block is the third operand, at %r1. */
static void query(struct operands *at)
{
	at->r[0] = QUERY;
}

static void hash(struct operands *at)
{
	at->r[0] = SHA_512;
	at->r[6] = at->r[3];
	at->r[7] = 256;
}

/*
 * One block, and one that it has to fill up and to which it adds the length: of less than
 * 64 bytes, since Hercules takes more for a block, and goes on through all of storage.
 */
static void hash_last(struct operands *at)
{
	hash(at);
	at->r[7] = 180;
}

static void random(struct operands *at)
{
	at->r[0] = TRNG;
	at->r[4] = at->r[2];
	at->r[5] = 200;
	at->r[6] = at->r[3];
	at->r[7] = 300;
}

#define LOOP(text) "0: " text "\njo 0b"

INSN(KIMD, "kimd %r0, %r6", 0, 0, 16, .prepare = query, .name = "KIMD query");
INSN(KIMD, LOOP("kimd %r0, %r6"), 0, 256, 64, .flags = INTERRUPTIBLE | CHAINS, .prepare = hash);
INSN(KLMD, LOOP("klmd %r0, %r6"), 0, 180, 80, .flags = INTERRUPTIBLE | CHAINS,
     .prepare = hash_last);
INSN(KM, "km %r4, %r6", 0, 0, 16, .prepare = query);
INSN(KMA, "kma %r4, %r8, %r6", 0, 0, 16, .prepare = query);
INSN(KMAC, "kmac %r0, %r6", 0, 0, 16, .prepare = query);
INSN(KMC, "kmc %r4, %r6", 0, 0, 16, .prepare = query);
INSN(KMCTR, "kmctr %r4, %r8, %r6", 0, 0, 16, .prepare = query);
INSN(KMF, "kmf %r4, %r6", 0, 0, 16, .prepare = query);
INSN(KMO, "kmo %r4, %r6", 0, 0, 16, .prepare = query);
INSN(PCC, "pcc", 0, 0, 16, .prepare = query);
INSN(PCKMO, "pckmo", 0, 0, 16, .prepare = query);
INSN(PPNO, "ppno %r4, %r6", 0, 0, 16, .prepare = query, .name = "PPNO query");
INSN(PPNO, LOOP("ppno %r4, %r6"), 200, 300, .flags = INTERRUPTIBLE | STORES_SECOND | VARIES,
     .prepare = random);

int main(void)
{
	nullify_all(NULL);
	return 0;
}
