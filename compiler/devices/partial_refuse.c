/* SPDX-License-Identifier: BSD-2-Clause */
/* References that lead out of what a guest gets become findings, with what to type. */
#include <string.h>

#include "devices/assigned.h"
#include "devices/device_rules.h"
#include "devices/make_partial.h"
#include "devices/pins.h"
#include "xen/interrupts.h"

/* The word with which `without` leaves out the property of that node: the name, or the
 * path below the device and the name if other nodes of the device have such a property,
 * too. */
static const char *word_without(struct maker *m, const struct twin *p, const char *prop)
{
	const struct dt_node *top = p->by->node, *n;
	const char *path = dt_path(m->arena, p->host);
	size_t count = 0;

	for (n = top; n; n = next_below(top, n))
		count += dt_prop(n, prop) != NULL;
	if (count < 2 || p->host == top)
		return prop;
	return arena_printf(m->arena, "%s/%s", path + strlen(dt_path(m->arena, top)) + 1,
			    prop);
}

/* A word as it stands in a list of YAML: in quotes if it has a comma. */
static const char *in_list(struct arena *a, const char *word)
{
	return strchr(word, ',') ? arena_printf(a, "\"%s\"", word) : word;
}

static void add_word(struct text *t, const char *word)
{
	text_add(t, "%s%s", t->len ? ", " : "", in_list(t->arena, word));
}

/* The words of a list as YAML has them, with another one behind them if `more` is not
 * NULL. */
static const char *list_values(struct arena *a, const struct values *list,
			       const char *more)
{
	struct text t = { .arena = a };

	for (size_t i = 0; i < list->n; i++)
		add_word(&t, list->v[i].text);
	if (more)
		add_word(&t, more);
	return t.data;
}

/* The device's entry as it would be with one more word in its lists; NULL: with no more.
 */
static const char *entry(struct arena *a, const struct passed *p, const char *rates,
			 const char *without)
{
	struct text t = { .arena = a };

	text_add(&t, "{device: %s", in_list(a, p->device.text));
	if (rates)
		text_add(&t, ", clock-rates: [%s]", rates);
	else if (p->clock_rates.n)
		text_add(&t, ", clock-rates: [%s]", list_values(a, &p->clock_rates, NULL));
	if (without || p->without.n)
		text_add(&t, ", without: [%s]", list_values(a, &p->without, without));
	text_add(&t, "}");
	return t.data;
}

/* A list with as many rates as the property has clocks: "HZ, HZ". */
static const char *rates_of(struct maker *m, const struct twin *p,
			    const struct dt_prop *prop)
{
	struct text t = { .arena = m->arena };

	for (size_t at = 0; at < prop->len / 4; at++) {
		uint32_t old = dt_cell(p->host, prop->name, at, 0);
		const struct dt_node *to =
			old ? phandle_node(m->host->phandles, old) : NULL;

		text_add(&t, "%sHZ", t.len ? ", " : "");
		at += to ? dt_cell(to, "#clock-cells", 0, 0) : 0;
	}
	return t.data;
}

/* The nearest node upwards, from the node itself on, that the guest could have as well;
 * NULL: there is none. */
static const struct dt_node *addable(const struct maker *m, const struct dt_node *n)
{
	while (n && !can_be_added(m->host, m->system, n, NULL))
		n = n->parent;
	return n;
}

/* Adds help that offers the node to the guest, unless that would be refused in turn.
 * false: it would. */
static bool offer(struct maker *m, struct diag *g, const struct passed *by,
		  const struct dt_node *missing)
{
	const struct dt_node *whole = addable(m, missing);
	const char *path = in_list(m->arena, dt_path(m->arena, missing));

	if (whole == missing)
		diag_help(g, "add %s to the list", path);
	else if (whole)
		diag_help(g, "add %s, which %s is in, to the list",
			  in_list(m->arena, dt_path(m->arena, whole)), path);
	else if (is_inside(by->node, missing) &&
		 can_be_added(m->host, m->system, missing, by))
		diag_help(g, "give %s instead of %s, which is in it", path,
			  by->device.text);
	else
		return false;
	return true;
}

