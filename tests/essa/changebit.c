// SPDX-License-Identifier: GPL-2.0
/*
 * Potentially volatile pages and the change bit in their storage keys: what is
 * not changed may be dropped, what is changed is kept. To be run with policy
 * "always" and no interval.
 */
#include "essa.h"

#define REFERENCED	0x04
#define CHANGED		0x02
#define LONG_MS		200	/* for a page that could be dropped, to be so */
#define PAGES		64

STUB(load, "lg %r4, 0(%r2)");
STUB(store, "stg %r4, 0(%r2)");
STUB(mvi, "mvi 0(%r2), 0x11");
STUB(mvc, "mvc 0(8, %r2), 0(%r3)");
STUB(xc, "xc 0(8, %r2), 0(%r2)");
STUB(cs, "lg %r5, 0(%r2)\ncsg %r5, %r4, 0(%r2)");
STUB(agsi, "agsi 0(%r2), 1");
STUB(vst, "vst %v1, 0(%r2)");
STUB(mvcl, "lghi %r5, 8\nlghi %r3, 8\nlgr %r4, %r2\nlarl %r2, stub_load\nmvcl %r4, %r2");
STUB(stctg, "stctg 0, 0, 0(%r2)");
STUB(stck, "stck 0(%r2)");
STUB(stsi, "lghi %r1, 1\nlgfi %r0, 0x10000001\nstsi 0(%r2)");
STUB(sturg, "sturg %r4, %r2");

static void set_key(void *page, u64 key)
{
	asm volatile("sske %0, %1" : : "d" (key), "a" (page) : "memory");
}

static u64 key_of(void *page)
{
	u64 key = 0;

	asm volatile("iske %0, %1" : "+d" (key) : "a" (page) : "memory");
	return key;
}

/* Returns: the condition code, which is what the two bits were. */
static unsigned int reset_reference(void *page)
{
	unsigned int cc;

	asm volatile("rrbe %%r0, %1\n"
		     "ipm %0\n"
		     "srl %0, 28\n" : "=d" (cc) : "a" (page) : "cc", "memory");
	return cc;
}

static void wait_ms(unsigned int ms)
{
	u64 until = now_us() + ms * 1000UL;

	while (now_us() < until)
		;
}

/* A page that is potentially volatile, or stable if the host has looked at it */
static void check_kept(const char *what, u8 *page, u8 seed)
{
	u64 state = state_of(page), was;

	if (state != POT_VOLATILE && state != STABLE)
		fail("%s: its state is 0x%lx", what, state);
	if (!intact(page, seed))
		fail("%s: its content is lost", what);
	was = essa(SET_STABLE, page) & ~(u64)PRESERVED;
	if (was != POT_VOLATILE && was != STABLE)
		fail("%s: set stable, the result is 0x%lx", what, was);
	if (!intact(page, seed))
		fail("%s: its content is lost when it is set stable", what);
}

/* This comes first: there has been no instruction about keys so far. */
static void test_no_keys_yet(void)
{
	u8 *pages = alloc_pages(PAGES);

	begin("written before there are keys: changed");
	for (int i = 0; i < PAGES; i++)
		essa(SET_POT_VOLATILE, pages + i * PAGE_SIZE);
	wait_ms(LONG_MS);
	for (int i = 0; i < PAGES; i++) {
		/* The other half is potentially volatile while keys begin. */
		if (i % 2)
			check_kept("no keys", pages + i * PAGE_SIZE, i);
	}
	for (int i = 0; i < PAGES; i += 2) {
		if (!(key_of(pages + i * PAGE_SIZE) & CHANGED))
			fail("page %u: its key is 0x%lx", i, key_of(pages + i * PAGE_SIZE));
	}
	wait_ms(LONG_MS);
	for (int i = 0; i < PAGES; i += 2)
		check_kept("keys since", pages + i * PAGE_SIZE, i);
	end();
}

