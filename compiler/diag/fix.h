/* SPDX-License-Identifier: BSD-2-Clause */
/* Edits of a description that mend what a finding is about. A finding has them only where one
 * answer is right, or where it makes no difference which one is taken, as of two addresses that
 * are free; otherwise its help names the answers and people choose. */
#pragma once
#include "base/text.h"
#include "diag/diag.h"

/* What stands at `at` becomes `text`; with at.len 0, text is put in front of it. */
void fix_replace(struct diag *g, struct loc at, const char *text);

/* The same for a value or a part of one, if what stands there is `old`, plain or in quotes, which
 * stay. Nothing where it is written in another way (in a block, with escapes, or not at all: a
 * preset). */
void fix_word(struct diag *g, struct loc at, const char *old, const char *text);

/* The same for a value whose text need not be known: one word of letters, digits and what file
 * names have. */
void fix_value(struct diag *g, struct loc at, const char *text);

/* The same for a part of what is written at `at`, if it stands there once. */
void fix_part(struct diag *g, struct loc at, const char *old, const char *text);

/* Takes a word out of a line, with the space before or behind it. */
void fix_remove_word(struct diag *g, struct loc at);

/* Takes a line with a key and its value out, if nothing else is on it. */
void fix_remove_line(struct diag *g, struct loc key);

/* Whether a word is surely a misspelt one, and not another: serial7 may be meant where there is
 * only serial1. */
bool fix_is_sure(const char *word, const char *near);

/* "did you mean 'NEAR'?", and what types it for what stands at `at`. */
void fix_surely(struct diag *g, struct loc at, const char *old, const char *near);

/* The same, but types it only if that is sure. */
void fix_meant(struct diag *g, struct loc at, const char *old, const char *near);

/* Adds `pair`, "key: value", in front of a key of the same map, in a line of its own where the
 * map has lines. Nothing where that cannot be seen from the text. */
void fix_add_key(struct diag *g, struct loc key, const char *pair);

/* The line end that the text has. */
const char *fix_line_end(const struct source *src);

/* Puts `more` spaces in front of each line of a block: of those from the one in which `from` is
 * up to the one in which byte `to` of that text is. Less than none: takes them away. */
void fix_indent(struct diag *g, struct loc from, size_t to, int more);

/* Adds words to the end of a command line, which is `old` in the text. */
void fix_append(struct diag *g, struct loc at, const char *old, const char *words);

/* Makes all fixes of the findings, which are sorted, that are in this text and do not touch each
 * other. Returns how many it made; *out is the new text then. */
size_t fixes_apply(const struct diags *d, const struct source *src, struct text *out);
