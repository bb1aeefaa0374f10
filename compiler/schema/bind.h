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
