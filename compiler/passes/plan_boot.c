/* SPDX-License-Identifier: BSD-2-Clause */
/* `boot:` and the board become the plan of how U-Boot boots, and of what the firmware must
 * be told before. */
#include "base/path.h"
#include "passes/passes.h"

static const char *text_or(const struct value *v, const char *otherwise)
{
	return v->text ? v->text : otherwise;
}

/* The texts of the values, with NULL behind the last; owned by the arena. */
static const char *const *texts(struct arena *a, const struct values *v)
{
	const char **list = arena_alloc(a, (v->n + 1) * sizeof(*list));

	for (size_t i = 0; i < v->n; i++)
		list[i] = v->v[i].text;
	return list;
}

static void set_boot(struct plan *p, const struct boot *b, const struct board_boot *board)
{
	p->tries = 1 + (unsigned)b->retry.n;
	p->server = text_or(&b->server, "");
	p->client = text_or(&b->client, "");
	p->tftp_window = (unsigned)(b->tftp_window.text ? b->tftp_window.n
							: board->tftp_window.n);
	p->tftp_block = (unsigned)b->tftp_block.n;
	p->verify_crc = b->verify.n == VERIFY_CRC32;
	p->verify_sha256 = b->verify.n == VERIFY_SHA256;
	p->verify_size = b->verify.n != VERIFY_NONE;
	p->uefi = b->command.n == BOOT_UEFI;
	p->start = b->command.n == BOOT_NONE ? NULL : b->command.text;
	p->commands = texts(p->arena, &b->commands);
	p->script_address = b->script_address.text ? b->script_address.n
						   : board->script_address.n;
	p->script_room = board->script_size.n;
	p->scratch = board->scratch.n;
}

static const struct uart *console_uart(const struct host *h)
{
	const struct uart *u = h->board->uarts;

	for (; u && h->console; u = NEXT(u))
		if (dt_find(h->base, u->path.text) == h->console)
			return u;
	return NULL;
}

/* The lines of config.txt: those that the board always needs, and those for Xen's
 * console. */
static void set_firmware_lines(const struct host *h, struct plan *plan)
{
	const struct uart *u = console_uart(h);
	size_t count = h->board->config.n, n = 0, more = u ? u->config.n : 0;
	const char **lines;

	if (!count)
		return;
	lines = arena_alloc(h->arena, (count + more + 1) * sizeof(*lines));
	for (size_t i = 0; i < count; i++)
		lines[n++] = h->board->config.v[i].text;
	for (size_t i = 0; i < more; i++)
		lines[n++] = u->config.v[i].text;
	plan->firmware_lines = lines;
}

/* All sizes of memory that the description names. */
static const char *memory_names(const struct job *j)
{
	struct text all = { .arena = j->arena };

	for (const struct item *i = j->sizes; i; i = i->next)
		text_add(&all, "%s%s", all.len ? ", " : "", i->value->text);
	return j->sizes ? all.data : j->host.size->o.name;
}

void plan_boot(struct job *j)
{
	struct plan *p = &j->plan;

	p->base = j->host.base;
	p->system_name = path_last(j->name);
	p->description = j->tree->at.src;
	p->board_name = j->host.board->name.text;
	p->memory_name = j->host.size->o.name;
	p->memory_names = memory_names(j);
	p->xen_version = j->system->xen->version;
	set_boot(p, j->system->boot, j->host.board->boot);
	set_firmware_lines(&j->host, &j->plan);
}
