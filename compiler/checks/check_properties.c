/* SPDX-License-Identifier: BSD-2-Clause */
/* Raw properties are held against what a device tree takes, and what xendtc writes. */
#include <stdlib.h>
#include <string.h>

#include "checks/checks.h"

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (streq(*names, name))
			return true;
	return false;
}

/* Whether xendtc writes that property of a domain itself: those of the rows, and a few
 * others. */
static bool is_ours(const struct domain *d, const char *name)
{
	static const char *const ours[] = {
		"compatible", "#address-cells", "#size-cells", "xen,static-mem",
		"domain-cpupool", "sve", "capabilities", NULL
	};

	if (is_one_of(name, ours))
		return true;
	for (const struct field *f = d->o.record->fields; f->key; f++)
		if (f->prop && streq(f->prop, name))
			return true;
	return false;
}

/* Whether a name has a meaning in every node (Devicetree Specification, section 2.3). */
static bool is_special(const char *name)
{
	static const char *const special[] = {
		"name", "phandle", "linux,phandle", "status", NULL
	};

	return is_one_of(name, special);
}

/* Whether a property of /chosen is one that xendtc writes, one that the base tree has, or
 * one that Xen would take for a command line, a ramdisk or its console
 * (xen/common/device-tree/bootinfo-fdt.c). */
static bool is_chosens(const struct host *h, const char *name)
{
	static const char *const names[] = {
		"#address-cells", "#size-cells", "bootargs", "xen,xen-bootargs",
		"xen,dom0-bootargs", "xen,static-heap", "linux,initrd-start",
		"linux,initrd-end", "stdout-path", NULL
	};
	const struct dt_node *chosen = h->base ? dt_find(h->base, "/chosen") : NULL;

	return is_one_of(name, names) || (chosen && dt_prop(chosen, name));
}

static bool is_cells(const char *s)
{
	char close = *s == '<' ? '>' : ']', *end;
	int base = *s == '<' ? 0 : 16;

	for (s++; *s != close; s = end) {
		uint64_t n = strtoull(s, &end, base);

		if (end == s || n > (base ? 0xffu : UINT32_MAX))
			return false;
		while (*end == ' ')
			end++;
	}
	return !s[1];
}

static void check_property(struct diags *diags, const struct named_value *v)
{
	if (is_special(v->key.text)) {
		diag_help(diag(diags, E0834, v->key.at,
			       "'%s' cannot be a raw property: it has a meaning of its "
			       "own in the tree or to Xen",
			       v->key.text),
			  "remove it here");
		return;
	}
	if (!*v->key.text || strlen(v->key.text) > 31 || strpbrk(v->key.text, " /\"'")) {
		diag(diags, E0834, v->key.at,
		     "'%s' cannot be the name of a property (Devicetree "
		     "Specification, section 2.2.4)",
		     v->key.text);
		return;
	}
	if (strchr("<[", v->value.text[0]) && *v->value.text &&
	    !is_cells(v->value.text)) {
		diag_help(diag(diags, E0834, v->value.at,
			       "'%s' is neither cells, as in <0x1 2>, nor bytes, "
			       "as in [00 ff]",
			       v->value.text),
			  "write numbers up to 0xffffffff between < and >, or up to ff "
			  "between [ and ]");
		return;
	}
}

static void refuse_ours(struct diags *diags, const struct named_value *v)
{
	struct diag *g =
		diag(diags, E0834, v->key.at, "xendtc writes '%s' itself", v->key.text);

	diag_help(g, "use the key for it; see docs/keys.md");
}

static void refuse_chosens(struct diags *diags, const struct named_value *v)
{
	struct diag *g =
		diag(diags, E0834, v->key.at,
		     "'%s' of /chosen comes from another key, or from the base tree",
		     v->key.text);

	diag_help(g, "use the key for it, or change the base tree");
}

static void check_domain(struct diags *diags, const struct domain *d)
{
	for (size_t i = 0; d->properties && i < d->properties->values.n; i++) {
		const struct named_value *v = &d->properties->values.v[i];

		if (is_ours(d, v->key.text))
			refuse_ours(diags, v);
		else
			check_property(diags, v);
	}
}

static void check_chosen_properties(struct diags *diags, const struct host *h)
{
	const struct free_keys *p = h->xen->properties;

	for (size_t i = 0; p && i < p->values.n; i++) {
		const struct named_value *v = &p->values.v[i];

		if (is_chosens(h, v->key.text))
			refuse_chosens(diags, v);
		else
			check_property(diags, v);
	}
}

void check_properties(struct job *j)
{
	check_chosen_properties(&j->diags, &j->host);
	for (const struct domain *d = first_xen_guest(j->system); d;
	     d = next_xen_guest(d))
		check_domain(&j->diags, d);
}
