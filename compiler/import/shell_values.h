/* SPDX-License-Identifier: BSD-2-Clause */
/* The variables of a bash file that is being read, and numbers made of them. */
#pragma once
#include "base/table.h"
#include "base/text.h"
#include "diag/diag.h"
#include "input/source.h"

struct shell_value {
	const char *name;
	uint64_t index;   /* NAME=v is NAME[0]=v */
	uint64_t second;  /* of NAME[index,second] */
	bool paired;      /* it was written with two */
	const char *text; /* never NULL */
	struct loc at;    /* the value; its name if that is empty */
	bool used;        /* by a later value, or by whoever reads the file */
	struct shell_value *next, *before;
	struct shell_value *next_element;	/* of the same name */
};

struct shell {
	struct arena *arena;
	const struct source *src;
	struct diags *diags;
	struct shell_value *values; /* in the order of the first assignment of each */
	struct shell_value *last_value;
	struct table elements; /* struct shell_value, by name and index */
	struct table names;    /* struct shell_name: all elements of one name */
	size_t operands; /* of all arithmetic so far */
	size_t expanded; /* bytes that names stood for so far */
};

/* NAME or NAME[index]; NULL if it was never assigned. */
struct shell_value *shell_find(const struct shell *sh, const char *name, uint64_t index);

/* NAME[index,second], in which NAME is an associative array; NULL if it was never assigned. */
struct shell_value *shell_find_pair(const struct shell *sh, const char *name, uint64_t index,
				    uint64_t second);

/* The one of the two that is asked for; added if it was never assigned. */
struct shell_value *shell_place(struct shell *sh, const char *name, uint64_t index,
				uint64_t second, bool paired);

/* Unsets all elements of a name. */
void shell_forget(struct shell *sh, const char *name);

/* The index behind the last element of a name; 0 if there is none. */
uint64_t shell_count(const struct shell *sh, const char *name);

/* Length of the name of a variable at s, 0 if there is none. */
size_t name_length(const char *s);

/* text as $((text)) would be read: with operators, names, hex and octal numbers. `at` is
 * where messages point to. false: reported. */
bool shell_number(struct shell *sh, const char *text, struct loc at, int64_t *n);
