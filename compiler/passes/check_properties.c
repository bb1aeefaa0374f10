/* SPDX-License-Identifier: BSD-2-Clause */
/* Raw properties are held against what a device tree takes, and what xendtc writes. */
#include <stdlib.h>
#include <string.h>

#include "job.h"

/* Properties that the compiler writes itself, beside those of the rows. */
static bool is_ours(const struct domain *d, const char *name)
{
	static const char *const ours[] = {
		"compatible", "#address-cells", "#size-cells", "xen,static-mem",
		"domain-cpupool", "sve", "capabilities", NULL
	};

	for (const char *const *p = ours; *p; p++)
		if (streq(*p, name))
			return true;
	for (const struct field *f = d->o.record->fields; f->key; f++)
		if (f->prop && streq(f->prop, name))
			return true;
	return false;
}

/* Names with a meaning of their own (Devicetree Specification, section 2.3). */
static bool is_special(const char *name)
{
	static const char *const special[] = {
		"name", "phandle", "linux,phandle", "status", NULL
	};

	for (const char *const *p = special; *p; p++)
		if (streq(*p, name))
			return true;
	return false;
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

static bool check_property(struct job *j, const struct domain *d,
			   const struct named_value *v)
{
	struct diag *g;

	if (is_ours(d, v->key.text)) {
		g = diag(&j->diags, E0834, v->key.at, "xendtc writes '%s' itself",
			 v->key.text);
		diag_help(&j->diags, g, "use the key for it; see docs/keys.md");
		return false;
	}
	if (is_special(v->key.text)) {
		diag(&j->diags, E0834, v->key.at,
		     "'%s' cannot be a raw property: it has a meaning of its "
		     "own in the tree or to Xen",
		     v->key.text);
		return false;
	}
	if (!*v->key.text || strlen(v->key.text) > 31 || strpbrk(v->key.text, " /\"'")) {
		diag(&j->diags, E0834, v->key.at,
		     "'%s' cannot be the name of a property (Devicetree "
		     "Specification, section 2.2.4)",
		     v->key.text);
		return false;
	}
	if (strchr("<[", v->value.text[0]) && *v->value.text &&
	    !is_cells(v->value.text)) {
		diag(&j->diags, E0834, v->value.at,
		     "'%s' is neither cells, as in <0x1 2>, nor bytes, "
		     "as in [00 ff]",
		     v->value.text);
		return false;
	}
	return true;
}

static bool check_domain(struct job *j, const struct domain *d)
{
	bool ok = true;

	for (size_t i = 0; d->properties && i < d->properties->values.n; i++)
		ok &= check_property(j, d, &d->properties->values.v[i]);
	return ok;
}

bool check_properties(struct job *j)
{
	bool ok = true;

	for (const struct domain *d = j->system->guests; d; d = next_domain(j, d))
		ok &= check_domain(j, d);
	return ok;
}
