/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two halves of the binder share. */
#pragma once
#include "schema/schema.h"

struct binder {
	struct arena *arena;
	struct diags *diags;
	struct patterns *patterns;
	const struct record *top;	/* the record of the whole document */
};

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
