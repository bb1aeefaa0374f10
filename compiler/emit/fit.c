/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan becomes a FIT: boot.its says what is in it (U-Boot doc/usage/fit), mkimage
 * makes it. bootm copies each image to its address after it has checked it. */
#include "emit/fit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/run.h"
#include "emit/emit.h"
#include "emit/script.h"

static void begin(struct text *out, const char *node, const char *what, const char *file,
		  const char *type)
{
	text_add(out, "\t\t%s {\n", node);
	text_add(out, "\t\t\tdescription = \"%s\";\n", what);
	text_add(out, "\t\t\tdata = /incbin/(\"%s\");\n", file);
	text_add(out, "\t\t\ttype = \"%s\";\n", type);
	text_add(out, "\t\t\tarch = \"arm64\";\n");
	text_add(out, "\t\t\tcompression = \"none\";\n");
}

static void add_address(struct text *out, const char *prop, uint64_t address)
{
	text_add(out, "\t\t\t%s = <0x%" PRIx64 " 0x%08" PRIx64 ">;\n", prop, address >> 32,
		 address & UINT32_MAX);
}

static void end(struct text *out)
{
	text_add(out, "\t\t\thash-1 {\n\t\t\t\talgo = \"sha256\";\n\t\t\t};\n\t\t};\n");
}

/* Xen is what U-Boot calls the kernel. What Xen finds packed must stay so: U-Boot takes
 * all for unpacked. */
static void add_load(const struct plan *p, const struct load *l, unsigned n,
		     struct text *out)
{
	bool is_xen = l == p->xen, is_tree = l == p->tree;

	begin(out, is_xen ? "xen" : is_tree ? "tree" : arena_printf(p->arena, "module-%u", n),
	      script_quoted(p, l->what), l->name, is_xen ? "kernel" : is_tree ? "flat_dt" : "loadable");
	if (is_xen)
		text_add(out, "\t\t\tos = \"linux\";\n");
	add_address(out, "load", l->start);
	if (is_xen)
		add_address(out, "entry", l->start);
	end(out);
}

static bool is_module(const struct plan *p, const struct load *l)
{
	return l != p->xen && l != p->tree;
}

static void add_images(const struct plan *p, struct text *out)
{
	unsigned n = 0;

	text_add(out, "\timages {\n");
	for (const struct load *l = p->loads; l; l = l->next)
		add_load(p, l, is_module(p, l) ? ++n : 0, out);
	begin(out, "script", "U-Boot commands that start it", "boot2.source", "script");
	end(out);
	text_add(out, "\t};\n");
}

static void add_signature(const struct fit_plan *f, struct text *out)
{
	text_add(out, "\t\t\tsignature-1 {\n");
	text_add(out, "\t\t\t\talgo = \"%s\";\n", f->algorithm);
	text_add(out, "\t\t\t\tkey-name-hint = \"%s\";\n", f->key);
	text_add(out, "\t\t\t\tsign-images = \"kernel\", \"fdt\", \"loadables\";\n");
	text_add(out, "\t\t\t};\n");
}

static void add_configuration(const struct plan *p, struct text *out)
{
	unsigned n = 0;

	text_add(out, "\tconfigurations {\n\t\tdefault = \"" FIT_CONFIGURATION "\";\n");
	text_add(out, "\t\t" FIT_CONFIGURATION " {\n\t\t\tdescription = \"Xen, and all that "
		 "it needs\";\n");
	text_add(out, "\t\t\tkernel = \"xen\";\n\t\t\tfdt = \"tree\";\n\t\t\tloadables =");
	for (const struct load *l = p->loads; l; l = l->next) {
		if (!is_module(p, l))
			continue;
		text_add(out, "%s \"module-%u\"", n ? "," : "", n + 1);
		n++;
	}
	text_add(out, ";\n");
	if (p->fit->key)
		add_signature(p->fit, out);
	text_add(out, "\t\t};\n\t};\n");
}

void emit_its(const struct plan *p, struct text *out)
{
	text_add(out, "/* Made by xendtc %s: what mkimage puts into %s. */\n", p->version,
		 p->fit->name);
	text_add(out, "/dts-v1/;\n\n/ {\n\tdescription = \"Xen on %s\";\n", p->board_name);
	text_add(out, "\t#address-cells = <2>;\n\n");
	add_images(p, out);
	add_configuration(p, out);
	text_add(out, "};\n");
}

static bool check_tools(struct card_maker *m)
{
	bool ok = card_has_tool(m, "mkimage", "u-boot-tools");

	return card_has_tool(m, "dtc", "device-tree-compiler") && ok;
}

static bool report_world(struct card_maker *m, const char *what)
{
	diag(m->diags, E0901, m->at, "'%s' cannot be written: %s", what, strerror(errno));
	m->world_failed = true;
	return false;
}

/* The folders in front of a file's name. */
static void make_folders(struct card_maker *m, const char *name)
{
	for (const char *s = strchr(name, '/'); s; s = strchr(s + 1, '/'))
		mkdir(arena_printf(m->arena, "%s/%.*s", m->folder, (int)(s - name), name),
		      0700);
}

static bool put_file(struct card_maker *m, const char *name, const char *path)
{
	const char *here = arena_printf(m->arena, "%s/%s", m->folder, name);
	char *real = realpath(path, NULL);
	bool ok;

	make_folders(m, name);
	ok = real && (symlink(real, here) == 0 || errno == EEXIST);
	free(real);
	return ok || report_world(m, here);
}

static bool put_output(struct card_maker *m, const struct written *w)
{
	const char *here = arena_printf(m->arena, "%s/%s", m->folder, w->name);
	FILE *f;
	bool ok;

	make_folders(m, w->name);
	f = fopen(here, "wb");
	ok = f && fwrite(w->bytes.data, 1, w->bytes.len, f) == w->bytes.len;
	ok = f && fclose(f) == 0 && ok;
	return ok || report_world(m, here);
}

/* What boot.its names, under the names that it has in the output folder. Ours come first: a
 * name that is there is not linked, so that nothing is ever written through a link. */
static bool put_all(struct card_maker *m, const struct written *set)
{
	const struct plan *p = m->plan;
	bool ok = true;

	for (; ok && set; set = set->next)
		ok = put_output(m, set);
	for (const struct load *l = p->loads; ok && l; l = l->next)
		if (l->file && !l->made)
			ok = put_file(m, l->name, l->file->path);
	return ok;
}

static bool check_room(struct card_maker *m, const char *path)
{
	const struct fit_plan *f = m->plan->fit;
	struct stat st;

	if (stat(path, &st))
		return report_world(m, path);
	if ((uint64_t)st.st_size <= f->room)
		return true;
	diag(m->diags, E0904, m->at, "'%s' has %" PRIu64 " bytes; 0x%" PRIx64
	     " are kept for it", f->name, (uint64_t)st.st_size, f->room);
	return false;
}

bool fit_make(struct card_maker *m, const struct written *set, const char **path)
{
	const struct fit_plan *f = m->plan->fit;
	char *keys = f->key ? realpath(f->key_folder, NULL) : NULL;
	const char *const plain[] = { "mkimage", "-f", "boot.its", f->name, NULL };
	const char *const with_key[] = { "mkimage", "-f", "boot.its", "-k", keys, f->name,
					 NULL };
	bool ok;

	*path = arena_printf(m->arena, "%s/%s", m->folder, f->name);
	make_folders(m, f->name);
	ok = check_tools(m) && put_all(m, set) &&
	     card_run(m, keys ? with_key : plain, NULL, NULL) && check_room(m, *path);
	free(keys);
	return ok;
}
