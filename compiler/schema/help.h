/* SPDX-License-Identifier: BSD-2-Clause */
/* What to type instead of what does not fit a row: the help lines of codes E02xx. Each function
 * adds lines to a finding if it knows any, and reports nothing itself. */
#pragma once
#include "schema/bind.h"

/* Whether a word, in upper or lower case, is one of those in a list that ends with NULL. */
bool help_is_one_of(const char *word, const char *const *words);

/* A word as a keyboard types it, without quotes around it, and without what other languages put
 * behind values: commas, semicolons, comments; owned by the arena. */
const char *help_bare(struct arena *a, const char *text);

/* Whether another program has this word for the key. */
bool field_is_called(const struct field *f, const char *word);

/* The row that an unknown key stands for: by what other programs call it, or as the nearest
 * word. NULL if none is meant. */
const struct field *meant_field(const struct record *r, const char *key);

/* The row that "file:Image" is for; NULL: none. */
const struct field *field_without_space(const struct record *r, const char *key);

/* For a key of the map that r does not have. */
void help_unknown_key(struct binder *b, struct diag *g, const struct record *r,
		      const struct node *map, const char *key);

/* Reports `{llc-colors: 4-5,3}`, where the pair p is the rest of the value before it. Returns the
 * last pair that is; NULL: it is a key. */
const struct pair *report_comma(struct binder *b, const struct record *r,
				const struct pair *before, const struct pair *p);

/* For a node of the wrong kind behind the key of f. */
void help_wrong_type(struct binder *b, struct diag *g, const struct field *f,
		     const struct node *n);

/* For a record that is no map; called is its key, or NULL. */
void help_no_map(struct binder *b, struct diag *g, const struct record *r, const char *called,
		 const struct node *n);

/* "{address: ..., size: ...}": the required keys of a record. */
const char *help_required(struct arena *a, const struct record *r);

/* "write GOOD", and what types it for the text that the finding is at. */
void help_write(struct diag *g, const char *text, const char *good);

/* "2-3" of a list of numbers as "2, 3"; NULL: it is no such range. */
const char *help_each(struct binder *b, const struct field *f, const char *text);

/* For a size of so few bytes, in hex, that it counts KiB. false: it does not. */
bool help_hex_kib(struct diag *g, const struct field *f, const struct value *v);

/* Reports a list of bare values, [0x50000000, 0x20000000], where entries of two keys are wanted.
 * false: it is none. */
bool report_flat(struct binder *b, const struct field *f, const struct node *n);

/* For a size without a unit. */
void help_no_unit(struct diag *g, const struct field *f, const char *text);

/* For a number that cannot be read. */
void help_number(struct binder *b, struct diag *g, const struct field *f, const char *text);

/* For a name that cannot be one. */
void help_name(struct diag *g, const char *name, size_t most);

/* For text that is neither true nor false, or none of the words of f. */
void help_bool(struct diag *g, const char *text);
void help_word(struct diag *g, const struct field *f, const char *text);

/* For a line with a character that is not ASCII, in place of which a keyboard types `typed`, if
 * that is not NULL. */
void help_foreign(struct binder *b, struct diag *g, const struct field *f, const struct value *v,
		  const char *typed);

/* For text that its form does not accept. */
void help_text(struct binder *b, struct diag *g, const struct field *f, const char *text);
