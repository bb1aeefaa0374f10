/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys and devices of a domain become the consoles that Linux finds in it. */
#include "xen/linux_console.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/list.h"
#include "xen/guest_space.h"

#define PL011_SIZE 0x1000	/* bytes: xen/arch/arm/vpl011.c, GUEST_PL011_SIZE */
#define VPL011_CONSOLE "ttyAMA0"

/* What Linux calls the UARTs of a driver (drivers/tty/serial/ of Linux 6.1: the file before
 * the rows has the driver's compatibles, and its dev_name). family NULL: its UARTs are no
 * consoles. The driver of Amlogic's S4 is not here, for its family changed with Linux 6.6. */
static const struct uart_driver {
	const char *compatible, *family;
} uarts[] = {
	/* amba-pl011.c */
	{ "arm,pl011", "ttyAMA" },
	{ "arm,sbsa-uart", "ttyAMA" },

	/* 8250/, all of which are ttyS (8250_core.c): 8250_of.c */
	{ "ns16550", "ttyS" },
	{ "ns16550a", "ttyS" },
	{ "nuvoton,npcm750-uart", "ttyS" },
	/* 8250_dw.c */
	{ "snps,dw-apb-uart", "ttyS" },
	/* 8250_bcm2835aux.c, 8250_bcm7271.c */
	{ "brcm,bcm2835-aux-uart", "ttyS" },
	{ "brcm,bcm7271-uart", "ttyS" },
	/* 8250_tegra.c */
	{ "nvidia,tegra20-uart", "ttyS" },
	/* 8250_omap.c */
	{ "ti,omap4-uart", "ttyS" },
	{ "ti,am654-uart", "ttyS" },
	/* 8250_mtk.c */
	{ "mediatek,mt6577-uart", "ttyS" },
	/* 8250_uniphier.c, 8250_em.c */
	{ "socionext,uniphier-uart", "ttyS" },
	{ "renesas,em-uart", "ttyS" },

	/* bcm63xx_uart.c and sprd_serial.c have the name of others */
	{ "brcm,bcm6345-uart", "ttyS" },
	{ "sprd,sc9836-uart", "ttyS" },
	/* xilinx_uartps.c, uartlite.c */
	{ "cdns,uart-r1p8", "ttyPS" },
	{ "cdns,uart-r1p12", "ttyPS" },
	{ "xlnx,xuartps", "ttyPS" },
	{ "xlnx,xps-uartlite-1.00.a", "ttyUL" },
	/* imx.c, fsl_lpuart.c, fsl_linflexuart.c */
	{ "fsl,imx21-uart", "ttymxc" },
	{ "fsl,imx6q-uart", "ttymxc" },
	{ "fsl,ls1021a-lpuart", "ttyLP" },
	{ "fsl,ls1028a-lpuart", "ttyLP" },
	{ "fsl,imx7ulp-lpuart", "ttyLP" },
	{ "fsl,imx8qxp-lpuart", "ttyLP" },
	{ "fsl,s32v234-linflexuart", "ttyLF" },
	/* meson_uart.c */
	{ "amlogic,meson-gx-uart", "ttyAML" },
	/* qcom_geni_serial.c, msm_serial.c */
	{ "qcom,geni-debug-uart", "ttyMSM" },
	{ "qcom,geni-uart", NULL },
	{ "qcom,msm-uartdm", "ttyMSM" },
	/* samsung_tty.c */
	{ "samsung,exynos4210-uart", "ttySAC" },
	{ "samsung,exynos5433-uart", "ttySAC" },
	{ "samsung,exynos850-uart", "ttySAC" },
	{ "google,gs101-uart", "ttySAC" },
	{ "apple,s5l-uart", "ttySAC" },
	/* sh-sci.c */
	{ "renesas,sci", "ttySC" },
	{ "renesas,scif", "ttySC" },
	{ "renesas,scifa", "ttySC" },
	{ "renesas,hscif", "ttySC" },
	{ "renesas,scif-r9a07g044", "ttySC" },
	{ "renesas,scif-r9a09g057", "ttySC" },
	/* owl-uart.c */
	{ "actions,s900-uart", "ttyOWL" },
	/* tegra-tcu.c, serial-tegra.c */
	{ "nvidia,tegra194-tcu", "ttyTCU" },
	{ "nvidia,tegra30-hsuart", NULL },
	{ "nvidia,tegra186-hsuart", NULL },
	{ "nvidia,tegra194-hsuart", NULL },
	/* mvebu-uart.c */
	{ "marvell,armada-3700-uart", "ttyMV" },
	{ "marvell,armada-3700-uart-ext", "ttyMV" },
	/* stm32-usart.c */
	{ "st,stm32h7-uart", "ttySTM" },
};

/* The row of a UART; NULL: there is none. */
static const struct uart_driver *find_uart(const struct dt_node *n)
{
	for (size_t i = 0; i < countof(uarts); i++)
		if (dt_compatible(n, uarts[i].compatible))
			return &uarts[i];
	return NULL;
}

