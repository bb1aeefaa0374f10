/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys of guests are held against each other, as Xen does when it builds them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "job.h"
#include "passes/words.h"

/* Xen xen/common/device-tree/static-memory.c: the ranges must add up to the memory. */
static bool check_static_memory(struct job *j, const struct domain *d)
{
	uint64_t sum = 0;

	for (const struct extent *e = d->static_memory; e; e = (const struct extent *)e->o.next)
		sum += e->claim->size;
	if (!d->static_memory || sum == d->memory.n)
		return true;
	diag(&j->diags, E0820, d->memory.at, "%s has %s of memory, but its static-memory adds up to "
	     "%s", domain_title(j->arena, d), number_show(j->arena, d->memory.n),
	     number_show(j->arena, sum));
	return false;
}

/* The grant table's window stays where it is when the guest's memory moves there (Xen
 * xen/include/public/arch-arm.h, GUEST_GNTTAB_BASE). */
static bool check_grant_window(struct job *j, const struct domain *d)
{
	static const struct range window = { 0x38000000, 0x39000000 };

	for (const struct extent *e = d->static_memory; e && d->pv.n;
	     e = (const struct extent *)e->o.next) {
		if (!e->claim->fixed.src ||
		    !range_overlaps(range_at(e->claim->start, e->claim->size), window))
			continue;
		diag(&j->diags, E0821, e->claim->fixed, "a direct-mapped guest with pv cannot have "
		     "memory in [0x38000000, 0x39000000): its grant table is there");
		return false;
	}
	return true;
}

#define PL011_SIZE 0x1000	/* Xen xen/arch/arm/vpl011.c, GUEST_PL011_SIZE */

/* A direct-mapped guest's UART takes the place of the console's, if that is large enough
 * (Xen xen/arch/arm/vpl011.c, domain_vpl011_init()). */
static bool check_direct_uart(struct job *j, const struct domain *d)
{
	struct range r = { 0, 0 };
	struct diag *g;

	if (!d->vpl011.n || !j->base || (j->console && dt_reg_on_cpu(j->console, 0, &r, NULL) &&
					 range_size(r) >= PL011_SIZE))
		return true;
	g = diag(&j->diags, E0821, d->vpl011.at, "a direct-mapped guest's vpl011 takes the place of "
		 "Xen's console UART, which %s", !j->console ? "there is not" :
		 "has less than the 4K of registers that Xen wants");
	diag_help(&j->diags, g, "leave vpl011 out, and use a console through pv");
	return false;
}

static bool check_direct_map(struct job *j, const struct domain *d)
{
	struct diag *g;
	bool ok;

	if (!d->direct_map.n)
		return true;
	if (!d->static_memory) {
		g = diag(&j->diags, E0821, d->direct_map.at, "direct-map needs static-memory");
		diag_help(&j->diags, g, "add static-memory: auto");
		return false;
	}
	ok = check_grant_window(j, d);
	return check_direct_uart(j, d) && ok;
}

/* Xen xen/arch/arm/dom0less-build.c: what is given is not raised for the vpl011. */
static bool check_spis(struct job *j, const struct domain *d)
{
	if (!d->nr_spis.text || d->nr_spis.n || !d->vpl011.n)
		return true;
	diag(&j->diags, E0831, d->nr_spis.at, "the vpl011 of %s needs an interrupt: nr-spis must be at "
	     "least 1", domain_title(j->arena, d));
	return false;
}

/* Xen xen/common/device-tree/dom0less-build.c, domain_p2m_pages(). */
static void check_p2m(struct job *j, const struct domain *d)
{
	uint64_t pages = 256 * d->vcpus.n + d->memory.n / MiB + 128;
	uint64_t usual = round_up(pages * PAGE_SIZE_4K, MiB);

	if (d->p2m_memory.text && d->p2m_memory.n < usual)
		diag(&j->diags, W0832, d->p2m_memory.at, "Xen would take %s for the page tables of "
		     "%s; with less it may fail to build the guest",
		     number_show(j->arena, usual), domain_title(j->arena, d));
}

#define SVE_UNIT 128		/* Xen xen/arch/arm/arm64/sve.c */
#define SVE_MAX 2048

static bool check_sve(struct job *j, const struct domain *d)
{
	uint64_t bits;

	if (!d->sve.text || streq(d->sve.text, "max"))
		return true;
	bits = strtoull(d->sve.text, NULL, 10);
	if (bits % SVE_UNIT == 0 && bits <= SVE_MAX)
		return true;
	diag(&j->diags, E0829, d->sve.at, "SVE vectors are multiples of %d bits, up to %d", SVE_UNIT,
	     SVE_MAX);
	return false;
}

static const struct value *capability(const struct domain *d, const char *word)
{
	for (size_t i = 0; i < d->capabilities.n; i++)
		if (streq(d->capabilities.v[i].text, word))
			return &d->capabilities.v[i];
	return NULL;
}

/* One domain owns the hardware, one runs xenstore; dom0 is both (Xen
 * xen/common/device-tree/dom0less-bindings.c). */
