/* SPDX-License-Identifier: BSD-2-Clause */
/* The model becomes edits of the base tree (Xen docs/misc/arm/device-tree/booting.txt).
 * Run before layout it sizes the tree, run after it carries the addresses: only the length
 * of a node's name can differ, and addresses that are not known yet are as long as any. */
#include <inttypes.h>
#include <string.h>

#include "job.h"

#define MODULE_CELLS 2

static void set_bytes(struct job *j, const char *path, const char *prop, const void *data,
		      size_t len, struct loc why)
{
	struct edit *e = plan_edit(&j->plan, EDIT_SET, path, prop, why);

	e->data = arena_copy(j->arena, len ? data : "", len);
	e->len = len;
}

static void set_text(struct job *j, const char *path, const char *prop, const char *text,
		     struct loc why)
{
	set_bytes(j, path, prop, text, strlen(text) + 1, why);
}

static void put_cells(unsigned char *out, uint64_t n, unsigned cells)
{
	for (unsigned i = 0; i < 4 * cells; i++)
		out[i] = (unsigned char)(n >> (8 * (4 * cells - 1 - i)));
}

static void set_cells(struct job *j, const char *path, const char *prop, uint64_t n,
		      unsigned cells, struct loc why)
{
	unsigned char data[8];

	put_cells(data, n, cells);
	set_bytes(j, path, prop, data, 4 * cells, why);
}

/* Properties of the rows that say how they are written, in the order of the rows. */
static void lower_attrs(struct job *j, const char *path, const struct object *o)
{
	for (const struct attr *a = o->attrs; a; a = a->next) {
		const struct field *f = a->field;
		const struct value *v = &a->value;

		switch (f->as) {
		case DT_NONE:
			break;
		case DT_FLAG:
			if (v->n)
				set_bytes(j, path, f->prop, "", 0, v->at);
			break;
		case DT_U32:
			set_cells(j, path, f->prop, v->n, 1, v->at);
			break;
		case DT_KIB64:
			set_cells(j, path, f->prop, v->n / KiB, 2, v->at);
			break;
		case DT_MIB32:
			set_cells(j, path, f->prop, v->n / MiB, 1, v->at);
			break;
		case DT_STRING:
			/* Xen takes absence for "off", and unknown words too. */
			if (!f->preset || !streq(f->preset, v->text))
				set_text(j, path, f->prop, v->text, v->at);
			break;
		}
	}
}

static void set_compatible(struct job *j, const char *path, const char *first,
			   const char *second, struct loc why)
{
	struct text t = { .arena = j->arena };

	text_bytes(&t, first, strlen(first) + 1);
	if (second)
		text_bytes(&t, second, strlen(second) + 1);
	set_bytes(j, path, "compatible", t.data, t.len, why);
}

/* A module node: compatible, reg with the exact size of the file, and for a kernel its
 * command line. */
static void lower_module(struct job *j, const char *parent, const char *type,
			 const struct image *i, const struct value *cmdline)
{
	const struct load *l = i->load;
	const char *path = arena_printf(j->arena, "%s/module@%" PRIx64, parent, l->start);
	const char *kind = arena_printf(j->arena, "multiboot,%s", type);
	unsigned char reg[8 * MODULE_CELLS];

	set_compatible(j, path, kind, "multiboot,module", i->file.at);
	put_cells(reg, l->start, MODULE_CELLS);
	put_cells(reg + 4 * MODULE_CELLS, l->size, MODULE_CELLS);
	set_bytes(j, path, "reg", reg, sizeof(reg), i->file.at);
	if (cmdline && *cmdline->text)
		set_text(j, path, "bootargs", cmdline->text, cmdline->at);
}

static void lower_modules(struct job *j, const char *parent, const struct domain *d)
{
	lower_module(j, parent, "kernel", d->kernel, &d->cmdline);
	if (d->ramdisk)
		lower_module(j, parent, "ramdisk", d->ramdisk, NULL);
}

static void lower_guest(struct job *j, const struct domain *d)
{
	const char *path = arena_printf(j->arena, "/chosen/%s", d->o.name);

	set_compatible(j, path, "xen,domain", NULL, d->o.at);
	set_cells(j, path, "#address-cells", MODULE_CELLS, 1, d->o.at);
	set_cells(j, path, "#size-cells", MODULE_CELLS, 1, d->o.at);
	lower_attrs(j, path, &d->o);
	lower_modules(j, path, d);
}

/* Xen reads sizes with K, M and G; K is always exact for whole pages. */
static void add_dom0_parameters(struct job *j, struct text *line)
{
	const struct domain *d = j->system->dom0;

	if (!d)
		return;
	text_add(line, "%sdom0_mem=%" PRIu64 "%c", line->len ? " " : "",
		 d->memory.n % MiB ? d->memory.n / KiB : d->memory.n / MiB,
		 d->memory.n % MiB ? 'K' : 'M');
	if (d->vcpus.text)
		text_add(line, " dom0_max_vcpus=%" PRIu64, d->vcpus.n);
}

