/* SPDX-License-Identifier: BSD-2-Clause */
/* The set of outputs becomes manifest.json: every file, where it lies and what its
 * bytes are. */
#include "emit/emit.h"
#include "base/number.h"
#include "base/json.h"

static const char *const role_names[ROLE_COUNT] = {
	[ROLE_XEN] = "xen", [ROLE_DEVICE_TREE] = "device-tree",
	[ROLE_KERNEL] = "kernel", [ROLE_RAMDISK] = "ramdisk",
	[ROLE_PASSTHROUGH] = "passthrough-dtb", [ROLE_XSM] = "xsm-policy",
};

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

/* Adds two ends to the entry of a file: `end` of its bytes, and `memory_end` of all that
 * it needs once it runs. */
static void put_range(struct arena *a, json_t *file, uint64_t start, uint64_t size,
		      uint64_t span)
{
	json_put(a, file, "address", json_hex(a, start));
	json_put(a, file, "end", json_hex(a, start + size));
	json_put(a, file, "memory_end", json_hex(a, start + span));
}

static json_t *of_load(const struct workshop *w, const struct load *l)
{
	const struct plan *p = w->plan;
	struct arena *a = p->arena;
	json_t *file = new_file(a, role_names[l->role], output_load_path(w, l));

	/* A file of ours lies beside the manifest, under its name. */
	if (l->file)
		json_put(a, file, "path", json_name(a, l->file->written));
	if (l->users)
		json_put(a, file, "users", json_name(a, l->users));
	put_contents(a, file, l->size, l->sha256);
	if (!p->uefi)
		put_range(a, file, l->start, l->size, l->span);
	return file;
}

static json_t *of_output(const struct plan *p, const struct output *o)
{
	json_t *file = new_file(p->arena, o->role, o->target);
	char sha256[65];
	uint32_t unused;

	digest_bytes(o->bytes.data, o->bytes.len, &unused, sha256);
	put_contents(p->arena, file, o->bytes.len, sha256);
	if (o->address)
		put_range(p->arena, file, o->address, o->bytes.len, o->room);
	return file;
}

/* The entry of a file for a guest that dom0 starts. U-Boot does not load it, so it has no
 * address. */
static json_t *of_staged(const struct plan *p, const struct staged *s)
{
	json_t *file = new_file(p->arena, role_names[s->role], s->name);

	json_put(p->arena, file, "path", json_name(p->arena, s->file->written));
	put_contents(p->arena, file, s->file->size, s->sha256);
	return file;
}

/* The list of all files. What U-Boot loads comes first and in that order, whether it is
 * ours or the user's. */
static json_t *files(const struct workshop *w)
{
	const struct plan *p = w->plan;
	json_t *list = json_array();

	for (const struct load *l = p->loads; l; l = l->next)
		json_push(p->arena, list, of_load(w, l));
	for (const struct output *o = w->set; o; o = o->next)
		if (o->role && !o->load && !o->row->describe)
			json_push(p->arena, list, of_output(p, o));
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

bool make_manifest(struct workshop *w, struct output *o)
{
	const struct plan *p = w->plan;
	struct arena *a = p->arena;
	json_t *root = json_object();

	json_put(a, root, "version", json_integer(1));
	json_put(a, root, "tool", json_name(a, arena_printf(a, "xendtc %s", p->version)));
	json_put(a, root, "system", json_name(a, p->system_name));
	json_put(a, root, "board", json_name(a, p->board_name));
	json_put(a, root, "memory", json_name(a, p->memory_names));
	json_put(a, root, "xen", xen_version(p));
	json_put(a, root, "files", files(w));
	for (const struct output *other = w->set; other; other = other->next)
		if (other->row->describe)
			json_put(a, root, other->role, other->row->describe(p, other));
	json_write(root, &o->bytes);
	return true;
}
