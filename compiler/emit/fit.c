/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan becomes a FIT: boot.its says what is in it (U-Boot doc/usage/fit), mkimage
 * makes it. bootm copies each image to its address after it has checked it. */
#include "emit/fit.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
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

/* Xen is what U-Boot calls the kernel. `compression` is "none" for all: a packed
 * kernel is unpacked by Xen and must reach it packed. */
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
	text_add(out, "/dts-v1/;\n\n/ {\n\tdescription = \"Xen on %s\";\n",
		 script_quoted(p, p->board_name));
	text_add(out, "\t#address-cells = <2>;\n\n");
	add_images(p, out);
	add_configuration(p, out);
	text_add(out, "};\n");
}

static bool check_tools(struct workshop *w)
{
	bool ok = workshop_has_tool(w, "mkimage", "u-boot-tools");

	return workshop_has_tool(w, "dtc", "device-tree-compiler") && ok;
}

static bool link_file(struct workshop *w, const char *name, const char *path)
{
	const char *here = workshop_path(w, name);
	const char *real = workshop_real_path(w, path);

	workshop_make_folders(w, name);
	return (real && (symlink(real, here) == 0 || errno == EEXIST)) ||
	       workshop_report(w, here);
}

/* Puts what boot.its names into the folder where mkimage runs, under the names of the
 * output folder. Ours come first, and a name that is there is not linked: so nothing is
 * ever written through a link into a file of the user's. */
static bool put_all(struct workshop *w, const struct output *fit)
{
	bool ok = true;

	for (const struct output *o = w->set; ok && o != fit; o = o->next)
		ok = workshop_put(w, o->name, &o->bytes);
	for (const struct load *l = w->plan->loads; ok && l; l = l->next)
		if (l->file && !l->made)
			ok = link_file(w, l->name, l->file->path);
	return ok;
}

static bool check_room(struct workshop *w, const char *path)
{
	const struct fit_plan *f = w->plan->fit;
	struct stat st;

	if (stat(path, &st))
		return workshop_report(w, path);
	if ((uint64_t)st.st_size <= f->room)
		return true;
	diag(w->diags, E0904, w->at, "'%s' has %" PRIu64 " bytes; 0x%" PRIx64
	     " are kept for it", f->name, (uint64_t)st.st_size, f->room);
	return false;
}

static bool report_keys(struct workshop *w)
{
	const char *folder = w->plan->fit->key_folder;

	diag(w->diags, E0328, w->at, "'%s' cannot be read: %s", folder, strerror(errno));
	w->io_failed = true;
	return false;
}

/* A FIT that is to be signed is never made without: where the keys are not to be had, there is
 * none. */
static bool run_mkimage(struct workshop *w)
{
	const struct fit_plan *f = w->plan->fit;
	const char *keys = f->key ? workshop_real_path(w, f->key_folder) : NULL;
	const char *const plain[] = { "mkimage", "-f", "boot.its", f->name, NULL };
	const char *const with_key[] = { "mkimage", "-f", "boot.its", "-k", keys, f->name,
					 NULL };

	if (f->key && !keys)
		return report_keys(w);
	return workshop_run(w, keys ? with_key : plain, NULL, NULL);
}

bool fit_make(struct workshop *w, struct output *o)
{
	const struct fit_plan *f = w->plan->fit;

	w->at = f->at;
	if (!workshop_open(w))
		return false;
	o->path = workshop_path(w, f->name);
	workshop_make_folders(w, f->name);
	return check_tools(w) && put_all(w, o) && run_mkimage(w) && check_room(w, o->path);
}

json_t *fit_describe(const struct plan *p, const struct output *o)
{
	struct arena *a = p->arena;
	json_t *fit = json_object();

	json_put(a, fit, "role", json_string(o->role));
	json_put(a, fit, "name", json_name(a, o->target));
	json_put(a, fit, "address", json_hex(a, p->fit->start));
	json_put(a, fit, "room", json_integer((json_int_t)p->fit->room));
	return fit;
}
