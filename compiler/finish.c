/* SPDX-License-Identifier: BSD-2-Clause */
/* What only a build needs to know is filled into the plan: contents, checksums, times. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "emit/card.h"
#include "emit/emit.h"
#include "input/source.h"

static bool digest_file(struct job *j, const struct file *f, struct loc at, uint32_t *crc,
			char *sha256)
{
	if (file_digest(f, crc, sha256))
		return true;
	diag(&j->diags, E0301, at, "'%s' cannot be read: %s", f->path, strerror(errno));
	j->world_failed = true;
	return false;
}

static bool digest(struct job *j)
{
	uint32_t unused;

	for (struct load *l = j->plan.loads; l; l = l->next) {
		bool crc = !j->options->no_hash || j->plan.verify_crc;
		bool sha = !j->options->no_hash || j->plan.verify_sha256;

		if (!l->file || (!crc && !sha))
			continue;
		if (!digest_file(j, l->file, l->at, crc ? &l->crc : NULL,
				 sha ? l->sha256 : NULL))
			return false;
	}
	for (struct staged *s = j->plan.staged; s && !j->options->no_hash; s = s->next)
		if (!digest_file(j, s->file, s->at, &unused, s->sha256))
			return false;
	return true;
}

static void report_clash(struct job *j, const char *name, struct loc at)
{
	struct diag *g = diag(&j->diags, E0903, at,
			      "'%s' would have the name of a file that xendtc writes", name);

	diag_help(&j->diags, g, "rename it");
}

/* Whether a file that xendtc writes beside the tree is called so. */
static bool is_output(const struct plan *p, const char *name)
{
	for (const struct output *o = outputs; o->write; o++)
		if (o->name && (!o->wanted || o->wanted(p)) && streq(o->name, name))
			return true;
	if ((p->card && streq(name, CARD_NAME)) || (p->fit && streq(name, p->fit->name)))
		return true;
	for (const struct config *c = p->configs; c; c = c->next)
		if (streq(c->name, name))
			return true;
	return false;
}

/* The FIT's name is the user's choice: it must not be that of another output. */
static void check_fit_name(struct job *j)
{
	const struct plan *p = &j->plan;
	struct plan others = *p;

	others.fit = NULL;
	if (p->fit && (streq(p->fit->name, p->tree_name) || streq(p->fit->name, "boot.its") ||
		       is_output(&others, p->fit->name)))
		report_clash(j, p->fit->name, p->fit->name_at);
}

/* U-Boot and dom0 would get our file instead of the user's. */
static void check_outputs(struct job *j)
{
	const struct plan *p = &j->plan;

	for (const struct load *l = p->loads; l; l = l->next)
		if (l->file && is_output(p, l->name))
			report_clash(j, l->name, l->at);
	for (const struct staged *s = p->staged; s; s = s->next)
		if (is_output(p, s->name))
			report_clash(j, s->name, s->at);
	check_fit_name(j);
}

#define XEN_MAX ((size_t)64 << 20)	/* U-Boot's CONFIG_SYS_BOOTM_LEN */

/* Xen becomes a uImage, if bootm is to start it. */
static bool wrap_xen(struct job *j)
{
	const struct image *i = j->system->xen->image;
	struct plan *p = &j->plan;
	struct text xen = { .arena = j->arena };

	if (!p->wrap_xen || !i->found)
		return true;
	if (!read_file(j->arena, i->found->path, NULL, XEN_MAX, &xen.data, &xen.len)) {
		diag(&j->diags, E0301, i->file.at, "'%s' cannot be read: %s",
		     i->found->path, strerror(errno));
		j->world_failed = true;
		return false;
	}
	p->xen_image.arena = j->arena;
	emit_kernel_image(&xen, "Xen", p->xen->start + p->xen->lead, p->timestamp,
			  &p->xen_image);
	plan_finish_made(p->xen, &p->xen_image);
	return true;
}

bool build_timestamp(uint64_t *n)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	*n = 0;
	return !epoch || (number_count(epoch, n) == NUMBER_OK && *n <= UINT32_MAX);
}

bool build_finish(struct job *j)
{
	struct plan *p = &j->plan;
	struct text script = { .arena = j->arena };
	uint64_t now;

	p->version = XENDTC_VERSION;
	build_timestamp(&now);
	p->timestamp = (uint32_t)now;
	plan_finish_trees(p);
	check_outputs(j);
	if (j->diags.errors || !wrap_xen(j) || !digest(j) || !check_contents(j))
		return false;
	if (p->uefi || p->fit)
		return true;
	emit_boot2_script(p, &script);
	return check_script_size(j, script.len);
}
