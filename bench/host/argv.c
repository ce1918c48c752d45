// SPDX-License-Identifier: GPL-2.0
/* Command lines of QEMU, word by word. */
#include "argv.h"

void argv_add(GPtrArray *argv, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_ptr_array_add(argv, g_strdup_vprintf(format, args));
    va_end(args);
}

void argv_add_all(GPtrArray *argv, const char * const *words)
{
    for (; words && *words; words++) {
        g_ptr_array_add(argv, g_strdup(*words));
    }
}

/* QEMU's options end at a comma, unless it is doubled. */
char *argv_escape(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, ",", -1);

    return g_strjoinv(",,", parts);
}
