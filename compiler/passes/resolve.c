/* SPDX-License-Identifier: BSD-2-Clause */
/* Names become files, versions and the base tree. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "job.h"

const char *domain_title(struct arena *a, const struct domain *d)
{
	return d->is_dom0 ? "dom0" : arena_printf(a, "guest '%s'", d->o.name);
}

const struct domain *find_domain(const struct job *j, const char *name)
{
	const struct domain *d = j->system->dom0;

	if (d && streq(name, "dom0"))
		return d;
	for (d = j->system->guests; d; d = (const struct domain *)d->o.next)
		if (streq(d->o.name, name))
			return d;
	return NULL;
}

/* The name that U-Boot asks for: the path as written, as long as that stays below the
 * folder of files; else only its last part. */
static const char *script_name(const char *written)
{
	const char *slash = strrchr(written, '/');

	if (slash && (written[0] == '/' || strstr(written, "..")))
		return slash + 1;
	return starts_with(written, "./") ? written + 2 : written;
}

static const char *path_of(struct job *j, const char *written)
{
	const char *folder = j->options->files ? j->options->files : j->folder;

	if (written[0] == '/' || streq(folder, "."))
		return written;
	return arena_printf(j->arena, "%s/%s", folder, written);
}

static bool report_missing(struct job *j, const struct image *i, const char *path)
{
	struct diag *g = diag(&j->diags, E0301, i->file.at, "'%s' cannot be read: %s", path,
			      strerror(errno));

	if (errno == ENOENT && i->file.text[0] != '/')
		diag_help(&j->diags, g, "files are looked up in '%s'; --files DIR names another "
			  "folder, --no-files checks without them",
			  j->options->files ? j->options->files : j->folder);
	return false;
}

static struct file *known_file(struct job *j, const struct stat *st)
{
	for (struct file *f = j->files; f; f = f->next)
		if (f->device == st->st_dev && f->inode == st->st_ino)
			return f;
	return NULL;
}

static struct file *open_file(struct job *j, const char *path, const char *written)
{
	struct stat st;
	struct file *f;

	if (stat(path, &st) == 0 && (f = known_file(j, &st)))
		return f;
	f = NEW(j->arena, struct file);
	if (!file_read(j->arena, path, f))
		return NULL;
	f->name = script_name(written);
	f->next = j->files;
	j->files = f;
	return f;
}

static bool find_file(struct job *j, struct image *i)
{
	const char *path;

	if (!i)
		return true;
	if (j->options->no_files) {
		j->skipped++;
		return true;
	}
	path = path_of(j, i->file.text);
	i->found = open_file(j, path, i->file.text);
	if (!i->found)
		return report_missing(j, i, path);
	if (i->found->size == 0) {
		diag(&j->diags, E0302, i->file.at, "'%s' is empty", path);
		return false;
	}
	return true;
}

static void help_with_kind(struct job *j, struct diag *g, const struct image *i)
{
	enum file_kind kind = i->found->kind;
	static const char *const ways[] = {
		[FILE_XZ] = "unxz", [FILE_ZSTD] = "unzstd", [FILE_LZ4] = "unlz4",
		[FILE_LZMA] = "unlzma", [FILE_BZIP2] = "bunzip2", [FILE_GZIP] = "gunzip",
	};

	if (kind < sizeof(ways) / sizeof(*ways) && ways[kind])
		diag_help(&j->diags, g, "unpack it first: %s", ways[kind]);
	else if (kind == FILE_EFI_ZBOOT)
		diag_help(&j->diags, g, "this vmlinuz is a self-unpacking EFI program; use the "
			  "Image that is inside it (arch/arm64/boot/Image)");
	else if (kind == FILE_ELF && i == j->system->xen->image)
		diag_help(&j->diags, g, "use the file 'xen' of the build, not xen-syms");
	else if (kind == FILE_ELF)
		diag_help(&j->diags, g, "use arch/arm64/boot/Image of the build, not vmlinux");
}

static bool wrong_kind(struct job *j, const struct image *i, const char *wanted)
{
	const struct file *f = i->found;
	struct diag *g = diag(&j->diags, E0303, i->file.at, "'%s' is %s, not %s", f->path,
			      file_kind_name(f->kind), wanted);

	help_with_kind(j, g, i);
	return false;
}

