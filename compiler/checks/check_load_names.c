/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of files are held against what U-Boot's TFTP and file systems can tell apart. */
#include <string.h>
#include <strings.h>

#include "checks/checks.h"

#define TFTP_NAME_MAX 127	/* U-Boot net/tftp.c: MAX_LEN is 128 with the NUL */
#define PART_MAX 255		/* bytes of a name between slashes, on FAT and ext4 */

static size_t longest_part(const char *path)
{
	size_t longest = 0, len;

	for (;; path += len + 1) {
		len = strcspn(path, "/");
		longest = len > longest ? len : longest;
		if (!path[len])
			return longest;
	}
}

static void check_length(struct diags *diags, const struct load *l)
{
	size_t len = strlen(l->place.prefix) + strlen(l->name) + strlen(l->suffix);
	struct diag *g;

	if (l->place.tftp && len > TFTP_NAME_MAX) {
		g = diag(diags, E0314, l->at,
			 "the name of %s has %zu characters with the prefix; U-Boot "
			 "asks for the first %d",
			 l->what, len, TFTP_NAME_MAX);
		diag_help(g,
			  *l->place.prefix ? "shorten the prefix, or the name"
					   : "shorten it");
		return;
	}
	if (longest_part(l->name) + strlen(l->suffix) > PART_MAX) {
		g = diag(diags, E0314, l->at,
			 "a part of the name of %s has %zu characters; a file "
			 "system keeps %d",
			 l->what, longest_part(l->name), PART_MAX);
		diag_help(g, "shorten it");
		return;
	}
}

/* U-Boot looks files of FAT up without regard to case (fs/fat/fat.c). A load command of
 * the user's own may read from anything, so it is left alone; on a card that we make such
 * names are an error (card_files.c). */
static void check_case(struct diags *diags, const struct system *system,
		       const struct plan *plan, const struct load *l)
{
	struct diag *g;

	if (!l->place.device || system->card)
		return;
	for (const struct load *m = plan->loads; m != l; m = m->next) {
		if (!m->place.device || !streq(m->place.device, l->place.device) ||
		    !streq(m->place.prefix, l->place.prefix) ||
		    streq(m->name, l->name) || strcasecmp(m->name, l->name) != 0)
			continue;
		g = diag(diags, W0315, l->at,
			 "'%s' and '%s' are one file on a FAT card", l->name, m->name);
		diag_note(g, m->at, "the other one is %s", m->what);
		return;
	}
}

/* The firmware reads its own tree from the top folder of the card, and hands it to U-Boot. On
 * a card that we make, two files of one name are an error (card_files.c). */
static void check_tree_name(struct diags *diags, const struct system *s, const struct board *b,
			    const struct plan *p)
{
	const struct load *l = p->tree;
	const char *path = plan_path(diags->arena, l->place.prefix, p->tree_name);
	struct diag *g;
	size_t i = 0;

	if (!l->place.device || s->card || p->edit_in_u_boot || p->fit || p->content_names)
		return;
	while (i < b->firmware.n && strcasecmp(b->firmware.v[i].text, path) != 0)
		i++;
	if (i == b->firmware.n)
		return;
	g = diag(diags, W0355, s->boot->load ? s->boot->load->o.at : l->at,
		 "copied onto the card, Xen's tree replaces the firmware's own '%s'", path);
	diag_help(g, "write prefix: xen/ under 'boot', and copy what U-Boot loads into that folder");
}

static const struct load *first_from_device(const struct plan *p)
{
	const struct load *l = p->loads;

	while (l && !l->place.device)
		l = l->next;
	return l;
}

/* A FIT, and a card that is written as a whole, change at once and need no other names. */
static void check_content_names(struct diags *diags, const struct system *s,
				const struct plan *p)
{
	struct diag *g;

	if (!p->content_names || (!s->boot->fit && !(s->card && first_from_device(p))))
		return;
	g = diag(diags, E0351, s->boot->names.at, "names by content are for files that others "
		 "write while a board loads them, and %s",
		 s->boot->fit ? "with 'fit' there is one file" : "a card is written as a whole");
	diag_note(g, s->boot->fit ? s->boot->fit->o.at : s->card->o.at, "it is asked for here");
	diag_help(g, "leave 'names' out");
}

void check_load_names(struct job *j)
{
	check_content_names(&j->diags, j->system, &j->plan);
	check_tree_name(&j->diags, j->system, j->host.board, &j->plan);
	for (const struct load *l = j->plan.loads; l; l = l->next) {
		check_length(&j->diags, l);
		check_case(&j->diags, j->system, &j->plan, l);
	}
}
