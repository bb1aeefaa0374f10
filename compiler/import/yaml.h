/* SPDX-License-Identifier: BSD-2-Clause */
/* Values become YAML that compiler/input/tree.c reads back as the same values. */
#pragma once
#include "base/table.h"
#include "base/text.h"

enum yaml_kind {
	YAML_MAP,      /* a key a line */
	YAML_LIST,     /* an item a line */
	YAML_FLOW_MAP, /* {key: value, ...} on the line */
	YAML_FLOW_LIST /* [item, ...] on the line */
};

#define YAML_DEPTH_MAX 16

struct yaml {
	struct text *out;
	struct yaml_frame {
		enum yaml_kind kind;
		size_t items;
		unsigned indent;
		bool pending;    /* yaml_maybe: nothing of it is written yet */
		const char *key; /* while it is pending */
		struct table keys; /* those that were written */
	} frames[YAML_DEPTH_MAX];
	unsigned depth; /* frames[depth] is open; 0 is the document, a YAML_MAP */
	bool on_line;   /* the last line is not ended yet */
	bool is_item;   /* the line begins with "- ", a key may follow on it */
	bool gap;       /* an empty line comes before the next one */
};

/* Begins a collection. key is NULL in a list. In a flow collection all others are flow
 * collections, too. */
void yaml_open(struct yaml *y, const char *key, enum yaml_kind kind);
void yaml_close(struct yaml *y);

/* The same, but the key appears only if something is written into the collection: a
 * section that the source may not have. */
void yaml_maybe(struct yaml *y, const char *key, enum yaml_kind kind);

/* Whether the open map has the key already: a second one would not be read back. */
bool yaml_has(struct yaml *y, const char *key);

/* What is written of a key, in bytes. A key ends within 1024 characters (YAML 1.1, section 7.4),
 * and each may be written with six. */
#define YAML_KEY_MOST 128

/* Writes a scalar; key is NULL in a list. It is in quotes only where our reader would not
 * read it back otherwise, or others would read something else (`on`, 4.20). */
void yaml_scalar(struct yaml *y, const char *key, const char *value);
void yaml_scalarf(struct yaml *y, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4), nonnull(3)));

/* Writes comment lines before what comes next, broken at word ends; not in a flow
 * collection. */
void yaml_comment(struct yaml *y, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull(2)));

/* Writes a comment at the end of the line that was just written. */
void yaml_remark(struct yaml *y, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull(2)));

/* Puts an empty line before the next line, if one comes. */
void yaml_gap(struct yaml *y);

/* Ends the last line. */
void yaml_end(struct yaml *y);
