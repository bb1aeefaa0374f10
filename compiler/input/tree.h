/* SPDX-License-Identifier: BSD-2-Clause */
/* A YAML document as a tree of nodes, each with its place in the text. */
#pragma once
#include <stdbool.h>

#include "diag/diag.h"
#include "input/source.h"

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	struct loc at;
	const char *text;	/* NODE_SCALAR: never NULL, may be "" */
	bool quoted; /* NODE_SCALAR: in quotes or a block, so surely meant as text */
	struct pair *pairs;	/* NODE_MAP: in the order of the text, keys unique */
	struct merged *merged;	/* NODE_MAP: see input/merge.h; NULL: it was read */
	struct item *items;	/* NODE_LIST */
};

struct pair {
	const char *key;
	struct loc at;		/* of the key */
	struct node *value;
	struct pair *next;
	/* What a merged pair was made of, each in its own text, where its own `next` follows
	 * it; both NULL: it was read as it is. See input/merge.h. */
	const struct pair *base, *over;
};

struct item {
	struct node *value;
	struct item *next;
};

/* A longer text is no description. Bytes. */
#define YAML_MAX ((size_t)4 << 20)

/* Reads the one document of a YAML 1.1 text. NULL: the reasons are in d (codes E01xx). A key
 * that stands twice is reported, too, and has its first value.
 * Aliases share the node that they name, so the tree is a graph without cycles whose
 * walk is bounded by a fixed number of nodes. */
struct node *tree_read(struct source *src, struct diags *d);

/* The same of a document that begins somewhere in the first line of a text, in bytes. */
struct node *tree_read_from(struct source *src, size_t start, struct diags *d);

/* The pair of a map that has this key; NULL: none has. */
struct pair *tree_find(const struct node *map, const char *key);
