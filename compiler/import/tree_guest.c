/* SPDX-License-Identifier: BSD-2-Clause */
/* A domain's node becomes a guest: the rows of the schema, read backwards. */
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "import/tree_parts.h"
#include "rows/rows.h"
#include "schema/schema.h"

static const struct record *guest_rows(void)
{
	const struct field *f = system_record.fields;

	while (!streq(f->key, "guests"))
		f++;
	return f->of;
}

static const struct field *row_of(const char *prop)
{
	for (const struct field *f = guest_rows()->fields; f->key; f++)
		if (f->prop && streq(f->prop, prop))
			return f;
	return NULL;
}

static uint64_t number_of(const struct dt_prop *p)
{
	const unsigned char *cells = p->data;

	return take_cells(&cells, (uint32_t)p->len / 4);
}

static const char *text_of(const struct dt_prop *p)
{
	const char *s = p->data;

	return p->len && !s[p->len - 1] ? s : "";
}

/* Whether a property has the length at which Xen reads it
 * (xen/common/device-tree/device-tree.c, dt_property_read_u32() and _u64()). */
static bool check_length(struct tree_import *in, const struct dt_node *n,
			 const struct dt_prop *p, size_t len)
{
	if (p->len == len)
		return true;
	diag(in->diags, W1053, in->at, "%s of %s has %zu bytes, where Xen reads %zu", p->name,
	     dt_path(in->arena, n), p->len, len);
	return p->len == 4 || p->len == 8;
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; words && *words; words++)
		if (streq(*words, word))
			return true;
	return !words;
}

static void write_text(struct tree_import *in, const struct dt_node *n,
		       const struct field *f, const struct dt_prop *p)
{
	const char *word = text_of(p);

	/* An empty xen,enhanced stands for "enabled" (booting.txt). */
	if (!*word && streq(f->prop, "xen,enhanced"))
		word = "enabled";
	if (!is_one_of(word, f->kind == K_WORD ? f->words : NULL) ||
	    (f->kind == K_TEXT && !form_accepts(in->patterns, f->form, word))) {
		diag(in->diags, W1053, in->at, "%s of %s says '%s', which no key can say",
		     p->name, dt_path(in->arena, n), word);
		return;
	}
	if (!f->preset || !streq(f->preset, word))
		yaml_scalar(in->yaml, f->key, word);
}

static void write_flag(struct tree_import *in, const struct dt_node *n,
		       const struct field *f, const struct dt_prop *p)
{
	bool says_no = (p->len == 4 && !number_of(p)) || streq(text_of(p), "disabled");

	yaml_scalar(in->yaml, f->key, "true");
	if (says_no)
		diag(in->diags, W1053, in->at,
		     "%s of %s looks switched off, but Xen only asks whether it is there",
		     p->name, dt_path(in->arena, n));
}

/* Reads a number that the key takes, in its unit. false: it does not, and that was
 * reported. */
static bool read_number(struct tree_import *in, const struct dt_node *n,
			const struct field *f, const struct dt_prop *p, uint64_t *value)
{
	bool is_long = f->as == DT_KIB64;
	uint64_t unit = is_long ? KiB : f->as == DT_MIB32 ? MiB : 1;

	if (!check_length(in, n, p, is_long ? 8 : 4))
		return false;
	*value = number_of(p);
	if (*value <= UINT64_MAX / unit && *value * unit >= f->min &&
	    (!f->max || *value * unit <= f->max) &&
	    (!f->multiple || *value * unit % f->multiple == 0)) {
		*value *= unit;
		return true;
	}
	diag(in->diags, W1053, in->at, "%s of %s is %" PRIu64 ", which the key '%s' cannot be",
	     p->name, dt_path(in->arena, n), *value, f->key);
	return false;
}

/* Writes a number. If the property has none that Xen takes there is no domain, and the
 * key gets its least value. */
static void write_number(struct tree_import *in, const struct dt_node *n,
			 const struct field *f, const struct dt_prop *p)
{
	uint64_t value = f->min;
	bool known = p && read_number(in, n, f, p, &value);

	if (!known && !f->required)
		return;
	value = known ? value : f->min;
	if (f->kind == K_BOOL)
		yaml_scalar(in->yaml, f->key, value ? "true" : "false");
	else if (f->kind == K_SIZE)
		yaml_scalar(in->yaml, f->key, number_show(in->arena, value));
	else
		yaml_scalarf(in->yaml, f->key, "%" PRIu64, value);
	if (!known)
		yaml_remark(in->yaml, "the tree does not say it in a way that Xen reads");
}

