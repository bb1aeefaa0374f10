/* SPDX-License-Identifier: BSD-2-Clause */
/* Images become loads: what U-Boot puts into memory, once each where Xen allows it. */
#include <string.h>

#include "base/list.h"
#include "passes/passes.h"
#include "passes/places.h"

#define BOOT_ALIGN (2 * MiB) /* Linux Documentation/arch/arm64/booting.rst */

/* Adds a load to the plan. As long as it has no address it has the highest there is,
 * which no other load has and than which none is longer. */
static void append(struct plan *plan, struct load *l)
{
	l->start = UINT64_MAX - PAGE_SIZE_4K * plan->load_count++;
	list_append_last(plan->loads, plan->last_load, l);
}

/* What make_loads works on: the loads of the plan. */
struct loading {
	struct diags *diags;
	const struct system *system;
	struct plan *plan;
};

static struct load *add_load(const struct loading *y, enum role role, const char *what,
			     const struct load_how *how)
{
	struct load *l = NEW(y->diags->arena, struct load);

	l->role = role;
	place_check(y->diags, how);
	l->place = place_of(y->diags->arena, y->system->boot, how);
	l->what = l->users = what;
	l->align = BOOT_ALIGN;
	append(y->plan, l);
	return l;
}

static struct load *add_image(const struct loading *y, enum role role, const char *what,
			      const struct image *i)
{
	struct load *l = add_load(y, role, what, i->how);

	l->file = i->found;
	l->made = i->made;
	l->name = i->found ? i->found->name : i->file.text;
	l->at = i->file.at;
	l->size = l->span = i->found ? i->found->size : i->made ? i->made->len : 0;
	return l;
}

/* Whether two domains may use one load. Xen unpacks a gzip kernel in place of the module,
 * so that a second domain would not find it (xen/common/device-tree/kernel.c,
 * kernel_decompress()). */
static bool may_share(enum role role, const struct image *i)
{
	if (!i->found)
		return !strstr(i->file.text, ".gz") || role != ROLE_KERNEL;
	return role != ROLE_KERNEL || !file_is_packed(i->found);
}

static bool same_file(const struct load *l, const struct image *i)
{
	return !i->made && (i->found ? l->file == i->found : streq(l->name, i->file.text));
}

static bool same_address(const struct load *l, const struct image *i)
{
	return !l->fixed.src || !i->address.text || l->start == i->address.n;
}

static struct load *find_shared(const struct loading *y, enum role role,
				const struct image *i)
{
	struct place place = place_of(y->diags->arena, y->system->boot, i->how);

	if (!may_share(role, i))
		return NULL;
	for (struct load *l = y->plan->loads; l; l = l->next)
		if (l->role == role && same_file(l, i) && same_address(l, i) &&
		    place_is_same(&l->place, &place))
			return l;
	return NULL;
}

/* Gives a shared load its address: the first user that has one gives it to all, and
 * messages name that user. */
static void fix_address(struct load *l, const struct image *i, const char *what)
{
	if (!i->address.text || l->fixed.src)
		return;
	l->fixed = i->address.at;
	l->start = i->address.n;
	l->what = what;
}

static void add_user(struct arena *a, struct load *l, const char *what)
{
	if (!l->more_users.data) {
		l->more_users.arena = a;
		text_add(&l->more_users, "%s", l->users);
	}
	text_add(&l->more_users, ", %s", what);
	l->users = l->more_users.data;
}

static void load_image(const struct loading *y, enum role role, const char *title,
		       struct image *i)
{
	static const char *const names[ROLE_COUNT] = {
		[ROLE_KERNEL] = "kernel", [ROLE_RAMDISK] = "ramdisk",
		[ROLE_PASSTHROUGH] = "passthrough tree", [ROLE_XSM] = "XSM policy",
	};
	const char *what;
	struct load *l;

	if (!i)
		return;
	what = arena_printf(y->diags->arena, "%s %s", title, names[role]);
	l = find_shared(y, role, i);
	if (l)
		add_user(y->diags->arena, l, what);
	else
		l = add_image(y, role, what, i);
	fix_address(l, i, what);
	i->load = l;
}

static void load_tree(const struct loading *y, struct loc at)
{
	const struct image *i = y->system->device_tree;
	struct load *l = add_load(y, ROLE_DEVICE_TREE, "the device tree", i ? i->how : NULL);

	l->name = y->plan->tree_name;
	l->at = at;
	l->made = &y->plan->blob;
	l->align = 8;
	if (i) {
		y->plan->edit_in_u_boot = i->from.n == FROM_FIRMWARE;
		fix_address(l, i, l->what);
	}
	y->plan->tree = l;
}

