/* SPDX-License-Identifier: GPL-2.0 */
/* Volatile page cache: what the boot code finds out for the kernel */
#ifndef _S390_BOOT_PAGE_STATES_H
#define _S390_BOOT_PAGE_STATES_H

#include <asm/sections.h>

/* Values of page_states_mode; it means nothing unless cmma_flag is set. */
#define PAGE_STATES_UNUSED	0	/* as asked on the command line */
#define PAGE_STATES_FULL	1
#define PAGE_STATES_NO_FAULTS	2	/* full is asked for but not to be had */

#ifdef CONFIG_PAGE_STATES

extern int __bootdata_preserved(page_states_mode);

bool page_states_parse(const char *val);
void page_states_probe(unsigned long end);

#else

static inline bool page_states_parse(const char *val)
{
	return false;
}

static inline void page_states_probe(unsigned long end)
{
}

#endif

#endif /* _S390_BOOT_PAGE_STATES_H */