static bool check_xen_image(struct job *j)
{
	const struct image *i = j->system->xen->image;

	if (!i->found || i->found->kind == FILE_ARM64_IMAGE)
		return true;
	return wrong_kind(j, i, "an uncompressed arm64 Image, which U-Boot's booti wants");
}

static bool is_kernel(const struct file *f)
{
	switch (f->kind) {
	case FILE_ARM64_IMAGE:
	case FILE_ARM32_ZIMAGE:
	case FILE_UIMAGE:
		return true;
	case FILE_GZIP:
		return f->inside == FILE_ARM64_IMAGE || f->inside == FILE_ARM32_ZIMAGE;
	default:
		return false;
	}
}

/* Xen xen/arch/arm/kernel.c, kernel_uimage_probe() and its helpers. */
static bool check_uimage(struct job *j, const struct image *i)
{
	const struct file *f = i->found;
	unsigned xen = j->system->xen->version;
	const char *why = NULL;

	if (f->kind != FILE_UIMAGE)
		return true;
	if (f->uimage_arch != 2 && f->uimage_arch != 22)
		why = "it is not for arm or arm64";
	else if (f->uimage_compression > 1)
		why = "it is compressed with something other than gzip";
	else if (f->uimage_compression == 1 && xen && xen < VERSION(4, 18))
		why = "Xen unpacks a gzip uImage only since 4.18";
	else if ((uint64_t)f->uimage_size + 64 > f->size)
		why = "the file is shorter than its header says";
	else if (f->uimage_load == 0 && f->uimage_entry != 0 && xen >= VERSION(4, 18))
		why = "it has an entry point but no load address";
	if (!why)
		return true;
	diag(&j->diags, E0308, i->file.at, "Xen cannot boot the uImage '%s': %s", f->path, why);
	return false;
}

static bool check_kernel(struct job *j, const struct domain *d)
{
	const struct file *f = d->kernel->found;

	if (!f)
		return true;
	if (f->kind == FILE_GZIP && f->inside == FILE_UNKNOWN) {
		diag(&j->diags, E0303, d->kernel->file.at, "'%s' is a gzip file without a kernel "
		     "in it", f->path);
		return false;
	}
	if (!is_kernel(f))
		return wrong_kind(j, d->kernel, "a kernel that Xen can start (an arm64 Image, "
				  "plain or gzip, a zImage or a uImage)");
	if (f->kind == FILE_GZIP && f->unpacked_size < 64) {
		diag(&j->diags, E0308, d->kernel->file.at, "the gzip file '%s' is damaged: its last "
		     "four bytes say that %" PRIu64 " bytes are in it", f->path,
		     f->unpacked_size);
		return false;
	}
	return check_uimage(j, d->kernel);
}

static bool check_ramdisk(struct job *j, const struct domain *d)
{
	const struct file *f = d->ramdisk ? d->ramdisk->found : NULL;
	struct diag *g;

	if (!f)
		return true;
	switch (f->kind) {
	case FILE_UIMAGE:
		g = diag(&j->diags, E0303, d->ramdisk->file.at, "'%s' is a ramdisk wrapped for "
			 "U-Boot; Xen hands it over as it is and Linux cannot unpack it", f->path);
		diag_help(&j->diags, g, "take the 64 bytes of header off: tail -c +65 FILE");
		return false;
	case FILE_ARM64_IMAGE:
	case FILE_ARM32_ZIMAGE:
	case FILE_EFI_ZBOOT:
	case FILE_DTB:
	case FILE_ELF:
		return wrong_kind(j, d->ramdisk, "a ramdisk");
	case FILE_UNKNOWN:
		diag(&j->diags, W0307, d->ramdisk->file.at, "'%s' is neither a cpio archive nor "
		     "compressed; Linux takes it only as a file system image", f->path);
		return true;
	default:
		return true;
	}
}

