/* SPDX-License-Identifier: BSD-2-Clause */
/* U-Boot's `fdt` changes a tree (U-Boot cmd/fdt.c). */
#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "import/uboot.h"

static struct devicetree *empty_tree(struct arena *a)
{
	static const unsigned char two[] = { 0, 0, 0, 2 };
	struct devicetree *dt = NEW(a, struct devicetree);

	dt->root = NEW(a, struct dt_node);
	dt->root->name = "";
	dt_set(a, dt->root, "#address-cells", two, sizeof(two));
	dt_set(a, dt->root, "#size-cells", two, sizeof(two));
	return dt;
}

static struct devicetree *tree_of_file(struct uboot *u, uint64_t address)
{
	struct script_load *l = boot_script_find(u->script, address);
	char *blob;
	size_t len;
	const char *why;

	if (!l)
		return NULL;
	l->used = true;
	return uboot_read_file(u, l->name, &blob, &len) ? dt_read(u->arena, blob, len, &why)
							 : NULL;
}

struct uboot_tree *uboot_tree_at(struct uboot *u, uint64_t address)
{
	struct uboot_tree *t = u->trees;

	while (t && t->address != address)
		t = t->next;
	if (t)
		return t;
	t = NEW(u->arena, struct uboot_tree);
	t->address = address;
	t->dt = u->given && !u->trees ? dt_copy(u->arena, u->given) : tree_of_file(u, address);
	t->from_file = t->dt;
	t->is_firmwares = !boot_script_is_known(address) &&
			  !boot_script_find(u->script, address);
	if (!t->dt)
		t->dt = empty_tree(u->arena);
	t->next = u->trees;
	u->trees = t;
	return t;
}

/* fdt addr [-c] [-q] ADDRESS [SIZE] */
static enum truth choose(struct uboot *u, const struct uboot_command *c)
{
	size_t i = 2;
	uint64_t address;

	while (i < c->n && c->words[i][0] == '-')
		i++;
	if (i >= c->n)
		return YES;
	if (!uboot_number(c->words[i], 16, &address))
		return NO;
	u->tree = uboot_tree_at(u, address);
	return YES;
}

/* fdt move FROM TO LENGTH: the same tree at another address. */
static enum truth move(struct uboot *u, const struct uboot_command *c)
{
	uint64_t from, to;
	struct script_load *l;
	struct uboot_tree *t;

	if (c->n < 4 || !uboot_number(c->words[2], 16, &from) ||
	    !uboot_number(c->words[3], 16, &to))
		return NO;
	t = NEW(u->arena, struct uboot_tree);
	*t = *uboot_tree_at(u, from);
	t->address = to;
	t->next = u->trees;
	u->trees = u->tree = t;
	l = boot_script_find(u->script, from);
	if (l) {
		struct script_load *copy = NEW(u->arena, struct script_load);

		*copy = *l;
		copy->address = to;
		copy->next = NULL;
		while (l->next)
			l = l->next;
		l->next = copy;
	}
	return YES;
}

/* A path, or one that begins with an alias (libfdt, fdt_path_offset()). */
static const char *full_path(struct uboot *u, const char *path)
{
	size_t len = strcspn(path, "/");
	const char *alias;

	if (*path == '/')
		return path;
	alias = dt_alias(u->tree->dt, arena_copy(u->arena, path, len));
	return alias ? arena_printf(u->arena, "%s%s", alias, path + len) : path;
}

static bool is_in_chosen(const char *path)
{
	return streq(path, "/chosen") || starts_with(path, "/chosen/");
}

/* The node of a path. It is made where it would be there: U-Boot makes /chosen, and of a
 * tree that is not here nobody knows what it has. */
static struct dt_node *node_at(struct uboot *u, const char *path)
{
	struct dt_node *n = dt_find(u->tree->dt, path);

	if (!n && *path == '/' && (!u->tree->from_file || streq(path, "/chosen")))
		n = dt_make(u->arena, u->tree->dt, path);
	return n;
}

/* Whether xendtc writes the property by itself: it marks devices and numbers nodes. */
static bool is_written_anyway(const char *prop)
{
	return streq(prop, "xen,passthrough") || streq(prop, "phandle") ||
	       streq(prop, "linux,phandle") || starts_with(prop, "xendtc,");
}

/* Reports a change outside of /chosen: that belongs into the board's tree, which stays as
 * it is. */
static void report_outside(struct uboot *u, const struct uboot_command *c, const char *path)
{
	struct diag *g;

	if (is_in_chosen(path) || (c->n > 3 && is_written_anyway(c->words[3])))
		return;
	g = diag(u->diags, W1056, c->at[2],
		 "the script changes %s, which system.yaml cannot say", uboot_show(u, path));
	diag_help(g, starts_with(c->words[1], "r")
		     ? "no overlay takes out a node or a property: set status to \"disabled\" with "
		       "one, and name it under 'overlays'; or change the tree's source"
		     : "make an overlay of it, and name that under 'overlays'");
}

/* Whether import looks for the property of /chosen in the tree that comes of it all. */
static bool is_read_of_chosen(const char *prop)
{
	return starts_with(prop, "xen,") || starts_with(prop, "linux,initrd-") || *prop == '#' ||
	       streq(prop, "bootargs") || is_written_anyway(prop);
}

