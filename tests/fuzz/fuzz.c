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

/* The exit status. */
static int call(const char *const *words, size_t count)
{
	char *argv[40] = { NULL };
	int argc = 0, status;

	assert(count + 6 < countof(argv));
	argv[argc++] = strdup("xendtc");
	for (size_t i = 0; i < count; i++)
		argv[argc++] = strdup(words[i]);
	argv[argc++] = strdup("--board-path");
	argv[argc++] = strdup(boards);
	status = xendtc_main(argc, argv, files, boards);
	while (argc)
		free(argv[--argc]);
	return status;
}

/* The same for words that are none of a usage error. */
static int run(const char *const *words, size_t count)
{
	int status = call(words, count);

	assert(status == 0 || status == 1 || status == 3);
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

/* Inputs of several parts have a line "%%" between them. Returns what is before it, and sets *size to
 * its length; *rest is what comes after it, which is nothing if there is no such line. */
static size_t first_part(const uint8_t *data, size_t size, const uint8_t **rest)
{
	static const char line[] = "\n%%\n";
	const uint8_t *at = size ? memmem(data, size, line, strlen(line)) : NULL;

	*rest = at ? at + strlen(line) : data + size;
	return at ? (size_t)(at - data) + 1 : size;
}

/* A description, the one that it extends, and the one that that extends. */
static void check_extends(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "system.yaml", "base.yaml", "root.yaml" };
	const uint8_t *end = data + size, *rest;

	for (size_t i = 0; i < countof(names); i++, data = rest)
		put(names[i], data, first_part(data, (size_t)(end - data), &rest));
	check("--color", "never");
}

#define SETTINGS_MAX 8

/* A line for each --set, and the description. A line may be one that --set does not take. */
static void check_settings(const uint8_t *data, size_t size)
{
	const char *words[4 + 2 * SETTINGS_MAX] = { "check", "--files", files, "system.yaml" };
	struct arena arena = { 0 };
	const uint8_t *rest;
	size_t len = first_part(data, size, &rest), n = 4, line;
	char *text = arena_copy(&arena, (const char *)data, len);

	put("system.yaml", rest, size - (size_t)(rest - data));
	for (; *text && n < countof(words); text += line) {
		line = strcspn(text, "\n");
		words[n++] = "--set";
		words[n++] = arena_copy(&arena, text, line);
		line += text[line] == '\n';
	}
	assert(call(words, n) <= 3);
	arena_free(&arena);
}

static char *read_text(const char *name, size_t *len)
{
	static char text[4 << 20];
	FILE *f = fopen(name, "r");

	*len = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
	if (f)
		fclose(f);
	text[*len] = '\0';
	return text;
}

static bool is_yaml(const char *name)
{
	struct diag_wishes wishes = { .werror = false };
	struct arena arena = { 0 };
	struct diags d = { .arena = &arena, .wishes = &wishes };
	size_t len;
	char *text = read_text(name, &len);
	bool good = tree_read(source_of_text(&arena, name, text, len), &d);

	arena_free(&arena);
	return good;
}

/* What is mended is no worse, and mended to the end. */
static void check_fix(const uint8_t *data, size_t size)
{
	bool was_yaml, was_good;

	put("system.yaml", data, size);
	RUN("check", "--diff", "--files", files, "system.yaml");
	was_yaml = is_yaml("system.yaml");
	was_good = RUN("check", "--files", files, "system.yaml") == 0;
	RUN("check", "--fix", "--files", files, "system.yaml");
	assert(!was_yaml || is_yaml("system.yaml"));
	assert(!was_good || RUN("check", "--files", files, "system.yaml") == 0);
}

/* The first byte says which form the findings have. */
static void check_formats(const uint8_t *data, size_t size)
{
	static const char *const formats[] = {
		"text", "short", "json", "sarif", "github", "gitlab", "junit",
	};
	const char *format = formats[size ? data[0] % countof(formats) : 0];

	put("system.yaml", data + (size != 0), size - (size != 0));
	RUN("check", "--format", format, "--files", files, "system.yaml");
}

static void map(const uint8_t *data, size_t size)
{
	put("system.yaml", data, size);
	RUN("map", "--svg", "map.svg", "--html", "map.html", "--files", files, "system.yaml");
	RUN("map", "--json", "--files", files, "system.yaml");
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
	struct diag_wishes wishes = { .werror = false };
	struct arena arena = { 0 };
	struct patterns patterns = { .arena = &arena };
	struct diags d = { .arena = &arena, .wishes = &wishes };
	struct system *s = NEW(&arena, struct system);
	size_t len;
	char *text = read_text("made.yaml", &len);
	const struct node *tree;

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

/* A folder with one file that we have not made. */
static void init(const uint8_t *data, size_t size)
{
	put("x", data, size);
	if (RUN("init", "-o", "made.yaml", ".") == 0)
		read_back();
	unlink("made.yaml");
}

/* A tree, and behind its end the script. */
static void import_tree(const uint8_t *data, size_t size)
{
	size_t tree = size;

	if (size > 8) {
		tree = (size_t)dt_number(data + 4, 1);	/* totalsize of its header */
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
	{ "extends", check_extends },
	{ "settings", check_settings },
	{ "fix", check_fix },
	{ "formats", check_formats },
	{ "map", map },
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
	{ "init", init },
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
	setvbuf(stderr, NULL, _IOFBF, 1 << 16);
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
