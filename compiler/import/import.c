/* SPDX-License-Identifier: BSD-2-Clause */
/* A file of another tool becomes system.yaml, with comments on what is not as it was. */
#include "import/import.h"

#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "import/sources.h"
#include "input/cache.h"
#include "input/form.h"
#include "input/kinds.h"
#include "options.h"

enum import_kind { CONFIG, SCRIPT, TREE };

static bool read_source(struct job *j, const char *path, struct import_source *s)
{
	bool from_stdin = streq(path, "-");

	s->name = !from_stdin     ? path
		  : j->stdin_name ? j->stdin_name
				  : "<stdin>";
	if (read_operand(j->arena, path, IMPORT_FILE_MAX, &s->data, &s->len))
		return true;
	j->io_failed = errno != EFBIG;
	diag(&j->diags, E0301, loc_of_source(source_of_binary(j->arena, s->name)),
	     "cannot be read: %s", strerror(errno));
	return false;
}

/* Whether it is a device tree blob (Devicetree Specification, section 5.2). */
static bool is_blob(const struct import_source *s)
{
	return s->len >= MAGIC_SIZE && memcmp(s->data, DTB_MAGIC, MAGIC_SIZE) == 0;
}

/* Text that is neither a tree nor a script is read as a config. A description of our own needs
 * no import: false, and it is reported. */
static bool kind_of(struct job *j, const struct import_source *s, enum import_kind *kind)
{
	enum description_form form = description_form(s->data, s->len);
	struct diag *g;

	*kind = form == FORM_IS_TREE ? TREE : form == FORM_IS_SCRIPT ? SCRIPT : CONFIG;
	if (*kind != CONFIG || form == FORM_IS_CONFIG || form == FORM_IS_UNKNOWN ||
	    form == FORM_IS_BINARY)
		return true;
	g = diag(&j->diags, E0112, loc_of_source(source_of_binary(j->arena, s->name)),
		 "this is %s; import reads what other tools wrote", description_form_name(form));
	if (form == FORM_IS_SYSTEM)
		diag_help(g, "try `xendtc check %s`", s->name);
	else if (form == FORM_IS_XL)
		diag_help(g, "describe that guest under 'guests:' of a system.yaml, with boot: false");
	else if (form == FORM_IS_LIBVIRT)
		diag_help(g, "describe that guest under 'guests:' of a system.yaml");
	else if (form == FORM_IS_EFI || form == FORM_IS_MENU)
		diag_help(g, "`xendtc init` describes the files that it names; its command lines go into "
			  "'cmdline' of xen and of dom0");
	else if (form == FORM_IS_FIRMWARE)
		diag_help(g, "`xendtc init` describes the files of a folder, and xendtc writes a "
			  "config.txt of its own");
	else if (form == FORM_IS_SOURCE)
		diag_help(g, "compile it first: dtc -O dtb -o tree.dtb %s", s->name);
	else
		diag_help(g, "name it in a system.yaml: board: %s", s->name);
	return false;
}

/* Imports a tree and a script, whichever is the first operand. */
static bool import_others(struct job *j, struct import_source *first, enum import_kind kind,
			  struct yaml *y)
{
	struct import_source second, *tree = NULL, *script = NULL;
	const char *path = j->options->script;

	*(kind == TREE ? &tree : &script) = first;
	if (path) {
		if (!read_source(j, path, &second))
			return false;
		*(is_blob(&second) ? &tree : &script) = &second;
	}
	return import_tree_and_script(j, tree, script, y);
}

/* The text of a finding, and the line that it is about: of the config that is imported, or
 * of a script, whose name stands before it. */
static void write_finding(struct yaml *y, const struct diag *g, enum import_kind kind)
{
	size_t line = loc_position(g->at).line;

	if (kind == CONFIG)
		yaml_comment(y, "%zu: %s", line, g->text);
	else if (g->at.src && g->at.src->text)
		yaml_comment(y, "%s:%zu: %s", path_last(g->at.src->name), line, g->text);
	else
		yaml_comment(y, "%s", g->text);
}

/* Each finding, so that it stays with the text that it is about. */
static void write_head(struct job *j, const char *name, enum import_kind kind,
		       struct text *out)
{
	struct yaml y = { .out = out };

	if (kind == CONFIG)
		yaml_comment(&y, "Made from ImageBuilder's %s by xendtc import.", path_last(name));
	else
		yaml_comment(&y, "Made from '%s' by xendtc import.", path_last(name));
	diags_sort(&j->diags);
	if (j->diags.first)
		yaml_comment(&y, kind == CONFIG ? "\nWhat is not as it was, by the lines of the config:"
						: "\nWhat was noticed:\n");
	for (const struct diag *g = j->diags.first; g; g = g->next)
		write_finding(&y, g, kind);
	yaml_end(&y);
	text_add(out, "\n");
}

bool import_file(struct job *j, struct text *out)
{
	struct text body = { .arena = j->arena };
	struct yaml y = { .out = &body };
	struct import_source s;
	enum import_kind kind;
	bool ok;

	if (!read_source(j, j->path, &s))
		return false;
	job_set_name(j, s.name);
	if (!kind_of(j, &s, &kind))
		return false;
	ok = kind == CONFIG ? import_config(j, &s, &y) : import_others(j, &s, kind, &y);
	cache_report_unread(j->cache, &j->diags);
	if (!ok || j->diags.errors)
		return false;
	yaml_end(&y);
	write_head(j, s.name, kind, out);
	text_bytes(out, body.data, body.len);
	return true;
}