static const char *family_of(const struct dt_node *n)
{
	const struct uart_driver *u = find_uart(n);

	return u ? u->family : NULL;
}

/* Whether "ttyS0,115200" is one of family "ttyS", and not of "ttySC". */
static bool is_of_family(const char *name, const char *family)
{
	size_t len = strlen(family);

	return strncmp(name, family, len) == 0 && name[len] >= '0' && name[len] <= '9';
}

/* Whether it is a virtual terminal: "tty", "tty0" and so on. */
static bool is_screen(const char *name)
{
	return starts_with(name, "tty") && !name[3 + strspn(name + 3, "0123456789")];
}

static bool is_hvc(const char *name)
{
	return starts_with(name, "hvc");
}

/* Whether it is the word for no console at all (Linux kernel/printk/printk.c, console_setup();
 * drivers/tty/ttynull.c). */
static bool is_null(const char *name)
{
	return !*name || streq(name, "null") || starts_with(name, "ttynull");
}

/* A name as Linux reads it: family and number, 0 if there is none, and a number alone is one of
 * ttyS (Linux kernel/printk/printk.c, console_setup()). */
static const char *normal_name(struct arena *a, const char *name)
{
	size_t len = strcspn(name, "0123456789,");

	return arena_printf(a, "%.*s%lu", len ? (int)len : 4, len ? name : "ttyS",
			    strtoul(name + len, NULL, 10));
}

/* hvc0 is the console that Xen gives to dom0, or to the domain that has dom0's devices
 * instead of it; for guests that dom0 starts xl makes one. For guests that Xen starts
 * nobody sets one up: not Xen, which leaves HVM_PARAM_CONSOLE_PFN empty, nor
 * tools/helpers/init-dom0less.c (seen on 4.17, 4.20 and 4.23). */
static bool has_hvc(const struct domain *d)
{
	return d->is_dom0 || !d->boot.n || domain_capability(d, "hardware");
}

/* Xen's console is hvc0; a virtio console comes after it, which QEMU's machines may have. */
static enum console_state state_of_hvc(const struct host *h, const struct domain *d,
				       const char *name)
{
	const struct dt_node *n = h->base ? h->base->root : NULL;

	if (streq(name, "hvc0"))
		return has_hvc(d) ? CONSOLE_THERE : CONSOLE_ABSENT;
	if (!d->is_dom0)
		return d->partial_image ? CONSOLE_UNKNOWN : CONSOLE_ABSENT;
	while (n && !dt_compatible(n, "virtio,mmio"))
		n = dt_next(n);
	return h->base && !n ? CONSOLE_ABSENT : CONSOLE_UNKNOWN;
}

/* Whether Linux makes a terminal of the UART. If the UART has a node for a device that is
 * connected to it, as Bluetooth on the Pi, it becomes the bus of that device instead
 * (drivers/tty/serdev/core.c, of_serdev_register_devices()). */
static bool is_terminal(const struct dt_node *n)
{
	const struct dt_node *c = n->children;

	while (c && !(dt_enabled(c) && dt_prop(c, "compatible")))
		c = c->next;
	return dt_enabled(n) && !c;
}

/* Whether a tree has a UART of the family that the name is of, other than Xen's own. */
static bool has_uart(const struct devicetree *dt, const struct dt_node *xens,
		     const char *name)
{
	for (const struct dt_node *n = dt->root; n; n = dt_next(n)) {
		const char *family = n != xens && is_terminal(n) ? family_of(n) : NULL;

		if (family && is_of_family(name, family))
			return true;
	}
	return false;
}

/* Whether a tree has a UART, other than Xen's own, whose driver is not in the table, by the
 * name that it should have (Devicetree Specification, 2.2.2): any name may be its. */
static bool has_strange_uart(const struct devicetree *dt, const struct dt_node *xens)
{
	for (const struct dt_node *n = dt->root; n; n = dt_next(n))
		if (dt_is_named(n, "serial") && n != xens && is_terminal(n) && !find_uart(n))
			return true;
	return false;
}

static bool is_known_family(const char *name)
{
	for (size_t i = 0; i < countof(uarts); i++)
		if (uarts[i].family && is_of_family(name, uarts[i].family))
			return true;
	return false;
}

/* Words for a console that others have, and no driver of Linux: Xen's own (its command line),
 * what the Pi's firmware replaces in its cmdline.txt, and the Xen of old Linux. */
static const char *const others[] = {
	"com", "dtuart", "none", "serial", "vga", "vpl", "vuart", "xen", "xvc", NULL
};

/* Whether the family is one of Linux but for its capitals. */
static bool differs_in_case(const char *name, size_t len, const char *family)
{
	return family && strlen(family) == len && strncasecmp(name, family, len) == 0 &&
	       strncmp(name, family, len) != 0;
}

