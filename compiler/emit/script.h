/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of U-Boot scripts. The commands must run in every U-Boot since 2020.10, hence: no
 * `exit`, which does not stop a sourced script before 2023.04, but a variable, xd_ok, that
 * guards every step; no line continuation; at most 16 words a command
 * (CONFIG_SYS_MAXARGS); crc32, since that is the only checksum that all have. */
#pragma once
#include "plan.h"

#define IF_OK "if test \"${xd_ok}\" = 1; then"
#define AGAIN "run xendtc again, and copy its whole output folder"

__attribute__((format(printf, 3, 4)))
void script_line(struct text *out, unsigned depth, const char *fmt, ...);

const char *script_hex(const struct plan *p, uint64_t n);

/* Text for comments, which end with the line; and for messages in double quotes. */
const char *script_comment(const struct plan *p, const char *s);
const char *script_quoted(const struct plan *p, const char *s);

/* Makes U-Boot look for the disks that files are on. */
void script_find_disks(const struct plan *p, struct text *out);

/* Loads all files and checks what is asked for; xd_ok is 1 only if all went well. */
void script_load_all(const struct plan *p, struct text *out);

/* The tree of the firmware is copied to where ours would be; then it gets our edits. */
void script_take_tree(const struct plan *p, unsigned depth, struct text *out);
void script_edit_tree(const struct plan *p, struct text *out);

/* "1 2 3": the tries of a load, for a loop. */
const char *script_tries(const struct plan *p);
