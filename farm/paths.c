// SPDX-License-Identifier: GPL-2.0
/* Where things are: beside this program, unless the user says otherwise. */
#include <glib.h>
#include "paths.h"

static char *own_dir(void)
{
    g_autofree char *exe = g_file_read_link("/proc/self/exe", NULL);

    return g_path_get_dirname(exe ? exe : "");
}

char *paths_own(const char *name)
{
    g_autofree char *dir = own_dir();

    return g_build_filename(dir, name, NULL);
}

char *paths_build(const char *name)
{
    g_autofree char *dir = own_dir();
    g_autofree char *build = g_path_get_dirname(dir);

    return g_build_filename(build, name, NULL);
}

char *paths_scenarios(void)
{
    return paths_own("scenarios");
}
