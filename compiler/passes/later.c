/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests that Xen does not start become files for `xl create` in dom0: xl.cfg(5). */
#include <inttypes.h>
#include <string.h>

#include "job.h"
#include "xen/partial.h"

enum xl_form {
	XL_NUMBER,
	XL_MIB,		/* bytes, written as MiB */
	XL_TEXT,
	XL_LIST,	/* ranges, each an item */
	XL_FILE,	/* a path in dom0 */
	XL_OWN		/* written by code of its own, or nothing to write */
};

/* Keys of a guest and what xl calls them; keys that are not here have no counterpart.
 * since: the first release of xl.cfg(5) that has the option; 0: all that run on Arm. */
static const struct xl_option {
	const char *key, *option;
	enum xl_form form;
	unsigned since;
} options[] = {
	{ "boot", NULL, XL_OWN, 0 },
	{ "kernel", "kernel", XL_FILE, 0 },
	{ "ramdisk", "ramdisk", XL_FILE, 0 },
	{ "cmdline", "cmdline", XL_TEXT, 0 },
	{ "memory", "memory", XL_MIB, 0 },
	{ "vcpus", "vcpus", XL_NUMBER, 0 },
	{ "vcpu-affinity", "cpus", XL_OWN, 0 },
	{ "vpl011", "vuart", XL_OWN, 0 },
	{ "sve", "sve", XL_OWN, VERSION(4, 18) },
	{ "llc-colors", "llc_colors", XL_LIST, VERSION(4, 20) },
	{ "nr-spis", "nr_spis", XL_NUMBER, VERSION(4, 19) },
	{ "p2m-memory", "shadow_memory", XL_MIB, 0 },
	{ "max-grant-version", "max_grant_version", XL_NUMBER, 0 },
	{ "max-grant-frames", "max_grant_frames", XL_NUMBER, 0 },
	{ "max-maptrack-frames", "max_maptrack_frames", XL_NUMBER, 0 },
	{ "trap-unmapped-accesses", "trap_unmapped_accesses", XL_NUMBER, VERSION(4, 21) },
	{ "iommu", "passthrough", XL_TEXT, 0 },
	{ "passthrough", NULL, XL_OWN, 0 },
	{ "passthrough-dtb", "device_tree", XL_FILE, 0 },
	{ 0 }
};

static const struct xl_option *find_option(const char *key)
{
	for (const struct xl_option *o = options; o->key; o++)
		if (streq(o->key, key))
			return o;
	return NULL;
}

/* xl gives every guest what `pv: enabled` asks for. */
static bool is_taken(const struct attr *a)
{
	return find_option(a->field->key) ||
	       (streq(a->field->key, "pv") && streq(a->value.text, "enabled"));
}

static bool check_key(struct job *j, const struct attr *a)
{
	const struct xl_option *o = find_option(a->field->key);
	unsigned xen = j->system->xen->version;
	struct diag *g;

	if (!is_taken(a)) {
		g = diag(&j->diags, E0940, a->value.key,
			 "a guest that dom0 starts cannot have '%s': xl has no option "
			 "for it", a->field->key);
		diag_help(&j->diags, g, "leave it out, or let Xen start the guest");
		return false;
	}
	if (o && o->form == XL_MIB && a->value.n % MiB) {
		g = diag(&j->diags, E0940, a->value.at,
			 "xl counts '%s' in MiB, and this is not a whole number of them",
			 a->field->key);
		diag_help(&j->diags, g, "use %s",
			  number_show(j->arena, round_up(a->value.n, MiB)));
		return false;
	}
	if (!o || !xen || o->since <= xen)
		return true;
	g = diag(&j->diags, E0809, a->value.key, "xl reads '%s' since %u.%u; this is %u.%u",
		 o->option, VERSION_MAJOR(o->since), VERSION_MINOR(o->since),
		 VERSION_MAJOR(xen), VERSION_MINOR(xen));
	diag_help(&j->diags, g, "leave it out, or use a newer Xen");
	return false;
}

/* Only a domain that may make others runs xl: dom0, or one with the capability. */
static bool has_starter(const struct job *j)
{
	for (const struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d))
		if (d->is_dom0 || domain_capability(d, "control"))
			return true;
	return false;
}

