/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's command line, and dom0. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "import/ib_config.h"
#include "import/xen_words.h"

/* Xen's line that ImageBuilder writes if the config has none. */
#define XEN_DEFAULT "console=dtuart dtuart=serial0 bootscrub=0 vwfi=native sched=null"
#define DOM0_DEFAULT "console=hvc0 earlycon=xen earlyprintk=xen clk_ignore_unused"
#define DOM0_MIB 1500

#define NOT_SET "ImageBuilder's default"

struct xen_line {
	struct text rest;       /* the words that stay */
	uint64_t memory, vcpus; /* bytes; 0: not given */
};

/* A size as Xen reads it: without a letter it is in KiB (xen/lib/parse-size.c). */
static bool read_size(const char *s, uint64_t *n)
{
	static const char letters[] = "BKMGT";
	const char *letter;
	char *end;

	*n = strtoull(s, &end, 0);
	letter = *end ? strchr(letters, *end & ~0x20) : letters + 1;
	if (end == s || !letter || (*end && end[1]))
		return false;
	*n <<= 10 * (letter - letters);
	return true;
}

/* Whether the word is for dom0. ImageBuilder deletes "dom0" and what follows it from
 * every word; where that is the end of a word, it is reported. */
static bool is_for_dom0(struct ib_config *c, const struct shell_value *v,
			const char *word)
{
	const char *at = strstr(word, "dom0");

	if (at && at != word)
		ib_differs(c, v,
			       "without dom0 ImageBuilder cuts '%s' down to '%.*s'; it "
			       "stays whole here",
			       word, (int)(at - word), word);
	return at == word;
}

static bool take_word(struct ib_config *c, const struct shell_value *v, const char *word,
		      struct xen_line *l)
{
	char *end;

	if (!c->dom0)
		return is_for_dom0(c, v, word);
	if (starts_with(word, "dom0_mem=")) {
		if (!read_size(word + 9, &l->memory))
			return ib_wrong(c, v, "write a size, as in dom0_mem=1G",
					    "holds '%s', which is no size to Xen",
					    word);
		return true;
	}
	if (!starts_with(word, "dom0_max_vcpus="))
		return false;
	l->vcpus = strtoull(word + 15, &end, 0);
	if (!*end && l->vcpus)
		return true;
	return ib_wrong(c, v, "write a number, as in dom0_max_vcpus=2",
			"holds '%s', which is no number of CPUs", word);
}

static void read_line(struct ib_config *c, struct xen_line *l)
{
	const struct shell_value *v = ib_get(c, "XEN_CMD", 0);
	const char **words;
	size_t n = ib_words(c, v->text, " \t\r\n", &words);

	text_bytes(&l->rest, "", 0);
	for (size_t i = 0; i < n; i++)
		if (!take_word(c, v, words[i], l))
			text_add(&l->rest, "%s%s", l->rest.len ? " " : "", words[i]);
}

static bool read_default(struct ib_config *c, const char *name, uint64_t otherwise,
			 uint64_t *n)
{
	const struct shell_value *v = ib_get(c, name, 0);

	*n = otherwise;
	return !v || ib_number(c, v, n);
}

uint64_t ib_dom0_memory(struct ib_config *c)
{
	struct xen_line l = { .rest.arena = c->j->arena };
	uint64_t n;

	if (ib_get(c, "XEN_CMD", 0)) {
		read_line(c, &l);
		return l.memory ? l.memory : XEN_DOM0_MEMORY;
	}
	return read_default(c, "DOM0_MEM", DOM0_MIB, &n) ? n << 20 : 0;
}

static bool refuse_both(struct ib_config *c)
{
	static const char *const names[] = { "DOM0_MEM", "DOM0_VCPUS", NULL };
	const struct shell_value *line = ib_get(c, "XEN_CMD", 0), *v;
	bool ok = true;

	for (const char *const *name = names; line && *name; name++) {
		struct diag *g;

		v = ib_get(c, *name, 0);
		if (!v)
			continue;
		g = diag(&c->j->diags, E1006, v->at,
			 "%s and XEN_CMD are both set: ImageBuilder "
			 "writes nothing, and exits with 0",
			 *name);
		diag_note(g, line->at, "XEN_CMD is set here");
		diag_help(g, "remove one of them");
		ok = false;
	}
	return ok;
}

static void write_colors(struct ib_config *c, const char *name)
{
	const struct shell_value *v = ib_get(c, name, 0);

	if (!v)
		return;
	yaml_scalar(&c->y, "llc-colors", v->text);
	ib_differs(
		c, v,
		"%s is written as Xen 4.20 wants it; ImageBuilder writes a parameter "
		"of a fork, which Xen ignores",
		name);
}

/* Writes the line that ImageBuilder makes where the config has none. */
static void write_default_line(struct ib_config *c)
{
	/* Colours need the switch (Xen docs/misc/cache-coloring.rst). */
	bool colors = ib_get(c, "XEN_COLORS", 0) || ib_get(c, "DOM0_COLORS", 0);
	const char *line = arena_printf(c->j->arena, XEN_DEFAULT "%s%s",
					colors ? " llc-coloring=on" : "",
					ib_is_one(c, "DOM0_VIOMMU", 0) ? " dom0_viommu=1" : "");

	yaml_scalar(&c->y, "cmdline", line);
	yaml_remark(&c->y, NOT_SET);
	write_fork_words(c->j->arena, &c->y, line);
	write_colors(c, "XEN_COLORS");
}

