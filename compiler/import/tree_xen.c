/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen and dom0, as the properties and modules of /chosen have them. */
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "import/tree_parts.h"
#include "import/xen_words.h"
#include "schema/schema.h"

/* Xen's own line: xen,xen-bootargs, or bootargs if dom0 has a line of its own
 * (xen/common/device-tree/bootinfo-fdt.c, boot_fdt_cmdline()). */
static const char *xen_line(const struct dt_node *chosen)
{
	const struct dt_node *kernel = find_module(chosen, MODULE_KERNEL);
	const char *line = dt_string(chosen, "xen,xen-bootargs");
	const char *of_dom0 = kernel ? dt_string(kernel, "bootargs") : NULL;

	if (line)
		return line;
	line = dt_string(chosen, "bootargs");
	if (!line || !(dt_prop(chosen, "xen,dom0-bootargs") || (of_dom0 && *of_dom0)))
		return "";
	return line;
}

/* dom0's own line, as Xen chooses it (xen/arch/arm/domain_build.c, write_properties()).
 * NULL: it has none. */
static const char *dom0_line(const struct dt_node *chosen, const struct dt_node *kernel)
{
	const char *line = dt_string(chosen, "xen,dom0-bootargs");

	if (!line)
		line = dt_string(kernel, "bootargs");
	if (!line)
		line = dt_string(chosen, "bootargs");
	return line;
}

/* Writes dom0's line. Where a script changes a tree that is not here, the line can still be
 * in that tree: firmware puts one there, which Xen then gives to dom0. */
static void write_dom0_line(struct tree_import *in, const char *line)
{
	const struct boot_script *s = in->script;

	if (!line && s && s->is_sketch)
		diag_help(diag(in->diags, W1055, in->at,
			       "the script sets no command line for dom0, which has that of "
			       "/chosen/bootargs in %s tree",
			       s->firmware_tree ? "the firmware's" : "the board's own"),
			  "write it under 'cmdline' of dom0, with console=hvc0%s",
			  s->firmware_tree ? "; on a Raspberry Pi it is in cmdline.txt" : "");
	write_line(in, line ? line : "", "dom0");
}

/* Takes a word that xendtc makes of a key out of the line, and returns its value; NULL:
 * it is not there. */
static const char *take_word(struct arena *a, const char **line, const char *key)
{
	size_t len = strlen(key);
	const char *found = NULL;
	struct text rest = { .arena = a };

	text_bytes(&rest, "", 0);
	for (const char *w = *line; *w;) {
		size_t word = strcspn(w, " ");

		if (word > len && strncmp(w, key, len) == 0 && w[len] == '=')
			found = arena_copy(a, w + len + 1, word - len - 1);
		else if (word)
			text_add(&rest, "%s%.*s", rest.len ? " " : "", (int)word, w);
		w += word + (w[word] == ' ');
	}
	*line = rest.data;
	return found;
}

/* The first size of dom0_mem=SIZE[,min:SIZE][,max:SIZE], in KiB without a letter
 * (xen/arch/arm/domain_build.c, parse_dom0_mem()). 0: it is none. */
static uint64_t dom0_memory(const char *word)
{
	static const char letters[] = "BKMGT";
	const char *letter = letters + 1;
	uint64_t n;
	char *end;

	n = strtoull(word, &end, 0);
	if (end != word && *end && strchr(letters, *end & ~0x20))
		letter = strchr(letters, *end++ & ~0x20);
	if (end == word || (*end && *end != ',') || n >> 34)
		return 0;
	return n << 10 * (letter - letters);
}

static void write_dom0_memory(struct tree_import *in, const char *word)
{
	uint64_t given = word ? dom0_memory(word) : 0;
	const char *memory = number_show(in->arena, given ? given : XEN_DOM0_MEMORY);

	if (word && !given)
		diag(in->diags, W1053, in->at,
		     "dom0_mem is '%s', which is no size; %s is a guess", word, memory);
	else if (!word)
		yaml_comment(in->yaml,
			     "Xen's line has no dom0_mem: this is what Xen gives then.");
	yaml_scalar(in->yaml, "memory", memory);
}

/* Writes `vcpus` of dom0, within the limits of the key. */
static void write_dom0_vcpus(struct tree_import *in, const char *word)
{
	uint64_t n;

	if (!word)
		return;
	if (number_count(word, &n) == NUMBER_OK && n && n <= 128)
		yaml_scalar(in->yaml, "vcpus", word);
	else
		diag(in->diags, W1053, in->at,
		     "dom0_max_vcpus is '%s', which is no number of CPUs: it is left out", word);
}