static bool check_guest(struct job *j, const struct domain *d)
{
	bool ok = has_starter(j);

	if (!ok) {
		struct diag *g = diag(&j->diags, E0941, d->boot.at,
				      "nobody could start guest '%s': there is no dom0",
				      d->o.name);

		diag_help(&j->diags, g, "leave 'boot' out, or add 'dom0:'");
	}
	for (const struct attr *a = d->o.attrs; a; a = a->next)
		ok &= check_key(j, a);
	return ok;
}

static bool check_folder(struct job *j)
{
	const struct value *v = &j->system->dom0->guest_folder;
	struct diag *g;

	if (v->text[0] == '/')
		return true;
	g = diag(&j->diags, E0942, v->at,
		 "'%s' is not the whole path of a folder in dom0", v->text);
	diag_help(&j->diags, g, "write it from '/' on");
	return false;
}

bool check_later(struct job *j)
{
	bool ok = true;

	if (j->system->dom0 && j->system->later)
		ok = check_folder(j);
	for (const struct domain *d = j->system->later; d; d = later_domain(d))
		ok &= check_guest(j, d);
	return ok;
}

/* Strings of xl.cfg end at the quote, and a backslash quotes what follows
 * (tools/libs/util/libxlu_cfg_l.l). */
static void add_string(struct text *t, const char *s)
{
	text_add(t, "\"");
	for (; *s; s++)
		text_add(t, "%s%c", strchr("\"\\", *s) ? "\\" : "", *s);
	text_add(t, "\"");
}

static void add_option(struct text *t, const char *option, const char *value)
{
	text_add(t, "%s = ", option);
	add_string(t, value);
	text_add(t, "\n");
}

static const char *folder_of(const struct job *j)
{
	return j->system->dom0 ? j->system->dom0->guest_folder.text : GUEST_FOLDER;
}

static const char *name_of(const struct image *i)
{
	return i->found ? i->found->name : i->file.text;
}

static void add_file(struct job *j, struct text *t, const char *option,
		     const struct image *i)
{
	if (i)
		add_option(t, option, arena_printf(j->arena, "%s/%s", folder_of(j),
						   name_of(i)));
}

/* "0-3,7" as ["0-3", "7"]. */
static void add_list(struct text *t, const char *option, const char *ranges)
{
	text_add(t, "%s = [\"", option);
	for (; *ranges; ranges++) {
		if (*ranges == ',')
			text_add(t, "\", \"");
		else if (*ranges != ' ')
			text_add(t, "%c", *ranges);
	}
	text_add(t, "\"]\n");
}

/* One item for each CPU of the guest, in their order. */
static void add_cpus(struct job *j, struct text *t, const struct domain *d)
{
	const struct named_values *all = &d->affinity->values;

	text_add(t, "cpus = [");
	for (uint64_t cpu = 0; cpu < d->vcpus.n; cpu++) {
		const char *name = arena_printf(j->arena, "%" PRIu64, cpu);
		const char *ranges = "all";

		for (size_t i = 0; i < all->n; i++)
			if (streq(all->v[i].key.text, name))
				ranges = all->v[i].value.text;
		text_add(t, "%s\"%s\"", cpu ? ", " : "", ranges);
	}
	text_add(t, "]\n");
}

static void add_own(struct job *j, struct text *t, const struct domain *d,
		    const struct attr *a)
{
	if (streq(a->field->key, "vcpu-affinity"))
		add_cpus(j, t, d);
	else if (streq(a->field->key, "vpl011") && a->value.n)
		add_option(t, "vuart", "sbsa_uart");
	else if (streq(a->field->key, "sve"))
		add_option(t, "sve", streq(a->value.text, "max") ? "hw" : a->value.text);
}

static void add_key(struct job *j, struct text *t, const struct domain *d,
		    const struct attr *a)
{
	const struct xl_option *o = find_option(a->field->key);

	switch (o ? o->form : XL_OWN) {
	case XL_NUMBER:
		text_add(t, "%s = %" PRIu64 "\n", o->option, a->value.n);
		break;
	case XL_MIB:
		text_add(t, "%s = %" PRIu64 "\n", o->option, a->value.n / MiB);
		break;
	case XL_TEXT:
		add_option(t, o->option, a->value.text);
		break;
	case XL_LIST:
		add_list(t, o->option, a->value.text);
		break;
	case XL_OWN:
		add_own(j, t, d, a);
		break;
	case XL_FILE:
		break;
	}
}

/* xl does not read xen,reg and xen,path: it wants the same by its own words, pages in hex
 * (xl.cfg(5), iomem). */
