/* SPDX-License-Identifier: BSD-2-Clause */
/* One description over another: what `extends` and --set make of two trees. */
#pragma once
#include "input/tree.h"

/* The tree that `over` makes of `base`. A base that was read is not changed, one that was made
 * here is, and becomes the result; `over` is one that was read. Maps are merged, key by
 * key, in the order of the base and then in that of what is new; everything else is
 * replaced. A bare `null`, or `~`, removes the key. Each node keeps the place where it was
 * written. Owned by the arena; parts that only one of them has are shared with it. */
struct node *tree_merge(struct arena *a, struct node *base, struct node *over);

/* A map of one key, as --set writes it: "a.b" and a value become {a: {b: value}}. What is made
 * is at the place of its part of the path. NULL: a part of the path is empty. */
struct node *tree_of_path(struct arena *a, struct loc path, struct node *value);

/* Takes a key out of a map; NULL: it has none of that name. */
struct pair *tree_take(struct node *map, const char *key);
