// SPDX-License-Identifier: GPL-2.0
/*
 * Volatile page cache: what is for tests and for the curious, in
 * /sys/kernel/debug/page_states/.
 *
 * table	the states of all pages, as the host sees them
 * scan		write anything: whatever is eligible becomes volatile now
 * verify	CONFIG_DEBUG_PAGE_STATES: every folio against the rules
 * faults	CONFIG_DEBUG_PAGE_STATES: discard faults by whose access it was
 */
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/page-states.h>
#include <linux/pagemap.h>
#include <linux/seq_file.h>
#include "page_states.h"

static int table_show(struct seq_file *m, void *v)
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
DEFINE_SHOW_ATTRIBUTE(table);

static ssize_t scan_write(struct file *file, const char __user *buf,
			  size_t count, loff_t *pos)
{
	page_states_scan_now();
	return count;
}

static const struct file_operations scan_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = scan_write,
	.llseek = noop_llseek,
};

#ifdef CONFIG_DEBUG_PAGE_STATES
DEFINE_STATIC_KEY_FALSE(debug_page_states);

static int __init parse_debug_page_states(char *arg)
{
	static_branch_enable(&debug_page_states);
	return 0;
}
early_param("debug_page_states", parse_debug_page_states);

/* Block usage states, as arch_page_state() has them */
#define USAGE_MASK	0x0c
#define USAGE_STABLE	0x00
#define USAGE_VOLATILE	0x0c

static const char *broken_rule(struct folio *folio)
{
	bool is_volatile = folio_test_volatile(folio);
	/* Of a discarded folio some pages may have been made stable. */
	bool may_be_either = is_volatile && arch_folio_discarded(folio);
	unsigned long i, pfn = folio_pfn(folio);

	for (i = 0; i < folio_nr_pages(folio); i++) {
		unsigned int state = arch_page_state(pfn + i) & USAGE_MASK;

		if (!is_volatile && state != USAGE_STABLE)
			return "a page without the flag is not stable";
		if (is_volatile && state != USAGE_VOLATILE && !may_be_either)
			return "a page with the flag is not volatile";
	}
	if (!is_volatile)
		return NULL;
	if (folio_test_anon(folio))
		return "an anonymous folio is volatile";
	if (folio_test_dirty(folio))
		return "a dirty folio is volatile";
	if (folio_test_writeback(folio))
		return "a folio under writeback is volatile";
	if (folio_test_large(folio) && folio_entire_mapcount(folio))
		return "a folio mapped by a PMD is volatile";
	return NULL;
}

/**
 * __page_states_verify - check a folio against the rules
 * @folio: a folio; the caller holds its state lock
 *
 * Return: true if all is well; otherwise the kernel has been warned.
 */
bool __page_states_verify(struct folio *folio)
{
	const char *broken = broken_rule(folio);

	/* What a host says that cannot be trusted proves nothing. */
	if (!broken || page_states_stopped())
		return true;
	WARN(1, "page states: %s\n", broken);
	dump_page(&folio->page, broken);
	return false;
}

static int verify_show(struct seq_file *m, void *v)
{
	unsigned long pfn, end = max_pfn, seen = 0, broken = 0;
	struct folio *folio;
	struct page *page;

	for (pfn = 0; pfn < end; pfn++) {
		cond_resched();
		page = pfn_to_online_page(pfn);
		if (!page)
			continue;
		folio = page_folio(page);
		if (folio_pfn(folio) != pfn || !folio_try_get(folio))
			continue;
		if (page_folio(page) == folio && folio_test_lru(folio)) {
			seen++;
			broken += !folio_verify_volatile(folio);
		}
		folio_put(folio);
	}
	seq_printf(m, "folios %lu broken %lu\n", seen, broken);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(verify);

static atomic_long_t faults[NR_DISCARD_FAULT_PLACES];

/**
 * page_states_debug_fault - count a discard fault
 * @place: whose access it was
 *
 * Any context.
 */
void page_states_debug_fault(enum discard_fault_place place)
{
	atomic_long_inc(&faults[place]);
}

static int faults_show(struct seq_file *m, void *v)
{
	static const char * const place[] = {
		"user", "fetch", "kernel", "atomic",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(place); i++)
		seq_printf(m, "%s %ld\n", place[i], atomic_long_read(&faults[i]));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(faults);
#endif

static int __init page_states_debug_init(void)
{
	struct dentry *dir = debugfs_create_dir("page_states", NULL);

	debugfs_create_file("table", 0400, dir, NULL, &table_fops);
	debugfs_create_file("scan", 0200, dir, NULL, &scan_fops);
#ifdef CONFIG_DEBUG_PAGE_STATES
	debugfs_create_file("verify", 0400, dir, NULL, &verify_fops);
	debugfs_create_file("faults", 0400, dir, NULL, &faults_fops);
#endif
	return 0;
}
late_initcall(page_states_debug_init);
