/* SPDX-License-Identifier: GPL-2.0 */
/* The results as a page for a browser: one file, pictures and all. */
#ifndef FARM_HTML_H
#define FARM_HTML_H

#include "results.h"

/**
 * html_write:
 * @samples: the directory of the runs' samples
 * @path: of the page
 */
gboolean html_write(const Results *results, const char *samples,
                    const char *path, GError **error);

#endif