/* Xen checks the policy's magic and goes on without it (xen/xsm/xsm_policy.c). */
static bool check_policy(struct job *j)
{
	const struct image *i = j->system->xen->xsm_policy;

	if (!i || !i->found || i->found->kind == FILE_XSM_POLICY)
		return true;
	return wrong_kind(j, i, "a FLASK policy");
}

static bool check_passthrough(struct job *j, const struct domain *d)
{
	const struct image *i = d->passthrough_dtb;

	if (!i || !i->found || i->found->kind == FILE_DTB)
		return true;
	return wrong_kind(j, i, "a device tree blob");
}

static unsigned parse_version(const char *s)
{
	unsigned major = 0, minor = 0;

	sscanf(s, "%u.%u", &major, &minor);
	return VERSION(major, minor);
}

static bool find_xen_version(struct job *j)
{
	struct xen *x = j->system->xen;
	const struct file *f = x->image->found;
	struct diag *g;

	if (x->version_text.text) {
		x->version = parse_version(x->version_text.text);
		return true;
	}
	if (!f || f->kind != FILE_ARM64_IMAGE)
		return true;
	x->version = file_xen_version(j->arena, f);
	if (x->version)
		return true;
	if (file_linux_version(j->arena, f)) {
		diag(&j->diags, E0303, x->image->file.at, "'%s' is a Linux kernel, not Xen",
		     f->path);
		return false;
	}
	g = diag(&j->diags, E0309, x->image->file.at, "'%s' does not tell which Xen it is",
		 f->path);
	diag_help(&j->diags, g, "add 'version:' under xen, as in version: \"4.20\"");
	return false;
}

static bool check_versions(struct job *j)
{
	const struct xen *x = j->system->xen;
	const struct domain *dom0 = j->system->dom0;
	unsigned first = parse_version(j->board->first_xen.text), linux_version;

	if (x->version && x->version < first) {
		diag(&j->diags, E0810,
		     x->version_text.text ? x->version_text.at : x->image->file.at,
		     "Xen %u.%u does not work on %s; the first that does is %s",
		     VERSION_MAJOR(x->version), VERSION_MINOR(x->version), j->board->title.text,
		     j->board->first_xen.text);
		return false;
	}
	if (!dom0 || !dom0->kernel->found)
		return true;
	linux_version = file_linux_version(j->arena, dom0->kernel->found);
	if (linux_version && linux_version < parse_version(j->board->first_linux.text))
		diag(&j->diags, W0811, dom0->kernel->file.at, "Linux %u.%u is older than %s, the "
		     "first that works as dom0 on %s", VERSION_MAJOR(linux_version),
		     VERSION_MINOR(linux_version), j->board->first_linux.text,
		     j->board->title.text);
	return true;
}

static bool check_kinds(struct job *j)
{
	bool ok = check_xen_image(j);

	ok &= check_policy(j);
	ok &= find_xen_version(j);
	for (const struct domain *d = first_domain(j); d; d = next_domain(j, d)) {
		ok &= check_kernel(j, d);
		ok &= check_ramdisk(j, d);
		ok &= check_passthrough(j, d);
	}
	return ok && check_versions(j);
}

#define TREE_MAX ((size_t)16 << 20)

static bool apply_overlay(struct job *j, const struct value *v, char **blob, size_t *len)
{
	const char *path = path_of(j, v->text), *why;
	char *overlay;
	size_t size;
	struct diag *g;

	if (!open_file(j, path, v->text) ||
	    !read_file(j->arena, path, NULL, TREE_MAX, &overlay, &size)) {
		diag(&j->diags, E0301, v->at, "'%s' cannot be read: %s", path, strerror(errno));
		return false;
	}
	if (dt_overlay(j->arena, blob, len, overlay, size, &why))
		return true;
	g = diag(&j->diags, E0521, v->at, "the overlay '%s' cannot be applied: %s", path, why);
	diag_help(&j->diags, g, "overlays want a base tree with labels (dtc -@), as Debian's since "
		  "6.12 have them");
	return false;
}