static bool check_capability(struct job *j, const struct domain *d, const char *word)
{
	const struct value *v = capability(d, word);
	const struct domain *other = first_domain(j);

	while (v && other != d && !other->is_dom0 && !capability(other, word))
		other = next_domain(j, other);
	if (!v || other == d)
		return true;
	diag(&j->diags, E0830, v->at, "%s has the capability '%s' already; Xen allows one such domain",
	     domain_title(j->arena, other), word);
	return false;
}

static bool check_hardware(struct job *j, const struct domain *d)
{
	const struct value *v = capability(d, "hardware");
	const char *why = NULL;

	if (!v)
		return true;
	if (!d->direct_map.n)
		why = "it must be direct-mapped, or have an IOMMU";
	else if (d->nr_spis.text)
		why = "it gets all interrupts, so nr-spis cannot be given";
	else if (d->passthrough_dtb)
		why = "it gets all devices, so it takes no passthrough-dtb";
	if (!why)
		return true;
	diag(&j->diags, E0830, v->at, "%s cannot own the hardware: %s", domain_title(j->arena, d),
	     why);
	return false;
}

/* Ascending and without repetition, as the documentation wants and Xen does not check
 * (docs/misc/cache-coloring.rst). */
static bool check_color_list(struct job *j, const struct value *v)
{
	const char *s = v->text;
	uint64_t least = 0;
	char *end;

	for (;; s = end + 1) {
		uint64_t first = strtoull(s, &end, 10), last = first;

		if (*end == '-')
			last = strtoull(end + 1, &end, 10);
		if (first < least || last < first) {
			diag(&j->diags, E0828, v->at, "colours must go up, each once: '%s'", v->text);
			return false;
		}
		least = last + 1;
		if (!*end)
			return true;
	}
}

static bool coloring_is_on(struct job *j)
{
	const struct value *line = &j->system->xen->cmdline;
	struct word on, size;
	bool said = last_word(j->arena, line, "llc-coloring", &on);
	bool off = said && (streq(on.value, "off") || streq(on.value, "no") ||
			    streq(on.value, "false") || streq(on.value, "0"));

	return !off && (said || (last_word(j->arena, line, "llc-size", &size) &&
				 last_word(j->arena, line, "llc-nr-ways", &size)));
}

static bool check_colors(struct job *j, const struct value *v)
{
	struct diag *g;

	if (!v->text || !check_color_list(j, v))
		return !v->text;
	if (coloring_is_on(j))
		return true;
	g = diag(&j->diags, E0828, v->at, "colours are given, but Xen's command line does not switch "
		 "colouring on");
	diag_help(&j->diags, g, "add llc-coloring=on to xen.cmdline, or llc-size and llc-nr-ways");
	return false;
}

/* Xen xen/common/device-tree/static-memory.c: coloured memory cannot be static. */
static bool check_colored_memory(struct job *j, const struct domain *d)
{
	if (!d->static_memory || !coloring_is_on(j))
		return true;
	diag(&j->diags, E0828, d->static_memory->claim->at, "static memory and cache colouring "
	     "exclude each other in Xen");
	return false;
}

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
		g = diag(&j->diags, E0834, v->key.at, "xendtc writes '%s' itself", v->key.text);
		diag_help(&j->diags, g, "use the key for it; see docs/keys.md");
		return false;
	}
	if (!*v->key.text || strlen(v->key.text) > 31 || strpbrk(v->key.text, " /\"'")) {
		diag(&j->diags, E0834, v->key.at, "'%s' cannot be the name of a property (Devicetree "
		     "Specification, section 2.2.4)", v->key.text);
		return false;
	}
	if (strchr("<[", v->value.text[0]) && *v->value.text && !is_cells(v->value.text)) {
		diag(&j->diags, E0834, v->value.at, "'%s' is neither cells, as in <0x1 2>, nor bytes, "
		     "as in [00 ff]", v->value.text);
		return false;
	}
	return true;
}

static bool check_properties(struct job *j, const struct domain *d)
{
	bool ok = true;

	for (size_t i = 0; d->properties && i < d->properties->values.n; i++)
		ok &= check_property(j, d, &d->properties->values.v[i]);
	return ok;
}

static bool check_guest(struct job *j, const struct domain *d)
{
	bool ok = check_static_memory(j, d);

	check_p2m(j, d);
	ok &= check_direct_map(j, d);
	ok &= check_spis(j, d);
	ok &= check_sve(j, d);
	ok &= check_capability(j, d, "hardware");
	ok &= check_capability(j, d, "xenstore");
	ok &= check_hardware(j, d);
	ok &= check_colored_memory(j, d);
	ok &= check_properties(j, d);
	return ok;
}

bool check_guests(struct job *j)
{
	bool ok = check_colors(j, &j->system->xen->llc_colors);

	for (const struct domain *d = first_domain(j); d; d = next_domain(j, d)) {
		ok &= check_colors(j, &d->llc_colors);
		if (!d->is_dom0)
			ok &= check_guest(j, d);
	}
	return ok;
}
