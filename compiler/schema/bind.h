/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of the binder share. */
#pragma once
#include <assert.h>

#include "schema/schema.h"

/* A key of a record that is not where it should be, which was reported. */
struct said {
	const struct record *record;
	const char *key;
	struct said *next;
};

struct binder {
	struct arena *arena;
	struct diags *diags;
	struct patterns *patterns;
	const struct record *top;	/* the record of the whole document */
	const struct node *tree;	/* which is this */
	struct said *said;
};

/* The member that a row is bound to. */
static inline void *bind_member(struct object *o, const struct field *f)
{
	assert(f->known);
	return (char *)o + f->to;
}

/* A new struct for a record, all zero but for where it stands; owned by the arena. */
struct object *bind_new(struct binder *b, const struct record *r, struct loc at);

/* Fills in a key that is absent, or is wrong and was reported: it counts as its preset. If
 * it must be there and has none, a record has stand-ins for its keys, and a value no text and
 * the least number that it could be, so that the passes can look for other mistakes. `at` is
 * the place that these have. */
void bind_stand_in(struct binder *b, const struct field *f, struct loc at, struct object *o);

/* The same for all keys of a record. */
void bind_stand_in_all(struct binder *b, const struct record *r, struct object *o);

/* Fills in all keys that the node lacks, and reports those that it must have (E0202). `called`
 * is the record's key, or NULL. false: reported. */
bool bind_absent(struct binder *b, const struct node *n, const struct record *r,
		 const char *called, struct object *o);

/* That a record lacks a key need not be reported: something else says so. */
void goes_without_saying(struct binder *b, const struct record *r, const char *key);
bool was_said(const struct binder *b, const struct record *r, const char *key);

/* Reads a scalar as its row says into *v. false: reported. */
bool bind_scalar(struct binder *b, const struct field *f, const struct node *n,
		 struct loc key, struct value *v);

/* The same for a text that is in v->text already. */
bool bind_scalar_text(struct binder *b, const struct field *f, struct value *v);

/* Reports E0203; always false. */
bool wrong_type(struct binder *b, const struct field *f, const struct node *n);

/* What a node is, with its article: "nothing", "a list". */
const char *node_phrase(const struct node *n);

/* The words of a list that ends with NULL: "a, b, c"; owned by the arena. */
const char *list_words(struct binder *b, const char *const *words);

/* The row of a key; NULL: the record has none. */
const struct field *find_field(const struct record *r, const char *key);

/* Reports a record that is empty because its keys stand beside it instead of below it. Returns
 * how many they are, 0 if that is not so. The keys of `beside`, if there is one, belong where
 * they are. */
size_t report_not_indented(struct binder *b, const struct pair *p, const struct record *r,
			   const struct record *beside);

/* Reports a name that is a key of the whole document, with that key's own keys below it. */
bool report_too_deep(struct binder *b, const struct field *f, const struct pair *p);

/* The n-th pair behind p. */
const struct pair *skip_pairs(const struct pair *p, size_t n);

/* The n pairs behind p as the map that they were to be, so that what is in them is looked at,
 * too. Owned by the arena. */
const struct node *adopt_pairs(struct binder *b, const struct pair *p, size_t n);

/* The same for n pairs from p on. */
const struct node *map_of_pairs(struct binder *b, const struct pair *p, size_t n);

/* The last byte of what a node has in the text. */
size_t node_last_byte(const struct node *n);

/* Reports keys of the map, from p on, that are those of a record for which the line with its key is
 * missing. Returns the row of that key, and how many they are in *n; NULL: nothing of that. */
const struct field *report_no_parent(struct binder *b, const struct node *map, const struct pair *p,
				     const struct record *r, size_t *n);

/* Reports names with keys of a record, p and those that follow it, which stand beside the map of
 * such names. Returns the last of them; NULL: p is none. */
const struct pair *report_name_outside(struct binder *b, const struct node *map,
				       const struct pair *p, const struct record *r);

/* Reports a map of names that is empty because its names stand beside it. Returns how many they
 * are, 0 if that is not so. */
size_t report_names_not_indented(struct binder *b, const struct pair *p, const struct field *f,
				 const struct record *r);

/* Reports a key of the records of f in the place of a name. */
bool report_no_name(struct binder *b, const struct field *f, const struct pair *p);

/* Reports a document with all of its keys below one that is none; returns the map of those. */
const struct node *report_wrapped(struct binder *b, const struct node *n, const struct record *r);

/* Reports a document of which no key is known. */
bool report_stranger(struct binder *b, const struct node *n, const struct record *r);

/* Reports a name that nothing of the description has which the map lies over, and which lacks what
 * a new one needs: it was to be one that is there. */
bool report_new_name(struct binder *b, const struct field *f, const struct node *map,
		     const struct pair *p);
