/* SPDX-License-Identifier: BSD-2-Clause */
/* Files become the contents of the card's first partition, each under a name of its own. */
#include "passes/card_files.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/* What an output may take that is not written yet: none is larger than a tree. */
#define OUTPUT_SIZE (2 * MiB)

bool card_report_unreadable(struct diags *d, const struct value *v, const char *path)
{
	diags_file_failed(d, errno);
	diag(d, E0301, v->at, "'%s' cannot be read: %s", path, inputs_why_unreadable());
	return false;
}

/* U-Boot looks up a path from the top, with or without a slash in front. */
static const char *name_on_card(const char *name)
{
	for (;;) {
		if (*name == '/')
			name++;
		else if (starts_with(name, "./"))
			name += 2;
		else
			return name;
	}
}

static void note_other(struct diag *g, const struct card_file *other)
{
	if (other->at.src)
		diag_note(g, other->at, "the other one is %s", other->what);
}

static bool is_below(const char *name, const char *folder)
{
	size_t len = strlen(folder);

	return strncasecmp(name, folder, len) == 0 && name[len] == '/';
}

/* Whether both cannot be on one FAT partition, which does not tell capitals from small
 * letters: as one name, or as a file and a folder. */
static bool clash(const struct card_file *f, const struct card_file *g)
{
	return strcasecmp(f->name, g->name) == 0 || is_below(f->name, g->name) ||
	       is_below(g->name, f->name);
}

static bool is_same(const struct card_file *f, const struct card_file *g)
{
	return streq(f->name, g->name) && f->path && g->path && streq(f->path, g->path);
}

static bool report_clash(struct diags *d, const struct card_file *f,
			 const struct card_file *other)
{
	struct diag *g = diag(d, E0321, f->at.src ? f->at : other->at,
			      "two files would be '%s' on the card: %s and %s", f->name,
			      other->what, f->what);

	note_other(g, f->at.src ? other : f);
	diag_help(g,
		  "leave one out or rename it; 'prefix: xen/' under 'boot' "
		  "gives what U-Boot loads a folder of its own");
	return false;
}

/* The characters that long names may have (Microsoft, FAT32 File System Specification). */
static bool check_characters(struct diags *d, const struct card_file *f)
{
	for (const char *c = f->name; *c; c++) {
		if ((unsigned char)*c >= ' ' && !strchr("\"*:<>?\\|", *c))
			continue;
		diag(d, E0321, f->at,
		     "a file on a FAT partition cannot be called "
		     "'%s'",
		     f->name);
		return false;
	}
	return true;
}

bool card_add_file(struct diags *d, struct plan *plan, struct card_file file)
{
	struct card_file **p = &plan->card->files,
			 *f = NEW(d->arena, struct card_file);

	file.name = name_on_card(file.name);
	for (; *p; p = &(*p)->next) {
		if (is_same(&file, *p))
			return true;
		if (clash(&file, *p))
			return report_clash(d, &file, *p);
	}
	*f = file;
	*p = f;
	return check_characters(d, f);
}

bool card_add_output(struct diags *d, struct plan *plan, const char *name,
		     const char *output)
{
	struct card_file f = { .name = name, .output = output, .what = output,
			       .size = OUTPUT_SIZE };

	return card_add_file(d, plan, f);
}

bool card_has_file(const struct plan *plan, const char *name)
{
	const struct card_file *f = plan->card->files;

	while (f && strcasecmp(f->name, name) != 0)
		f = f->next;
	return f;
}
