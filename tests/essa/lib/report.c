// SPDX-License-Identifier: GPL-2.0
/*
 * Console, results and the end of the program.
 *
 * The console is the SCLP's ASCII one. A program that found nothing wrong
 * stops its CPU, which shuts the machine down; one that failed loads a
 * disabled wait, which is a guest panic.
 */
#include <stdarg.h>
#include "essa.h"

#define SCLP_WRITE_EVENT_DATA	0x00760005
#define EVENT_ASCII_CONSOLE	0x1a

int main(void);
void start(void);

static const char *case_name;
static unsigned int case_failures;
static bool failed;

static struct {
	u16 length;
	u8 function;
	u8 control[3];
	u16 response;
	struct {
		u16 length;
		u8 type;
		u8 flags;
		u16 reserved;
	} event;
	char text[480];
} __attribute__((packed, aligned(4096))) sccb;

static void put(const char *text, size_t length)
{
	u64 address = (u64)&sccb;

	for (size_t i = 0; i < length; i++)
		sccb.text[i] = text[i];
	sccb.length = offsetof(typeof(sccb), text) + length;
	sccb.function = 0;
	sccb.response = 0;
	sccb.event.length = sizeof(sccb.event) + length;
	sccb.event.type = EVENT_ASCII_CONSOLE;
	sccb.event.flags = 0;
	/* SERVICE CALL; cc 2 is busy */
	asm volatile("0: .insn rre, 0xb2200000, %0, %1\n"
		     "   brc 2, 0b\n"
		     : : "d" (SCLP_WRITE_EVENT_DATA), "a" (address)
		     : "cc", "memory");
	take_service_signal();
}

static char *put_number(char *to, u64 number, unsigned int base)
{
	char digits[20];
	int count = 0;

	do {
		digits[count++] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number);
	while (count)
		*to++ = digits[--count];
	return to;
}

/* Knows %s, %c, %u, %lu, %x and %lx. */
static char *print(char *to, const char *limit, const char *format, va_list args)
{
	for (; *format && to < limit; format++) {
		bool is_long = false;
		const char *s;

		if (*format != '%') {
			*to++ = *format;
			continue;
		}
		if (*++format == 'l') {
			is_long = true;
			format++;
		}
		switch (*format) {
		case 's':
			for (s = va_arg(args, const char *); *s && to < limit; s++)
				*to++ = *s;
			break;
		case 'c':
			*to++ = va_arg(args, int);
			break;
		default:
			to = put_number(to, is_long ? va_arg(args, u64) : va_arg(args, u32),
					*format == 'x' ? 16 : 10);
		}
	}
	return to;
}

static void say_with(const char *prefix, const char *format, va_list args)
{
	char line[sizeof(sccb.text)];
	/* Room for the longest number and the end of the line */
	char *limit = line + sizeof(line) - 24, *to = line;

	while (*prefix)
		*to++ = *prefix++;
	to = print(to, limit, format, args);
	*to++ = '\n';
	put(line, to - line);
}

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_with("", format, args);
	va_end(args);
}

void begin(const char *name)
{
	case_name = name;
	case_failures = 0;
}

void fail(const char *format, ...)
{
	va_list args;

	/* The first few tell enough. */
	if (case_failures++ < 5) {
		va_start(args, format);
		say_with("    ", format, args);
		va_end(args);
	}
}

void end(void)
{
	say("%sok %s", case_failures ? "not " : "", case_name);
	failed |= case_failures;
	case_name = NULL;
}

void check(bool good, const char *name)
{
	begin(name);
	if (!good)
		fail("it is not so");
	end();
}

void skip(const char *name, const char *reason)
{
	say("skip %s: %s", name, reason);
}

static void __attribute__((noreturn)) load_psw(u64 mask)
{
	struct psw psw = { .mask = mask | PSW_64 };

	asm volatile("lpswe %0" : : "Q" (psw));
	__builtin_unreachable();
}

void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_with("    ", format, args);
	va_end(args);
	say("not ok %s", case_name ? case_name : "set-up");
	load_psw(PSW_WAIT);
}

void ready_and_wait(void)
{
	say("ready");
	/* A wait that external interruptions could end, but none is enabled. */
	load_psw(PSW_WAIT | 0x0100000000000000);
}

void start(void)
{
	static u8 stack[0x4000] __attribute__((aligned(16)));

	init_prefix((u8 *)0, stack + sizeof(stack));
	/* AFP registers, vector instructions */
	set_control(0, 0x60000);
	main();
	say("done");
	if (failed)
		load_psw(PSW_WAIT);
	stop_cpu();
}
