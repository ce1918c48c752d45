/* SPDX-License-Identifier: GPL-2.0 */
/* Fetches served files and compares them with their checksums. */
#ifndef FARM_CHECKER_H
#define FARM_CHECKER_H

#include <gio/gio.h>

/**
 * CheckPlan:
 * @guests: (array length=guest_count) (element-type Guest): whose files are
 *   fetched
 * @files: (element-type ManifestFile): the files
 * @count: fetches, or 0 to go on until checker_free()
 * @interval_ms: time from the begin of a fetch to the next one's
 * @seed: of the choice of guest and file
 * @in_order: instead of a choice, the files one after the other
 */
typedef struct {
    gpointer *guests;
    guint guest_count;
    GPtrArray *files;
    guint count;
    guint interval_ms;
    guint32 seed;
    gboolean in_order;
} CheckPlan;

/**
 * CheckTally:
 * @checked: files fetched and compared
 * @wrong: of them, those that did not have their checksum
 * @failed: fetches that brought no whole file, so that nothing was compared
 * @bytes: fetched
 */
typedef struct {
    guint64 checked;
    guint64 wrong;
    guint64 failed;
    guint64 bytes;
} CheckTally;

typedef struct Checker Checker;

/**
 * checker_start:
 * @label: said with each wrong file
 *
 * Follows the plan in a thread of its own.
 */
Checker *checker_start(const CheckPlan *plan, const char *label);

/**
 * checker_is_running:
 *
 * Returns: whether the plan is not yet done
 */
gboolean checker_is_running(Checker *checker);

/**
 * checker_free:
 * @tally: to which its counts are added
 *
 * Stops it, which may leave its plan unfinished.
 */
void checker_free(Checker *checker, CheckTally *tally);

/**
 * checker_fetch_text:
 *
 * Returns: (transfer full) (nullable): what the guest at @port answers
 */
char *checker_fetch_text(guint16 port, const char *path);

#endif
