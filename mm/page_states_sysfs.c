// SPDX-License-Identifier: GPL-2.0
/* Volatile page cache: what can be set, in /sys/kernel/mm/page_states/. */
#define pr_fmt(fmt) "page states: " fmt

#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sysfs.h>
#include "page_states.h"

/* In milliseconds */
#define MAX_INTERVAL	60000
#define MAX_REST	3600000

static int parse_ms(const char *buf, const char *name, unsigned int min,
		    unsigned int max, unsigned int *value)
{
	unsigned int ms;
	int ret = kstrtouint(buf, 0, &ms);

	if (!ret && (ms < min || ms > max))
		ret = -ERANGE;
	if (ret) {
		pr_notice("%s takes %u to %u milliseconds\n", name, min, max);
		return ret;
	}
	WRITE_ONCE(*value, ms);
	return 0;
}

static ssize_t interval_ms_show(struct kobject *kobj,
				struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(page_states_interval_ms));
}

static ssize_t interval_ms_store(struct kobject *kobj,
				 struct kobj_attribute *attr,
				 const char *buf, size_t count)
{
	return parse_ms(buf, "interval_ms", 1, MAX_INTERVAL,
			&page_states_interval_ms) ?: count;
}

static ssize_t rest_ms_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(page_states_rest_ms));
}

static ssize_t rest_ms_store(struct kobject *kobj, struct kobj_attribute *attr,
			     const char *buf, size_t count)
{
	return parse_ms(buf, "rest_ms", 0, MAX_REST, &page_states_rest_ms) ?:
	       count;
}

static ssize_t enabled_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "%d\n", page_states_enabled());
}

static ssize_t enabled_store(struct kobject *kobj, struct kobj_attribute *attr,
			     const char *buf, size_t count)
{
	bool enable;

	return kstrtobool(buf, &enable) ?: page_states_set_enabled(enable) ?:
	       count;
}

static struct kobj_attribute interval_ms_attr = __ATTR_RW(interval_ms);
static struct kobj_attribute rest_ms_attr = __ATTR_RW(rest_ms);
static struct kobj_attribute enabled_attr = __ATTR_RW(enabled);

static struct attribute *page_states_attrs[] = {
	&interval_ms_attr.attr,
	&rest_ms_attr.attr,
	&enabled_attr.attr,
	NULL
};

static const struct attribute_group page_states_group = {
	.name = "page_states",
	.attrs = page_states_attrs,
};

static int __init page_states_sysfs_init(void)
{
	return sysfs_create_group(mm_kobj, &page_states_group);
}
subsys_initcall(page_states_sysfs_init);