static void write_row(struct tree_import *in, const struct dt_node *n,
		      const struct field *f)
{
	const struct dt_prop *p = dt_prop(n, f->prop);

	if (f->as == DT_U32 || f->as == DT_KIB64 || f->as == DT_MIB32)
		write_number(in, n, f, p);
	else if (p && f->as == DT_FLAG)
		write_flag(in, n, f, p);
	else if (p && f->as == DT_STRING)
		write_text(in, n, f, p);
}

static void write_sve(struct tree_import *in, const struct dt_node *n)
{
	const struct dt_prop *p = dt_prop(n, "sve");

	if (!p)
		return;
	if (p->len == 4)
		yaml_scalarf(in->yaml, "sve", "%" PRIu64, number_of(p));
	else
		yaml_scalar(in->yaml, "sve", "max");
}

static void write_capabilities(struct tree_import *in, const struct dt_node *n)
{
	uint32_t bits = dt_cell(n, "capabilities", 0, 0);
	const struct field *f = guest_rows()->fields;

	if (!bits)
		return;
	while (!streq(f->key, "capabilities"))
		f++;
	yaml_open(in->yaml, f->key, YAML_FLOW_LIST);
	for (unsigned i = 0; f->words[i]; i++)
		if (bits >> i & 1)
			yaml_scalar(in->yaml, NULL, f->words[i]);
	yaml_close(in->yaml);
}

static void write_cpupool(struct tree_import *in, const struct dt_node *n)
{
	const struct dt_prop *p = dt_prop(n, "domain-cpupool");
	const struct dt_node *pool = p ? find_phandle(in, (uint32_t)number_of(p)) : NULL;

	if (pool && dt_compatible(pool, "xen,cpupool"))
		yaml_scalar(in->yaml, "cpupool", pool_name(in->arena, pool));
	else if (p)
		diag(in->diags, W1054, in->at,
		     "domain-cpupool of %s: no CPU pool has the phandle 0x%" PRIx64,
		     dt_path(in->arena, n), number_of(p));
}

static void write_affinity(struct tree_import *in, const struct dt_node *n)
{
	yaml_maybe(in->yaml, "vcpu-affinity", YAML_FLOW_MAP);
	for (const struct dt_node *v = n->children; v; v = v->next) {
		const char *ranges = dt_string(v, "hard-affinity");
		const char *id = arena_printf(in->arena, "%u", dt_cell(v, "id", 0, 0));

		if (!dt_compatible(v, "xen,vcpu") || !ranges)
			continue;
		if (yaml_has(in->yaml, id))
			diag(in->diags, W1053, in->at,
			     "%s is about virtual CPU %s for the second time",
			     dt_path(in->arena, v), id);
		else
			yaml_scalar(in->yaml, id, ranges);
	}
	yaml_close(in->yaml);
}

/* Whether a property becomes another key, or says how the rest is read. */
static bool is_ours(const char *name)
{
	static const char *const names[] = {
		"compatible", "#address-cells", "#size-cells", "xen,static-mem", "sve",
		"capabilities", "domain-cpupool", "phandle", "linux,phandle", "name",
		"#xen,static-mem-address-cells", "#xen,static-mem-size-cells", NULL
	};

	return is_one_of(name, names) || row_of(name);
}

static const char *nearest_property(const char *name)
{
	const char *names[64];
	size_t n = 0;

	for (const struct field *f = guest_rows()->fields; f->key; f++)
		if (f->prop && n < 64)
			names[n++] = f->prop;
	return nearest_word(name, names, n);
}

static bool is_text(const struct dt_prop *p)
{
	const char *s = p->data;

	if (p->len < 2 || s[p->len - 1] || strlen(s) + 1 != p->len)
		return false;
	for (; *s; s++)
		if (*s < ' ' || *s > '~')
			return false;
	return !strchr("<[", *(const char *)p->data);
}

