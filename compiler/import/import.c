/* SPDX-License-Identifier: BSD-2-Clause */
/* A config of ImageBuilder becomes system.yaml, with comments on what is not as it was.
 */
#include "import/import.h"

#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "import/ib_config.h"

#define CONFIG_MAX ((size_t)1 << 20)

static bool read_config(struct ib_config *c)
{
	struct job *j = c->j;
	bool from_stdin = streq(j->path, "-");
	char *text;
	size_t len;

	j->name = !from_stdin              ? j->path
		  : j->options->stdin_name ? j->options->stdin_name
					   : "<stdin>";
	j->folder = path_folder(j->arena, j->name);
	if (!read_file(j->arena, j->path, from_stdin ? stdin : NULL, CONFIG_MAX, &text,
		       &len)) {
		struct source *src = source_of_binary(j->arena, j->name);

		j->io_failed = errno != EFBIG;
		diag(&j->diags, E0301, loc_of_source(src), "cannot be read: %s",
		     strerror(errno));
		return false;
	}
	c->shell = (struct shell){ .arena = j->arena, .diags = &j->diags };
	c->shell.src = j->source = source_of_text(j->arena, j->name, text, len);
	return shell_read(&c->shell);
}

/* Each finding, so that it stays with the text that it is about. */
static void write_findings(struct ib_config *c, struct yaml *y)
{
	bool any = false;

	diags_sort(&c->j->diags);
	yaml_comment(y, "Made from ImageBuilder's %s by xendtc import.",
		     path_last(c->j->name));
	for (const struct diag *g = c->j->diags.first; g; g = g->next) {
		if (!any)
			yaml_comment(
				y,
				"\nWhat is not as it was, by the lines of the config:");
		any = true;
		yaml_comment(y, "%zu: %s", loc_position(g->at).line, g->text);
	}
	yaml_end(y);
	text_add(y->out, "\n");
}

static bool write_body(struct ib_config *c)
{
	bool ok;

	if (!ib_count(c, "NUM_DOMUS", &c->guests))
		return false;
	c->dom0 = ib_get(c, "DOM0_KERNEL", 0);
	if (c->j->options->layout && !import_addresses(c))
		return false;
	if (!import_board(c))
		return false;
	ok = import_xen(c);
	ok &= import_guests(c);
	ok &= import_sharing(c);
	ok &= import_boot(c);
	ok &= import_card(c);
	yaml_end(&c->y);
	if (ok)
		ib_report_unused(c);
	return ok;
}

bool import_config(struct job *j, struct text *out)
{
	struct text body = { .arena = j->arena };
	struct ib_config c = { .j = j, .y = { .out = &body } };
	struct yaml head = { .out = out };

	if (!read_config(&c) || !write_body(&c) || j->diags.errors)
		return false;
	write_findings(&c, &head);
	text_bytes(out, body.data, body.len);
	return true;
}
