/* SPDX-License-Identifier: BSD-2-Clause */
/* What only a build needs to know is filled into the plan: contents, checksums, times.
 * And are all names of outputs different? */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "build.h"
#include "emit/emit.h"
#include "input/source.h"
#include "passes/passes.h"

static bool digest_file(struct job *j, const struct file *f, struct loc at, uint32_t *crc,
			char *sha256)
{
	if (file_digest(f, crc, sha256))
		return true;
	diag(&j->diags, E0301, at, "'%s' cannot be read: %s", f->path, strerror(errno));
	j->io_failed = true;
	return false;
}

static bool digest(struct job *j, bool all)
{
	uint32_t unused;

	for (struct load *l = j->plan.loads; l; l = l->next) {
		bool crc = all || j->plan.verify_crc;
		bool sha = all || j->plan.verify_sha256 || j->plan.content_names;

		if (!l->file || (!crc && !sha))
			continue;
		if (!digest_file(j, l->file, l->at, crc ? &l->crc : NULL,
				 sha ? l->sha256 : NULL))
			return false;
	}
	for (struct staged *s = j->plan.staged; s && all; s = s->next)
		if (!digest_file(j, s->file, s->at, &unused, s->sha256))
			return false;
	return true;
}

static void report_clash(struct job *j, const char *name, struct loc at)
{
	struct diag *g = diag(&j->diags, E0903, at,
			      "'%s' would have the name of a file that xendtc writes", name);

	diag_help(g, "rename it");
}

/* Whether xendtc makes a file of that name. Those that U-Boot loads are not asked for
 * here: make_loads() has seen to it that all loads have names of their own. */
static bool is_made(const struct workshop *w, const char *name)
{
	for (const struct output *o = w->set; o; o = o->next)
		if (!o->module && !o->load && streq(o->name, name))
			return true;
	return false;
}

/* Refuses names of outputs that are equal: the user chooses that of the FIT, and those of
 * guests, after which files are called. */
static void check_made(struct job *j, const struct workshop *w)
{
	for (const struct output *o = w->set; o; o = o->next)
		for (const struct output *p = w->set; p && !o->module && o->at.src; p = p->next)
			if (p != o && !p->module && streq(p->name, o->name)) {
				report_clash(j, o->name, o->at);
				break;
			}
}

/* Refuses a prefix that would lead out of the output folder. */
static void check_prefix(struct diags *d, const struct value *prefix)
{
	struct diag *g;

	if (!prefix->text || !path_leads_out(prefix->text))
		return;
	g = diag(d, E0350, prefix->at, "'%s' leads out of the folder that U-Boot loads from",
		 prefix->text);
	diag_help(g, "write the path from the root of the server, or of the card, on");
}

static void check_prefixes(struct diags *d, const struct system *s)
{
	struct prefix_walk w = { .images.system = s };
	const struct value *prefix;

	while ((prefix = next_prefix(&w)))
		check_prefix(d, prefix);
}

/* Refuses two files with one path, to which prefixes can lead: sub/Image, and Image with
 * the prefix sub/. */
static void check_paths(struct job *j, const struct workshop *w)
{
	for (const struct output *o = w->set; o; o = o->next)
		for (const struct output *p = w->set; p != o; p = p->next)
			if (streq(p->target, o->target)) {
				report_clash(j, o->target, o->at);
				break;
			}
}

/* Names of outputs come from the description. Whatever is thought of next: only --depfile, which
 * is on the command line, names a file elsewhere. */
static void check_targets(struct job *j, const struct workshop *w)
{
	for (const struct output *o = w->set; o; o = o->next)
		if (o->name != w->depfile && (o->target[0] == '/' || path_leads_out(o->target)))
			report_name_elsewhere(&j->diags, o->at, o->target);
}

bool check_output_names(struct job *j, const struct workshop *w)
{
	const struct plan *p = &j->plan;

	for (const struct load *l = p->loads; l; l = l->next)
		if (l->file && is_made(w, l->name))
			report_clash(j, l->name, l->at);
	for (const struct staged *s = p->staged; s; s = s->next)
		if (is_made(w, s->name))
			report_clash(j, s->name, s->at);
	check_made(j, w);
	if (w->stage && !j->diags.errors)
		check_prefixes(&j->diags, j->system);
	if (w->stage && !j->diags.errors)
		check_paths(j, w);
	if (!j->diags.errors)
		check_targets(j, w);
	return !j->diags.errors;
}

/* bootm takes no larger kernel than CONFIG_SYS_BOOTM_LEN, 64 MiB on 64-bit Arm unless
 * somebody configured another (U-Boot boot/Kconfig). */
#define XEN_MAX ((size_t)64 << 20)

/* Makes a uImage of Xen if bootm is to start it. */
static bool wrap_xen(struct job *j)
{
	const struct image *i = j->system->xen->image;
	struct plan *p = &j->plan;
	struct text xen = { .arena = j->arena };

	if (!p->wrap_xen || !i->found)
		return true;
	if (!read_file(j->arena, i->found->path, XEN_MAX, &xen.data, &xen.len)) {
		diag(&j->diags, E0301, i->file.at, "'%s' cannot be read: %s",
		     i->found->path, strerror(errno));
		j->io_failed = true;
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

bool finish_plan(struct job *j, bool all_sums)
{
	struct plan *p = &j->plan;
	uint64_t now;

	p->version = XENDTC_RELEASE;
	build_timestamp(&now);
	p->timestamp = (uint32_t)now;
	plan_finish_trees(p);
	if (!wrap_xen(j) || !digest(j, all_sums))
		return false;
	for (struct load *l = p->loads; l && p->content_names; l = l->next)
		plan_set_suffix(l, l->sha256);
	return true;
}