static void test_clean(void)
{
	u8 *pages = alloc_pages(PAGES);
	struct insn insn = { 0 };

	begin("not changed: discarded");
	for (int i = 0; i < PAGES; i++) {
		set_key(pages + i * PAGE_SIZE, 0);
		essa(SET_POT_VOLATILE, pages + i * PAGE_SIZE);
	}
	for (int i = 0; i < PAGES; i++) {
		u8 *page = pages + i * PAGE_SIZE;

		if (!wait_for(page, DISCARDED, 2000)) {
			fail("page %u stays 0x%lx", i, essa(GET, page));
			continue;
		}
		if (run_at(&insn, stub_load, (u64)page + 8, 0))
			fail("page %u: a load raises nothing", i);
		else if (insn.fault.code != PGM_DISCARD || insn.fault.addr != (u64)page ||
			 insn.fault.old.addr != (u64)stub_load)
			fail("page %u: 0x%x, trans_exc_code 0x%lx", i, insn.fault.code,
			     insn.fault.addr);
		if (essa(SET_UNLESS_DISCARDED, page) != DISCARDED ||
		    essa(SET_STABLE, page) != DISCARDED || !all_zero(page))
			fail("page %u does not come back as zero", i);
	}
	end();

	begin("neither are pages that are only read");
	for (int i = 0; i < PAGES; i++) {
		fill(pages + i * PAGE_SIZE, i);
		set_key(pages + i * PAGE_SIZE, 0);
		if (!intact(pages + i * PAGE_SIZE, i))
			fail("page %u has the wrong content", i);
		essa(SET_POT_VOLATILE, pages + i * PAGE_SIZE);
		run_at(&insn, stub_load, (u64)pages + i * PAGE_SIZE, 0);
	}
	for (int i = 0; i < PAGES; i++) {
		if (!wait_for(pages + i * PAGE_SIZE, DISCARDED, 2000))
			fail("page %u stays 0x%lx", i, essa(GET, pages + i * PAGE_SIZE));
		essa(SET_STABLE, pages + i * PAGE_SIZE);
	}
	end();
}

/* Every store counts, whoever does it, once the key says "not changed". */
static void test_stores(void)
{
	static const struct { const char *name; void *stub; } stores[] = {
		{ "STG", stub_store }, { "MVI", stub_mvi }, { "MVC", stub_mvc },
		{ "XC", stub_xc }, { "CSG", stub_cs }, { "AGSI", stub_agsi },
		{ "VST", stub_vst }, { "MVCL", stub_mvcl }, { "STCTG", stub_stctg },
		{ "STCK", stub_stck }, { "STSI", stub_stsi }, { "STURG", stub_sturg },
	};
	u8 *page = alloc_pages(1), *copy = alloc_pages(1);

	begin("stores set the change bit, and then the page is kept");
	for (unsigned int i = 0; i < ARRAY_SIZE(stores); i++) {
		if (stores[i].stub == stub_vst && !facility(129))
			continue;
		/* Written to while it is stable, and while it is not */
		for (int late = 0; late < 2; late++) {
			unsigned int attempts = 0;
			struct insn insn = { 0 };
			u64 state;

			do {
				essa(SET_STABLE, page);
				fill(page, i);
				set_key(page, 0);
				if (late)
					essa(SET_POT_VOLATILE, page);
			} while (!run_at(&insn, stores[i].stub, (u64)page, (u64)copy) &&
				 insn.fault.code == PGM_DISCARD && attempts++ < 1000);
			if (insn.faults && insn.fault.code != PGM_DISCARD) {
				fail("%s: program interruption 0x%x", stores[i].name, insn.fault.code);
				continue;
			}
			if (insn.faults) {
				fail("%s: it is always discarded first", stores[i].name);
				continue;
			}
			if (!(key_of(page) & CHANGED))
				fail("%s: the key is 0x%lx", stores[i].name, key_of(page));
			/* Nothing is changed if it was discarded meanwhile. */
			copy_page(copy, page);
			essa(SET_POT_VOLATILE, page);
			wait_ms(20);
			state = state_of(page);
			if (state != POT_VOLATILE && state != STABLE)
				fail("%s: the state is 0x%lx", stores[i].name, state);
			else if (!same_page(copy, page))
				fail("%s: what was stored is lost", stores[i].name);
			essa(SET_STABLE, page);
		}
	}
	end();
}

static void test_key(void)
{
	u8 *pages = alloc_pages(PAGES);

	begin("changed by the key alone: kept");
	for (int i = 0; i < PAGES; i++) {
		u8 *page = pages + i * PAGE_SIZE;

		set_key(page, 0);
		set_key(page, CHANGED);
		essa(SET_POT_VOLATILE, page);
	}
	wait_ms(LONG_MS);
	for (int i = 0; i < PAGES; i++)
		check_kept("SSKE before", pages + i * PAGE_SIZE, i);
	end();

	begin("changed by the key while it is potentially volatile: kept, if it is not too late");
	for (int i = 0; i < PAGES; i++) {
		u8 *page = pages + i * PAGE_SIZE;

		fill(page, i);
		set_key(page, 0);
		essa(SET_POT_VOLATILE, page);
		for (volatile int delay = i * 20; delay; delay--)
			;
		set_key(page, CHANGED);
		if (state_of(page) == DISCARDED) {
			if (essa(SET_STABLE, page) != DISCARDED || !all_zero(page))
				fail("page %u: discarded, but not zero", i);
			fill(page, i);
		}
	}
	wait_ms(LONG_MS);
	for (int i = 0; i < PAGES; i++)
		check_kept("SSKE since", pages + i * PAGE_SIZE, i);
	end();
}