/* The value of a property as the key `properties` takes it. */
static const char *raw_value(struct arena *a, const struct dt_prop *p)
{
	const unsigned char *bytes = p->data;
	struct text t = { .arena = a };

	if (!p->len)
		return "true";
	if (is_text(p))
		return p->data;
	text_add(&t, p->len % 4 ? "[" : "<");
	for (size_t i = 0; i < p->len; i += p->len % 4 ? 1 : 4) {
		if (p->len % 4)
			text_add(&t, "%s%02x", i ? " " : "", bytes[i]);
		else
			text_add(&t, "%s0x%" PRIx64, i ? " " : "", take_cells(&bytes, 1));
	}
	text_add(&t, p->len % 4 ? "]" : ">");
	return t.data;
}

static void report_unread(const struct tree_import *in, const struct dt_node *n,
			  const char *name)
{
	const char *near = nearest_property(name);
	struct diag *g = diag(in->diags, W1052, in->at,
			      "xendtc knows no Xen that reads '%s' of %s", name,
			      dt_path(in->arena, n));

	if (near)
		diag_help(g, "did the writer mean '%s'?", near);
}

/* Whether a property of /chosen is meant for Xen; others may be the base tree's. */
static bool is_chosens(const char *name)
{
	static const char *const names[] = {
		"xen,xen-bootargs", "xen,dom0-bootargs", "xen,static-heap", NULL
	};

	return !starts_with(name, "xen,") || is_one_of(name, names);
}

/* A name that cannot be a key whole is left out: those of properties have 31 characters
 * (Devicetree Specification, section 2.2.4.1), or some more. */
void write_raw(struct tree_import *in, const struct dt_node *n)
{
	bool chosen = streq(n->name, "chosen");

	yaml_maybe(in->yaml, "properties", YAML_MAP);
	for (const struct dt_prop *p = n->props; p; p = p->next) {
		if (chosen ? is_chosens(p->name) : is_ours(p->name))
			continue;
		report_unread(in, n, p->name);
		if (streq(p->name, "status") || streq(p->name, "reg") ||
		    strlen(p->name) > YAML_KEY_MOST || yaml_has(in->yaml, p->name))
			continue;
		yaml_scalar(in->yaml, p->name, raw_value(in->arena, p));
	}
	yaml_close(in->yaml);
}

static void write_modules(struct tree_import *in, const struct dt_node *n)
{
	const struct dt_node *kernel = find_module(n, MODULE_KERNEL);
	const char *line = kernel ? dt_string(kernel, "bootargs") : NULL;

	if (!kernel)
		diag(in->diags, W1053, in->at, "%s has no kernel", dt_path(in->arena, n));
	write_module(in, kernel, "kernel");
	write_module(in, find_module(n, MODULE_RAMDISK), "ramdisk");
	write_module(in, find_module(n, MODULE_TREE), "passthrough-dtb");
	if (line)
		write_line(in, line, dt_path(in->arena, n));
}

static bool is_first_guest(const struct dt_node *n)
{
	for (const struct dt_node *m = n->parent->children; m != n; m = m->next)
		if (dt_compatible(m, "xen,domain"))
			return false;
	return true;
}

/* Writes what the tree keeps from dom0. Whose a node is, partial trees say, if anything
 * does: the first guest gets them all. */
static void write_marks(struct tree_import *in, const struct dt_node *n)
{
	yaml_maybe(in->yaml, "passthrough-paths", YAML_LIST);
	for (const struct dt_node *m = in->dt->root; m && is_first_guest(n); m = dt_next(m))
		if (dt_prop(m, "xen,passthrough") && m->parent)
			yaml_scalar(in->yaml, NULL, dt_path(in->arena, m));
	yaml_close(in->yaml);
}

void write_guest(struct tree_import *in, const struct dt_node *n)
{
	const struct dt_prop *fixed = dt_prop(n, "xen,static-mem");
	const char *name = name_of_node(in->arena, n);

	yaml_open(in->yaml, name, YAML_MAP);
	if (!streq(name, n->name))
		yaml_comment(in->yaml, "Its node was called %s.", n->name);
	write_modules(in, n);
	for (const struct field *f = guest_rows()->fields; f->key; f++)
		if (f->prop)
			write_row(in, n, f);
	if (fixed)
		write_extents(in, "static-memory", n, fixed, dt_address_cells(n->parent),
			      dt_size_cells(n->parent));
	write_sve(in, n);
	write_capabilities(in, n);
	write_cpupool(in, n);
	write_affinity(in, n);
	write_marks(in, n);
	write_raw(in, n);
	yaml_close(in->yaml);
}
