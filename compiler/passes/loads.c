/* SPDX-License-Identifier: BSD-2-Clause */
/* Images become loads: what U-Boot puts into memory, once each where Xen allows it. */
#include <string.h>

#include "passes/passes.h"
#include "passes/places.h"

#define BOOT_ALIGN (2 * MiB) /* Linux Documentation/arch/arm64/booting.rst, section 3 */

static struct load *append(struct job *j, enum role role, const char *what,
			   const struct image *i)
{
	struct load *l = NEW(j->arena, struct load), **p = &j->plan.loads;
	const struct load_how *how = i ? i->how : NULL;	/* NULL: as boot.load says */
	uint64_t unplaced = UINT64_MAX;	/* as long as any address, and no other load's */

	l->role = role;
	place_check(&j->diags, how);
	l->place = place_of(j, how);
	l->what = l->users = what;
	l->align = BOOT_ALIGN;
	if (i) {
		l->file = i->found;
		l->made = i->made;
		l->name = i->found ? i->found->name : i->file.text;
		l->at = i->file.at;
		l->size = l->span = i->found ? i->found->size : i->made ? i->made->len : 0;
		if (i->address.text)
			l->fixed = i->address.at;
	}
	for (; *p; p = &(*p)->next)
		unplaced -= PAGE_SIZE_4K;
	l->start = unplaced;
	*p = l;
	return l;
}

/* Xen unpacks a gzip kernel in place of the module, so that a second domain would not
 * find it (xen/common/device-tree/kernel.c, kernel_decompress()). */
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

static struct load *find_shared(struct job *j, enum role role, const struct image *i)
{
	struct place place = place_of(j, i->how);

	if (!may_share(role, i))
		return NULL;
	for (struct load *l = j->plan.loads; l; l = l->next)
		if (l->role == role && same_file(l, i) && same_address(l, i) &&
		    place_is_same(&l->place, &place))
			return l;
	return NULL;
}

/* The first user that gives an address gives it to all, and messages name that user. */
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

static void load_image(struct job *j, enum role role, const char *title,
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
	what = arena_printf(j->arena, "%s %s", title, names[role]);
	l = find_shared(j, role, i);
	if (l) {
		add_user(j->arena, l, what);
	} else {
		l = append(j, role, what, i);
		if (i->address.text)
			l->start = i->address.n;
	}
	fix_address(l, i, what);
	i->load = l;
}

static void load_tree(struct job *j)
{
	const struct image *i = j->system->device_tree;
	struct load *l = append(j, ROLE_DEVICE_TREE, "the device tree", NULL);

	l->name = j->plan.tree_name;
	l->at = j->host.tree_at;
	l->made = &j->plan.blob;
	l->align = 8;
	if (i) {
		place_check(&j->diags, i->how);
		l->place = place_of(j, i->how);
		j->plan.edit_in_u_boot = i->from.n == FROM_FIRMWARE;
	}
	if (i && i->address.text) {
		l->fixed = i->address.at;
		l->start = i->address.n;
	}
	j->plan.tree = l;
}

/* As the contents of a uImage that stand where they run: bootm does not move them
 * (U-Boot boot/bootm.c, bootm_load_os()). */
static void wrap_xen(struct job *j, struct load *l)
{
	j->plan.wrap_xen = true;
	l->file = NULL;
	l->name = "xen.ub";
	l->lead = UIMAGE_HEADER;
	l->start -= l->lead;
	l->span += l->lead;
	if (l->size)
		l->size += l->lead;
}

/* Xen runs where booti leaves it, and takes image_size from there, BSS included. bootefi
 * copies it to memory of its own. */
static void load_xen(struct job *j)
{
	struct image *i = j->system->xen->image;
	struct load *l = append(j, ROLE_XEN, "Xen", i);
	enum boot_command command = boot_command(j->system);

	if (i->address.text)
		l->start = i->address.n;
	if (i->found && command != BOOT_BOOTEFI && i->found->image_size > l->span)
		l->span = i->found->image_size;
	if (command == BOOT_BOOTM)
		wrap_xen(j, l);
	if (command == BOOT_UEFI)
		l->name = "xen.efi";
	i->load = l;
	j->plan.xen = l;
}

/* Two files cannot have one name on the TFTP server. */
static void check_name(struct diags *diags, const struct plan *plan, const struct load *l)
{
	for (const struct load *m = plan->loads; m != l; m = m->next) {
		bool same = m->file == l->file && !m->made && !l->made;
		struct diag *g;

		if (same || !streq(m->name, l->name))
			continue;
		g = diag(diags, E0903, l->at,
			 "two different files would be called '%s' in "
			 "the script",
			 l->name);
		diag_note(g, m->at, "the other one is %s", m->what);
		diag_help(g,
			  "paths outside the folder of --files are known by their "
			  "last part only: rename one file, or move it there");
		return;
	}
}

/* bootefi starts the last EFI program that was loaded, and kernels are some, too (U-Boot
 * cmd/bootefi.c, efi_set_bootdev()). */
static bool is_xen_last(const struct system *system)
{
	return boot_command(system) == BOOT_BOOTEFI;
}

/* From the partition and folder that Xen itself came from. */
static void load_by_firmware(const struct plan *plan)
{
	static const struct place esp = { .device = "the EFI partition", .prefix = "" };

	for (struct load *l = plan->loads; l; l = l->next)
		l->place = esp;
}

void make_loads(struct job *j)
{
	place_check(&j->diags, j->system->boot->load);
	j->plan.place = place_of(j, NULL);
	load_tree(j);
	if (!is_xen_last(j->system))
		load_xen(j);
	load_image(j, ROLE_XSM, "Xen's", j->system->xen->xsm_policy);
	for (struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d)) {
		const char *title = domain_title(j->arena, d);

		load_image(j, ROLE_KERNEL, title, d->kernel);
		load_image(j, ROLE_RAMDISK, title, d->ramdisk);
		load_image(j, ROLE_PASSTHROUGH, title, d->partial_image);
	}
	if (is_xen_last(j->system))
		load_xen(j);
	if (boot_command(j->system) == BOOT_UEFI)
		load_by_firmware(&j->plan);
	for (const struct load *l = j->plan.loads; l; l = l->next)
		check_name(&j->diags, &j->plan, l);
}
