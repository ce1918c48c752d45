// SPDX-License-Identifier: GPL-2.0
/*
 * Pages with known content. Nobody but the CPU that owns it changes such a
 * page or its state, so what ESSA may say of it, and what the page may hold,
 * is known; the shadow of a page is always stable and holds what the page
 * should.
 */
#include "fuzz.h"

extern u8 essa_stubs[];

STUB(fuzz_load, "lg %r4, 0(%r2)");
STUB(fuzz_store, "stg %r4, 0(%r2)");
STUB(fuzz_iske, "iske %r4, %r2");
STUB(fuzz_sske, "sske %r4, %r2");

static u8 *shadow_of(u8 *page)
{
	return page + SHADOW;
}

void own_lost(struct cpu *cpu, unsigned int page)
{
	struct model *model = &cpu->model[page];

	if (model->usage != VOLATILE && model->usage != POT_VOLATILE)
		complain(cpu, "a page is discarded that was not volatile", page,
			 model->usage, 0);
	if (model->keep)
		complain(cpu, "a changed page is discarded", page, model->usage, 0);
	cpu->clean += model->usage == POT_VOLATILE;
	/* A potentially volatile page that is dropped is volatile from then on. */
	model->usage = VOLATILE;
	model->discarded = true;
}

/* essa() hides the no-DAT attribute. */
static u64 essa_all_bits(unsigned int op, void *page)
{
	u64 (*stub)(u64 unused, void *page) = (void *)(essa_stubs + op * 6);

	return stub(~0UL, page);
}

/* Its content is what it should be. */
void model_stable(struct model *model)
{
	*model = (struct model){ .usage = STABLE, .nodat = model->nodat };
}

/* Whether a result is one that the model allows, which follows it */
static void check_result(struct cpu *cpu, unsigned int page, unsigned int op, u64 result)
{
	struct model *model = &cpu->model[page];
	u64 content = result & CONTENT;

	if (result & ~(u64)(USAGE | CONTENT | NODAT) || content == 1)
		complain(cpu, "ESSA says what it never should", page, op, result);
	if (!(result & NODAT) != !model->nodat)
		complain(cpu, "the no-DAT attribute is wrong", page, op, result);
	result &= ~NODAT;
	if (result == DISCARDED) {
		own_lost(cpu, page);
		return;
	}
	/* Evicted, and found changed */
	if (model->usage == POT_VOLATILE && !(result & USAGE))
		model->usage = STABLE;
	if ((result & USAGE) != model->usage)
		complain(cpu, "ESSA says another usage than was set", page,
			 model->usage, result);
	else if (model->discarded)
		complain(cpu, "a discarded page has come back", page, op, result);
	else if (content == PRESERVED && model->usage != STABLE)
		complain(cpu, "preserved, but not stable", page, op, result);
	else if (content == ZERO && model->usage == POT_VOLATILE)
		complain(cpu, "zero and potentially volatile", page, op, result);
	else if (content == ZERO && model->usage == STABLE && !model->unknown &&
		 !all_zero(shadow_of(own_page(cpu->id, page))))
		complain(cpu, "a stable page that is not zero is said to be", page, op, result);
}

/* It has become stable: what does it hold? */
static void check_content(struct cpu *cpu, unsigned int page)
{
	struct model *model = &cpu->model[page];
	u8 *is = own_page(cpu->id, page), *should = shadow_of(is);

	if (model->discarded ? !all_zero(is) :
	    model->unknown ? !same_page(is, should) && !all_zero(is) :
			     !same_page(is, should)) {
		unsigned int at = 0;

		while (at < PAGE_SIZE - 8 && *(u64 *)(is + at) ==
		       (model->discarded ? 0 : *(u64 *)(should + at)))
			at += 8;
		complain(cpu, model->discarded ? "a discarded page is not zero" :
			 model->unknown ? "an unused page has neither its content nor zeroes" :
			 "a page has lost its content",
			 (u64)is + at, *(u64 *)(is + at), *(u64 *)(should + at));
	}
	if (model->discarded || model->unknown)
		copy_page(is, should);
}

static bool changed(void *page)
{
	struct insn insn = { 0 };

	return run_at(&insn, stub_fuzz_iske, (u64)page, 0) && insn.out[4] & 2;
}

void own_essa(struct cpu *cpu, unsigned int page, unsigned int op)
{
	struct model *model = &cpu->model[page];
	bool keep = op == SET_POT_VOLATILE && changed(own_page(cpu->id, page));
	u8 *address = own_page(cpu->id, page);
	u64 result;

	if (op == SET_NODAT && !nodat_facility)
		op = SET_STABLE;
	result = essa_all_bits(op, address);
	check_result(cpu, page, op, result);
	result &= ~NODAT;
	if (op == SET_STABLE || op == SET_NODAT)
		model->nodat = op == SET_NODAT;

	switch (op) {
	case GET:
		return;
	case SET_UNUSED:
		model->keep = false;
		model->usage = UNUSED;
		model->unknown = true;
		model->discarded = false;
		break;
	case SET_VOLATILE:
	case SET_POT_VOLATILE:
		if ((result & CONTENT) == ZERO) {
			model->usage = VOLATILE;
			model->keep = false;
			model->discarded = true;
		} else {
			model->usage = op == SET_VOLATILE ? VOLATILE : POT_VOLATILE;
			model->keep = keep;
		}
		break;
	case SET_UNLESS_DISCARDED:
		if (result == DISCARDED)
			return;
		/* fall through */
	default:
		model->usage = STABLE;
		check_content(cpu, page);
		model_stable(model);
	}
}