static void add_pages(struct text *t, const struct partial *p)
{
	size_t n = 0;

	for (const struct partial_device *v = p->devices; v; v = v->next)
		for (size_t i = 0; i < v->range_count; i++)
			text_add(t, "%s\"%" PRIx64 ",%" PRIx64 "@%" PRIx64 "\"",
				 n++ ? ", " : "iomem = [", v->ranges[i].host / PAGE_SIZE_4K,
				 v->ranges[i].size / PAGE_SIZE_4K,
				 v->ranges[i].guest / PAGE_SIZE_4K);
	text_add(t, n ? "]\n" : "");
}

static void add_interrupts(struct text *t, const struct partial *p)
{
	size_t n = 0;

	for (const struct partial_device *v = p->devices; v; v = v->next)
		for (size_t i = 0; i < v->interrupt_count; i++)
			text_add(t, "%s%u", n++ ? ", " : "irqs = [", v->interrupts[i].intid);
	text_add(t, n ? "]\n" : "");
}

/* dtdev puts a device behind the IOMMU, which needs one. */
static void add_masters(struct text *t, const struct partial *p)
{
	size_t n = 0;

	for (const struct partial_device *v = p->devices; v; v = v->next) {
		if (v->force || !v->path)
			continue;
		text_add(t, "%s", n++ ? ", " : "dtdev = [");
		add_string(t, v->path);
	}
	text_add(t, n ? "]\n" : "");
}

static void add_devices(struct job *j, struct text *t, const struct domain *d)
{
	add_file(j, t, "device_tree", d->partial_image);
	for (const struct partial *p = j->partials; p; p = p->next) {
		if (p->guest != d)
			continue;
		add_pages(t, p);
		add_interrupts(t, p);
		add_masters(t, p);
	}
}

static struct xl_file *add_xl_file(struct job *j, const char *role, const char *name,
				 struct loc at)
{
	struct xl_file *x = NEW(j->arena, struct xl_file), **p = &j->plan.xl_files;

	x->role = role;
	x->name = name;
	x->at = at;
	x->text.arena = j->arena;
	while (*p)
		p = &(*p)->next;
	return *p = x;
}

static void make_xl_config(struct job *j, const struct domain *d)
{
	const char *name = arena_printf(j->arena, "%s.cfg", d->o.name);
	struct text *t = &add_xl_file(j, "xl-config", name, d->o.at)->text;

	text_add(t, "# Made by xendtc, for `xl create %s` in dom0.\n", name);
	add_option(t, "name", d->o.name);
	add_file(j, t, "kernel", d->kernel);
	add_file(j, t, "ramdisk", d->ramdisk);
	for (const struct attr *a = d->o.attrs; a; a = a->next)
		add_key(j, t, d, a);
	add_devices(j, t, d);
}

static void stage(struct job *j, enum role role, const struct image *i)
{
	struct staged **p = &j->plan.staged, *s;

	if (i && i->made)
		add_xl_file(j, "passthrough-dtb", i->file.text, i->file.at)->text = *i->made;
	if (!i || !i->found)
		return;
	for (; *p; p = &(*p)->next)
		if ((*p)->file == i->found)
			return;
	s = NEW(j->arena, struct staged);
	s->role = role;
	s->name = i->found->name;
	s->file = i->found;
	s->at = i->file.at;
	*p = s;
}

bool make_later(struct job *j)
{
	for (const struct domain *d = j->system->later; d; d = later_domain(d)) {
		make_xl_config(j, d);
		stage(j, ROLE_KERNEL, d->kernel);
		stage(j, ROLE_RAMDISK, d->ramdisk);
		stage(j, ROLE_PASSTHROUGH, d->partial_image);
	}
	return true;
}

bool check_later_memory(struct job *j)
{
	const struct plan *p = &j->plan;
	uint64_t given = p->overhead + p->dom0_memory + p->guest_memory;
	uint64_t left = given < p->ram ? p->ram - given : 0;

	for (const struct domain *d = j->system->later; d; d = later_domain(d)) {
		struct diag *g;

		if (d->memory.n <= left)
			continue;
		g = diag(&j->diags, W0943, d->memory.at,
			 "guest '%s' wants %s, and %s are left when the others run: xl "
			 "would have to take memory from dom0", d->o.name, d->memory.text,
			 number_show(j->arena, left / MiB * MiB));
		diag_help(&j->diags, g, "give it or the others less");
	}
	return true;
}
