// SPDX-License-Identifier: GPL-2.0
/* The list of the served files with the checksums they must have. */
#include <string.h>
#include "manifest.h"
#include "farm.h"

/* 64 digits, a blank, then a blank or an asterisk, then the path. */
#define DIGITS 64
#define PATH_AT (DIGITS + 2)

static void file_free(gpointer data)
{
    ManifestFile *file = data;

    g_free(file->sha256);
    g_free(file->path);
    g_free(file);
}

static ManifestFile *parse(const char *line)
{
    ManifestFile *file;

    if (strspn(line, "0123456789abcdef") != DIGITS || line[DIGITS] != ' ' ||
        !line[DIGITS + 1] || !line[PATH_AT]) {
        return NULL;
    }
    file = g_new0(ManifestFile, 1);
    file->sha256 = g_strndup(line, DIGITS);
    file->path = g_strdup(line + PATH_AT);
    return file;
}

GPtrArray *manifest_read(const char *path, GError **error)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(file_free);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(path, &text, NULL, error)) {
        return NULL;
    }
    lines = g_strsplit(g_strchomp(text), "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        ManifestFile *file = parse(lines[i]);

        if (!file) {
            g_set_error(error, FARM_ERROR, 0, "%s:%u is no line of sha256sum: "
                        "build the guest image again", path, i + 1);
            return NULL;
        }
        g_ptr_array_add(files, file);
    }
    if (!files->len) {
        g_set_error(error, FARM_ERROR, 0, "%s names no file: build the guest "
                    "image again", path);
        return NULL;
    }
    return g_steal_pointer(&files);
}
