/* SPDX-License-Identifier: GPL-2.0 */
/* The list of the served files with the checksums they must have. */
#ifndef FARM_MANIFEST_H
#define FARM_MANIFEST_H

#include <glib.h>

/**
 * ManifestFile:
 * @sha256: 64 hexadecimal digits
 * @path: relative to the document root
 */
typedef struct {
    char *sha256;
    char *path;
} ManifestFile;

/**
 * manifest_read:
 * @path: as sha256sum(1) writes it
 *
 * Returns: (element-type ManifestFile): its files, at least one
 */
GPtrArray *manifest_read(const char *path, GError **error);

#endif
