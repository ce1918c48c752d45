// SPDX-License-Identifier: GPL-2.0
/*
 * Volatile page cache: the states of all pages, as the host sees them, in
 * /sys/kernel/debug/page_states.
 */
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/page-states.h>
#include <linux/seq_file.h>

static int page_states_show(struct seq_file *m, void *v)
{
	static const char * const usage[] = {
		"stable", "unused", "potentially-volatile", "volatile",
	};
	unsigned long count[16] = { };
	unsigned long pfn, end = max_pfn;
	unsigned int i;

	for (pfn = 0; pfn < end; pfn++) {
		if (pfn_to_online_page(pfn))
			count[arch_page_state(pfn) & 0xf]++;
		cond_resched();
	}
	seq_printf(m, "%-20s %10s %10s %10s\n", "pages", "resident",
		   "preserved", "zero");
	for (i = 0; i < ARRAY_SIZE(usage); i++)
		seq_printf(m, "%-20s %10lu %10lu %10lu\n", usage[i],
			   count[4 * i], count[4 * i + 2], count[4 * i + 3]);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(page_states);

static int __init page_states_debug_init(void)
{
	debugfs_create_file("page_states", 0400, NULL, NULL, &page_states_fops);
	return 0;
}
late_initcall(page_states_debug_init);
