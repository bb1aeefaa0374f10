/* SPDX-License-Identifier: BSD-2-Clause */
/* What Xen's command line chooses is held against the tree, the board and the domains. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "checks/checks.h"
#include "checks/sve.h"
#include "diag/fix.h"
#include "xen/config.h"
#include "xen/cpus.h"
#include "xen/line.h"

/* Where Xen is an EFI program and the firmware has ACPI tables, acpi=force makes it
 * ignore the device tree. booti starts no EFI program: then Xen finds no tables and goes
 * back to the tree (xen/arch/arm/acpi/boot.c, acpi_boot_table_init()). */
static void check_acpi(struct diags *diags, const struct host *h)
{
	const struct word *w = xen_word(h, "acpi");
	struct diag *g;

	if (!w || !streq(w->value, "force"))
		return;
	g = diag(diags, W0720, w->at,
		 "acpi=force: where Xen finds ACPI tables it ignores the "
		 "device tree, and every domain in it");
	diag_help(g, "leave it out");
}

/* What stands behind the colon of dtuart= is read by no driver of Xen on Arm
 * (xen/drivers/char/). */
static void check_uart_options(struct diags *diags, const struct host *h)
{
	const struct word *w = xen_word(h, "dtuart");
	const char *colon = w ? strchr(w->value, ':') : NULL;
	struct diag *g;

	if (!colon)
		return;
	g = diag(diags, W0721, w->at,
		 "Xen ignores '%s': it leaves the UART as firmware has set it", colon);
	diag_help(g, "write dtuart=%.*s", (int)(colon - w->value), w->value);
	fix_part(g, w->at, w->value, arena_copy(g->arena, w->value, (size_t)(colon - w->value)));
}

#define SAVED_LINE_MAX 1023	/* xen/include/public/version.h, xen_commandline_t */

static bool has_toolstack(const struct system *system)
{
	for (const struct domain *d = first_domain(system); d; d = next_domain(system, d))
		if (d->is_dom0 || domain_capability(d, "control"))
			return true;
	return false;
}

/* Xen reads the whole line, but keeps only its beginning to show it (xen/common/kernel.c,
 * cmdline_parse()). */
static void check_length(struct diags *diags, const struct system *system,
			 const struct plan *plan)
{
	const struct edit *e = edits_find(&plan->edits, EDIT_SET, "/chosen",
					  "xen,xen-bootargs");

	if (e && e->len - 1 > SAVED_LINE_MAX && has_toolstack(system))
		diag(diags, W0722, system->xen->cmdline.at,
		     "Xen's command line has %zu characters; Xen heeds all of them, but "
		     "'xl info' shows the first %d",
		     e->len - 1, SAVED_LINE_MAX);
}

static const struct domain *hardware_owner(const struct system *system)
{
	const struct domain *d = first_domain(system);

	while (d && !d->is_dom0 && !domain_capability(d, "hardware"))
		d = next_domain(system, d);
	return d;
}

/* Words about dom0 in a system without one. All but the last two are read where dom0 is
 * made and nowhere else; those count for a guest that owns the hardware, too
 * (xen/arch/arm/domain_build.c, create_dom0()). */
static void check_dom0_words(struct diags *diags, const struct host *h,
			     const struct system *system)
{
	static const char *const words[] = { "dom0_mem", "dom0_max_vcpus",
					     "dom0-llc-colors", "dom0", "dom0_vcpus_pin",
					     "dom0-iommu" };
	const struct domain *owner = hardware_owner(system);
	size_t count = countof(words) - (owner ? 2 : 0);
	struct diag *g;

	for (size_t i = 0; i < count && !system->dom0; i++) {
		const struct word *w = xen_word(h, words[i]);

		if (!w)
			continue;
		g = diag(diags, W0723, w->at,
			 "'%s' has no effect: this system has no dom0", words[i]);
		if (owner)
			diag_note(g, owner->o.at,
				  "%s owns the hardware, but has its own keys",
				  domain_title(h->arena, owner));
	}
}

static void check_maxcpus(struct diags *diags, const struct host *h)
{
	uint64_t count = count_cpus(h), most;
	const struct word *w = xen_word(h, "maxcpus");

	if (!w)
		return;
	most = strtoull(w->value, NULL, 0);
	if (most > count)
		diag(diags, W0724, w->at,
		     "maxcpus=%" PRIu64 " is no limit: %s has %" PRIu64 " CPU%s", most,
		     h->board->title.text, count, count == 1 ? "" : "s");
}

/* Parts of dom0-iommu= that Xen takes on Arm, where it switches them off again
 * (xen/drivers/passthrough/arm/iommu.c, arch_iommu_hwdom_init()). */
static void check_map(struct diags *diags, const struct word *w, const char *item)
{
	static const char *const parts[] = { "map-inclusive", "map-reserved" };

	for (size_t k = 0; k < countof(parts); k++)
		if (starts_with(item, parts[k]))
			diag(diags, W0729, w->at, "'%s' of dom0-iommu does nothing on Arm",
			     parts[k]);
}

