/* SPDX-License-Identifier: BSD-2-Clause */
/* Settings of pins in a Raspberry Pi's tree become lines of config.txt. The bindings are
 * Linux Documentation/devicetree/bindings/pinctrl/brcm,bcm2835-gpio.txt, of which there is an
 * old form (brcm,pins) and a generic one (pins); the lines are `gpio=` of the firmware. */
#include "devices/pins.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/text.h"

static const char *const controllers[] = { "brcm,bcm2711-gpio", "brcm,bcm2835-gpio", NULL };

/* brcm,function, by BCM2835_FSEL_* of include/dt-bindings/pinctrl/bcm2835.h. */
static const char *const functions[] = { "ip", "op", "a5", "a4", "a0", "a1", "a2", "a3" };

/* brcm,pull, by BCM2835_PUD_* of the same. */
static const char *const pulls[] = { "pn", "pd", "pu" };

static bool is_controlled(const struct dt_node *n)
{
	while (n && !dt_compatible_with_any(n, controllers))
		n = n->parent;
	return n;
}

static void add_line(struct text *t, uint32_t pin, const char *function, const char *pull)
{
	text_add(t, "%sgpio=%u=%s%s%s", t->len ? " " : "", pin, function ? function : "",
		 function && pull ? "," : "", pull ? pull : "");
}

/* One function and one pull for all pins, or one for each. */
static uint32_t of_pin(const struct dt_node *n, const char *prop, size_t i)
{
	const struct dt_prop *p = dt_prop(n, prop);

	return dt_cell(n, prop, p && p->len > 4 ? i : 0, UINT32_MAX);
}

static bool add_old(struct text *t, const struct dt_node *n)
{
	size_t count = dt_prop(n, "brcm,pins")->len / 4;

	for (size_t i = 0; i < count; i++) {
		uint32_t function = of_pin(n, "brcm,function", i);
		uint32_t pull = of_pin(n, "brcm,pull", i);

		if (function >= countof(functions))
			return false;
		add_line(t, dt_cell(n, "brcm,pins", i, 0), functions[function],
			 pull < countof(pulls) ? pulls[pull] : NULL);
	}
	return true;
}

/* "alt4" is a4, and "gpio_in" is ip. */
static const char *function_named(struct arena *a, const char *word)
{
	if (word && starts_with(word, "alt") && isdigit((unsigned char)word[3]) && !word[4])
		return arena_printf(a, "a%c", word[3]);
	if (word && streq(word, "gpio_in"))
		return "ip";
	return word && streq(word, "gpio_out") ? "op" : NULL;
}

static const char *generic_pull(const struct dt_node *n)
{
	if (dt_prop(n, "bias-disable"))
		return "pn";
	if (dt_prop(n, "bias-pull-down"))
		return "pd";
	return dt_prop(n, "bias-pull-up") ? "pu" : NULL;
}

static bool add_generic(struct text *t, const struct dt_node *n)
{
	const struct dt_prop *p = dt_prop(n, "pins");
	const char *function = function_named(t->arena, dt_string(n, "function"));
	const char *at = p->data, *end = at + p->len, *word;
	size_t len;

	for (; at < end && dt_string(n, "pins"); at += len + 1) {
		len = strnlen(at, (size_t)(end - at));
		word = arena_copy(t->arena, at, len);
		if (!function || !starts_with(word, "gpio") || !isdigit((unsigned char)word[4]))
			return false;
		add_line(t, (uint32_t)strtoul(word + 4, NULL, 10), function,
			 generic_pull(n));
	}
	return true;
}

/* The settings are in the node, or in those below it. */
static bool add_node(struct text *t, const struct dt_node *n)
{
	bool ok = true;

	if (dt_prop(n, "brcm,pins"))
		ok = add_old(t, n);
	else if (dt_prop(n, "pins"))
		ok = add_generic(t, n);
	for (const struct dt_node *c = n->children; c && ok; c = c->next)
		ok = add_node(t, c);
	return ok;
}

const char *pins_config_lines(struct arena *a, const struct phandles *phandles,
			      const struct dt_node *n, const char *prop)
{
	const struct dt_prop *p = dt_prop(n, prop);
	struct text t = { .arena = a };

	for (size_t i = 0; p && i < p->len / 4; i++) {
		const struct dt_node *to = phandle_node(phandles, dt_cell(n, prop, i, 0));

		if (!to || !is_controlled(to) || !add_node(&t, to))
			return NULL;
	}
	return t.data;
}
