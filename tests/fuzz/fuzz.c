/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes become a run of xendtc, in this process: libFuzzer (LLVM docs, LibFuzzer.html) chooses
 * them by the coverage that they bring. `--target=NAME` says what they are, `--files=FOLDER`
 * where the module files are, `--boards=FOLDER` the boards, `--scratch=FOLDER` is an empty
 * folder of its own, best in memory. */
#include "fuzz.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/list.h"
#include "base/pattern.h"
#include "base/text.h"
#include "input/devicetree.h"
#include "input/tree.h"
#include "model.h"
#include "rows/rows.h"
#include "schema/schema.h"

/* libFuzzer has no argument to hand these through. */
static const struct target *target;
static const char *files, *boards;

/* A file of the scratch folder, which is the current one. */
static void put(const char *name, const void *data, size_t size)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size) {
		perror(name);
		abort();
	}
	close(fd);
}

static int run(const char *const *words, size_t count)
{
	char *argv[32] = { NULL };
	int argc = 0, status;

	assert(count + 6 < countof(argv));
	argv[argc++] = strdup("xendtc");
	for (size_t i = 0; i < count; i++)
		argv[argc++] = strdup(words[i]);
	argv[argc++] = strdup("--board-path");
	argv[argc++] = strdup(boards);
	optind = 0;	/* getopt() starts anew */
	status = xendtc_main(argc, argv);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	assert(status >= 0 && status <= 3 && status != 2);
	return status;
}

#define RUN(...) run((const char *const[]){ __VA_ARGS__ }, \
		     countof(((const char *const[]){ __VA_ARGS__ })))

/* What is good is built too. */
static void check(const char *more, const char *value)
{
	if (RUN("check", "--files", files, "system.yaml", more, value) == 0)
		RUN("build", "-q", "--no-hash", "-o", "out", "--files", files, "system.yaml",
		    more, value);
}

static void check_system(const uint8_t *data, size_t size)
{
	put("system.yaml", data, size);
	check("--color", "never");
}

static void check_without_files(const uint8_t *data, size_t size)
{
	put("system.yaml", data, size);
	RUN("check", "--no-files", "system.yaml");
}

static void check_board(const uint8_t *data, size_t size)
{
	put("board.yaml", data, size);
	check("--color", "never");
}

static void check_tree(const uint8_t *data, size_t size)
{
	static const char *const systems[] = {
		"board: rpi4\nmemory: 4G\ndevice-tree: x.dtb\n"
		"xen: {image: xen, cmdline: console=dtuart dtuart=serial1}\n"
		"dom0: {kernel: Image, ramdisk: initrd.cpio, memory: 512M}\n",
		"board: qemu-arm64\nmemory: 4G\ndevice-tree: x.dtb\n"
		"xen: {image: xen-4.20, cmdline: console=dtuart, config: xen.config}\n"
		"dom0: {kernel: Image, cmdline: clk_ignore_unused, memory: 256M}\n"
		"guests:\n  net: {kernel: Image, memory: 128M, vcpus: 1, direct-map: true,\n"
		"    static-memory: auto, passthrough: [gpio, /bus@b000000/spi@4000]}\n"
		"  app: {kernel: Image, memory: 64M, vcpus: 1, passthrough: [rtc]}\n",
		"board: qemu-arm64\nmemory: 4G\ndevice-tree: x.dtb\n"
		"xen: {image: xen-4.20, cmdline: console=dtuart, config: xen.config}\n"
		"dom0: {kernel: Image, memory: 256M}\n"
		"guests: {net: {kernel: Image, memory: 128M, vcpus: 1}}\n"
		"shared-memory: {ring: {size: 64K, address: auto, at: {net: 0x80000000}}}\n",
	};
	const char *text = systems[size % countof(systems)];

	put("system.yaml", text, strlen(text));
	put("x.dtb", data, size);
	check("--dtb", "x.dtb");
}

static void check_overlay(const uint8_t *data, size_t size)
{
	put("x.dtbo", data, size);
	check("--color", "never");
}

static void check_partial(const uint8_t *data, size_t size)
{
	put("x.dtb", data, size);
	check("--color", "never");
}

/* SCRATCH stands for the current folder. */
static void put_system(const char *text)
{
	struct arena arena = { 0 };
	struct text t = { .arena = &arena };
	char *folder = getcwd(NULL, 0);

	for (const char *at; (at = strstr(text, "SCRATCH")); text = at + strlen("SCRATCH"))
		text_add(&t, "%.*s%s", (int)(at - text), text, folder);
	text_add(&t, "%s", text);
	put("system.yaml", t.data, t.len);
	free(folder);
	arena_free(&arena);
}

#define SYSTEM(board, xen, kernel, more, rest)                                           \
	"board: " board "\nmemory: 4G\nxen: {image: " xen "}\n"                          \
	"dom0: {kernel: " kernel ", memory: 256M" more "}\n" rest

#define RPI4_XEN "xen, cmdline: console=dtuart dtuart=serial1"
#define RPI4_TREE "device-tree: bcm2711-rpi-4-b.dtb\n"
#define QEMU_XEN "xen-4.20, cmdline: console=dtuart, config: xen.config"

