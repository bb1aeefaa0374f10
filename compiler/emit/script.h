/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of U-Boot scripts. The commands must run in every U-Boot since 2020.10. So
 * there is no `exit`, which does not stop a sourced script before 2023.04: a variable,
 * xd_ok, guards every step. No line goes on in the next one, a command has 16 words at
 * most (CONFIG_SYS_MAXARGS), and crc32 is the default checksum because all builds have
 * it. */
#pragma once
#include "plan.h"

#define IF_OK "if test \"${xd_ok}\" = 1; then"
#define TFTP_WINDOW "tftpwindowsize"
#define AGAIN "run xendtc again, and copy its whole output folder"

/* Adds one line, indented by `depth` tabs. */
__attribute__((format(printf, 3, 4)))
void script_line(struct text *out, unsigned depth, const char *fmt, ...);

/* A number as "0x400"; owned by the arena, as are all texts below. */
const char *script_hex(const struct plan *p, uint64_t n);

/* Text from outside as part of a comment, which must not end before it does; and as
 * part of a message between double quotes, which it must not end either. */
const char *script_comment(const struct plan *p, const char *s);
const char *script_quoted(const struct plan *p, const char *s);

/* Adds commands that tell U-Boot how large blocks and windows of TFTP are, and those that set both
 * back to what they were. A U-Boot or a server that does not know them goes on without. */
void script_set_tftp(const struct plan *p, struct text *out);
void script_reset_tftp(const struct plan *p, unsigned depth, struct text *out);

/* Adds commands that make U-Boot look for the disks that files are on. */
void script_find_disks(const struct plan *p, struct text *out);

/* Adds commands that load all files, each with the checks that are asked for. Then
 * xd_ok is 1 only if all went well. */
void script_load_all(const struct plan *p, struct text *out);

/* Adds commands that copy the firmware's tree to where ours would be; and those that
 * make all our changes in the copy. */
void script_take_tree(const struct plan *p, unsigned depth, struct text *out);
void script_edit_tree(const struct plan *p, struct text *out);

/* The numbers of the tries that a load has, for a loop: "1 2 3". */
const char *script_tries(const struct plan *p);
