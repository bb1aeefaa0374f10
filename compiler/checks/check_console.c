/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's command line and the tree become a console, or the reason why there is none. */
#include <string.h>

#include "job.h"
#include "xen/config.h"
#include "xen/interrupts.h"
#include "xen/parameters.h"
#include "xen/line.h"

/* Drivers of Xen's UARTs (xen/drivers/char/, DT_MATCH_COMPATIBLE). */
static const struct driver {
	const char *compatible, *option;	/* without CONFIG_ */
} drivers[] = {
	{ "arm,pl011", "HAS_PL011" },
	{ "arm,sbsa-uart", "HAS_PL011" },
	{ "ns16550", "HAS_NS16550" },
	{ "ns16550a", "HAS_NS16550" },
	{ "snps,dw-apb-uart", "HAS_NS16550" },
	{ "brcm,bcm2835-aux-uart", "HAS_NS16550" },
	{ "cdns,uart-r1p8", "HAS_CADENCE_UART" },
	{ "cdns,uart-r1p12", "HAS_CADENCE_UART" },
	{ "amlogic,meson-uart", "HAS_MESON" },
	{ "amlogic,meson6-uart", "HAS_MESON" },
	{ "amlogic,meson8-uart", "HAS_MESON" },
	{ "amlogic,meson8b-uart", "HAS_MESON" },
	{ "amlogic,meson-gx-uart", "HAS_MESON" },
	{ "marvell,armada-3700-uart", "HAS_MVEBU" },
	{ "fsl,imx6q-uart", "HAS_IMX_UART" },
	{ "fsl,imx8qxp-lpuart", "HAS_IMX_LPUART" },
	{ "nxp,s32g2-linflexuart", "HAS_LINFLEX" },
	{ "nxp,s32g3-linflexuart", "HAS_LINFLEX" },
	{ "fsl,s32v234-linflexuart", "HAS_LINFLEX" },
	{ "ti,omap4-uart", "HAS_OMAP" },
	{ "ti,am654-uart", "HAS_OMAP" },
	{ "renesas,scif", "HAS_SCIF" },
	{ "renesas,scifa", "HAS_SCIF" },
	{ "renesas,rcar-gen2-scif", "HAS_SCIF" },
	{ "renesas,rcar-gen3-scif", "HAS_SCIF" },
	{ "samsung,exynos4210-uart", "HAS_EXYNOS4210" },
	{ 0 }
};

static bool has_driver(const struct dt_node *n)
{
	for (const struct driver *d = drivers; d->compatible; d++)
		if (dt_compatible(n, d->compatible))
			return true;
	return false;
}

/* The option that Xen was built without, if none of the drivers that fit is there. */
static const char *missing_option(const struct job *j, const struct dt_node *n)
{
	const char *missing = NULL;

	for (const struct driver *d = drivers; d->compatible; d++) {
		if (!dt_compatible(n, d->compatible))
			continue;
		if (!config_lacks(&j->host, d->option))
			return NULL;
		missing = d->option;
	}
	return missing;
}

static bool is_ns16550(const struct dt_node *n)
{
	return dt_compatible(n, "ns16550") || dt_compatible(n, "ns16550a") ||
	       dt_compatible(n, "snps,dw-apb-uart") ||
	       dt_compatible(n, "brcm,bcm2835-aux-uart");
}

/* Xen writes without an interrupt, but cannot read, where the driver is ns16550.c. */
static const char *interrupt_trouble(const struct job *j, const struct dt_node *n)
{
	struct interrupt i;

	if (is_ns16550(n) || !j->host.gic_node)
		return NULL;
	if (!dt_prop(n, "interrupts") && !dt_prop(n, "interrupts-extended"))
		return "it lacks interrupts";
	if (interrupt_follow(&j->host, n, 0, &i) || i.controller != j->host.gic_node)
		return "its interrupt is not one of the GIC's";
	return NULL;
}

/* pl011.c reads it since 4.18. */
static bool has_odd_width(const struct job *j, const struct dt_node *n)
{
	uint32_t width = dt_cell(n, "reg-io-width", 0, 1);

	if (width == 1 || width == 4)
		return false;
	return is_ns16550(n) ||
	       (dt_compatible(n, "arm,pl011") && xen_since(&j->host, VERSION(4, 18)));
}

/* What a driver looks for in the node; NULL, or what it misses. Devices for guests are
 * none of Xen's (xen/common/device.c, device_init(); xen/drivers/char/). */
static const char *uart_trouble(const struct job *j, const struct dt_node *n)
{
	struct range r;

	const char *missing = missing_option(j, n);

	if (missing)
		return arena_printf(j->arena, "this Xen was built without CONFIG_%s",
				    missing);
	if (!dt_prop(n, "reg"))
		return "it lacks reg";
	if (!dt_reg_on_cpu(n, 0, &r, NULL))
		return "its address cannot be translated";
	if (dt_prop(n, "xen,passthrough"))
		return "it is marked xen,passthrough";
	if (has_odd_width(j, n))
		return "its reg-io-width is neither 1 nor 4";
	return interrupt_trouble(j, n);
}

static bool is_usable(const struct job *j, const struct dt_node *n)
{
	return dt_enabled(n) && has_driver(n) && !uart_trouble(j, n);
}