/* The first byte says which file it is. */
static void check_image(const uint8_t *data, size_t size)
{
	static const char *const systems[] = {
		SYSTEM("rpi4", "SCRATCH/x, cmdline: console=dtuart dtuart=serial1", "Image", "",
		       RPI4_TREE),
		SYSTEM("rpi4", RPI4_XEN, "SCRATCH/x", "", RPI4_TREE),
		SYSTEM("rpi4", RPI4_XEN, "Image", ", ramdisk: SCRATCH/x", RPI4_TREE),
	};

	put_system(systems[size ? data[0] % countof(systems) : 0]);
	put("x", data + (size != 0), size - (size != 0));
	check("--color", "never");
}

static void check_config(const uint8_t *data, size_t size)
{
	put("x.config", data, size);
	check("--color", "never");
}

/* Whatever the old tree or config holds: import writes YAML, and keys that there are, each
 * once. What a key may hold is another matter, since the old system may have been wrong. */
static bool is_imports_fault(enum diag_code code)
{
	return code < E0201 || code == E0201 || code == E0203;
}

static void read_back(void)
{
	static char text[4 << 20];
	struct diag_wishes wishes = { .werror = false };
	struct arena arena = { 0 };
	struct patterns patterns = { .arena = &arena };
	struct diags d = { .arena = &arena, .wishes = &wishes };
	struct system *s = NEW(&arena, struct system);
	FILE *f = fopen("made.yaml", "r");
	size_t len = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
	const struct node *tree;

	if (f)
		fclose(f);
	text[len] = '\0';
	tree = tree_read(source_of_text(&arena, "made.yaml", text, len), &d);
	if (tree)
		bind(tree, &system_record, &s->o, &d, &patterns);
	for (const struct diag *g = d.first; g; g = g->next)
		if (is_imports_fault(g->code)) {
			dprintf(STDERR_FILENO, "%s\n%s: %s\n", text,
				diag_info[g->code].name, g->text);
			abort();
		}
	patterns_free(&patterns);
	arena_free(&arena);
}

static void import_config(const uint8_t *data, size_t size)
{
	put("config", data, size);
	if (RUN("import", "--board", "rpi4", "--memory", "4G", "-o", "made.yaml", "config") == 0)
		read_back();
}

/* A tree, and behind its end the script. */
static void import_tree(const uint8_t *data, size_t size)
{
	size_t tree = size;

	if (size > 8) {
		tree = (size_t)data[4] << 24 | data[5] << 16 | data[6] << 8 | data[7];
		tree = tree > size ? size : tree;
	}
	put("made.dtb", data, tree);
	put("script", data + tree, size - tree);
	if (RUN("import", "--board", "rpi4", "--memory", "4G", "-o", "made.yaml", "made.dtb",
		size > tree ? "script" : "--layout") == 0)
		read_back();
}

static const struct target {
	const char *name;
	void (*run)(const uint8_t *data, size_t size);
	bool is_tree;
	const char *system;	/* put there once; NULL: the bytes are it */
} targets[] = {
	{ "system", check_system },
	{ "system-no-files", check_without_files },
	{ "board", check_board, false,
	  SYSTEM("./board.yaml", RPI4_XEN, "Image", "", RPI4_TREE) },
	{ "tree", check_tree, true },
	{ "overlay", check_overlay, true,
	  SYSTEM("rpi4", RPI4_XEN, "Image", "", RPI4_TREE "overlays: [SCRATCH/x.dtbo]\n") },
	{ "partial", check_partial, true,
	  SYSTEM("qemu-arm64", QEMU_XEN, "Image", "",
		 "device-tree: devices.dtb\nguests: {net: {kernel: Image, memory: 128M, "
		 "vcpus: 1, passthrough-dtb: SCRATCH/x.dtb}}\n") },
	{ "image", check_image },
	{ "xen-config", check_config, false,
	  SYSTEM("qemu-arm64", "xen-4.20, cmdline: console=dtuart llc-coloring=on sched=null, "
		 "config: SCRATCH/x.config", "Image", "",
		 "device-tree: devices.dtb\nguests: {net: {kernel: Image, memory: 128M, "
		 "vcpus: 1, static-memory: auto, direct-map: true, passthrough: [rtc]}}\n") },
	{ "config", import_config },
	{ "import-tree", import_tree, true },
};

static const char *option(char **argv, const char *name)
{
	size_t len = strlen(name);

	for (; *argv; argv++)
		if (strncmp(*argv, name, len) == 0)
			return *argv + len;
	fprintf(stderr, "%s... is missing\n", name);
	exit(2);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = option(*argv, "--target=");

	(void)argc;
	files = option(*argv, "--files=");
	boards = option(*argv, "--boards=");
	for (target = targets; strcmp(target->name, name) != 0; target++)
		if (target + 1 == targets + countof(targets))
			exit(fprintf(stderr, "no target is called '%s'\n", name));
	setenv("SOURCE_DATE_EPOCH", "0", 1);
	if (chdir(option(*argv, "--scratch=")))
		exit(2);
	if (target->system)
		put_system(target->system);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	return target->is_tree ? mutate_tree(data, size, max_size, seed)
			       : LLVMFuzzerMutate(data, size, max_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	target->run(data, size);
	return 0;
}
