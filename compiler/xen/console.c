/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's command line and the tree become the UART that it is heard on. */
#include "xen/console.h"

#include <string.h>

#include "xen/config.h"
#include "xen/interrupts.h"
#include "xen/line.h"
#include "xen/parameters.h"

/* What Xen's drivers of UARTs are looked for by, and the option that they are built with
 * (xen/drivers/char/: DT_MATCH_COMPATIBLE in each file, Kconfig). */
static const struct driver {
	const char *compatible, *option;	/* option: without CONFIG_ */
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

bool uart_has_driver(const struct dt_node *n)
{
	for (const struct driver *d = drivers; d->compatible; d++)
		if (dt_compatible(n, d->compatible))
			return true;
	return false;
}

/* If Xen was built without every driver that the node fits, the option of the last of
 * them; NULL: it has one of them, or nothing is known of its .config. */
static const char *missing_option(const struct host *h, const struct dt_node *n)
{
	const char *missing = NULL;

	for (const struct driver *d = drivers; d->compatible; d++) {
		if (!dt_compatible(n, d->compatible))
			continue;
		if (!config_lacks(h, d->option))
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

/* ns16550.c does without an interrupt: then Xen writes but cannot read. All other drivers
 * refuse the node (platform_get_irq() in each). */
static const char *interrupt_trouble(const struct host *h, const struct dt_node *n)
{
	struct interrupt i;

	if (is_ns16550(n) || !h->gic_node)
		return NULL;
	if (!dt_prop(n, "interrupts") && !dt_prop(n, "interrupts-extended"))
		return "it lacks interrupts";
	if (interrupt_follow(h, n, 0, &i) || i.controller != h->gic_node)
		return "its interrupt is not one of the GIC's";
	return NULL;
}

/* ns16550.c refuses all widths of registers but 1 and 4 bytes (ns16550_uart_dt_init());
 * so does pl011.c, which reads the property since 4.18 (pl011_dt_uart_init()). */
static bool has_odd_width(const struct host *h, const struct dt_node *n)
{
	uint32_t width = dt_cell(n, "reg-io-width", 0, 1);

	if (width == 1 || width == 4)
		return false;
	return is_ns16550(n) ||
	       (dt_compatible(n, "arm,pl011") && xen_since(h, VERSION(4, 18)));
}

const char *uart_trouble(const struct host *h, const struct dt_node *n)
{
	struct range r;

	const char *missing = missing_option(h, n);

	if (missing)
		return arena_printf(h->arena, "this Xen was built without CONFIG_%s",
				    missing);
	if (!dt_prop(n, "reg"))
		return "it lacks reg";
	if (!dt_reg_on_cpu(n, 0, &r, NULL))
		return "its address cannot be translated";
	if (dt_prop(n, "xen,passthrough"))
		return "it is marked xen,passthrough";
	if (has_odd_width(h, n))
		return "its reg-io-width is neither 1 nor 4";
	return interrupt_trouble(h, n);
}

/* Xen opens dtuart= only for a console= that names it, which is the default on Arm
 * (xen/drivers/char/console.c, OPT_CONSOLE_STR). */
bool console_is_wanted(const struct host *h)
{
	const struct word *console = xen_word(h, "console");
	const char *item = console ? console->value : "dtuart";

	while (item && !starts_with(item, "dtuart")) {
		item = strchr(item, ',');
		item = item ? item + 1 : NULL;
	}
	return item;
}

bool console_word(const struct host *h, struct word *uart)
{
	const struct dt_node *chosen = dt_find(h->base, "/chosen");
	const struct word *said = xen_word(h, "dtuart");

	*uart = said ? *said : (struct word){ .at = h->tree_at };
	if (!said && chosen)
		uart->value = dt_string(chosen, "stdout-path");
	return uart->value;
}

const char *console_name(const struct host *h, const struct word *uart)
{
	return arena_copy(h->arena, uart->value, strcspn(uart->value, ":"));
}

const char *console_path(const struct host *h, const struct word *uart)
{
	const char *name = console_name(h, uart);

	return name[0] == '/' ? name : dt_alias(h->base, name);
}

bool console_is_cut(const struct host *h, const struct word *uart)
{
	return !uart->len && strlen(console_name(h, uart)) > CONSOLE_NAME_MAX;
}

const struct dt_node *read_console(const struct host *h, struct loc *at)
{
	struct word uart = { .len = 0 };
	const char *path;

	if (!console_is_wanted(h) || !console_word(h, &uart) ||
	    strpbrk(uart.value, "\"'"))
		return NULL;
	*at = uart.at;
	path = console_is_cut(h, &uart) ? NULL : console_path(h, &uart);
	return path ? dt_find(h->base, path) : NULL;
}
