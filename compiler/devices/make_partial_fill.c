/* SPDX-License-Identifier: BSD-2-Clause */
/* The properties of a given device become those of its copy: one rule a property. */
#include <string.h>

#include "devices/assigned.h"
#include "devices/device_rules.h"
#include "devices/dma.h"
#include "devices/make_partial.h"

static void copy(struct maker *m, const struct twin *p, const struct dt_prop *prop)
{
	dt_set(m->arena, p->guest, prop->name, prop->data, prop->len);
}

/* Whether `without` leaves the property out: "shutdown-gpios" does so for the device and
 * all below it, "bluetooth/shutdown-gpios" for that node alone. */
static bool is_unwanted(struct maker *m, const struct twin *p, const char *prop)
{
	const struct passed *said = p->by;
	const char *path = "";

	if (!said || !said->without.n)
		return false;
	if (p->host != said->node)
		path = dt_path(m->arena, p->host) +
		       strlen(dt_path(m->arena, said->node)) + 1;
	for (size_t i = 0; i < said->without.n; i++) {
		const char *word = said->without.v[i].text;
		const char *slash = strrchr(word, '/');

		if (!streq(slash ? slash + 1 : word, prop))
			continue;
		if (!slash || (strlen(path) == (size_t)(slash - word) &&
			       starts_with(word, path)))
			return true;
	}
	return false;
}

static void follow(struct maker *m, struct twin *p, const struct dt_prop *prop,
		   const struct device_rule *r)
{
	const struct dt_node *missing;

	if (partial_follow(m, p, prop, r, &missing) || !p->by)
		return;
	if (r->action != DEVICE_LEAVE && r->action != DEVICE_LOOSE)
		partial_refuse(m, p, prop, r, missing);
	else if (streq(prop->name, "pinctrl-0"))
		partial_warn_pins(m, p, prop);
}

static void made(struct maker *m, struct twin *p, const struct dt_prop *prop)
{
	if (streq(prop->name, "reg")) {
		if (dt_address_count(p->host))
			partial_set_reg(m, p);
		else
			copy(m, p, prop);
	} else if (starts_with(prop->name, "interrupts")) {
		partial_interrupts(m, p, prop);
	} else if (streq(prop->name, "ranges")) {
		if (is_memory_bus(p->host))
			dt_set(m->arena, p->guest, "ranges", "", 0);
	} else if (streq(prop->name, "phandle")) {
		partial_phandle(m, p);
	} else if (streq(prop->name, "status") && !passed_entry(p)) {
		copy(m, p, prop);
	}
}

static void fill_one(struct maker *m, struct twin *p, const struct dt_prop *prop,
		     const struct device_rule *r)
{
	switch (r->action) {
	case DEVICE_COPY:
		copy(m, p, prop);
		break;
	case DEVICE_MADE:
		made(m, p, prop);
		break;
	case DEVICE_LEAVE:
	case DEVICE_LOOSE:
	case DEVICE_NEED:
	case DEVICE_REFUSE:
		follow(m, p, prop, r);
		break;
	case DEVICE_DROP:
		break;
	}
}

static bool is_coherent(const struct dt_node *n)
{
	while (n && !dt_prop(n, "dma-coherent"))
		n = n->parent;
	return n;
}

void partial_fill(struct maker *m, struct twin *p)
{
	const struct dt_prop *prop;

	for (prop = p->host->props; prop; prop = prop->next)
		if (!is_unwanted(m, p, prop->name))
			fill_one(m, p, prop, device_rule(p->host, prop->name));
	for (prop = p->host->props; prop; prop = prop->next) {
		const struct device_rule *r = device_rule(p->host, prop->name);

		if (*r->companion && !dt_prop(p->guest, prop->name))
			dt_unset(p->guest, r->companion);
	}
	if (is_memory_bus(p->host)) {
		partial_set_cells(m, p->guest, "#address-cells", PARTIAL_CELLS, 1);
		partial_set_cells(m, p->guest, "#size-cells", PARTIAL_CELLS, 1);
	}
	if (!p->by)
		return;
	if (is_device(m->host, p->host) && may_do_dma(p->by->node) &&
	    is_coherent(p->host))
		dt_set(m->arena, p->guest, "dma-coherent", "", 0);
	partial_set_xen(m, p);
}

void partial_check_unlisted(struct maker *m, const struct twin *p)
{
	for (const struct dt_prop *prop = p->host->props; prop; prop = prop->next) {
		const struct dt_node *to = partial_unlisted(m, p, prop);

		if (to)
			partial_warn_unlisted(m, p, prop, to);
	}
}
