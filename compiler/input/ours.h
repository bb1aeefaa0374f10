/* SPDX-License-Identifier: BSD-2-Clause */
/* Which YAML files are descriptions of systems, among all those of a repository. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* Whether a text, of which no more than the beginnings of lines are read, is for xendtc: one of the
 * comments above its first key is "# xendtc" or names our schema for an editor
 * ("# yaml-language-server: $schema=.../system.schema.json"), or it has the keys board and xen at
 * the left edge, which every description has that extends no other. A comment that goes on after
 * "# xendtc " is enough only with one of the keys of a system. */
bool text_is_ours(const char *text, size_t len);