void own_settle(struct cpu *cpu, unsigned int page)
{
	/* Unused, then potentially volatile: evicted it is stable, and may be zeroes. */
	if (cpu->model[page].usage != STABLE || cpu->model[page].unknown)
		own_essa(cpu, page, SET_STABLE);
}

void own_anew(struct cpu *cpu, unsigned int page)
{
	u8 *address = own_page(cpu->id, page);

	essa(SET_STABLE, address);
	copy_page(address, shadow_of(address));
	cpu->model[page] = (struct model){ .usage = STABLE };
}

void own_start(struct cpu *cpu, bool fresh)
{
	for (unsigned int page = 0; page < OWN_PAGES; page++) {
		u8 *address = own_page(cpu->id, page);

		if (fresh) {
			fill(shadow_of(address), page * 7 + cpu->id);
			/* Zero pages are a case of their own. */
			if (page % 16 == 5)
				for (unsigned int i = 0; i < PAGE_SIZE; i++)
					shadow_of(address)[i] = 0;
		}
		own_anew(cpu, page);
	}
}

/*
 * By its key a page becomes changed or unchanged. Potentially volatile, one that
 * is there after it became changed will stay.
 */
void own_set_key(struct cpu *cpu, unsigned int page)
{
	struct insn insn = { .r[4] = below(cpu, 4) << 1 };

	cpu->model[page].keep = false;
	run_at(&insn, stub_fuzz_sske, (u64)own_page(cpu->id, page), 0);
	own_essa(cpu, page, GET);
	if (cpu->model[page].usage == POT_VOLATILE)
		cpu->model[page].keep = insn.r[4] & 2;
}

void step_essa(struct cpu *cpu)
{
	unsigned int page = below(cpu, OWN_PAGES);
	/* Volatile pages are what it is about. */
	static const u8 ops[] = {
		GET, GET, SET_STABLE, SET_UNUSED, SET_VOLATILE, SET_VOLATILE, SET_VOLATILE,
		SET_POT_VOLATILE, SET_RESIDENT, SET_UNLESS_DISCARDED,
		SET_UNLESS_DISCARDED, SET_NODAT,
	};

	if (one_in(cpu, 8))
		own_set_key(cpu, page);
	/* A run of pages, as guests do it, or the same page again and again */
	for (unsigned int count = below(cpu, 8); count--;
	     page = (page + below(cpu, 2)) % OWN_PAGES)
		own_essa(cpu, page, ops[below(cpu, ARRAY_SIZE(ops))]);
}

/* Accesses to pages whose content the guest must not rely on */
void step_unused(struct cpu *cpu)
{
	unsigned int page = below(cpu, OWN_PAGES);
	struct model *model = &cpu->model[page];
	u8 *address = own_page(cpu->id, page);
	bool store = one_in(cpu, 2), want_discard = one_in(cpu, 2), done;
	u64 offset = below(cpu, PAGE_SIZE / 8) * 8;
	unsigned int code;

	if (want_discard != model->discarded) {
		own_essa(cpu, page, want_discard ? SET_VOLATILE : SET_UNUSED);
		want_discard = model->discarded;
	} else if (!want_discard) {
		own_essa(cpu, page, SET_UNUSED);
	}
	cpu->insn.r[4] = random64(cpu);
	done = run_at(&cpu->insn, store ? stub_fuzz_store : stub_fuzz_load,
		      (u64)address + offset, 0);
	code = done ? 0 : cpu->insn.fault.code;
	if (model->discarded) {
		if (code != PGM_DISCARD || cpu->insn.fault.addr != (u64)address)
			complain(cpu, "access to a discarded page", code, (u64)address,
				 cpu->insn.fault.addr);
		return;
	}
	if (model->usage != UNUSED) {
		/* Volatile, and it could be dropped just now. */
		if (code == PGM_DISCARD)
			own_lost(cpu, page);
		else if (code)
			complain(cpu, "access to a volatile page", code, (u64)address, 0);
		else if (store)
			model->unknown = true;
	} else if (code != (has_flag(FLAG_STRICT) ? PGM_ADDRESSING : 0)) {
		complain(cpu, "access to an unused page", code, (u64)address, 0);
	}
	if (!code && store) {
		/* Neither the shadow nor zeroes: make it known again. */
		own_anew(cpu, page);
	}
}
