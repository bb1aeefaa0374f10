/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan becomes manifest.json: every file, where it lies and what its bytes are. */
#include <nettle/sha2.h>

#include "emit/emit.h"
#include "base/number.h"
#include "base/json.h"

static const char *const role_names[ROLE_COUNT] = {
	[ROLE_XEN] = "xen", [ROLE_DEVICE_TREE] = "device-tree",
	[ROLE_KERNEL] = "kernel", [ROLE_RAMDISK] = "ramdisk",
	[ROLE_PASSTHROUGH] = "passthrough-dtb", [ROLE_XSM] = "xsm-policy",
};

static const char *sha256_hex(struct arena *a, const struct text *t)
{
	struct sha256_ctx ctx;
	uint8_t sum[SHA256_DIGEST_SIZE];
	struct text hex = { .arena = a };

	sha256_init(&ctx);
	sha256_update(&ctx, t->len, (const uint8_t *)t->data);
	sha256_digest(&ctx, sizeof(sum), sum);
	for (size_t i = 0; i < sizeof(sum); i++)
		text_add(&hex, "%02x", sum[i]);
	return hex.data;
}

static json_t *new_file(struct arena *a, const char *role, const char *name)
{
	json_t *file = json_object();

	json_put(a, file, "role", json_string(role));
	json_put(a, file, "name", json_name(a, name));
	return file;
}

static void put_contents(struct arena *a, json_t *file, uint64_t size, const char *sha256)
{
	json_put(a, file, "size", json_integer((json_int_t)size));
	if (*sha256)
		json_put(a, file, "sha256", json_string(sha256));
}

/* end: of the file's bytes; memory_end: of all that it needs once it runs. */
static void put_range(struct arena *a, json_t *file, uint64_t start, uint64_t size,
		      uint64_t span)
{
	json_put(a, file, "address", json_hex(a, start));
	json_put(a, file, "end", json_hex(a, start + size));
	json_put(a, file, "memory_end", json_hex(a, start + span));
}

static json_t *of_load(const struct plan *p, const struct load *l)
{
	struct arena *a = p->arena;
	json_t *file = new_file(a, role_names[l->role], l->name);

	/* What we wrote lies beside this file: its name says where. */
	if (l->file)
		json_put(a, file, "path", json_name(a, l->file->path));
	if (l->users)
		json_put(a, file, "users", json_name(a, l->users));
	put_contents(a, file, l->size, l->sha256);
	if (!p->uefi)
		put_range(a, file, l->start, l->size, l->span);
	return file;
}

static const char *role_of(const struct output *o)
{
	if (o->write == emit_boot2_script || o->write == emit_boot_script)
		return "script";
	if (o->write == emit_boot2_source || o->write == emit_boot_source)
		return "script-source";
	return o->write == emit_its ? "fit-source" : "firmware-config";
}

static json_t *of_output(const struct plan *p, const struct output *o)
{
	json_t *file = new_file(p->arena, role_of(o), output_name(o, p));
	struct text t = { .arena = p->arena };

	o->write(p, &t);
	put_contents(p->arena, file, t.len, sha256_hex(p->arena, &t));
	if (o->write == emit_boot2_script)
		put_range(p->arena, file, p->script_address, t.len, p->script_room);
	return file;
}

static json_t *of_config(const struct plan *p, const struct config *c)
{
	json_t *file = new_file(p->arena, c->role, c->name);

	put_contents(p->arena, file, c->text.len, sha256_hex(p->arena, &c->text));
	return file;
}

/* A file that dom0 wants; U-Boot does not load it, and so it has no address. */
static json_t *of_staged(const struct plan *p, const struct staged *s)
{
	json_t *file = new_file(p->arena, role_names[s->role], s->name);

	json_put(p->arena, file, "path", json_name(p->arena, s->file->path));
	put_contents(p->arena, file, s->file->size, s->sha256);
	return file;
}

static json_t *files(const struct plan *p)
{
	json_t *list = json_array();

	for (const struct load *l = p->loads; l; l = l->next)
		json_push(p->arena, list, of_load(p, l));
	for (const struct output *o = outputs; o->write; o++) {
		bool listed = o->write == emit_tree || o->write == emit_xen_image ||
			      o->write == emit_manifest;

		if (!listed && (!o->wanted || o->wanted(p)))
			json_push(p->arena, list, of_output(p, o));
	}
	for (const struct config *c = p->configs; c; c = c->next)
		json_push(p->arena, list, of_config(p, c));
	for (const struct staged *s = p->staged; s; s = s->next)
		json_push(p->arena, list, of_staged(p, s));
	return list;
}

static json_t *xen_version(const struct plan *p)
{
	if (!p->xen_version)
		return json_null();
	return json_string(arena_printf(p->arena, "%u.%u", p->xen_version >> 16,
					p->xen_version & 0xffff));
}

static json_t *of_partition(struct arena *a, unsigned number, const char *name,
			    uint64_t start, uint64_t size)
{
	json_t *p = json_object();

	json_put(a, p, "number", json_integer(number));
	json_put(a, p, "name", json_name(a, name));
	json_put(a, p, "start", json_integer((json_int_t)start));
	json_put(a, p, "size", json_integer((json_int_t)size));
	return p;
}

/* From where its files come, not the image's own bytes: those follow from these. */
static json_t *of_card(const struct plan *p)
{
	const struct card_plan *c = p->card;
	json_t *card = json_object(), *parts = json_array(), *list = json_array();
	struct arena *a = p->arena;

	json_put(a, card, "name", json_string("sdcard.img"));
	json_put(a, card, "size", json_integer((json_int_t)c->size));
	json_push(a, parts, of_partition(a, 1, "boot", MiB, c->boot_size));
	for (const struct card_partition *q = c->partitions; q; q = q->next)
		json_push(a, parts, of_partition(a, q->number, q->name, q->start, q->size));
	json_put(a, card, "partitions", parts);
	for (const struct card_file *f = c->files; f; f = f->next) {
		json_t *file = json_object();

		json_put(a, file, "name", json_name(a, f->name));
		json_put(a, file, f->path ? "path" : "output",
			 json_name(a, f->path ? f->path : f->output));
		json_push(a, list, file);
	}
	json_put(a, card, "files", list);
	return card;
}

void emit_manifest(const struct plan *p, struct text *out)
{
	struct arena *a = p->arena;
	json_t *root = json_object();

	json_put(a, root, "version", json_integer(1));
	json_put(a, root, "tool", json_name(a, arena_printf(a, "xendtc %s", p->version)));
	json_put(a, root, "system", json_name(a, p->system_name));
	json_put(a, root, "board", json_name(a, p->board_name));
	json_put(a, root, "memory", json_name(a, p->memory_name));
	json_put(a, root, "xen", xen_version(p));
	json_put(a, root, "files", files(p));
	if (p->fit) {
		json_t *fit = new_file(a, "fit", p->fit->name);

		json_put(a, fit, "address", json_hex(a, p->fit->start));
		json_put(a, fit, "room", json_integer((json_int_t)p->fit->room));
		json_put(a, root, "fit", fit);
	}
	if (p->card)
		json_put(a, root, "card", of_card(p));
	json_write(root, out);
}
