/* SPDX-License-Identifier: BSD-2-Clause */
/* A file in the place of another one is refused, with what to do instead. */
#include "checks/wrong_kind.h"
#include "input/cache.h"

#include "base/list.h"

#define ANY (~0u)
#define KERNEL_HELP "this is a kernel: write it at 'kernel'"

struct advice {
	unsigned purposes;
	enum file_kind kind;
	const char *help;
};

/* What to do with a file of that kind in a place that is for one of `purposes`. The first
 * row that fits counts. */
static const struct advice advices[] = {
	{ ANY, FILE_GIT_LFS, "fetch the file that it stands for: git lfs pull" },
	{ ANY, FILE_WEB_PAGE, "the server answered with a page: fetch the file again, by the "
			      "link that leads to the file itself" },
	{ ANY, FILE_ZIP, "unpack it first: unzip" },
	{ ANY, FILE_AR, "unpack it first: dpkg-deb -x FILE FOLDER" },
	{ FOR_XEN | FOR_KERNEL, FILE_TAR, "unpack it first: tar -xf" },
	{ FOR_XEN | FOR_KERNEL, FILE_XZ, "unpack it first: unxz" },
	{ FOR_XEN | FOR_KERNEL, FILE_ZSTD, "unpack it first: unzstd" },
	{ FOR_XEN | FOR_KERNEL, FILE_LZ4, "unpack it first: unlz4" },
	{ FOR_XEN | FOR_KERNEL, FILE_LZ4_FRAME, "unpack it first: unlz4" },
	{ FOR_XEN | FOR_KERNEL, FILE_LZMA, "unpack it first: unlzma" },
	{ FOR_XEN | FOR_KERNEL, FILE_BZIP2, "unpack it first: bunzip2" },
	{ FOR_XEN | FOR_KERNEL, FILE_LZO, "unpack it first: lzop -d" },
	{ FOR_XEN | FOR_KERNEL, FILE_BZIMAGE,
	  "it was built for another machine; take one for arm64" },
	{ FOR_XEN, FILE_ELF, "use the file 'xen' of the build, not xen-syms" },
	{ FOR_KERNEL, FILE_ELF, "use arch/arm64/boot/Image of the build, not vmlinux" },
	{ FOR_XEN | FOR_KERNEL, FILE_EFI_ZBOOT,
	  "this vmlinuz is a self-unpacking EFI program; use the Image that is inside it "
	  "(arch/arm64/boot/Image)" },
	{ FOR_KERNEL, FILE_CPIO, "this is a ramdisk: write it at 'ramdisk'" },
	{ FOR_XEN | FOR_KERNEL | FOR_RAMDISK, FILE_DTB,
	  "the machine's tree is written at 'device-tree', the devices of a guest at "
	  "'passthrough-dtb'" },
	{ FOR_RAMDISK, FILE_ARM64_IMAGE, KERNEL_HELP },
	{ FOR_RAMDISK, FILE_ARM32_ZIMAGE, KERNEL_HELP },
	{ FOR_RAMDISK, FILE_TAR,
	  "make an archive that Linux unpacks: mkdir root; tar -xf FILE -C root; "
	  "(cd root; find . | cpio -o -H newc) > ramdisk.cpio" },
	{ FOR_RAMDISK, FILE_GZIP, "it was packed twice: unpack it once, with gunzip" },
	{ FOR_RAMDISK, FILE_CPIO_OLD, "pack it with cpio -o -H newc" },
	{ FOR_RAMDISK, FILE_LZ4_FRAME, "Linux unpacks lz4's old form: pack it with lz4 -l" },
	{ FOR_TREE, FILE_TEXT, "if it is the source of a tree, compile it: dtc -I dts -O dtb" },
};

static const char *advice_for(enum purpose purpose, enum file_kind kind)
{
	for (size_t i = 0; i < countof(advices); i++)
		if (advices[i].purposes & purpose && advices[i].kind == kind)
			return advices[i].help;
	return NULL;
}

/* Advice by what is in the file, for the headers of Xen, Linux and U-Boot are alike;
 * NULL: none of them. */
static const char *advice_by_text(struct cache *cache, enum purpose purpose,
				  const struct file *f)
{
	if (purpose != FOR_XEN && cache_xen_version(cache, f))
		return "Xen is written at 'image' under 'xen'";
	if (purpose == FOR_XEN && cache_linux_version(cache, f))
		return KERNEL_HELP;
	if (cache_is_u_boot(cache, f))
		return "U-Boot is written at 'u-boot' under 'card'";
	return NULL;
}

static const char *advice_on_wrapped(enum purpose purpose, const struct file *f)
{
	bool may = purpose == FOR_XEN
		   || (purpose == FOR_RAMDISK && f->uimage_type == UIMAGE_RAMDISK);

	return may ? "take the 64 bytes of header off: tail -c +65 FILE" : NULL;
}

/* Advice on what to do with the file, first by what it is, then by how it is packed;
 * NULL: there is none. */
static const char *advice_on(struct cache *cache, enum purpose purpose, const struct file *f)
{
	const char *help = advice_by_text(cache, purpose, f);

	if (help)
		return help;
	if (f->kind == FILE_UIMAGE)
		return advice_on_wrapped(purpose, f);
	if (f->kind == FILE_GZIP && purpose == FOR_XEN && f->inside == FILE_ARM64_IMAGE)
		return "unpack it first: gunzip";
	if (f->kind == FILE_GZIP)
		help = advice_for(purpose, f->inside);
	return help ? help : advice_for(purpose, f->kind);
}

static const char *key_of(enum purpose purpose)
{
	switch (purpose) {
	case FOR_XEN:
		return "image";
	case FOR_KERNEL:
		return "kernel";
	case FOR_RAMDISK:
		return "ramdisk";
	case FOR_POLICY:
		return "xsm-policy";
	case FOR_TREE:
		return "passthrough-dtb";
	case FOR_U_BOOT:
		return "u-boot";
	}
	return NULL;
}

bool wrong_kind(struct diags *diags, struct cache *cache, enum purpose purpose,
		struct loc at, const struct file *f, const char *wanted)
{
	struct diag *g = diag(diags, E0303, at, "'%s' wants %s, not %s: '%s'",
			      key_of(purpose), wanted, file_what(diags->arena, f),
			      f->path);
	const char *help = advice_on(cache, purpose, f);

	if (help)
		diag_help(g, "%s", help);
	return false;
}