/* Whether no driver of Linux can have such a console, whatever devices there are. */
static bool is_no_console(const char *name)
{
	size_t len = strcspn(name, "0123456789");

	if (*name == '/' || differs_in_case(name, len, "hvc") ||
	    differs_in_case(name, len, "tty"))
		return true;
	for (size_t i = 0; others[i]; i++)
		if (strlen(others[i]) == len && strncasecmp(name, others[i], len) == 0)
			return true;
	for (size_t i = 0; i < countof(uarts); i++)
		if (differs_in_case(name, len, uarts[i].family))
			return true;
	return false;
}

static enum console_state state_in_dom0(const struct host *h, const char *name)
{
	if (!h->base)
		return CONSOLE_UNKNOWN;
	if (has_uart(h->base, h->console, name))
		return CONSOLE_THERE;
	return is_known_family(name) && !has_strange_uart(h->base, h->console)
		       ? CONSOLE_ABSENT : CONSOLE_UNKNOWN;
}

/* Linux numbers UARTs in the order in which it finds them: with a PL011 of the machine
 * beside the vpl011, either may become ttyAMA0. */
static enum console_state state_in_guest(const struct partial *p, const struct domain *d,
					 const char *name)
{
	bool devices = d->partial_image, known;

	if (p && has_uart(p->tree, NULL, name))
		return CONSOLE_THERE;
	if (d->vpl011.n && is_of_family(name, "ttyAMA"))
		return streq(name, VPL011_CONSOLE) || devices ? CONSOLE_THERE
							      : CONSOLE_ABSENT;
	known = p && is_known_family(name) && !has_strange_uart(p->tree, NULL);
	return devices && !known ? CONSOLE_UNKNOWN : CONSOLE_ABSENT;
}

enum console_state console_state(const struct host *h, const struct domain *d, const char *name)
{
	const char *base = normal_name(h->arena, name);

	if (is_null(name))
		return CONSOLE_ABSENT;
	if (memchr(name, ':', strcspn(name, ",")))
		return CONSOLE_UNKNOWN;	/* console=DEVICE:0.0, since Linux 6.10 */
	if (is_no_console(base))
		return CONSOLE_ABSENT;
	if (is_hvc(base))
		return state_of_hvc(h, d, base);
	if (is_screen(base))
		return CONSOLE_SCREEN;
	return d->is_dom0 ? state_in_dom0(h, base)
			  : state_in_guest(d->partial, d, base);
}

/* The first console of the first UART among the devices of a guest; NULL: it gets none.
 */
static const char *passed_uart(const struct host *h, const struct partial *p)
{
	const char *family = NULL;

	for (const struct dt_node *n = p ? p->tree->root : NULL; n && !family; n = dt_next(n))
		family = is_terminal(n) ? family_of(n) : NULL;
	return family ? arena_printf(h->arena, "%s0", family) : NULL;
}

bool is_uart_console(struct arena *a, const char *name)
{
	return *name && is_known_family(normal_name(a, name));
}

const char *certain_console(const struct host *h, const struct domain *d)
{
	if (has_hvc(d))
		return "hvc0";
	return d->vpl011.n ? VPL011_CONSOLE : passed_uart(h, d->partial);
}

bool vpl011_is_possible(const struct host *h, const struct domain *d)
{
	struct range r = { 0, 0 };

	return !d->direct_map.n || !h->base ||
	       (h->console && dt_reg_on_cpu(h->console, 0, &r, NULL) &&
		range_size(r) >= PL011_SIZE);
}

struct search {
	struct range found;
	bool any;
};

static void note_vpl011(void *what, struct range r, const char *name)
{
	struct search *s = what;

	if (!s->any && starts_with(name, "UART"))
		*s = (struct search){ r, true };
}

bool vpl011_range(const struct host *h, const struct domain *d, struct range *r)
{
	struct search s = { .any = false };

	guest_space_list(h, d, note_vpl011, &s);
	*r = s.found;
	return s.any;
}

static bool node_is_at(const struct dt_node *n, uint64_t at)
{
	struct range r;

	for (size_t i = 0; dt_reg_on_cpu(n, i, &r, NULL); i++)
		if (range_inside(range_at(at, 1), r))
			return true;
	return false;
}

/* Whether some device of the machine is there, which dom0 may have. */
static bool machine_is_at(const struct host *h, uint64_t at)
{
	const struct dt_node *n = h->base ? h->base->root : NULL;

	while (n && !node_is_at(n, at))
		n = dt_next(n);
	return n || !h->base;
}

static bool partial_is_at(const struct partial *p, uint64_t at)
{
	for (const struct partial_device *v = p->devices; v; v = v->next)
		for (size_t i = 0; i < v->range_count; i++)
			if (range_inside(range_at(at, 1), range_at(v->ranges[i].guest,
								   v->ranges[i].size)))
				return true;
	return false;
}

bool device_is_there(const struct host *h, const struct domain *d, uint64_t at)
{
	const struct partial *p = d->partial;
	struct range r;

	if (d->is_dom0 || domain_capability(d, "hardware"))
		return machine_is_at(h, at);
	if (vpl011_range(h, d, &r) ? range_inside(range_at(at, 1), r)
				   : d->vpl011.n && d->direct_map.n)
		return true;
	return p ? partial_is_at(p, at) : d->partial_image != NULL;
}