static bool write_xen(struct ib_config *c, struct xen_line *l)
{
	const struct shell_value *image = ib_get(c, "XEN", 0), *v;
	bool ok = true;

	if (!image) {
		diag_help(diag(&c->j->diags, E1005, loc_of_source(c->shell.src),
			       "XEN is not set: without Xen there is nothing to boot"),
			  "add XEN=FILE, the file of Xen");
		return false;
	}
	yaml_open(&c->y, "xen", YAML_MAP);
	ib_write_file(c, "image", image);
	if (ib_get(c, "XEN_CMD", 0)) {
		read_line(c, l);
		yaml_scalar(&c->y, "cmdline", l->rest.data);
		write_fork_words(c->j->arena, &c->y, l->rest.data);
	} else {
		write_default_line(c);
	}
	if ((v = ib_get(c, "XEN_POLICY", 0)))
		ib_write_file(c, "xsm-policy", v);
	if ((v = ib_get(c, "XEN_STATIC_HEAP", 0)))
		ok = ib_write_ranges(c, "static-heap", v);
	yaml_close(&c->y);
	return ok;
}

/* The name of the partition behind the one that U-Boot loads from, as disk_image makes
 * it. */
static const char *root_of(struct ib_config *c, const struct shell_value *rootfs)
{
	const char *load = ib_text(c, "LOAD_CMD"),
		   *colon = load ? strrchr(load, ':') : NULL;
	const char *device = colon;
	unsigned long part;

	while (device && device > load && device[-1] != ' ')
		device--;
	part = colon ? strtoul(strchr(load, ':') + 1, NULL, 10) + 1 : 0;
	if (load && colon && strstr(load, "mmc"))
		return arena_printf(c->j->arena, "/dev/mmcblk%.*sp%lu",
				    (int)(colon - device), device, part);
	if (load && colon && strstr(load, "scsi"))
		return arena_printf(c->j->arena, "/dev/sd%c%lu",
				    (char)('a' + strtoul(device, NULL, 10)), part);
	ib_wrong(c, rootfs, "add root= to DOM0_CMD, as in root=/dev/mmcblk0p2",
		     "needs a LOAD_CMD with mmc or scsi, or 'root=' in DOM0_CMD: "
		     "ImageBuilder stops here");
	return "";
}

static void write_dom0_line(struct ib_config *c)
{
	const struct shell_value *v = ib_get(c, "DOM0_CMD", 0);
	const struct shell_value *rootfs = ib_get(c, "DOM0_ROOTFS", 0);
	const char *line = v ? v->text : DOM0_DEFAULT;
	bool root = strstr(line, "root=");

	yaml_scalarf(&c->y, "cmdline", "%s%s%s", line, root ? "" : " root=",
		     root     ? ""
		     : rootfs ? root_of(c, rootfs)
			      : "/dev/ram0");
	if (!v)
		yaml_remark(&c->y, NOT_SET);
	else if (!root)
		yaml_remark(&c->y, "ImageBuilder adds the root=");
}

static bool write_dom0(struct ib_config *c, const struct xen_line *l)
{
	const struct shell_value *v;
	uint64_t memory = l->memory, vcpus = l->vcpus;

	if (!c->dom0)
		return true;
	yaml_gap(&c->y);
	yaml_open(&c->y, "dom0", YAML_MAP);
	ib_write_file(c, "kernel", ib_get(c, "DOM0_KERNEL", 0));
	if ((v = ib_get(c, "DOM0_RAMDISK", 0)))
		ib_write_file(c, "ramdisk", v);
	write_dom0_line(c);
	if (ib_get(c, "XEN_CMD", 0)) {
		yaml_scalar(&c->y, "memory",
			    number_show(c->j->arena, memory ? memory : XEN_DOM0_MEMORY));
		if (!memory)
			yaml_remark(&c->y, "not in XEN_CMD: Xen's default");
		if (vcpus)
			yaml_scalarf(&c->y, "vcpus", "%" PRIu64, vcpus);
	} else {
		if (!read_default(c, "DOM0_MEM", DOM0_MIB, &memory) ||
		    !read_default(c, "DOM0_VCPUS", 1, &vcpus))
			return false;
		yaml_scalarf(&c->y, "memory", "%" PRIu64 "M", memory);
		if (!ib_get(c, "DOM0_MEM", 0))
			yaml_remark(&c->y, NOT_SET);
		yaml_scalarf(&c->y, "vcpus", "%" PRIu64, vcpus);
		if (!ib_get(c, "DOM0_VCPUS", 0))
			yaml_remark(&c->y, NOT_SET);
		write_colors(c, "DOM0_COLORS");
	}
	yaml_close(&c->y);
	return true;
}

bool import_xen(struct ib_config *c)
{
	struct xen_line l = { .rest.arena = c->j->arena };

	if (!refuse_both(c))
		return false;
	yaml_gap(&c->y);
	return write_xen(c, &l) && write_dom0(c, &l);
}
