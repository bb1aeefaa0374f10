/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's UART is held against what dom0's Linux does to clocks and power domains. Xen drives
 * the UART as the firmware left it, and does not give dom0 the node; dom0 has the clock's
 * provider, and Linux switches off whatever none of its own drivers uses (drivers/clk/clk.c,
 * clk_disable_unused(); drivers/base/power/domain.c, genpd_power_off_unused()). */
#include "devices/device_rules.h"
#include "devices/devices.h"
#include "passes/marks.h"
#include "xen/interrupts.h"

#define DEPTH_MAX 8		/* of clocks that are made of others */

/* What the walk along the clocks needs. */
struct walk {
	const struct host *host;
	const struct plan *plan;
};

static bool has_dom0(const struct walk *w, const struct dt_node *n)
{
	for (; n; n = n->parent)
		if (!dt_enabled(n) || host_skips(w->host, n) || is_marked(w->plan, n))
			return false;
	return true;
}

static const struct dt_node *gated_provider(const struct walk *w, const struct dt_node *n,
					    const char *prop, unsigned depth);

/* Whether a driver of dom0's can switch off what this node provides: NULL, or the node that
 * does. One of a fixed rate cannot be, and one that divides another is as that is. */
static const struct dt_node *gate_of(const struct walk *w, const struct dt_node *provider,
				     unsigned depth)
{
	if (dt_compatible(provider, "fixed-clock") || !has_dom0(w, provider))
		return NULL;
	if (dt_compatible(provider, "fixed-factor-clock"))
		return gated_provider(w, provider, "clocks", depth + 1);
	return provider;
}

/* The first provider that the property leads to and that could be switched off. */
static const struct dt_node *gated_provider(const struct walk *w, const struct dt_node *n,
					    const char *prop, unsigned depth)
{
	const struct dt_prop *p = dt_prop(n, prop);
	size_t count = p && p->len % 4 == 0 && depth < DEPTH_MAX ? p->len / 4 : 0;
	const struct device_rule *r = device_rule(n, prop);

	for (size_t i = 0; i < count; i++) {
		const struct dt_node *to = phandle_node(w->host->phandles,
							dt_cell(n, prop, i, 0));
		const struct dt_node *gate = to ? gate_of(w, to, depth) : NULL;

		if (gate)
			return gate;
		i += device_cells_after(r, to, count - i - 1);
	}
	return NULL;
}

static void warn(struct diags *diags, const struct walk *w, const struct domain *dom0,
		 const char *prop, const char *word)
{
	const struct dt_node *uart = w->host->console, *gate;
	struct diag *g;

	gate = gated_provider(w, uart, prop, 0);
	if (!gate || last_word(&dom0->words, word))
		return;
	g = diag(diags, W0345, dom0->cmdline.at.src ? dom0->cmdline.at : dom0->o.at,
		 "Xen may fall silent when dom0 has booted: '%s' of its console %s leads to %s, which "
		 "dom0 has, and Linux switches off what it does not use", prop,
		 dt_path(w->host->arena, uart), dt_path(w->host->arena, gate));
	diag_help(g, "add %s to dom0's cmdline", word);
}

void check_console_power(struct job *j)
{
	const struct walk w = { &j->host, &j->plan };
	const struct domain *dom0 = j->system->dom0;

	if (!j->host.base || !j->host.console || !dom0 || dom0->linux_guess == LINUX_NO)
		return;
	warn(&j->diags, &w, dom0, "clocks", "clk_ignore_unused");
	warn(&j->diags, &w, dom0, "power-domains", "pd_ignore_unused");
}
