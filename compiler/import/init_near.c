/* SPDX-License-Identifier: BSD-2-Clause */
/* A file that is of no use becomes a sentence that says what to do with it. */
#include "import/init_near.h"

#include <string.h>

#include "base/list.h"
#include "input/form.h"

#define TEXT_MAX ((size_t)1 << 20)

/* What somebody who gave a file this name took it for. */
static enum found_role role_by_name(const char *name)
{
	static const struct {
		const char *part;
		enum found_role role;
	} parts[] = {
		{ "xen", FOUND_XEN }, { ".dtb", FOUND_TREE }, { "Image", FOUND_KERNEL },
		{ "linux", FOUND_KERNEL }, { "linuz", FOUND_KERNEL }, { "kernel", FOUND_KERNEL },
		{ "init", FOUND_RAMDISK },
	};

	for (size_t i = 0; i < countof(parts); i++)
		if (strstr(name, parts[i].part))
			return parts[i].role;
	return FOUND_OTHER;
}

/* The program that unpacks a file; NULL: it is not packed, or by gzip, which Xen unpacks. */
static const char *unpacker_of(enum file_kind kind)
{
	switch (kind) {
	case FILE_XZ: return "unxz";
	case FILE_ZSTD: return "unzstd";
	case FILE_LZ4:
	case FILE_LZ4_FRAME: return "unlz4";
	case FILE_LZMA: return "unlzma";
	case FILE_BZIP2: return "bunzip2";
	case FILE_LZO: return "lzop -d";
	default: return NULL;
	}
}

/* What to do with a file that its name calls Xen, a kernel or a tree. NULL: nothing helps. */
static const char *remedy_of(struct arena *a, const struct found_file *f)
{
	const char *unpacker = unpacker_of(f->file->kind);

	if (unpacker)
		return arena_printf(a, "unpack '%s' first: %s", f->name, unpacker);
	switch (f->file->kind) {
	case FILE_GZIP:
		return arena_printf(a, "unpack '%s' first: gunzip", f->name);
	case FILE_AR:
		return arena_printf(a, "'%s' is a package: dpkg -x %s FOLDER gets at what is in it",
				    f->name, f->name);
	case FILE_ZIP:
	case FILE_TAR:
		return arena_printf(a, "'%s' is an archive: unpack it first", f->name);
	case FILE_ELF:
		return arena_printf(a, "'%s' is an ELF file, which U-Boot does not start: take what "
				    "the same build wrote for booting (xen, arch/arm64/boot/Image)",
				    f->name);
	case FILE_GIT_LFS:
		return arena_printf(a, "'%s' is a pointer of Git LFS: git lfs pull gets the file",
				    f->name);
	case FILE_BZIMAGE:
	case FILE_ARM32_ZIMAGE:
	case FILE_EFI_ZBOOT:
	case FILE_WEB_PAGE:
		return arena_printf(a, "'%s' will not do: it is %s", f->name, file_what(a, f->file));
	default:
		return NULL;
	}
}

/* A tree of no board that is known, or of no machine. */
static void set_near_tree(struct job *j, struct found_file *f)
{
	f->near = FOUND_TREE;
	f->is_hopeless = !f->tree || !dt_find(f->tree, "/cpus");
	if (f->tree && dt_find(f->tree, "/cpus"))
		f->remedy = arena_printf(j->arena, "'%s' is the tree of another machine: describe that in "
					 "a board.yaml (xendtc-board(5)), and say --board-path",
					 f->name);
	else if (f->tree)
		f->remedy = arena_printf(j->arena, "'%s' will not do: it has no CPUs, as overlays and "
					 "partial trees have none", f->name);
	else
		f->remedy = arena_printf(j->arena, "'%s' is damaged: copy it again", f->name);
}

/* A script or a config says already which system is meant. */
static void set_importable(struct job *j, struct found_file *f)
{
	const char *text;
	size_t len;
	enum description_form form;

	if (!cache_bytes(j->cache, f->file->path, TEXT_MAX, &text, &len))
		return;
	form = description_form(text, len);
	if (form != FORM_IS_CONFIG && form != FORM_IS_SCRIPT)
		return;
	f->near = FOUND_OTHER;
	f->remedy = arena_printf(j->arena, "'%s' is %s, and describes a system: xendtc import %s",
				 f->name, description_form_name(form), f->name);
}

void set_near(struct job *j, struct found_file *f)
{
	enum file_kind kind = f->file->kind;
	bool is_foreign;	/* a kernel that no arm64 board boots */

	if (kind == FILE_DTB) {
		set_near_tree(j, f);
		return;
	}
	if (kind == FILE_TEXT || (kind == FILE_UIMAGE && f->file->uimage_type == UIMAGE_SCRIPT)) {
		set_importable(j, f);
		return;
	}
	is_foreign = kind == FILE_BZIMAGE || kind == FILE_ARM32_ZIMAGE || kind == FILE_EFI_ZBOOT;
	f->near = f->version ? FOUND_XEN	/* one that is packed */
		: is_foreign ? FOUND_KERNEL : role_by_name(f->name);
	f->is_hopeless = is_foreign || kind == FILE_WEB_PAGE;
	if (f->near != FOUND_OTHER)
		f->remedy = remedy_of(j->arena, f);
}

void set_misnamed(struct job *j, struct found_file *f)
{
	f->near = f->role;
	f->role = FOUND_OTHER;
	f->remedy = arena_printf(j->arena, "rename '%s': names in a description have letters, digits "
				 "and ._/+@,- and no spaces", f->name);
}