static void list_uarts(struct job *j, struct text *t)
{
	const struct dt_node *aliases = dt_find(j->host.base, "/aliases");

	for (const struct dt_prop *p = aliases ? aliases->props : NULL; p; p = p->next) {
		const char *path = dt_alias(j->host.base, p->name);
		const struct dt_node *n = path ? dt_find(j->host.base, path) : NULL;

		if (n && is_usable(j, n))
			text_add(t, "%s%s (%s)", t->len ? ", " : "", p->name, path);
	}
}

static void help_with_uarts(struct job *j, struct diag *g)
{
	struct text t = { .arena = j->arena };

	list_uarts(j, &t);
	if (t.len)
		diag_help(&j->diags, g, "UARTs that Xen can use here: %s", t.data);
}

static void help_with_alias(struct job *j, struct diag *g, const char *alias)
{
	const struct dt_node *aliases = dt_find(j->host.base, "/aliases");
	const char *names[64], *near;
	size_t n = 0;

	for (const struct dt_prop *p = aliases ? aliases->props : NULL; p && n < 64;
	     p = p->next)
		if (!streq(p->name, alias))
			names[n++] = p->name;
	near = nearest_word(alias, names, n);
	if (near)
		diag_help(&j->diags, g, "did you mean '%s'?", near);
	help_with_uarts(j, g);
}

/* xen/drivers/char/uart-init.c, opt_dtuart */
#define PATH_MAX_LEN 255

/* "serial1:115200n8" or "/soc/serial@7e215040" -> the node. */
static const struct dt_node *find_uart(struct job *j, const char *word, struct loc at,
				       bool by_tree)
{
	const char *name = arena_copy(j->arena, word, strcspn(word, ":"));
	const char *path = name[0] == '/' ? name : dt_alias(j->host.base, name);
	const struct dt_node *n = path ? dt_find(j->host.base, path) : NULL;
	struct diag *g;

	if (by_tree && strlen(name) > PATH_MAX_LEN) {
		g = diag(&j->diags, E0514, at,
			 "the tree's stdout-path has %zu characters; Xen keeps %d",
			 strlen(name), PATH_MAX_LEN);
		diag_help(&j->diags, g, "add dtuart=ALIAS to xen.cmdline");
		return NULL;
	}
	if (n)
		return n;
	if (name[0] == '/' || !path)
		g = diag(&j->diags, E0514, at,
			 "Xen's console '%s'%s is not in the tree: it has no such "
			 "%s",
			 name, by_tree ? " (the tree's stdout-path)" : "",
			 path ? "node" : "alias");
	else
		g = diag(&j->diags, E0514, at,
			 "Xen's console '%s'%s stands for %s, which is not in the "
			 "tree",
			 name, by_tree ? " (the tree's stdout-path)" : "", path);
	help_with_alias(j, g, name);
	if (by_tree)
		diag_help(&j->diags, g, "add dtuart=ALIAS to xen.cmdline");
	return NULL;
}

static bool check_uart(struct job *j, const struct dt_node *n, struct loc at)
{
	const char *path = dt_path(j->arena, n);
	struct diag *g;

	if (!dt_enabled(n))
		g = diag(&j->diags, E0515, at, "Xen's console %s is disabled in the tree",
			 path);
	else if (!has_driver(n))
		g = diag(&j->diags, E0516, at, "Xen has no driver for the UART %s (%s)",
			 path,
			 dt_string(n, "compatible") ? dt_string(n, "compatible") : "?");
	else if (uart_trouble(j, n))
		g = diag(&j->diags, E0516, at, "Xen cannot use the UART %s: %s", path,
			 uart_trouble(j, n));
	else
		return true;
	help_with_uarts(j, g);
	return false;
}

/* A value that is no console at all is refused with the command line. */
static bool is_refused(struct job *j, const struct word *w)
{
	return xen_read(j->arena, w->row, w->key, w->value).verdict == XEN_REFUSES;
}

/* Xen opens dtuart= only for a console= that names it, which is the default on Arm
 * (xen/drivers/char/console.c, OPT_CONSOLE_STR). */
static bool wants_uart(struct job *j)
{
	const struct word *console = xen_word(&j->host, "console");

	return !console || strstr(console->value, "dtuart") || is_refused(j, console);
}

static bool chosen_uart(struct job *j, struct word *uart)
{
	const struct dt_node *chosen = dt_find(j->host.base, "/chosen");
	const char *path = chosen ? dt_string(chosen, "stdout-path") : NULL;
	const struct word *said = xen_word(&j->host, "dtuart");

	if (said) {
		*uart = *said;
		return true;
	}
	uart->value = path;
	uart->at = j->host.tree_at;
	return path;
}

bool check_console(struct job *j)
{
	const struct value *line = &j->system->xen->cmdline;
	struct word uart = { .len = 0 };	/* stays so for the tree's stdout-path */
	struct diag *g;

	if (!j->host.base)
		return true;
	if (!wants_uart(j) || !chosen_uart(j, &uart)) {
		g = diag(&j->diags, W0704, line->at.src ? line->at : j->system->xen->o.at,
			 "nobody will hear Xen: its command line names no UART");
		diag_help(&j->diags, g, "add console=dtuart dtuart=ALIAS");
		help_with_uarts(j, g);
		return true;
	}
	if (strpbrk(uart.value, "\"'"))
		return true;		/* refused with the command line */
	j->host.console_at = uart.at;
	j->host.console = find_uart(j, uart.value, uart.at, !uart.len);
	return j->host.console && check_uart(j, j->host.console, uart.at);
}
