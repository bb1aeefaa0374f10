/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings: stored by the passes, sorted, then printed: see report.h. */
#pragma once
#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "diag/loc.h"

/* A FATAL finding is an error that leaves nothing to compile, so that no proof can switch it
 * off; findings of a run are ERROR or WARNING. */
enum severity { FATAL, ERROR, WARNING };

enum diag_code {
#define DIAG(code, severity, title, explanation) code,
#include "diag/diag.def"
#undef DIAG
	DIAG_COUNT
};

struct diag_info {
	const char *name;		/* "E0401" */
	enum severity severity;
	const char *title;		/* a line, for `explain` and SARIF's rules */
	const char *explanation;	/* what it means, an example, the way out */
};

extern const struct diag_info diag_info[DIAG_COUNT];

/* DIAG_COUNT if there is no such code. Upper and lower case are the same. */
enum diag_code diag_code_of(const char *name);

struct diag_note {
	struct loc at;		/* loc_none() for a help line */
	const char *text;
	struct diag_note *next;
};

/* A change of the text: see fix.h. */
struct diag_edit {
	struct loc at;		/* what is replaced; without length: put in front of it */
	const char *text;	/* what stands there then */
	struct diag_edit *next;
};

struct diag {
	struct arena *arena;	/* owns text, notes, helps and edits */
	enum diag_code code;
	enum severity severity;	/* after -Werror */
	struct loc at;
	const char *text;
	struct diag_note *notes;	/* at other places */
	struct diag_note *helps;	/* what to type instead */
	struct diag_edit *edits;	/* all of them mend it; NULL: people decide */
	struct diag_edit *last_edit;
	struct diag *next;
};

/* What -W options ask for. */
struct diag_wishes {
	bool off[DIAG_COUNT];		/* warnings, and rules that are to be proven */
	bool unchecked[DIAG_COUNT];	/* the latter: what they mend stays as it is */
	bool error[DIAG_COUNT];		/* warnings that are errors */
	bool werror;			/* all of them are */
};

struct diags {
	struct arena *arena;
	const struct diag_wishes *wishes;
	struct allow *allows;		/* what comments of the text allow: allow.h */
	struct diag *first, *last;
	unsigned errors, warnings;
	bool io_failed;			/* see diags_file_failed() */
};

/* Stores a finding. Never NULL, so that notes can be added to a warning that is off. */
struct diag *diag(struct diags *d, enum diag_code code, struct loc at, const char *fmt,
		  ...) __attribute__((format(printf, 4, 5), nonnull(4)));

/* What is to be seen at another place, and what to type instead. */
void diag_note(struct diag *g, struct loc at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4), nonnull(3)));
void diag_help(struct diag *g, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull(2)));

/* Adds findings of another place, whose texts, notes and help must stay where they are. */
void diags_add(struct diags *d, const struct diags *others);

/* Moves a finding of another list, which is not to be used any more, into this one. */
void diags_take(struct diags *d, struct diag *g);

/* A file could not be read, for the reason in `error`, an errno: if that says something of the
 * disk, and nothing of the name, no description can mend it, and the run ends with 3. */
void diags_file_failed(struct diags *d, int error);

/* Whether an errno says something of the name that a file was asked for by. */
bool errno_is_of_names(int error);

/* Takes out the findings after `last`, or all if that is NULL, that `drop` wants out. */
void diags_drop(struct diags *d, struct diag *last,
		bool (*drop)(const struct diag *g, const void *what), const void *what);

/* Places where errors are, in an order of their own. */
struct diag_places {
	struct loc *list;
	size_t n;
};

/* Those of the findings up to `last`, or of all if that is NULL. Owned by the arena. */
struct diag_places diags_error_places(const struct diags *d, const struct diag *last);
bool diag_places_have(const struct diag_places *p, struct loc at);

/* Takes out those after `last` that are at a place where an error was found before them: it
 * is one mistake, and this is what comes of it. */
void diags_once_a_place(struct diags *d, struct diag *last);

/* Puts the findings into the order of their places and drops repetitions. */
void diags_sort(struct diags *d);

/* What is known of a code without a finding: its explanation, and the way out if one line has
 * it. In Markdown, which is readable as it is. */
const char *diag_help_text(struct arena *a, enum diag_code code);

/* The text of `xendtc explain` with its examples, and what docs/diagnostics.md has without them. */
void diag_explain(enum diag_code code, FILE *f);
void diag_explain_all(FILE *f);