void partial_refuse(struct maker *m, const struct twin *p, const struct dt_prop *prop,
		    const struct device_rule *r, const struct dt_node *missing)
{
	struct arena *a = m->arena;
	struct loc at = p->by->device.at;
	struct diag *g;
	bool any = false;

	m->failed = true;
	g = missing ? diag(m->diags, E0343, at,
			   "'%s' of %s leads to %s, which %s does not get: %s",
			   prop->name, dt_path(a, p->host), dt_path(a, missing),
			   domain_title(a, m->d), r->doc)
		    : diag(m->diags, E0343, at, "'%s' of %s cannot be kept: %s",
			   prop->name, dt_path(a, p->host), r->doc);
	if (streq(prop->name, "clocks") && passed_entry(p)) {
		diag_help(g, "say what its clocks run at: %s",
			  entry(a, p->by, rates_of(m, p, prop), NULL));
		any = true;
	} else if (missing) {
		any = offer(m, g, p->by, missing);
	}
	diag_help(g, "%stry without it: %s", any ? "or " : "",
		  entry(a, p->by, NULL, word_without(m, p, prop->name)));
}

void partial_warn_unlisted(struct maker *m, const struct twin *p,
			   const struct dt_prop *prop, const struct dt_node *to)
{
	struct diag *g;

	g = diag(m->diags, W0347, p->by->device.at,
		 "'%s' of %s names %s if it is a reference, and %s does not get that",
		 prop->name, dt_path(m->arena, p->host), dt_path(m->arena, to),
		 domain_title(m->arena, m->d));
	to = addable(m, to);
	if (to)
		diag_help(g, "if it is one, add %s to the list",
			  in_list(m->arena, dt_path(m->arena, to)));
	diag_help(g, "if the device does without it: %s",
		  entry(m->arena, p->by, NULL, word_without(m, p, prop->name)));
	diag_help(g, "if it is a number, write at the end of the line: "
		     "# xendtc: allow W0347 it is a number");
}

void partial_warn_interrupts(struct maker *m, const struct twin *p,
			     const struct dt_prop *prop, const struct dt_node *controller)
{
	bool any = false;
	struct diag *g;

	g = diag(m->diags, W0881, p->by->device.at,
		 "%s does not get the interrupts of %s, which lead to %s: its driver asks the "
		 "device again and again, or does not start", domain_title(m->arena, m->d),
		 dt_path(m->arena, p->host),
		 controller ? dt_path(m->arena, controller) : "nothing in the base tree");
	if (controller)
		any = offer(m, g, p->by, controller);
	diag_help(g, "%sif the device does without them: %s", any ? "or " : "",
		  entry(m->arena, p->by, NULL, word_without(m, p, prop->name)));
}

/* The pin controller of the first setting of pins; NULL: the guest could not have it. */
static const struct dt_node *controller_of(const struct maker *m, const struct twin *p,
					   const char *prop)
{
	return addable(m, phandle_node(m->host->phandles,
				       dt_cell(p->host, prop, 0, 0)));
}

/* The nodes that hold the settings of the pins, with commas between. */
static const char *list_pins(struct maker *m, const struct twin *p, const char *prop)
{
	struct text t = { .arena = m->arena };
	size_t count = dt_prop(p->host, prop)->len / 4;

	for (size_t i = 0; i < count; i++) {
		const struct dt_node *to = phandle_node(
			m->host->phandles, dt_cell(p->host, prop, i, 0));

		if (to && to->parent)
			text_add(&t, "%s%s", t.len ? ", " : "", dt_path(m->arena, to));
	}
	return t.data;
}

void partial_warn_pins(struct maker *m, const struct twin *p, const struct dt_prop *prop)
{
	const char *pins = list_pins(m, p, prop->name), *lines;
	const struct dt_node *controller = controller_of(m, p, prop->name);
	struct diag *g;

	if (!pins)
		return;
	lines = pins_config_lines(m->arena, m->host->phandles, p->host, prop->name);
	g = diag(m->diags, W0346, p->by->device.at,
		 "%s cannot set the pins of %s, '%s' of the base tree (%s): they stay as "
		 "firmware and U-Boot set them",
		 domain_title(m->arena, m->d), dt_path(m->arena, p->host), prop->name, pins);
	if (lines)
		diag_help(g, "let the firmware set them, in config.txt: %s", lines);
	else if (controller)
		diag_help(g, "let U-Boot set them, or add %s to the list",
			  in_list(m->arena, dt_path(m->arena, controller)));
	diag_help(g, "if they are set, say so: %s",
		  entry(m->arena, p->by, NULL, word_without(m, p, prop->name)));
}
