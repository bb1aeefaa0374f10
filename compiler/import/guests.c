/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests: what the elements of DOMU_* say of each. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "import/ib_config.h"
#include "input/cache.h"

#define NOT_SET "ImageBuilder's default"
#define MIB_DEFAULT 512

static bool is_off(struct ib_config *c, const char *name, uint64_t n)
{
	const struct shell_value *v = ib_get(c, name, n);

	return v && streq(v->text, "0");
}

/* Writes a variable that becomes a key and needs nothing else. */
static bool write_simple(struct ib_config *c, const struct ib_variable *row,
			 const struct shell_value *v)
{
	uint64_t n;

	if (row->form == IB_FILE) {
		ib_write_file(c, row->key, v);
	} else if (row->form == IB_ENABLED || row->form == IB_SWITCH) {
		bool on = streq(v->text, row->form == IB_SWITCH ? "1" : "enabled");

		if (!on && !streq(v->text, row->form == IB_SWITCH ? "0" : "disabled"))
			ib_differs(c, v,
				       "ImageBuilder ignores '%s' here, as is done "
				       "now",
				       v->text);
		else
			yaml_scalar(&c->y, row->key,
				    row->form == IB_SWITCH ? (on ? "true" : "false")
							   : v->text);
	} else if (!ib_number(c, v, &n)) {
		return false;
	} else {
		yaml_scalarf(&c->y, row->key,
			     row->form == IB_MIB ? "%" PRIu64 "M" : "%" PRIu64, n);
	}
	return true;
}

static bool write_simples(struct ib_config *c, uint64_t guest, bool files)
{
	const struct shell_value *v;
	bool ok = true;

	for (const struct ib_variable *row = ib_variables; row->name; row++)
		if (row->form != IB_BY_HAND && (row->form == IB_FILE) == files &&
		    (v = ib_get(c, row->name, guest)))
			ok &= write_simple(c, row, v);
	return ok;
}

static void write_line(struct ib_config *c, uint64_t guest)
{
	const struct shell_value *v = ib_get(c, "DOMU_CMD", guest);

	if (v)
		yaml_scalar(&c->y, "cmdline", v->text);
	else if (is_off(c, "DOMU_VPL011", guest))
		return;
	else
		yaml_scalar(&c->y, "cmdline", "console=ttyAMA0");
	if (!v)
		yaml_remark(&c->y, NOT_SET);
}

static bool write_memory(struct ib_config *c, uint64_t guest)
{
	const struct shell_value *v = ib_get(c, "DOMU_MEM", guest);
	const struct shell_value *fixed = ib_get(c, "DOMU_STATIC_MEM", guest);
	uint64_t n = MIB_DEFAULT, sum = 0;

	if (v && !ib_number(c, v, &n))
		return false;
	if (!n)
		return ib_wrong(c, v, "write how many MiB it has, as in 256",
				"is 0: Xen makes no domain without memory");
	if (!fixed) {
		yaml_scalarf(&c->y, "memory", "%" PRIu64 "M", n);
		if (!v)
			yaml_remark(&c->y, NOT_SET);
		return true;
	}
	if (!ib_range_sum(c, fixed, &sum))
		return false;
	yaml_scalar(&c->y, "memory", number_show(c->j->arena, sum));
	if (v && n << 20 != sum)
		ib_differs(c, v,
			       "ImageBuilder takes the sum of DOMU_STATIC_MEM instead of "
			       "this, as is done now");
	if (!ib_write_ranges(c, "static-memory", fixed))
		return false;
	v = ib_get(c, "DOMU_DIRECT_MAP", guest);
	yaml_scalar(&c->y, "direct-map", !v || streq(v->text, "1") ? "true" : "false");
	if (!v)
		yaml_remark(&c->y, NOT_SET);
	return true;
}

static bool write_vcpus(struct ib_config *c, uint64_t guest, uint64_t *n)
{
	const struct shell_value *v = ib_get(c, "DOMU_VCPUS", guest);

	*n = 1;
	if (v && !ib_number(c, v, n))
		return false;
	yaml_scalarf(&c->y, "vcpus", "%" PRIu64, *n);
	if (!v)
		yaml_remark(&c->y, NOT_SET);
	return true;
}

static struct shell_value *affinity_of(struct ib_config *c, uint64_t guest, uint64_t vcpu)
{
	struct shell_value *v =
		shell_find_pair(&c->shell, "DOMU_VCPU_HARD_AFFINITY", guest, vcpu);

	return v && *v->text ? v : NULL;
}

