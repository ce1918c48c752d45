/* SPDX-License-Identifier: GPL-2.0 */
/* What the host and each guest's pages are like, every two seconds of a run. */
#ifndef FARM_SAMPLES_H
#define FARM_SAMPLES_H

#include "workload.h"

/*
 * A line of the file: seconds since the beginning; MiB of the guests' cgroup in
 * memory, of the host's page cache in it, of the QEMUs' in swap; then of each guest
 * MiB of pages in memory that are stable, volatile and unused, and of stable ones in
 * swap.
 */
#define SAMPLE_HOST_COLUMNS 4
#define SAMPLE_GUEST_COLUMNS 4

typedef struct Samples Samples;

/**
 * samples_new:
 * @path: of the file
 */
Samples *samples_new(const Run *run, const char *path, GError **error);

/**
 * samples_tick:
 *
 * To be called often: adds a line when it is time for one.
 */
void samples_tick(Samples *samples);

/**
 * samples_restart:
 *
 * What was before does not count for the run's figures.
 */
void samples_restart(Samples *samples);

/**
 * samples_free:
 *
 * Puts memory times minutes into the run's record.
 */
void samples_free(Samples *samples);

#endif
