/* SPDX-License-Identifier: BSD-2-Clause */
/* A config of ImageBuilder becomes the parts of system.yaml. */
#include "import/ib_config.h"
#include "import/sources.h"
#include "options.h"

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

bool import_config(struct job *j, const struct import_source *config, struct yaml *y)
{
	struct ib_config c = { .j = j, .y = *y };
	bool ok;

	c.shell = (struct shell){ .arena = j->arena, .diags = &j->diags };
	c.shell.src =
		source_of_text(j->arena, config->name, config->data, config->len);
	ok = shell_read(&c.shell) && write_body(&c);
	*y = c.y;
	return ok;
}