static bool write_affinity(struct ib_config *c, uint64_t guest, uint64_t vcpus)
{
	bool ok = true;

	yaml_maybe(&c->y, "vcpu-affinity", YAML_FLOW_MAP);
	for (uint64_t i = 0; i < vcpus && i < 128; i++) {
		struct shell_value *v = affinity_of(c, guest, i);

		if (!v)
			continue;
		v->used = true;
		if (!form_accepts(&c->j->cache->patterns, FORM_RANGES, v->text))
			ok = ib_wrong(c, v, "write numbers of CPUs", "is no list of CPUs such as 0-2,5");
		yaml_scalar(&c->y, arena_printf(c->j->arena, "%" PRIu64, i), v->text);
	}
	yaml_close(&c->y);
	return ok;
}

static void write_console(struct ib_config *c, uint64_t guest)
{
	const struct shell_value *first = ib_get(c, "DOMU_VUART_PL011", 0);
	const struct shell_value *own = ib_get(c, "DOMU_VUART_PL011", guest);

	yaml_scalar(&c->y, "vpl011", is_off(c, "DOMU_VPL011", guest) ? "false" : "true");
	if (!ib_get(c, "DOMU_VPL011", guest))
		yaml_remark(&c->y, NOT_SET);
	if (own && own != first && (!first || !streq(own->text, first->text)))
		ib_differs(c, own,
			       "ImageBuilder looks at DOMU_VUART_PL011[0] for all "
			       "guests; DOMU_VPL011 decides here");
}

/* Writes `pv`: ImageBuilder sets xen,enhanced with dom0 for all values but 0, without it
 * only for 1. */
static void write_pv(struct ib_config *c, uint64_t guest)
{
	const struct shell_value *v = ib_get(c, "DOMU_ENHANCED", guest);
	const char *word = v ? v->text : c->dom0 ? "1" : "0";
	bool on = streq(word, "1") || (c->dom0 && !streq(word, "0"));

	yaml_scalar(&c->y, "pv",
		    streq(word, "2") ? "no-xenstore"
		    : on             ? "enabled"
				     : "disabled");
	if (!v)
		yaml_remark(&c->y, NOT_SET);
}

/* In the order of their bits (Xen docs, capabilities of a domain). */
static const char *const capabilities[] = { "control", "hardware", "xenstore" };

#define ALL_CAPABILITIES 7

/* The bits that a word of DOMU_CAPS stands for. false: it is none of its words. */
static bool read_capability(const char *word, uint64_t *bits)
{
	for (size_t i = 0; i < countof(capabilities); i++)
		if (streq(word, capabilities[i])) {
			*bits = UINT64_C(1) << i;
			return true;
		}
	*bits = streq(word, "dom0") ? ALL_CAPABILITIES : strtoull(word, NULL, 0);
	return *bits ? *bits <= ALL_CAPABILITIES : streq(word, "none") || streq(word, "0");
}

static bool write_capabilities(struct ib_config *c, uint64_t guest)
{
	const struct shell_value *v = ib_get(c, "DOMU_CAPS", guest);
	const char **words;
	uint64_t bits, all = 0;
	size_t n = v ? ib_words(c, v->text, "|, \t", &words) : 0;

	if (!v)
		return true;
	for (size_t i = 0; i < n; i++) {
		if (!read_capability(words[i], &bits))
			return ib_wrong(
				c, v, "write one of these words, or several with commas",
				"holds '%s': capabilities are control, hardware, xenstore, "
				"dom0, none, or a number up to 7", words[i]);
		all |= bits;
	}
	yaml_open(&c->y, "capabilities", YAML_FLOW_LIST);
	for (size_t i = 0; i < countof(capabilities); i++)
		if (all & UINT64_C(1) << i)
			yaml_scalar(&c->y, NULL, capabilities[i]);
	yaml_close(&c->y);
	return true;
}

static bool write_pool(struct ib_config *c, uint64_t guest)
{
	const struct shell_value *v = ib_get(c, "DOMU_CPUPOOL", guest);
	uint64_t k, pools;

	if (!v || !ib_count(c, "NUM_CPUPOOLS", &pools))
		return true;
	if (!ib_number(c, v, &k))
		return false;
	if (k >= pools)
		return ib_wrong(
			c, v, "write a lower number, or raise NUM_CPUPOOLS",
			"names pool %" PRIu64 ", and NUM_CPUPOOLS is %" PRIu64, k,
			pools);
	yaml_scalarf(&c->y, "cpupool", "pool%" PRIu64, k);
	return true;
}

/* The guest that gets the marks of a config from before 2022, which does not say whose the nodes
 * are: the first one with a partial tree, else the first. */
static uint64_t owner_of_marks(struct ib_config *c)
{
	uint64_t i = 0;

	while (i < c->guests && !ib_get(c, "DOMU_PASSTHROUGH_DTB", i))
		i++;
	return i < c->guests ? i : 0;
}

static void write_paths(struct ib_config *c, const struct shell_value *v)
{
	const char **words;
	size_t n = v ? ib_words(c, v->text, " \t\n", &words) : 0;

	for (size_t i = 0; i < n; i++)
		yaml_scalar(&c->y, NULL, words[i]);
}