/* Notes which console the script chooses, and reports what else it sets of /chosen. */
static void note_chosen(struct uboot *u, const struct uboot_command *c, const char *value)
{
	const char *prop = c->words[3];
	struct diag *g;

	if (streq(prop, "stdout-path") && !uboot_unknown(value)) {
		u->script->console = arena_copy(u->arena, value, strcspn(value, ":"));
	} else if (!is_read_of_chosen(prop)) {
		g = diag(u->diags, W1056, c->at[3], "'%s' of /chosen is not carried over",
			 uboot_show(u, prop));
		diag_help(g, "write it under 'properties' of xen, if Xen or dom0 wants it");
	}
}

/* Reports a node that U-Boot does not find, or may find in a tree that is not here. */
static enum truth report_missing(struct uboot *u, const struct uboot_command *c,
				 const char *path)
{
	if (!u->tree->from_file) {
		report_outside(u, c, path);
		return YES;
	}
	diag(u->diags, W1052, c->at[2], "the tree has no %s for U-Boot to change",
	     uboot_show(u, path));
	return NO;
}

/* fdt set PATH PROPERTY [VALUES] */
static enum truth set(struct uboot *u, const struct uboot_command *c)
{
	struct text value = { .arena = u->arena };
	const char *path = c->n > 3 ? full_path(u, c->words[2]) : NULL;
	struct dt_node *n = path ? node_at(u, path) : NULL;

	text_bytes(&value, "", 0);
	if (!n)
		return path ? report_missing(u, c, path) : NO;
	if (!uboot_add_value(u, c, &value))
		return NO;
	dt_set(u->arena, n, c->words[3], value.data, value.len);
	u->tree->edited = true;
	report_outside(u, c, path);
	if (streq(path, "/chosen"))
		note_chosen(u, c, value.data);
	return YES;
}

/* fdt mknode PATH NAME */
static enum truth make_node(struct uboot *u, const struct uboot_command *c)
{
	const char *path, *whole;

	if (c->n < 4 || strchr(c->words[3], '/'))
		return NO;
	path = full_path(u, c->words[2]);
	if (!node_at(u, path))
		return report_missing(u, c, path);
	whole = arena_printf(u->arena, "%s/%s", streq(path, "/") ? "" : path, c->words[3]);
	if (dt_find(u->tree->dt, whole))
		return NO;
	/* A new node comes before its siblings (libfdt, fdt_add_subnode()). */
	dt_put_first(dt_make(u->arena, u->tree->dt, whole));
	u->tree->edited = true;
	if (!is_in_chosen(whole))
		report_outside(u, c, whole);
	return YES;
}

/* fdt rm PATH [PROPERTY] */
static enum truth remove_it(struct uboot *u, const struct uboot_command *c)
{
	const char *path = c->n > 2 ? full_path(u, c->words[2]) : "";
	struct dt_node *n = c->n > 2 ? dt_find(u->tree->dt, path) : NULL;

	if (!n && u->tree->from_file)
		return NO;
	report_outside(u, c, path);
	if (!n)
		return YES;
	u->tree->edited = true;
	if (c->n < 4) {
		dt_remove(n);
		return YES;
	}
	return dt_unset(n, c->words[3]) ? YES : NO;
}

/* fdt get value NAME PATH PROPERTY */
static enum truth get(struct uboot *u, const struct uboot_command *c)
{
	const struct dt_node *n;
	const char *text;

	if (c->n < 4)
		return NO;
	uboot_set(u, c->words[3], arena_printf(u->arena, "%c%s%c", UBOOT_UNKNOWN, c->words[3],
					      UBOOT_UNKNOWN));
	if (c->n < 6 || !streq(c->words[2], "value"))
		return MAYBE;
	n = dt_find(u->tree->dt, full_path(u, c->words[4]));
	text = n ? dt_string(n, c->words[5]) : NULL;
	if (!text)
		return MAYBE;
	uboot_set(u, c->words[3], text);
	return YES;
}

/* fdt apply ADDRESS: an overlay that was loaded there. */
static enum truth apply(struct uboot *u, const struct uboot_command *c)
{
	uint64_t address;
	struct script_load *l;
	struct script_text *o;

	if (c->n < 3 || !uboot_number(c->words[2], 16, &address))
		return NO;
	l = boot_script_find(u->script, address);
	if (!l) {
		diag(u->diags, W1055, c->at[2], "which overlay this is, only the board knows");
		return MAYBE;
	}
	l->used = true;
	o = NEW(u->arena, struct script_text);
	*o = (struct script_text){ l->name, l->at, NULL };
	list_append(u->script->overlays, o);
	return YES;
}

/* fdt chosen [START SIZE]: a ramdisk */
static enum truth choose_ramdisk(struct uboot *u, const struct uboot_command *c)
{
	if (!node_at(u, "/chosen"))
		return NO;
	if (c->n > 2)
		uboot_number(c->words[2], 16, &u->script->ramdisk);
	return YES;
}

/* U-Boot looks at the first letters only. */
enum truth uboot_fdt(struct uboot *u, const struct uboot_command *c)
{
	static const struct {
		const char *letters;
		enum truth (*run)(struct uboot *u, const struct uboot_command *c);
	} rows[] = {
		{ "mo", move }, { "s", set },	     { "mk", make_node }, { "rm", remove_it },
		{ "ge", get },	{ "ap", apply },     { "ch", choose_ramdisk },
	};
	const char *what = c->n > 1 ? c->words[1] : "";

	if (starts_with(what, "ad"))
		return choose(u, c);
	if (!u->tree && starts_with(what, "mo"))
		return move(u, c);
	if (!u->tree)
		u->tree = uboot_tree_at(u, 0);
	for (size_t i = 0; i < countof(rows); i++)
		if (starts_with(what, rows[i].letters) && !streq(what, "systemsetup"))
			return rows[i].run(u, c);
	return YES;
}