static const char *xen_line(struct job *j)
{
	struct text line = { .arena = j->arena };

	text_add(&line, "%s", j->system->xen->cmdline.text);
	add_dom0_parameters(j, &line);
	return line.data;
}

/* Both lines are always there, so that Xen's fallbacks between them never apply
 * (xen/common/device-tree/bootinfo-fdt.c, boot_fdt_cmdline()). */
static void lower_chosen(struct job *j)
{
	const struct xen *x = j->system->xen;
	const struct domain *dom0 = j->system->dom0;
	struct loc why = j->system->o.at;

	set_cells(j, "/chosen", "#address-cells", MODULE_CELLS, 1, why);
	set_cells(j, "/chosen", "#size-cells", MODULE_CELLS, 1, why);
	set_text(j, "/chosen", "xen,xen-bootargs", xen_line(j), x->cmdline.at);
	if (!dom0)
		return;
	set_text(j, "/chosen", "xen,dom0-bootargs", dom0->cmdline.text, dom0->cmdline.at);
	lower_modules(j, "/chosen", dom0);
}

static const char *load_command(struct job *j, const struct load_how *how)
{
	if (how && how->command.text)
		return how->command.text;
	if (how && how->device.text && !streq(how->device.text, "tftp"))
		return arena_printf(j->arena, "load %s", how->device.text);
	return "tftpb";
}

static const char *text_or(const struct value *v, const char *otherwise)
{
	return v->text ? v->text : otherwise;
}

static void lower_boot(struct job *j)
{
	static const struct boot none = { .verify = { .n = VERIFY_SIZE } };
	const struct boot *b = j->system->boot ? j->system->boot : &none;
	const struct board_boot *board = j->board->boot;
	struct plan *p = &j->plan;

	p->load_command = load_command(j, b->load);
	p->tftp = streq(p->load_command, "tftpb");
	p->server = text_or(&b->server, "");
	p->client = text_or(&b->client, "");
	p->prefix = text_or(&b->prefix, "");
	p->verify_crc = b->verify.n == VERIFY_CRC32;
	p->verify_size = b->verify.n != VERIFY_NONE;
	p->booti = b->command.n == BOOT_BOOTI;
	p->script_address = b->script_address.text ? b->script_address.n
						   : board->script_address.n;
	p->script_room = board->script_size.n;
	p->scratch = board->scratch.n;
}

static const struct uart *console_uart(const struct job *j)
{
	const struct uart *u = j->board->uarts;

	for (; u && j->console; u = (const struct uart *)u->o.next)
		if (dt_find(j->base, u->path.text) == j->console)
			return u;
	return NULL;
}

/* config.txt: what the board always needs, then what Xen's console needs. */
static void lower_config(struct job *j)
{
	const struct uart *u = console_uart(j);
	size_t count = j->board->config.n, n = 0, more = u ? u->config.n : 0;
	const char **lines;

	if (!count)
		return;
	lines = arena_alloc(j->arena, (count + more + 1) * sizeof(*lines));
	for (size_t i = 0; i < count; i++)
		lines[n++] = j->board->config.v[i].text;
	for (size_t i = 0; i < more; i++)
		lines[n++] = u->config.v[i].text;
	j->plan.config_lines = lines;
}

/* The room that the tree takes once U-Boot has filled in its fix-ups; Xen sees it in
 * whole pages. Xen maps at most 2 MiB (xen/arch/arm/include/asm/setup.h, MAX_FDT_SIZE). */
#define TREE_MAX_SIZE (2 * MiB)

static bool size_tree(struct job *j)
{
	struct text blob = { .arena = j->arena };
	struct load *l = j->plan.tree;
	uint64_t room = j->board->boot->tree_room.n;

	if (!j->base) {
		l->size = 0;
		l->span = room + PAGE_SIZE_4K;
		return true;
	}
	plan_tree(&j->plan, &blob);
	l->size = blob.len;
	l->span = round_up(blob.len + room, PAGE_SIZE_4K);
	if (l->span <= TREE_MAX_SIZE)
		return true;
	diag(&j->diags, E0502, j->tree_at, "with Xen's nodes and room for U-Boot's fix-ups the tree "
	     "takes %s; Xen takes at most 2M", number_show(j->arena, l->span));
	return false;
}

static struct edit **after_repairs(struct job *j)
{
	struct edit **p = &j->plan.edits;

	while (*p && (*p)->repair)
		p = &(*p)->next;
	return p;
}

bool lower(struct job *j)
{
	*after_repairs(j) = NULL;	/* what an earlier run wrote */
	lower_chosen(j);
	for (struct object *o = j->system->guests ? &j->system->guests->o : NULL; o; o = o->next)
		lower_guest(j, (struct domain *)o);
	lower_boot(j);
	lower_config(j);
	j->plan.arena = j->arena;
	j->plan.base = j->base;
	j->plan.system_name = j->name;
	j->plan.board_name = j->board->name.text;
	j->plan.memory_name = j->size->o.name;
	j->plan.xen_version = j->system->xen->version;
	return size_tree(j);
}