/* Writes colours as a list of ranges; what else Xen might make of the text is reported.
 */
static void write_colors(struct tree_import *in, const char *word, const char *name)
{
	if (!word)
		return;
	if (form_accepts(in->patterns, FORM_RANGES, word))
		yaml_scalar(in->yaml, "llc-colors", word);
	else
		diag(in->diags, W1053, in->at,
		     "%s is '%s', which is no list of colours such as 0-3,7: it is left out",
		     name, word);
}

/* U-Boot tells of a ramdisk in /chosen itself, and Xen takes that before any module
 * (xen/common/device-tree/bootinfo-fdt.c, process_chosen_node()). */
static void write_ramdisk(struct tree_import *in, const struct dt_node *chosen)
{
	const struct dt_prop *start = dt_prop(chosen, "linux,initrd-start");
	uint64_t address = in->script ? in->script->ramdisk : 0;

	if (start && (start->len == 4 || start->len == 8))
		address = dt_number(start->data, (uint32_t)start->len / 4);
	if (address)
		write_file(in, "ramdisk", address, "dom0's ramdisk");
	else
		write_module(in, find_module(chosen, MODULE_RAMDISK), "ramdisk");
}

static void write_dom0(struct tree_import *in, const struct dt_node *chosen,
		       const char *memory, const char *vcpus, const char *colors)
{
	const struct dt_node *kernel = find_module(chosen, MODULE_KERNEL);
	struct yaml *y = in->yaml;

	if (!kernel)
		return;
	yaml_gap(y);
	yaml_open(y, "dom0", YAML_MAP);
	write_module(in, kernel, "kernel");
	write_ramdisk(in, chosen);
	write_dom0_line(in, dom0_line(chosen, kernel));
	write_dom0_memory(in, memory);
	write_dom0_vcpus(in, vcpus);
	write_colors(in, colors, "dom0-llc-colors");
	yaml_close(y);
}

static void write_heap(struct tree_import *in, const struct dt_node *chosen)
{
	const struct dt_prop *p = dt_prop(chosen, "xen,static-heap");
	const struct dt_node *root = in->dt->root;

	if (p)
		write_extents(in, "static-heap", chosen, p, dt_address_cells(root),
			      dt_size_cells(root));
}

static void write_xen_image(struct tree_import *in)
{
	const struct boot_script *s = in->script;

	if (s && s->command && !streq(s->command, "bootm")) {
		write_file(in, "image", s->xen, "Xen");
		return;
	}
	yaml_scalar(in->yaml, "image", "xen");
	yaml_remark(in->yaml, s && s->command ? "xendtc makes bootm's uImage of it"
					      : "the tree does not name it");
}

static void write_xen(struct tree_import *in, const struct dt_node *chosen,
		      const char *line, const char *colors)
{
	struct yaml *y = in->yaml;

	yaml_gap(y);
	yaml_open(y, "xen", YAML_MAP);
	write_xen_image(in);
	write_line(in, line, "Xen");
	write_fork_words(in->arena, y, line);
	write_module(in, find_module(chosen, MODULE_POLICY), "xsm-policy");
	write_heap(in, chosen);
	write_colors(in, colors, "xen-llc-colors");
	write_raw(in, chosen);
	yaml_close(y);
}

/* The line with the UART that the script names as stdout-path, which Xen takes where its line
 * has no dtuart= (xen/drivers/char/arm-uart.c, dt_uart_init()). The board's tree may name
 * another. */
static const char *with_console(struct arena *a, const struct boot_script *s, const char *line)
{
	const char *word = strstr(line, "dtuart=");

	while (word && word > line && word[-1] != ' ')
		word = strstr(word + 1, "dtuart=");
	if (!s || !s->console || !*s->console || word)
		return line;
	return arena_printf(a, "%s%sdtuart=%s", line, *line ? " " : "", s->console);
}

void write_xen_and_dom0(struct tree_import *in, const struct dt_node *chosen)
{
	const char *line = with_console(in->arena, in->script, xen_line(chosen));
	const char *memory = take_word(in->arena, &line, "dom0_mem");
	const char *vcpus = take_word(in->arena, &line, "dom0_max_vcpus");
	const char *colors = take_word(in->arena, &line, "xen-llc-colors");
	const char *dom0_colors = take_word(in->arena, &line, "dom0-llc-colors");

	write_xen(in, chosen, line, colors);
	write_dom0(in, chosen, memory, vcpus, dom0_colors);
}
