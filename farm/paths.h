/* SPDX-License-Identifier: GPL-2.0 */
/* Where things are: beside this program, unless the user says otherwise. */
#ifndef FARM_PATHS_H
#define FARM_PATHS_H

/**
 * paths_build:
 * @name: of a file in the build directory
 *
 * Returns: (transfer full): its path.  The program is in farm/ of that
 * directory.
 */
char *paths_build(const char *name);

/**
 * paths_own:
 * @name: of a file that belongs to the farm, such as load.lua
 *
 * Returns: (transfer full): its path, in the directory of the program
 */
char *paths_own(const char *name);

/* The directory of the project's own scenarios. */
char *paths_scenarios(void);

#endif
