/* SPDX-License-Identifier: BSD-2-Clause */
/* The format as data: one row a key. The binder, the JSON Schema, the key reference and
 * the lowering to device-tree properties read the same rows. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/number.h"
#include "base/pattern.h"
#include "base/version.h"
#include "diag/diag.h"
#include "input/tree.h"

enum kind {
	K_BOOL,		/* true, false */
	K_COUNT,	/* decimal, min to max */
	K_SIZE,		/* bytes, min to max, a multiple of `multiple` */
	K_ADDRESS,	/* bytes, in hex */
	K_TEXT,		/* text of the form `form` */
	K_WORD,		/* one of `words`; the value is its index */
	K_RECORD,	/* a map with known keys: `of` */
	K_NAMED,	/* a map of names, each with a record `of` */
	K_LIST,		/* a list of records `of`, or of scalars `item` */
	KIND_COUNT
};

/* What a text may hold. Texts that reach a U-Boot script are held to what needs no
 * quoting there (U-Boot doc/usage/cmdline.rst), so that no emitter has to guess. */
enum form {
	FORM_ANY,	/* anything printable, on one line */
	FORM_LINE,	/* a kernel's or Xen's command line */
	FORM_PATH,	/* a path on this machine */
	FORM_FILE,	/* a file name that also stands in the U-Boot script */
	FORM_IPV4,	/* a.b.c.d */
	FORM_IPV4_DHCP,	/* the same, or the word dhcp */
	FORM_VERSION,	/* major.minor */
	FORM_DEVICE,	/* "tftp", or a U-Boot interface with device and partition */
	FORM_COMMAND,	/* U-Boot commands */
	FORM_RANGES,	/* "0-3,7": decimal numbers and ranges */
	FORM_SVE,	/* "max", or a number of bits */
	FORM_PROPERTY,	/* the value of a raw property */
	FORM_COUNT
};

/* How a value becomes a device-tree property. */
enum property_form {
	DT_NONE,
	DT_FLAG,	/* empty if true, absent if false: Xen reads presence */
	DT_U32,		/* of a truth value: 0 or 1 */
	DT_KIB64,	/* bytes, written as KiB in two cells */
	DT_MIB32,	/* bytes, written as MiB in one cell */
	DT_STRING
};

struct record;

struct field {
	const char *key;
	enum kind kind;
	enum kind item;			/* K_LIST of scalars */
	bool inside;			/* one of them, while it is bound */
	enum form form;
	bool required;
	bool several;	/* a list of such values may stand instead: see compiler/variants.h */
	bool partial;	/* a document with this key need not have those that are required */
	bool always;	/* K_RECORD: an absent map counts as an empty one: never NULL */
	bool known; /* bound to the member at `to`, else transparent */
	size_t to;
	const struct record *of;
	const char *const *words;	/* NULL-terminated */
	uint64_t min, max, multiple;	/* max 0: no limit; multiple 0: any */
	const char *preset;		/* what an absent key means */
	const char *reserved;		/* K_NAMED: a name that nothing here can have */
	const char *word;		/* a word that may stand instead: "auto" */
	size_t word_to;			/* K_LIST: the member that it is bound to */
	enum property_form as;
	const char *prop;
	unsigned since;			/* first Xen that reads it */
	const char *needs;		/* CONFIG_ option that Xen must be built with */
	const char *called;	/* words for it, with spaces between, that other programs use */
	const char *example;	/* a value to type, as it is written in YAML */
	const char *doc;
};

/* Keys that people bring from elsewhere, for which there is no key here. */
struct stranger {
	const char *words;	/* with spaces between; NULL ends a list */
	const char *help;	/* what to type instead */
};

#define TO(type, member) .known = true, .to = offsetof(struct type, member)
#define WORD(type, member, text) .word = text, .word_to = offsetof(struct type, member)

struct record {
	const char *name;		/* as messages call it */
	const char *doc;
	size_t size; /* of the C struct, which begins with struct object */
	const struct field *fields;	/* ends with a row without key */
	const char *shorthand;		/* the key that a bare scalar stands for */
	const char *guess;	/* where a bare scalar is wrong: the key that was likely meant */
	const struct stranger *strangers;
	const char *either, *or;	/* keys that exclude each other */
	const struct field *any;	/* what the value of any other key is */
};

/* One scalar as it was written. text is NULL if the key is absent and has no preset. */
struct value {
	const char *text;
	uint64_t n;		/* the number; K_BOOL: 0 or 1; K_WORD: its index */
	struct loc at;		/* src is NULL for a preset */
	struct loc key;
};

struct values {
	struct value *v;
	size_t n;
};

/* Keys that the user chooses, with their values; what record.any is bound to. */
struct named_value {
	struct value key, value;
};

struct named_values {
	struct named_value *v;
	size_t n;
};

/* A value together with its row, for readers that know no keys. */
struct attr {
	const struct field *field;
	struct value value;
	struct attr *next;
};

/* A record as it was written; every bound struct begins with one. */
struct object {
	const char *name;	/* its key, for K_NAMED; else NULL */
	struct loc at;		/* its key, or the record itself in a list */
	const struct record *record;
	struct attr *attrs;	/* the keys that were given, in the order of the text */
	struct object *next;
};

/* The next one in a list of bound structs, of the same type as p. */
#define NEXT(p) ((__typeof__(p))(p)->o.next)

/* Fills in *out (of record->size bytes, zeroed) from a tree. Everything is owned by the
 * arena of d. false: reported, codes E02xx. */
bool bind(const struct node *tree, const struct record *record, struct object *out,
	  struct diags *d, struct patterns *patterns);

/* What rows do not know of a JSON Schema. */
struct schema_more {
	const char *title, *file;	/* as it is called, and in schemas/ */
	const char *key;		/* a key of the record for which there are */
	const char *const *examples;	/* these to offer, then NULL; NULL: there is no such key */
};

/* The JSON Schema (draft 2020-12) of a record, and the reference of its keys. */
void schema_print_json(const struct record *record, const struct schema_more *more, FILE *f);
void schema_print_keys(const struct record *record, const char *title, FILE *f);

/* Prints the rows that a word means, each with its places and an example: "memory", which is a
 * key of several records, "dom0.memory", "guests.NAME.memory", or another program's word for it.
 * false: it means none, and nothing was printed. */
bool schema_explain_key(struct arena *a, const struct record *record, const char *word, FILE *f);

/* All keys of the record and of those below it, each word once, in the order in which a reader
 * meets them; a list of the arena that ends with NULL. */
const char *const *schema_keys(struct arena *a, const struct record *record);

/* The same reference as a man page of section 5, for scdoc. The name is that of the file that
 * has these keys, without its suffix; about is what stands behind the page's name. */
void schema_print_man(const struct record *record, const char *name, const char *about, FILE *f);

/* Whether a text is a document of the record: at its left edge are so many keys of it at least, and
 * as many or, with a `least` above 1, so many more than there is anything else. */
bool schema_fits(const struct record *record, const char *text, size_t least);

/* Prints a record and all below it, each once, with the function that is given. */
void schema_walk(const struct record *record,
		 void (*print)(const struct record *r, FILE *f), FILE *f);

/* What the value of a key may be, in words and Markdown. */
void field_print_type(const struct field *f, FILE *out);

/* The regular expression (ECMA 262) of a form or kind, as the JSON Schema shows it. */
const char *form_pattern(enum form form);
bool form_accepts(struct patterns *patterns, enum form form, const char *text);
const char *form_doc(enum form form);