static void expect_key(const char *what, void *page, u64 key)
{
	if (key_of(page) != key)
		fail("%s: the key is 0x%lx, not 0x%lx", what, key_of(page), key);
}

/*
 * On a page that is stable. The architecture lets a machine set the reference
 * bit too often, but this one does not.
 */
static void test_reference_and_change(void)
{
	u8 *page = alloc_pages(1);
	struct insn insn = { 0 };

	begin("reference and change bits, by ISKE and RRBE");
	set_key(page, 0x50);
	expect_key("set", page, 0x50);
	if (reset_reference(page) != 0)
		fail("RRBE: not cc 0");
	run_at(&insn, stub_load, (u64)page, 0);
	expect_key("after a load", page, 0x50 | REFERENCED);
	if (reset_reference(page) != 2)
		fail("RRBE after a load: not cc 2");
	expect_key("after RRBE", page, 0x50);
	run_at(&insn, stub_store, (u64)page, 0);
	expect_key("after a store", page, 0x50 | REFERENCED | CHANGED);
	if (reset_reference(page) != 3)
		fail("RRBE after a store: not cc 3");
	expect_key("after RRBE", page, 0x50 | CHANGED);
	if (reset_reference(page) != 1)
		fail("RRBE once more: not cc 1");
	run_at(&insn, stub_load, (u64)page, 0);
	expect_key("after another load", page, 0x50 | REFERENCED | CHANGED);
	set_key(page, 0);
	run_at(&insn, stub_store, (u64)page, 0);
	expect_key("set to 0 and stored", page, REFERENCED | CHANGED);
	end();

	begin("ESSA is no reference and no change");
	for (u64 key = 0; key <= 6; key += 2) {
		set_key(page, key);
		for (unsigned int op = GET; op < SET_NODAT; op++) {
			/* The change bit decides about operation 4. */
			essa(op, page);
			if (key_of(page) != key)
				fail("operation %u makes key 0x%lx 0x%lx", op, key, key_of(page));
			essa(SET_STABLE, page);
		}
		expect_key("after all", page, key);
	}
	end();
}

/* Other usages have nothing to do with the key. */
static void test_volatile_and_unused(void)
{
	u8 *page = alloc_pages(1);

	begin("changed, volatile and unused pages are dropped all the same");
	set_key(page, REFERENCED | CHANGED);
	discard(page);
	essa(SET_UNUSED, page);
	essa(SET_STABLE, page);
	fill(page, 1);
	essa(SET_UNUSED, page);
	if (!wait_for(page, UNUSED | ZERO, 2000))
		fail("unused, it stays 0x%lx", essa(GET, page));
	essa(SET_STABLE, page);
	end();

	begin("potentially volatile on zero is discarded");
	essa(SET_VOLATILE, page);
	discard(page);
	essa(SET_STABLE, page);
	if (essa(SET_POT_VOLATILE, page) != ZERO || essa(GET, page) != DISCARDED)
		fail("the state is 0x%lx", essa(GET, page));
	set_key(page, CHANGED);
	if (essa(GET, page) != DISCARDED)
		fail("changed by its key, it is 0x%lx", essa(GET, page));
	essa(SET_STABLE, page);
	end();

	begin("to volatile and back: the key counts");
	fill(page, 3);
	essa(SET_POT_VOLATILE, page);
	wait_ms(20);
	if (state_of(page) != POT_VOLATILE && state_of(page) != STABLE)
		fail("changed, it is 0x%lx", state_of(page));
	essa(SET_VOLATILE, page);
	if (!wait_for(page, DISCARDED, 2000))
		fail("volatile, it stays 0x%lx", essa(GET, page));
	essa(SET_STABLE, page);
	end();
}

int main(void)
{
	test_no_keys_yet();
	test_clean();
	test_stores();
	test_key();
	test_reference_and_change();
	test_volatile_and_unused();
	return 0;
}
