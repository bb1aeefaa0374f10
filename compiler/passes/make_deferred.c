/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests that Xen does not start become files for `xl create` in dom0: xl.cfg(5). */
#include <inttypes.h>
#include <string.h>

#include "base/list.h"
#include "passes/passes.h"
#include "passes/xl_options.h"
#include "xen/partial.h"

/* Adds a string of xl.cfg, which ends at the quote; a backslash quotes what follows
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

static const char *folder_of(const struct system *system)
{
	return system->dom0 ? system->dom0->guest_folder.text : GUEST_FOLDER;
}

static const char *name_of(const struct image *i)
{
	return i->found ? i->found->name : i->file.text;
}

static void add_file(struct text *t, const char *option, const char *folder,
		     const struct image *i)
{
	if (i)
		add_option(t, option, arena_printf(t->arena, "%s/%s", folder, name_of(i)));
}

/* Adds ranges as a list: "0-3,7" becomes ["0-3", "7"]. */
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

/* Adds vcpu-affinity as xl wants it: an item for each CPU of the guest, in their order.
 */
static void add_cpus(struct text *t, const struct domain *d)
{
	const struct named_values *all = &d->affinity->values;

	text_add(t, "cpus = [");
	for (uint64_t cpu = 0; cpu < d->vcpus.n; cpu++) {
		const char *name = arena_printf(t->arena, "%" PRIu64, cpu);
		const char *ranges = "all";

		for (size_t i = 0; i < all->n; i++)
			if (streq(all->v[i].key.text, name))
				ranges = all->v[i].value.text;
		text_add(t, "%s\"%s\"", cpu ? ", " : "", ranges);
	}
	text_add(t, "]\n");
}

static void add_own(struct text *t, const struct domain *d, const struct attr *a)
{
	if (streq(a->field->key, "vcpu-affinity"))
		add_cpus(t, d);
	else if (streq(a->field->key, "vpl011") && a->value.n)
		add_option(t, "vuart", "sbsa_uart");
	else if (streq(a->field->key, "sve"))
		add_option(t, "sve", streq(a->value.text, "max") ? "hw" : a->value.text);
}

static void add_key(struct text *t, const struct domain *d, const struct attr *a)
{
	const struct xl_option *o = xl_option(a->field->key);

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
		add_own(t, d, a);
		break;
	case XL_FILE:
		break;
	}
}

/* Adds the pages of devices: xl does not read xen,reg and xen,path, and wants the same in
 * its own words, page numbers in hex (xl.cfg(5), iomem). */
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

/* Adds the devices that are behind an IOMMU, dtdev: xl puts them there. */
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

static void add_devices(struct text *t, const struct partial *p)
{
	if (!p)
		return;
	add_pages(t, p);
	add_interrupts(t, p);
	add_masters(t, p);
}

static struct xl_file *add_xl_file(struct plan *plan, const char *role, const char *name,
				   struct loc at)
{
	struct xl_file *x = NEW(plan->arena, struct xl_file);

	x->role = role;
	x->name = name;
	x->at = at;
	x->text.arena = plan->arena;
	list_append(plan->xl_files, x);
	return x;
}

/* Makes the xl.cfg(5) of a guest; `folder` is where dom0 has its files. */
static void make_xl_config(struct plan *plan, const struct domain *d, const char *folder)
{
	const char *name = arena_printf(plan->arena, "%s.cfg", d->o.name);
	struct text *t = &add_xl_file(plan, "xl-config", name, d->o.at)->text;

	text_add(t, "# Made by xendtc, for `xl create %s` in dom0.\n", name);
	add_option(t, "name", d->o.name);
	add_file(t, "kernel", folder, d->kernel);
	add_file(t, "ramdisk", folder, d->ramdisk);
	for (const struct attr *a = d->o.attrs; a; a = a->next)
		add_key(t, d, a);
	add_file(t, "device_tree", folder, d->partial_image);
	add_devices(t, d->partial);
}

/* Notes a file that dom0 has to have. One that xendtc makes is an output, too. */
static void stage(struct plan *plan, enum role role, const struct image *i)
{
	struct staged **p = &plan->staged, *s;

	if (i && i->made)
		add_xl_file(plan, "passthrough-dtb", i->file.text, i->file.at)->text =
			*i->made;
	if (!i || !i->found)
		return;
	for (; *p; p = &(*p)->next)
		if ((*p)->file == i->found)
			return;
	s = NEW(plan->arena, struct staged);
	s->role = role;
	s->name = i->found->name;
	s->file = i->found;
	s->at = i->file.at;
	*p = s;
}

void make_deferred(struct job *j)
{
	for (const struct domain *d = first_deferred(j->system); d;
	     d = next_deferred(d)) {
		make_xl_config(&j->plan, d, folder_of(j->system));
		stage(&j->plan, ROLE_KERNEL, d->kernel);
		stage(&j->plan, ROLE_RAMDISK, d->ramdisk);
		stage(&j->plan, ROLE_PASSTHROUGH, d->partial_image);
	}
}
