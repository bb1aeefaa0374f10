/* SPDX-License-Identifier: BSD-2-Clause */
/* The UART that Xen's command line or the tree chooses is held against Xen's drivers. */
#include <string.h>

#include "base/list.h"
#include "checks/checks.h"
#include "diag/fix.h"
#include "xen/console.h"
#include "xen/line.h"
#include "words.h"

static bool is_usable(const struct host *h, const struct dt_node *n)
{
	return dt_enabled(n) && uart_has_driver(n) && !uart_trouble(h, n);
}

static void list_uarts(const struct host *h, struct text *t)
{
	const struct dt_node *aliases = dt_find(h->base, "/aliases");

	for (const struct dt_prop *p = aliases ? aliases->props : NULL; p; p = p->next) {
		const char *path = dt_alias(h->base, p->name);
		const struct dt_node *n = path ? dt_find(h->base, path) : NULL;

		if (n && is_usable(h, n))
			text_add(t, "%s%s (%s)", t->len ? ", " : "", p->name, path);
	}
}

static void help_with_uarts(const struct host *h, struct diag *g)
{
	struct text t = { .arena = h->arena };

	list_uarts(h, &t);
	if (t.len)
		diag_help(g, "UARTs that Xen can use here: %s", t.data);
}

/* What to write behind dtuart=: the alias of the one UART that Xen can use, or a word that
 * stands for one of several. */
static const char *alias_to_write(const struct host *h)
{
	const struct dt_node *aliases = dt_find(h->base, "/aliases");
	const char *only = NULL;

	for (const struct dt_prop *p = aliases ? aliases->props : NULL; p; p = p->next) {
		const char *path = dt_alias(h->base, p->name);
		const struct dt_node *n = path ? dt_find(h->base, path) : NULL;

		if (!n || !is_usable(h, n))
			continue;
		if (only)
			return "ALIAS";
		only = p->name;
	}
	return only ? only : "ALIAS";
}

/* "serial1,115200": an alias, and a speed as a console of Linux has it; Xen looks for an alias of
 * that whole name (xen/drivers/char/arm-uart.c, dt_uart_init()). false: it is none. */
static bool help_with_speed(const struct host *h, struct diag *g, const struct word *uart,
			    const char *alias)
{
	const char *name = arena_copy(h->arena, alias, strcspn(alias, ","));

	if (streq(name, alias) || !dt_alias(h->base, name))
		return false;
	diag_help(g, "write dtuart=%s: Xen leaves the UART as firmware has set it", name);
	if (uart->len)
		fix_part(g, uart->at, alias, name);
	return true;
}

static void help_with_alias(const struct host *h, struct diag *g, const struct word *uart,
			    const char *alias)
{
	const struct dt_node *aliases = dt_find(h->base, "/aliases");
	const char *names[64], *near;
	size_t n = 0;

	if (help_with_speed(h, g, uart, alias))
		return;
	for (const struct dt_prop *p = aliases ? aliases->props : NULL; p && n < 64;
	     p = p->next)
		if (!streq(p->name, alias))
			names[n++] = p->name;
	near = nearest_word(alias, names, n);
	if (near)
		diag_help(g, "did you mean '%s'?", near);
	if (near && uart->len && fix_is_sure(alias, near))
		fix_part(g, uart->at, alias, near);
	help_with_uarts(h, g);
}

/* Reports why the word that chooses Xen's UART leads to no node of the tree. */
static void report_missing(struct diags *diags, const struct host *h,
			   const struct word *uart)
{
	const char *name = console_name(h, uart);
	const char *path = console_path(h, uart);
	bool by_tree = !uart->len;
	struct diag *g;

	if (console_is_cut(h, uart)) {
		g = diag(diags, E0514, uart->at,
			 "the tree's stdout-path has %zu characters; Xen keeps %d",
			 strlen(name), CONSOLE_NAME_MAX);
		diag_help(g, "add dtuart=%s to xen.cmdline", alias_to_write(h));
		return;
	}
	if (name[0] == '/' || !path)
		g = diag(diags, E0514, uart->at,
			 "Xen's console '%s'%s is not in the tree: it has no such "
			 "%s",
			 name, by_tree ? " (the tree's stdout-path)" : "",
			 path ? "node" : "alias");
	else
		g = diag(diags, E0514, uart->at,
			 "Xen's console '%s'%s stands for %s, which is not in the "
			 "tree",
			 name, by_tree ? " (the tree's stdout-path)" : "", path);
	help_with_alias(h, g, uart, name);
	if (by_tree)
		diag_help(g, "add dtuart=%s to xen.cmdline", alias_to_write(h));
}

static void check_uart(struct diags *diags, const struct host *h, const struct dt_node *n,
		       struct loc at)
{
	const char *path = dt_path(h->arena, n);
	struct diag *g;

