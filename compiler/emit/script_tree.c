/* SPDX-License-Identifier: BSD-2-Clause */
/* Edits become U-Boot's fdt commands, which change the tree of the firmware (U-Boot
 * cmd/fdt.c). */
#include <inttypes.h>
#include <string.h>

#include "emit/script.h"

#define OR_STOP "setenv xd_ok 0"

/* Text in single quotes, between which no sign means anything to U-Boot's shells but the
 * one that ends them. plan_is_plain() says what may stand there. */
static const char *quoted(const struct plan *p, const char *s)
{
	return arena_printf(p->arena, "'%s'", s);
}

/* Whether a value is one or more strings, none of them empty, that may be written as
 * such. */
static bool is_text(const char *data, size_t len)
{
	if (len < 2 || data[len - 1])
		return false;
	for (size_t n; len; data += n, len -= n) {
		n = strlen(data) + 1;
		if (n == 1 || !plan_is_plain(data))
			return false;
	}
	return true;
}

static void add_text(struct text *t, const char *data, size_t len)
{
	for (size_t n; len; data += n, len -= n) {
		n = strlen(data) + 1;
		text_add(t, " '%s'", data);
	}
}

static void add_cells(struct text *t, const unsigned char *data, size_t len)
{
	for (size_t i = 0; i < len; i += 4)
		text_add(t, "%s0x%" PRIx32, i ? " " : " '<",
			 (uint32_t)data[i] << 24 | (uint32_t)data[i + 1] << 16 |
			 (uint32_t)data[i + 2] << 8 | data[i + 3]);
	text_add(t, ">'");
}

static void add_bytes(struct text *t, const unsigned char *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		text_add(t, "%s%02x", i ? " " : " '[", data[i]);
	text_add(t, "]'");
}

/* A value as `fdt set` takes it. Text that is not plain is written as numbers, in
 * which the shell finds nothing of its own. */
static const char *value_of(const struct plan *p, const void *data, size_t len)
{
	struct text t = { .arena = p->arena };

	text_bytes(&t, "", 0);
	if (is_text(data, len))
		add_text(&t, data, len);
	else if (len && len % 4 == 0)
		add_cells(&t, data, len);
	else if (len)
		add_bytes(&t, data, len);
	return t.data;
}

static void set(const struct plan *p, const char *path, const char *prop, const void *data,
		size_t len, const char *otherwise, struct text *out)
{
	script_line(out, 1, "fdt set %s %s%s || %s", quoted(p, path), quoted(p, prop),
		    value_of(p, data, len), otherwise);
}

static const char *say_spared(const struct plan *p, const char *path)
{
	return arena_printf(p->arena, "echo \"xendtc: the tree of the firmware has no %s to "
			    "repair\"", path);
}

/* Makes an edit if its node is in the base tree; new nodes are made by
 * make_children(). */
static void change(const struct plan *p, const struct edit *e, const char *otherwise,
		   struct text *out)
{
	if (e->kind == EDIT_REMOVE)
		script_line(out, 1, "fdt rm %s || %s", quoted(p, e->path), otherwise);
	else if (e->kind == EDIT_SET &&
		 (dt_find(p->base, e->path) || streq(e->path, "/chosen")))
		set(p, e->path, e->prop, e->data, e->len, otherwise, out);
}

/* The firmware may have left out a node that would be repaired: then there is nothing
 * to repair, and the boot goes on. But it stops if a mark fails, for a device that a
 * guest gets and that is not marked would be dom0's as well. */
static void change_nodes(const struct plan *p, struct text *out)
{
	for (const struct edit *e = p->marks.first; e; e = e->next)
		change(p, e, OR_STOP, out);
	for (const struct edit *e = p->repairs.first; e; e = e->next)
		change(p, e, say_spared(p, e->path), out);
	for (const struct edit *e = p->edits.first; e; e = e->next)
		change(p, e, OR_STOP, out);
}

static const struct dt_node *last_child(const struct dt_node *n)
{
	const struct dt_node *last = n->children;

	while (last && last->next)
		last = last->next;
	return last;
}

static const struct dt_node *before(const struct dt_node *n)
{
	const struct dt_node *b = n->parent->children;

	if (b == n)
		return NULL;
	while (b->next != n)
		b = b->next;
	return b;
}

static void make_children(const struct plan *p, const struct dt_node *n,
			  const struct dt_node *base, struct text *out);

static void make_node(const struct plan *p, const struct dt_node *n, struct text *out)
{
	const char *path = dt_path(p->arena, n);

	script_line(out, 1, "fdt mknode %s %s || " OR_STOP,
		    quoted(p, dt_path(p->arena, n->parent)), quoted(p, n->name));
	for (const struct dt_prop *i = n->props; i; i = i->next)
		set(p, path, i->name, i->data, i->len, OR_STOP, out);
	make_children(p, n, NULL, out);
}

/* Begins with the last one, because mknode puts a new node before its siblings, and
 * Xen numbers the guests in the order of their nodes. */
static void make_children(const struct plan *p, const struct dt_node *n,
			  const struct dt_node *base, struct text *out)
{
	for (const struct dt_node *c = last_child(n); c; c = before(c)) {
		const struct dt_node *old = base ? dt_child(base, c->name) : NULL;
		bool chosen = streq(c->name, "chosen") && base && !base->parent;

		if (old || chosen)
			make_children(p, c, old, out);
		else
			make_node(p, c, out);
	}
}

void script_take_tree(const struct plan *p, unsigned depth, struct text *out)
{
	const char *to = script_hex(p, p->tree->start), *size = script_hex(p, p->tree_limit);

	script_line(out, depth, "if test -n \"${fdt_addr}\"; then");
	script_line(out, depth + 1,
		    "if fdt addr ${fdt_addr} && fdt move ${fdt_addr} %s %s; then", to, size);
	script_line(out, depth + 2, "setenv xd_ok 1");
	script_line(out, depth + 1, "else");
	script_line(out, depth + 2, "echo \"xendtc: STOP: the tree of the firmware cannot be "
		    "taken, for the reason above\"");
	script_line(out, depth + 1, "fi");
	script_line(out, depth, "else");
	script_line(out, depth + 1,
		    "echo \"xendtc: STOP: U-Boot has no fdt_addr: it got no tree from "
		    "firmware\"");
	script_line(out, depth, "fi");
}

void script_edit_tree(const struct plan *p, struct text *out)
{
	const struct devicetree *wanted = plan_patched(p);

	script_line(out, 0, "\n# Xen's nodes.\n" IF_OK);
	script_line(out, 1, "echo \"xendtc: changing the tree of the firmware\"");
	script_line(out, 1, "fdt get size xd_nodes /chosen || fdt mknode / chosen || " OR_STOP);
	change_nodes(p, out);
	make_children(p, wanted->root, p->base->root, out);
	script_line(out, 1, "if test \"${xd_ok}\" != 1; then");
	script_line(out, 2, "echo \"xendtc: STOP: the tree of the firmware could not be "
		    "changed, for the reason above\"");
	script_line(out, 1, "fi");
	script_line(out, 0, "fi");
}
