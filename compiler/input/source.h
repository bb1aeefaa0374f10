/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading whole files into memory, and naming places in their text. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "diag/loc.h"

/* Reads a whole regular file of at most `limit` bytes. *data is owned by the arena and
 * NUL-terminated. false: errno says why; EFBIG if the file is longer than the limit, EISDIR
 * if it is a directory, EINVAL if it is a pipe, a socket or a device, which is not opened. */
bool read_file(struct arena *a, const char *path, size_t limit, char **data, size_t *len);

/* The same for a path of the command line, which may be that of a pipe, as of a shell's
 * <(...), or "-", standard input. */
bool read_operand(struct arena *a, const char *path, size_t limit, char **data, size_t *len);

/* A source for messages: name is kept as it is, text is indexed by lines. */
struct source *source_of_text(struct arena *a, const char *name, char *text, size_t len);

/* A source for messages about a file that is not text. */
struct source *source_of_binary(struct arena *a, const char *name);

/* The whole of a source. */
struct loc loc_of_source(const struct source *src);