static void check_maps(struct diags *diags, const struct host *h)
{
	const struct words *line = &h->line;

	for (const struct word *w = line->w; w < line->w + line->n; w++) {
		if (!streq(w->key, "dom0-iommu"))
			continue;
		for (const char *s = w->value; *s; s += strcspn(s, ","), s += *s == ',')
			check_map(diags, w, s);
	}
}

static bool has_compatible(const struct host *h, const char *word)
{
	for (const struct dt_node *n = h->base ? h->base->root : NULL; n;
	     n = dt_next(n))
		if (dt_compatible(n, word))
			return true;
	return false;
}

/* Xen stops if the mediator of tee= is not built in, or if no such firmware answers
 * (xen/arch/arm/tee/tee.c, tee_init()). */
static void check_tee(struct diags *diags, const struct host *h)
{
	const struct word *w = xen_word(h, "tee");
	const char *name;
	struct diag *g;

	if (!w || !*w->value)
		return;
	name = streq(w->value, "ffa") ? "FFA" : "OPTEE";
	if (config_lacks(h, name)) {
		g = diag(diags, E0714, w->at,
			 "this Xen was built without CONFIG_%s: it stops at 'tee=%s'",
			 name, w->value);
		diag_help(g, "build Xen with it, or leave the parameter out");
		return;
	}
	if (!streq(w->value, "optee") || !h->base || has_compatible(h, "linaro,optee-tz"))
		return;
	g = diag(diags, E0727, w->at,
		 "tee=optee, and the base tree has no OP-TEE (linaro,optee-tz): Xen "
		 "stops");
	diag_help(g,
		  "leave it out, or use the tree that the firmware with OP-TEE hands on");
}

/* The part "sve=" of dom0=, of which the last one counts; NULL: it is not there, or this
 * Xen does not read it. */
static const char *sve_of_dom0(const struct host *h, struct loc *at)
{
	const struct words *line = &h->line;
	const char *found = NULL, *s;

	if (!xen_since(h, VERSION(4, 18)))
		return NULL;
	for (const struct word *w = line->w; w < line->w + line->n; w++) {
		if (!streq(w->key, "dom0"))
			continue;
		for (s = w->value; *s; s += strcspn(s, ","), s += *s == ',')
			if (starts_with(s, "sve=")) {
				found = s + 4;
				*at = w->at;
			}
	}
	return found;
}

/* With a length that it does not take Xen stops: while it reads the line if it was built
 * without SVE, else when it makes dom0 (xen/arch/arm/domain_build.c,
 * parse_arch_dom0_param() and create_dom0()). */
static void check_sve(struct diags *diags, const struct host *h,
		      const struct system *system)
{
	struct loc at;
	const char *text = sve_of_dom0(h, &at);
	long bits = text ? strtol(text, NULL, 10) : 0;
	struct diag *g;

	if (text && config_lacks(h, "ARM64_SVE")) {
		g = diag(diags, E0714, at,
			 "this Xen was built without CONFIG_ARM64_SVE: it stops at "
			 "'dom0=sve'");
		diag_help(g, "build Xen with it, or leave the parameter out");
	} else if (system->dom0 && bits > 0) {
		check_sve_bits(diags, h, at, (uint64_t)bits);
	}
}

static bool any_linux(const struct system *s)
{
	for (const struct domain *d = first_domain(s); d; d = next_domain(s, d))
		if (d->linux_guess == LINUX_LIKELY)
			return true;
	return false;
}

/* With serrors=panic Xen does not look for an SError when a domain traps, and takes the
 * domain's own x19 for the answer: with a number in it, the trap counts as handled. Linux
 * stops at its first one (xen/arch/arm/arm64/entry.S, guest_vector; mended in 4.19.1). */
static void check_serrors(struct diags *diags, const struct host *h, const struct system *s)
{
	const struct word *w = xen_word(h, "serrors");
	unsigned version = h->xen->version;

	if (!w || !streq(w->value, "panic") || xen_since(h, VERSION(4, 20)))
		return;
	if (xen_since(h, VERSION(4, 19)))
		diag(diags, W0747, w->at,
		     "with serrors=panic no Linux runs on Xen 4.19.0; it does on 4.19.1");
	else
		diag(diags, any_linux(s) ? E0859 : W0747, w->at,
		     "with serrors=panic no Linux runs on Xen %u.%u, which then does not carry "
		     "out what domains ask of it",
		     VERSION_MAJOR(version), VERSION_MINOR(version));
}

void check_choices(struct job *j)
{
	check_tee(&j->diags, &j->host);
	check_serrors(&j->diags, &j->host, j->system);
	check_sve(&j->diags, &j->host, j->system);
	check_acpi(&j->diags, &j->host);
	check_uart_options(&j->diags, &j->host);
	check_length(&j->diags, j->system, &j->plan);
	check_dom0_words(&j->diags, &j->host, j->system);
	check_maxcpus(&j->diags, &j->host);
	check_maps(&j->diags, &j->host);
}