/* Beside a partial tree of the user's own nodes are marked, and no tree is made of them. */
static void write_devices(struct ib_config *c, uint64_t guest)
{
	const struct shell_value *v = ib_get(c, "DOMU_PASSTHROUGH_PATHS", guest);
	const struct shell_value *marks = ib_get(c, "XEN_PASSTHROUGH_PATHS", 0);
	bool only_marked = ib_get(c, "DOMU_PASSTHROUGH_DTB", guest);

	if (marks && guest != owner_of_marks(c))
		marks = NULL;
	if (v && !only_marked) {
		yaml_open(&c->y, "passthrough", YAML_LIST);
		write_paths(c, v);
		yaml_close(&c->y);
	}
	if ((v && only_marked) || marks) {
		yaml_open(&c->y, "passthrough-paths", YAML_LIST);
		write_paths(c, only_marked ? v : NULL);
		write_paths(c, marks);
		yaml_close(&c->y);
	}
}

static bool write_others(struct ib_config *c, uint64_t guest)
{
	const struct shell_value *v = ib_get(c, "DOMU_COLORS", guest);
	bool ok = write_capabilities(c, guest);
	uint64_t n;

	write_devices(c, guest);
	ok &= write_pool(c, guest);
	if (v) {
		yaml_scalar(&c->y, "llc-colors", v->text);
		ib_differs(
			c, v,
			"the colours are written as Xen 4.20 wants them; "
			"ImageBuilder writes the bit mask of a fork, which Xen ignores");
	}
	ok &= write_simples(c, guest, false);
	yaml_maybe(&c->y, "properties", YAML_MAP);
	v = ib_get(c, "DOMU_DOMID", guest);
	if (v && ib_number(c, v, &n))
		yaml_scalarf(&c->y, "domid", "<%" PRIu64 ">", n);
	else
		ok &= !v;
	if (ib_is_one(c, "DOMU_VIOMMU", guest))
		yaml_scalar(&c->y, "viommu", "true");
	yaml_close(&c->y);
	return ok;
}

/* Writes a guest that dom0 starts, with the keys that ImageBuilder's file for xl has,
 * too. */
static void write_deferred(struct ib_config *c, uint64_t guest)
{
	const struct shell_value *v = ib_get(c, "DOMU_NOBOOT", guest);

	yaml_scalar(&c->y, "boot", "false");
	if (v && streq(v->text, "0"))
		ib_differs(c, v,
			       "ImageBuilder takes any text for a yes: the guest is not "
			       "started by Xen");
	write_devices(c, guest);
	if (ib_is_one(c, "DOMU_DRIVER_DOMAIN", guest))
		yaml_scalar(&c->y, "driver-domain", "true");
	v = ib_get(c, "DOMU_ROOTFS", guest);
	if (v)
		ib_differs(
			c, v,
			"its partition is on the card; the .cfg for xl needs a line "
			"'disk' that says where dom0 sees it");
}

static bool write_guest(struct ib_config *c, uint64_t guest)
{
	bool ok, boots = ib_boots(c, guest);
	uint64_t vcpus;

	if (!ib_get(c, "DOMU_KERNEL", guest)) {
		diag(&c->j->diags, E1005, ib_get(c, "NUM_DOMUS", 0)->at,
		     "DOMU_KERNEL[%" PRIu64 "] is not set: guest %" PRIu64
		     " has no kernel",
		     guest, guest);
		return false;
	}
	if (!boots && !c->dom0) {
		ib_lost(c, ib_get(c, "DOMU_KERNEL", guest),
			    "there is no dom0 to start "
			    "this guest later");
		return true;
	}
	yaml_open(&c->y, arena_printf(c->j->arena, "domU%" PRIu64, guest), YAML_MAP);
	ok = write_simples(c, guest, true);
	write_line(c, guest);
	ok &= write_memory(c, guest) && write_vcpus(c, guest, &vcpus);
	if (boots && ok) {
		ok = write_affinity(c, guest, vcpus);
		write_console(c, guest);
		write_pv(c, guest);
		ok &= write_others(c, guest);
	} else if (!boots) {
		write_deferred(c, guest);
	}
	yaml_close(&c->y);
	return ok;
}

bool import_guests(struct ib_config *c)
{
	bool ok = true;

	if (!c->guests)
		return true;
	yaml_gap(&c->y);
	if (c->guests > 1)
		yaml_comment(
			&c->y,
			"Domain ids follow this order. With ImageBuilder they go the "
			"other way: U-Boot puts each new node before the others.");
	yaml_open(&c->y, "guests", YAML_MAP);
	for (uint64_t i = 0; i < c->guests; i++)
		ok &= write_guest(c, i);
	yaml_close(&c->y);
	return ok;
}
