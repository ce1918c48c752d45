/* SPDX-License-Identifier: GPL-2.0 */
/* The memory cgroup that holds all guests, and only them. */
#ifndef FARM_CGROUP_H
#define FARM_CGROUP_H

#include <glib.h>

typedef struct CgroupHost CgroupHost;
typedef struct Cgroup Cgroup;

/**
 * cgroup_host_open:
 *
 * Finds the hierarchy with the memory controller, v1 or v2, makes it usable
 * below the root, and removes what killed runs have left there.
 */
CgroupHost *cgroup_host_open(GError **error);

/**
 * cgroup_host_close:
 *
 * Undoes what cgroup_host_open() changed.
 */
void cgroup_host_close(CgroupHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CgroupHost, cgroup_host_close)

/**
 * cgroup_host_version:
 *
 * Returns: 1 or 2
 */
int cgroup_host_version(const CgroupHost *host);

/**
 * cgroup_new:
 * @limit: bytes of memory; swap is not limited, see cgroup_limit_swap()
 */
Cgroup *cgroup_new(const CgroupHost *host, guint64 limit, GError **error);

/**
 * cgroup_free:
 *
 * Kills what still runs in the group and removes the group.
 */
void cgroup_free(Cgroup *cgroup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cgroup, cgroup_free)

/**
 * cgroup_set_limit:
 * @limit: bytes
 *
 * Returns: %FALSE if the host could not free enough in one go, and the limit is
 * as before (v1): to be tried again; or with another error
 */
gboolean cgroup_set_limit(const Cgroup *cgroup, guint64 limit, GError **error);

/**
 * cgroup_limit_swap:
 * @limit: of memory, in bytes, as it is now
 * @swap: bytes
 *
 * So that other swap of the host is of no use to the group.  Where the kernel
 * does not account swap (version 1 with swapaccount=0), nothing is limited.
 */
gboolean cgroup_limit_swap(const Cgroup *cgroup, guint64 limit, guint64 swap,
                           GError **error);

/**
 * cgroup_host_check_swappiness:
 *
 * Returns: whether cgroup_set_swappiness() can be had: not of version 2
 */
gboolean cgroup_host_check_swappiness(const CgroupHost *host, GError **error);

gboolean cgroup_set_swappiness(const Cgroup *cgroup, int swappiness, GError **error);

/**
 * cgroup_limit_io:
 * @path: a file or directory on the disk
 * @iops: reads and, where the kernel knows whose they are, writes a second
 *
 * Makes a disk slower for those in the group.
 */
gboolean cgroup_limit_io(Cgroup *cgroup, CgroupHost *host, const char *path, int iops,
                         GError **error);

/**
 * cgroup_enter_io:
 * @pid: (nullable): of a process in the group, unless it has ended already
 *
 * To be called for each process, if cgroup_limit_io() is to hold for it.
 */
gboolean cgroup_enter_io(const Cgroup *cgroup, const char *pid, GError **error);

/**
 * cgroup_procs_fd:
 *
 * Returns: a descriptor to which a process writes "0" to enter the group
 */
int cgroup_procs_fd(const Cgroup *cgroup);

/* Bytes of memory in use now, and at most so far. */
guint64 cgroup_usage(const Cgroup *cgroup);
guint64 cgroup_peak(const Cgroup *cgroup);

/* Of what is in use, bytes that can be dropped: page cache, and lent pages. */
guint64 cgroup_cached(const Cgroup *cgroup);

/* Of what is in use, bytes of the host's page cache alone. */
guint64 cgroup_page_cache(const Cgroup *cgroup);

/* Processes that the kernel has killed as it found nothing to reclaim in the group. */
guint64 cgroup_oom_kills(const Cgroup *cgroup);

/**
 * cgroup_swap_counters:
 *
 * Returns: (transfer none): the file with pswpin and pswpout, in pages: the
 * group's own memory.stat if its kernel counts them there, or the whole host's
 */
const char *cgroup_swap_counters(const Cgroup *cgroup);

#endif
