/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes become characters, and text from outside becomes text that can be shown. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* What utf8_next() says of a byte that is no part of any character. */
#define UTF8_BROKEN UINT32_C(0xfffd)

/* The character at *s, which becomes the place of the next one. A byte that is not part of any
 * character (RFC 3629) is UTF8_BROKEN and one byte long. At the end of the text: 0, and *s is
 * one further. */
uint32_t utf8_next(const char **s);

/* Whether a terminal or an editor would obey the character instead of showing it: control
 * characters (C0, DEL, C1), line ends of every kind, marks and overrides of the direction of
 * writing, byte order marks, invisible tags (Unicode Technical Report 36, section 3;
 * "Trojan Source", CVE-2021-42574). */
bool utf8_is_control(uint32_t c);

/* What a keyboard types for a character that word processors and web pages put in its place: " "
 * for a space that does not break, "-" for a dash, \"" for a quote, "" for what has no width.
 * NULL: it is none of these. */
const char *utf8_as_typed(uint32_t c);

/* s with such characters as they are typed; owned by the arena. */
const char *utf8_retyped(struct arena *a, const char *s);

/* s with escapes for what must not reach a terminal or a log as it is: \n, \t, \x1b, \u202e; \x23
 * for the first sign of ##[; \xff for a byte that is no character. Owned by the arena; s itself
 * if nothing is in it. */
const char *utf8_shown(struct arena *a, const char *s);

/* The same for the name of a file at the beginning of a line, where GitHub's runner obeys ::NAME::,
 * blanks before it or not. */
const char *utf8_shown_first(struct arena *a, const char *s);

/* Whether a word begins here that a CI server would obey wherever in a line of a log it stands. */
bool utf8_is_command(const char *s);
