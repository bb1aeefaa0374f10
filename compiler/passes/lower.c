/* SPDX-License-Identifier: BSD-2-Clause */
/* The model becomes edits of the base tree (Xen docs/misc/arm/device-tree/booting.txt).
 * Run before layout it sizes the tree, run after it carries the addresses: only the
 * length of a node's name can differ, and addresses that are not known yet are as long as
 * any. */
#include <inttypes.h>
#include <string.h>

#include "passes/dom0_tree.h"
#include "passes/lower.h"

static void add_parameter(struct text *line, const char *name, const char *value)
{
	text_add(line, "%s%s=%s", line->len ? " " : "", name, value);
}

/* What keys say and Xen reads from its command line. Xen reads sizes with K, M and G; K
 * is always exact for whole pages. */
static void add_parameters(struct job *j, struct text *line)
{
	const struct domain *d = j->system->dom0;
	const struct xen *x = j->system->xen;

	if (x->llc_colors.text)
		add_parameter(line, "xen-llc-colors", x->llc_colors.text);
	if (!d)
		return;
	text_add(line, "%sdom0_mem=%" PRIu64 "%c", line->len ? " " : "",
		 d->memory.n % MiB ? d->memory.n / KiB : d->memory.n / MiB,
		 d->memory.n % MiB ? 'K' : 'M');
	if (d->vcpus.text)
		add_parameter(line, "dom0_max_vcpus", d->vcpus.text);
	if (d->llc_colors.text)
		add_parameter(line, "dom0-llc-colors", d->llc_colors.text);
}

static const char *xen_line(struct job *j)
{
	struct text line = { .arena = j->arena };

	text_add(&line, "%s", j->system->xen->cmdline.text);
	add_parameters(j, &line);
	return line.data;
}

/* The cells of /chosen are for dom0's modules and Xen's, and for the static memory of all
 * guests; dtc warns of cells that nobody uses. */
static bool needs_cells(const struct job *j)
{
	if (j->system->dom0 || j->system->xen->xsm_policy)
		return true;
	for (struct domain *d = j->system->guests; d; d = (struct domain *)d->o.next)
		if (d->static_memory)
			return true;
	return false;
}

/* Both lines are always there, so that Xen's fallbacks between them never apply
 * (xen/common/device-tree/bootinfo-fdt.c, boot_fdt_cmdline()). */
static void lower_chosen(struct job *j)
{
	const struct xen *x = j->system->xen;
	const struct domain *dom0 = j->system->dom0;
	struct plan *p = &j->plan;
	struct loc why = j->system->o.at;

	if (needs_cells(j)) {
		plan_set_cells(p, "/chosen", "#address-cells", CHOSEN_CELLS, 1, why);
		plan_set_cells(p, "/chosen", "#size-cells", CHOSEN_CELLS, 1, why);
	}
	plan_set_text(p, "/chosen", "xen,xen-bootargs", xen_line(j), x->cmdline.at);
	if (dom0)
		plan_set_text(p, "/chosen", "xen,dom0-bootargs", dom0->cmdline.text,
			      dom0->cmdline.at);
	lower_static_heap(j);
}

static const char *text_or(const struct value *v, const char *otherwise)
{
	return v->text ? v->text : otherwise;
}

static const char *const *texts(struct job *j, const struct values *v)
{
	const char **list = arena_alloc(j->arena, (v->n + 1) * sizeof(*list));

	for (size_t i = 0; i < v->n; i++)
		list[i] = v->v[i].text;
	return list;
}

static void lower_boot(struct job *j)
{
	static const struct boot none = {
		.verify = { .n = VERIFY_SIZE },
		.command = { .text = "booti", .n = BOOT_BOOTI }
	};
	const struct boot *b = j->system->boot ? j->system->boot : &none;
	const struct board_boot *board = j->board->boot;
	struct plan *p = &j->plan;

	p->tries = 1 + (unsigned)b->retry.n;
	p->server = text_or(&b->server, "");
	p->client = text_or(&b->client, "");
	p->verify_crc = b->verify.n == VERIFY_CRC32;
	p->verify_sha256 = b->verify.n == VERIFY_SHA256;
	p->verify_size = b->verify.n != VERIFY_NONE;
	p->uefi = b->command.n == BOOT_UEFI;
	p->start = b->command.n == BOOT_NONE ? NULL : b->command.text;
	p->commands = texts(j, &b->commands);
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
 * whole pages. Xen maps at most 2 MiB (xen/arch/arm/include/asm/setup.h, MAX_FDT_SIZE).
 */
#define TREE_MAX_SIZE (2 * MiB)

/* `fdt move` wants room for all of the old tree, its free space included; and the tree of
 * the firmware may be larger than the base that it was described as. */
#define FIRMWARE_ROOM (64 * KiB)

static uint64_t firmware_limit(const struct job *j)
{
	uint64_t base = j->base->blob_size, size = j->plan.tree->size;

	return round_up((base > size ? base : size) + FIRMWARE_ROOM, PAGE_SIZE_4K);
}

static bool size_tree(struct job *j)
{
	struct load *l = j->plan.tree;
	uint64_t room = j->board->boot->tree_room.n;

	if (!j->base) {
		l->size = 0;
		l->span = room + PAGE_SIZE_4K;
		return true;
	}
	l->size = plan_tree_size(&j->plan);
	j->plan.tree_limit = j->plan.edit_in_u_boot ? firmware_limit(j) : l->size;
	l->span = round_up(j->plan.tree_limit + room, PAGE_SIZE_4K);
	if (l->span <= TREE_MAX_SIZE)
		return true;
	diag(&j->diags, E0502, j->tree_at,
	     "with Xen's nodes and room for U-Boot's fix-ups the tree "
	     "takes %s; Xen takes at most 2M",
	     number_show(j->arena, l->span));
	return false;
}

/* U-Boot's fdt cannot set a long property, but several. */
static void add_room(struct job *j, size_t size)
{
	size_t most = j->plan.edit_in_u_boot ? FDT_SET_MAX : size;

	for (unsigned i = 0; size; i++) {
		size_t len = size < most ? size : most;

		plan_set(&j->plan, "/cpus",
			 i ? arena_printf(j->arena, "xendtc,room-%u", i) : "xendtc,room",
			 arena_alloc(j->arena, len), len, j->system->dom0->o.at);
		size -= len;
	}
}

/* Xen leaves the node /cpus out of dom0's tree and puts its own there. With these
 * properties the host's tree, and so Xen's buffer for dom0's, is large enough. The first
 * run decides: what comes later may not make the tree larger. */
static void make_room_for_dom0(struct job *j)
{
	if (!j->plan.areas)
		j->dom0_room = (size_t)round_up(dom0_tree_lacks(j), 64);
	add_room(j, j->dom0_room);
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
	lower_domains(j);
	lower_boot(j);
	lower_config(j);
	j->plan.arena = j->arena;
	j->plan.base = j->base;
	j->plan.system_name = j->name;
	j->plan.board_name = j->board->name.text;
	j->plan.memory_name = j->size->o.name;
	j->plan.xen_version = j->system->xen->version;
	make_room_for_dom0(j);
	return size_tree(j);
}