	if (!dt_enabled(n))
		g = diag(diags, E0515, at, "Xen's console %s is disabled in the tree",
			 path);
	else if (!uart_has_driver(n))
		g = diag(diags, E0516, at, "Xen has no driver for the UART %s (%s)", path,
			 dt_string(n, "compatible") ? dt_string(n, "compatible")
						    : "it has no compatible");
	else if (uart_trouble(h, n))
		g = diag(diags, E0516, at, "Xen cannot use the UART %s: %s", path,
			 uart_trouble(h, n));
	else
		return;
	help_with_uarts(h, g);
}

/* Reports that Xen writes to no UART. On Arm it knows dtuart only: com1 is a port of PCs,
 * vga a screen of theirs (xen/drivers/char/console.c). */
static struct diag *report_silence(struct diags *diags, const struct host *h, struct loc line)
{
	const struct word *w = xen_word(h, "console");
	struct diag *g;

	if (w && !console_is_wanted(h) && *w->value && !streq(w->value, "none")) {
		g = diag(diags, W0704, w->at,
			 "nobody will hear Xen: on Arm it has no console '%s', only dtuart", w->value);
		diag_help(g, "write console=dtuart, and the UART behind it: dtuart=%s%s",
			  alias_to_write(h),
			  starts_with(w->value, "hvc") || starts_with(w->value, "tty")
				? "; a console of Linux belongs into the cmdline of its domain" : "");
		if (xen_word(h, "dtuart"))
			fix_part(g, w->at, w->value, "dtuart");
		return g;
	}
	g = diag(diags, W0704, line, "nobody will hear Xen: its command line names no UART");
	diag_help(g, "add console=dtuart dtuart=%s", alias_to_write(h));
	if (xen_word(h, "dtuart") && !w)
		fix_append(g, h->xen->cmdline.at, h->xen->cmdline.text, "console=dtuart");
	return g;
}

static unsigned read_level(const char **s)
{
	static const char *const names[] = { "none", "error", "warning", "info", "debug" };

	for (unsigned i = 0; i < countof(names); i++)
		if (starts_with(*s, names[i])) {
			*s += strlen(names[i]);
			return i;
		}
	return starts_with(*s, "all") ? 4 : 2;
}

/* What a guest writes to its vpl011, Xen prints as a message without a level of its own
 * (xen/arch/arm/vpl011.c, vpl011_write_data_xen()), which counts as a warning, since 4.18
 * as information. Up to the first level of loglvl= messages are printed, up to the second
 * ten of them in five seconds (xen/drivers/char/console.c, XENLOG_DEFAULT,
 * parse_loglvl()). Xen takes any other word for a warning. */
static void check_level(struct diags *diags, const struct host *h, const struct system *s)
{
	const struct word *w = last_word(&h->line, "loglvl");
	const struct domain *d = first_xen_guest(s);
	unsigned needed = xen_since(h, VERSION(4, 18)) ? 3 : 2, level, upper;
	const char *text = w ? w->value : "";

	while (d && !d->vpl011.n)
		d = next_xen_guest(d);
	if (!w || !d)
		return;
	level = upper = read_level(&text);
	if (*text++ == '/')
		upper = read_level(&text);
	if (level >= needed)
		return;
	diag_help(diag(diags, W0748, w->at,
		       upper < needed ? "nobody will hear %s: with loglvl=%s Xen does not print "
					"what comes from its vpl011"
				      : "%s will lose lines: with loglvl=%s Xen prints little of "
					"what comes from its vpl011",
		       domain_title(diags->arena, d), w->value),
		  "write loglvl=%s, or leave it out", needed == 3 ? "info" : "warning");
}

/* Whether spaces around '=' take Xen its console or its UART, which W0707 says. */
static bool is_cut(const struct words *line)
{
	struct word_pieces cut = words_cut(line, NULL);

	while (cut.first && !streq(cut.first->key, "console") && !streq(cut.first->key, "dtuart"))
		cut = words_cut(line, cut.last);
	return cut.first;
}

void check_console(struct job *j)
{
	const struct value *line = &j->system->xen->cmdline;
	struct word uart = { .len = 0 };	/* len stays 0 for the tree's stdout-path */
	struct diag *g;

	check_level(&j->diags, &j->host, j->system);
	if (!j->host.base || is_cut(&j->host.line))
		return;
	if (!console_is_wanted(&j->host) || !console_word(&j->host, &uart)) {
		g = report_silence(&j->diags, &j->host,
				   line->at.src ? line->at : j->system->xen->o.at);
		help_with_uarts(&j->host, g);
	} else if (strpbrk(uart.value, "\"'") || uart.len > XEN_OPTION_MAX) {
		return;		/* check_xen_line refuses it */
	} else if (j->host.console) {
		check_uart(&j->diags, &j->host, j->host.console, uart.at);
	} else {
		report_missing(&j->diags, &j->host, &uart);
	}
}
