/* SPDX-License-Identifier: GPL-2.0 */
/* A directory of files that a run makes and that go with it. */
#ifndef FARM_TEMPDIR_H
#define FARM_TEMPDIR_H

#include "farm.h"

/**
 * tempdir_new:
 * @parent: where it is made
 * @prefix: of its name, which the process's number ends
 *
 * First removes those of killed runs.
 *
 * Returns: (transfer full): its path
 */
char *tempdir_new(const char *parent, const char *prefix, GError **error);

/* Removes it and the files in it. */
void tempdir_free(char *path);

#endif