/* Makes the load of Xen one of a uImage, whose contents stand where they run, so that
 * bootm does not move them (U-Boot boot/bootm.c, bootm_load_os()). */
static void wrap_xen(struct plan *plan, struct load *l)
{
	plan->wrap_xen = true;
	l->file = NULL;
	l->name = "xen.ub";
	l->lead = UIMAGE_HEADER;
	l->start -= l->lead;
	l->span += l->lead;
	if (l->size)
		l->size += l->lead;
}

/* Makes the load of Xen. Xen runs where booti leaves it, and takes image_size from there,
 * BSS included; bootefi copies it to memory of its own. */
static void load_xen(const struct loading *y)
{
	struct image *i = y->system->xen->image;
	struct load *l = add_image(y, ROLE_XEN, "Xen", i);
	enum boot_command command = boot_command(y->system);

	fix_address(l, i, l->what);
	if (i->found && command != BOOT_BOOTEFI && i->found->image_size > l->span)
		l->span = i->found->image_size;
	if (command == BOOT_BOOTM)
		wrap_xen(y->plan, l);
	if (command == BOOT_UEFI)
		l->name = "xen.efi";
	i->load = l;
	y->plan->xen = l;
}

/* Whether a file was left out, for it is of the wrong kind or not there: which it is to be is
 * not known. */
static bool is_left_out(const struct load *l)
{
	return !l->file && !l->made && !l->lead;
}

/* Refuses two files of one name, which a TFTP server could not tell apart. Without a base
 * tree the name of the tree was wrong, and says nothing. */
static void check_name(struct diags *diags, const struct plan *plan, const struct load *l,
		       bool has_tree)
{
	for (const struct load *m = plan->loads; m != l; m = m->next) {
		bool same = (m->file == l->file && !m->made && !l->made) || is_left_out(l) ||
			    is_left_out(m);
		struct diag *g;

		if (same || !streq(m->name, l->name) || (m == plan->tree && !has_tree))
			continue;
		g = diag(diags, E0903, l->at,
			 "two different files would be called '%s' in "
			 "the script",
			 l->name);
		diag_note(g, m->at, "the other one is %s", m->what);
		if (l->file && m->file)
			diag_help(g, "they are '%s' and '%s'", m->file->path, l->file->path);
		diag_help(g,
			  "paths outside the folder of --files are known by their "
			  "last part only: rename one file, or move it there");
		return;
	}
}

/* Whether Xen must be loaded last: bootefi starts the last EFI program that was loaded,
 * and kernels are some, too (U-Boot cmd/bootefi.c, efi_set_bootdev()). */
static bool is_xen_last(const struct system *system)
{
	return boot_command(system) == BOOT_BOOTEFI;
}

/* With UEFI all files are read from the partition and folder that Xen itself came from.
 */
static void load_by_firmware(const struct plan *plan)
{
	static const struct place esp = { .device = "the EFI partition", .prefix = "" };

	for (struct load *l = plan->loads; l; l = l->next)
		l->place = esp;
}

/* Checksums are not known yet, but their length is. */
static void name_by_content(struct plan *plan)
{
	plan->content_names = true;
	for (struct load *l = plan->loads; l; l = l->next)
		plan_set_suffix(l, "00000000");
}

static void load_domain(const struct loading *y, struct domain *d)
{
	const char *title = domain_title(y->diags->arena, d);

	load_image(y, ROLE_KERNEL, title, d->kernel);
	load_image(y, ROLE_RAMDISK, title, d->ramdisk);
	load_image(y, ROLE_PASSTHROUGH, title, d->partial_image);
}

void make_loads(struct job *j)
{
	const struct system *s = j->system;
	const struct loading y = { .diags = &j->diags, .system = s, .plan = &j->plan };

	place_check(&j->diags, s->boot->load);
	j->plan.place = place_of(j->arena, s->boot, NULL);
	load_tree(&y, j->host.tree_at);
	if (!is_xen_last(s))
		load_xen(&y);
	load_image(&y, ROLE_XSM, "Xen's", s->xen->xsm_policy);
	for (struct domain *d = first_domain(s); d; d = next_domain(s, d))
		load_domain(&y, d);
	if (is_xen_last(s))
		load_xen(&y);
	if (boot_command(s) == BOOT_UEFI)
		load_by_firmware(&j->plan);
	if (s->boot->names.n == NAMES_CONTENT)
		name_by_content(&j->plan);
	for (const struct load *l = j->plan.loads; l; l = l->next)
		check_name(&j->diags, &j->plan, l, j->host.base || j->inputs.absent);
}
