/* SPDX-License-Identifier: BSD-2-Clause */
/* A U-Boot script that is followed without running it: what its parts share. */
#pragma once
#include "diag/diag.h"
#include "base/table.h"
#include "base/text.h"
#include "import/boot_script.h"

#define UBOOT_WORDS_MAX 64 /* U-Boot's CONFIG_SYS_MAXARGS */

/* What the script does not set comes from the board, and nobody knows its value here. It
 * stands in text as the name between two of these; see uboot_unknown(). */
#define UBOOT_UNKNOWN '\x01'

/* What a command returns. U-Boot calls success true. Nobody knows what `test` says of a
 * value that is not known: then it is MAYBE, and the script goes on as if it were true. */
enum truth { NO, YES, MAYBE };

struct uboot_variable {
	const char *value;
};

/* A tree in memory that `fdt` changes. */
struct uboot_tree {
	uint64_t address;
	struct devicetree *dt; /* empty if its file is not there */
	bool edited, from_file;
	bool is_firmwares; /* U-Boot got it from firmware */
	struct uboot_tree *next;
};

struct uboot {
	struct arena *arena;
	struct diags *diags;
	struct boot_script *script; /* what comes out of it */
	const char *const *folders; /* where files are looked up; ends with NULL */
	struct patterns *patterns;
	struct devicetree *given;   /* the tree that the user named; NULL: none */

	const struct source *src; /* of the text that is being read */
	const char *s;		  /* what is read next */
	struct loc fixed; /* within `run`: the place of that command, else src is NULL */
	struct table variables, shell_variables;	/* of the environment, and of the shell */
	struct uboot_tree *trees, *tree; /* tree: the one that `fdt` changes now */
	unsigned skipping;		 /* the branch is not taken */
	unsigned depth, steps;
	size_t expanded;		/* bytes that variables stood for, all in all */
	bool done; /* it has booted, or given up */
};

struct uboot_command {
	const char *words[UBOOT_WORDS_MAX];
	struct loc at[UBOOT_WORDS_MAX];
	size_t n;
};

/* uboot_words.c */

/* The part of the text from a place to what is read next; within `run`, the place of
 * that. */
struct loc uboot_loc(const struct uboot *u, const char *from);

/* Sets a variable of the environment. */
void uboot_set(struct uboot *u, const char *name, const char *value);

/* Sets one of the shell, which counts where the environment has none of the name. */
void uboot_set_for_shell(struct uboot *u, const char *name, const char *value);

/* Takes words NAME=VALUE from the beginning of a command and sets the shell's variables. */
void uboot_take_assignments(struct uboot *u, struct uboot_command *c);

/* The value of a variable; the name as an unknown one if the script has not set it. */
const char *uboot_value(struct uboot *u, const char *name, size_t len);

/* Reads the words of a command up to its end, which is left to be read. Variables are
 * replaced unless the branch is skipped. */
void uboot_read_command(struct uboot *u, struct uboot_command *c);

/* Whether a value that nobody knows stands in the text. */
bool uboot_unknown(const char *text);

/* The text with ${name} for each such value. */
const char *uboot_show(struct uboot *u, const char *text);

/* A number, in hex if `base` is 16; with 0 as C has it. A value that is not known gets a
 * number that stands for it, see boot_script_is_known(). false: it is no number. */
bool uboot_number(const char *text, int base, uint64_t *n);

/* uboot_files.c */

/* The bytes of a file that the script loads, looked up in the folders. false: it is not
 * there. */
bool uboot_read_file(struct uboot *u, const char *name, char **data, size_t *len);
bool uboot_file_size(struct uboot *u, const char *name, uint64_t *size);

/* uboot_value.c */

/* Adds the bytes that words[4] and those behind it stand for. false: U-Boot would not
 * read them. */
bool uboot_add_value(struct uboot *u, const struct uboot_command *c, struct text *out);

/* uboot_fdt.c */

/* The command `fdt`, whatever follows it. */
enum truth uboot_fdt(struct uboot *u, const struct uboot_command *c);

/* The tree at an address, which is read from its file when it is first asked for. */
struct uboot_tree *uboot_tree_at(struct uboot *u, uint64_t address);

/* uboot_test.c */

/* The commands `test` and `[`. What depends on a variable that the script does not set is
 * reported. */
enum truth uboot_test(struct uboot *u, const struct uboot_command *c);

/* The same for `itest` and `itest.WIDTH`, which compare in hex. */
enum truth uboot_itest(struct uboot *u, const struct uboot_command *c);

/* uboot_commands.c */

/* All commands but those that only steer, which are in uboot_run.c. */
enum truth uboot_do(struct uboot *u, const struct uboot_command *c);

/* uboot_run.c */

/* Follows the whole text. */
void uboot_run(struct uboot *u, const struct source *src);