/* In the order of the list, on the blob, as the firmware would. */
static bool apply_overlays(struct job *j, char *blob, size_t len)
{
	const struct values *all = &j->system->overlays;
	const char *why;

	for (size_t i = 0; i < all->n; i++)
		if (!apply_overlay(j, &all->v[i], &blob, &len))
			return false;
	if (all->n)
		j->base = dt_read(j->arena, blob, len, &why);
	return j->base;
}

static bool read_base(struct job *j, const char *path)
{
	const char *why;
	char *blob;
	size_t len;

	if (!read_file(j->arena, path, NULL, TREE_MAX, &blob, &len)) {
		diag(&j->diags, E0301, j->tree_at, "'%s' cannot be read: %s", path,
		     strerror(errno));
		return false;
	}
	if (len == 0) {
		diag(&j->diags, E0302, j->tree_at, "'%s' is empty", path);
		return false;
	}
	j->base = dt_read(j->arena, blob, len, &why);
	if (!j->base) {
		diag(&j->diags, E0501, j->tree_at, "'%s' is not a sound device tree: %s", path,
		     why);
		return false;
	}
	return apply_overlays(j, blob, len);
}

/* The base tree is small and often in the repository, so --no-files uses it if it is
 * there. */
static bool find_base(struct job *j)
{
	const struct image *i = j->system->device_tree;
	const char *written = j->options->tree ? j->options->tree
			    : i ? i->file.text : j->board->device_tree.text;
	const char *path = j->options->tree ? written : path_of(j, written);
	struct diag *g;

	j->tree_at = j->options->tree ? loc_of_source(source_of_binary(j->arena, "--dtb"))
		   : i ? i->file.at : j->system->board.at;
	j->tree_file = open_file(j, path, written);
	if (j->tree_file)
		return read_base(j, path);
	if (j->options->no_files) {
		j->skipped++;
		return true;
	}
	g = diag(&j->diags, E0301, j->tree_at, "the base tree '%s' cannot be read: %s", path,
		 strerror(errno));
	diag_help(&j->diags, g, "'device-tree:' or --dtb FILE names the board's tree; Debian has "
		  "it in its linux-image packages");
	return false;
}

#define CONFIG_MAX ((size_t)1 << 20)

/* The .config that Xen was built with, kept as text. */
static bool find_config(struct job *j)
{
	const struct value *v = &j->system->xen->config;
	const char *path;
	char *text;
	size_t len;

	if (!v->text)
		return true;
	path = path_of(j, v->text);
	if (!read_file(j->arena, path, NULL, CONFIG_MAX, &text, &len)) {
		if (j->options->no_files) {
			j->skipped++;
			return true;
		}
		diag(&j->diags, E0301, v->at, "'%s' cannot be read: %s", path, strerror(errno));
		return false;
	}
	if (strstr(text, "CONFIG_ARM_64=y")) {
		j->system->xen->config_text = text;
		return true;
	}
	diag(&j->diags, E0303, v->at, "'%s' is not the .config of an arm64 Xen: it has no line "
	     "CONFIG_ARM_64=y", path);
	return false;
}

static bool find_files(struct job *j)
{
	bool ok = find_file(j, j->system->xen->image);

	ok &= find_file(j, j->system->xen->xsm_policy);
	ok &= find_config(j);
	for (struct domain *d = first_domain(j); d; d = next_domain(j, d)) {
		ok &= find_file(j, d->kernel);
		ok &= find_file(j, d->ramdisk);
		ok &= find_file(j, d->passthrough_dtb);
	}
	return find_base(j) && ok;
}

static const char *tree_name(const struct job *j)
{
	const struct image *i = j->system->device_tree;
	const char *written = i ? i->file.text : j->board->device_tree.text;
	const char *slash = strrchr(written, '/');

	return slash ? slash + 1 : written;
}

bool resolve(struct job *j)
{
	if (j->system->dom0)
		j->system->dom0->is_dom0 = true;
	if (!j->system->dom0 && !j->system->guests) {
		struct diag *g = diag(&j->diags, E0813, j->system->o.at,
				      "nothing would run: neither dom0 nor guests are described");

		diag_help(&j->diags, g, "add 'dom0:' or 'guests:'");
		return false;
	}
	j->plan.tree_name = tree_name(j);
	return find_files(j) && check_kinds(j);
}
