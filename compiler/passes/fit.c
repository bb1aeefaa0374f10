/* SPDX-License-Identifier: BSD-2-Clause */
/* `boot.fit` becomes the plan of a FIT: its name, its key, and how large it can be. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/list.h"
#include "base/path.h"
#include "passes/passes.h"

/* Bytes of a FIT for the nodes, hashes and alignment of each image; then for signature
 * and padding (U-Boot tools/fit_image.c leaves room for them and takes more as needed).
 */
#define ROOM_EACH ((uint64_t)2 * KiB)
#define ROOM_REST (64 * KiB)

static void check_image(struct diags *diags, const struct image *i)
{
	struct diag *g;

	if (!i->how)
		return;
	g = diag(diags, E0326, i->how->o.at,
		 "'load' has no effect: with 'fit' all files are in one, which U-Boot "
		 "loads");
	diag_help(g, "leave it out; 'load' under 'boot' says where the FIT is");
}

static void check_images(struct diags *diags, const struct system *system)
{
	struct image_walk w = { .system = system };
	const struct image *i;

	while ((i = next_image(&w)))
		check_image(diags, i);
}

/* Refuses a tree of firmware: bootm takes the tree out of the FIT, and not one that a
 * script has changed. */
static void check_tree_is_ours(struct diags *diags, const struct system *s)
{
	const struct image *i = s->device_tree;
	struct diag *g;

	if (!i || i->from.n != FROM_FIRMWARE)
		return;
	g = diag(diags, E0329, i->from.at,
		 "the firmware's tree cannot be in a FIT");
	diag_help(g, "leave 'from' out, or 'fit' under 'boot'");
}

/* Refuses commands other than bootm, the only one that starts a FIT (U-Boot
 * boot/bootm.c). */
static void check_command(struct diags *diags, const struct system *system)
{
	const struct boot *b = system->boot;
	struct diag *g;

	if (b->command.n == BOOT_BOOTI)
		return;
	g = diag(diags, E0327, b->command.at, "with 'fit' Xen cannot be started by '%s'",
		 b->command.text);
	diag_help(g, "leave 'command' out: a FIT is verified and started in one");
}

static void check_key(struct diags *diags, const struct fit *f, const char *folder)
{
	const char *key = arena_printf(diags->arena, "%s/%s.key", folder, f->key.text);
	const char *certificate = arena_printf(diags->arena, "%s/%s.crt", folder, f->key.text);
	bool no_certificate = access(certificate, R_OK) != 0;
	const char *why = strerror(errno);
	bool no_key = access(key, R_OK) != 0;

	why = no_certificate ? why : strerror(errno);
	if (no_key && no_certificate)
		diag(diags, E0328, f->key_dir.at, "neither '%s' nor '%s' can be read: %s", key,
		     certificate, why);
	else if (no_key || no_certificate)
		diag(diags, E0328, f->key_dir.at, "'%s' cannot be read: %s",
		     no_key ? key : certificate, why);
}

/* Warns of keys that mean nothing with a FIT: hashes and script are in it. */
static void warn_without_effect(struct diags *diags, const struct system *system)
{
	const struct boot *b = system->boot;
	struct diag *g;

	if (b->verify.at.src && b->verify.n != VERIFY_SHA256) {
		g = diag(diags, W0330, b->verify.key,
			 "'verify' has no effect with 'fit'");
		diag_help(g,
			  "leave it out: U-Boot checks the SHA-256 sums of a FIT in any case");
	}
	if (b->script_address.at.src) {
		g = diag(diags, W0330, b->script_address.key,
			 "'script-address' has no effect with 'fit'");
		diag_help(g, "leave it out: the script is in the FIT");
	}
}

/* The most bytes that the FIT can take. */
static uint64_t room(const struct plan *plan)
{
	uint64_t sum = ROOM_REST;

	for (const struct load *l = plan->loads; l; l = l->next)
		sum += l->size + ROOM_EACH;
	for (size_t i = 0; plan->commands[i]; i++)
		sum += strlen(plan->commands[i]) + 8;
	return round_up(sum, ROOM_REST);
}

void report_name_elsewhere(struct diags *d, struct loc at, const char *name)
{
	diag_help(diag(d, E0350, at, "'%s' is no name of a file in the output folder", name),
		  "write the name alone, as in boot.itb");
}

/* Nothing that a description says is written outside of the output folder. */
static void check_name(struct diags *d, const struct fit_plan *p)
{
	const char *last = path_last(p->name);

	if (p->name[0] == '/' || path_leads_out(p->name) || !*last || streq(last, "."))
		report_name_elsewhere(d, p->name_at, p->name);
}

void plan_fit(struct job *j)
{
	const struct boot *b = j->system->boot;
	const struct fit *f = b->fit;
	struct fit_plan *p;

	if (!f || j->plan.uefi)		/* check_uefi refuses it */
		return;
	p = j->plan.fit = NEW(j->arena, struct fit_plan);
	p->name = f->name.text;
	p->at = p->name_at = f->o.at;
	if (f->name.at.src)
		p->name_at = f->name.at;
	p->room = room(&j->plan);
	check_name(&j->diags, p);
	warn_without_effect(&j->diags, j->system);
	check_images(&j->diags, j->system);
	check_command(&j->diags, j->system);
	check_tree_is_ours(&j->diags, j->system);
	if (!f->key_dir.text)
		return;
	p->key_folder = inputs_path(j->arena, &j->inputs, f->key_dir.text, f->key_dir.at);
	p->key = f->key.text;
	p->algorithm = f->algorithm.text;
	if (!j->inputs.absent)
		check_key(&j->diags, f, p->key_folder);
}
