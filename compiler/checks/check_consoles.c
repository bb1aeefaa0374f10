/* SPDX-License-Identifier: BSD-2-Clause */
/* The command lines of Linux are held against the consoles that the domains have: will
 * anybody hear them? */
#include <inttypes.h>
#include <string.h>

#include "checks/checks.h"
#include "diag/fix.h"
#include "xen/guest_space.h"
#include "xen/linux_console.h"

/* Whether Linux leaves the end of the line to its first program, see linux_words(). */
static bool has_rest(const struct domain *d)
{
	const char *rest = d->cmdline.text ? strstr(d->cmdline.text, "--") : NULL;

	while (rest && ((rest > d->cmdline.text && rest[-1] != ' ') || !strchr(" ", rest[2])))
		rest = strstr(rest + 2, "--");
	return rest;
}

/* Makes `name` the console that the line of the domain names. */
static void fix_console(struct diag *g, const struct domain *d, const struct word *wrong,
			const char *name)
{
	const char *word = arena_printf(g->arena, "console=%s", name);

	if (wrong && !streq(wrong->value, name))
		fix_part(g, wrong->at, wrong->value, name);
	else if (!wrong && d->cmdline.at.src && !has_rest(d))
		fix_append(g, d->cmdline.at, d->cmdline.text, word);
	else if (!wrong && !d->cmdline.at.src)
		fix_add_key(g, d->memory.key, arena_printf(g->arena, "cmdline: %s", word));
}

/* Says what to type so that the domain is heard. `wrong` is the console= that it has now,
 * NULL if it has none. */
static void help_to_speak(const struct host *h, struct diag *g, const struct domain *d,
			  const struct word *wrong)
{
	const char *name = certain_console(h, d);
	bool vpl011 = !name && vpl011_is_possible(h, d);

	if (!name && !vpl011)
		diag_help(g,
			  "it can have no vpl011, which would take the place of Xen's own "
			  "UART: reach it by network, or give it a UART with passthrough");
	else if (wrong && vpl011 && streq(wrong->value, "ttyAMA0"))
		diag_help(g, "add vpl011: true");
	else
		diag_help(g, "%s console=%s%s",
			  vpl011 ? "add vpl011: true, and" : wrong ? "write" : "add",
			  vpl011 ? "ttyAMA0" : name,
			  wrong ? " instead" : has_rest(d) ? " to its cmdline, in front of --"
							   : " to its cmdline");
	if (vpl011 && d->vpl011.at.src)
		fix_value(g, d->vpl011.at, "true");
	else if (vpl011)
		fix_add_key(g, d->memory.key, "vpl011: true");
	if (name || vpl011)
		fix_console(g, d, wrong, vpl011 ? "ttyAMA0" : name);
}

static enum console_state state_of(const struct host *h,
				   const struct domain *d, const struct word *w)
{
	return console_state(h, d, w->value);
}

/* The last console= of the domain's line in that state; NULL: there is none. */
static const struct word *last_console(const struct host *h,
				       const struct domain *d, enum console_state state)
{
	for (size_t i = d->words.n; i-- > 0;) {
		const struct word *w = &d->words.w[i];

		if (streq(w->key, "console") && state_of(h, d, w) == state)
			return w;
	}
	return NULL;
}

/* Without console= Linux takes the first console that it finds, which is its virtual
 * terminal where it has one (Linux kernel/printk/printk.c, register_console()). The tree
 * names none either: Xen takes stdout-path out of dom0's tree, and writes none for
 * guests. */
static void warn_of_nothing(struct diags *diags, const struct host *h, const struct domain *d)
{
	struct diag *g = diag(diags, W0740, d->cmdline.at.src ? d->cmdline.at : d->o.at,
			      "nobody will hear %s: its command line names no console",
			      domain_title(h->arena, d));

	help_to_speak(h, g, d, NULL);
}

/* Linux passes over a console= that it does not find, and runs without printing a word.
 */
static void warn_of_absent(struct diags *diags, const struct host *h, const struct domain *d,
			   const struct word *w)
{
	struct diag *g;

	if (!*w->value)
		g = diag(diags, d->is_dom0 ? W0706 : W0705, w->at,
			 "nobody will hear %s: 'console=' without a name means none",
			 domain_title(h->arena, d));
	else
		g = diag(diags, d->is_dom0 ? W0706 : W0705, w->at,
			 "nobody will hear %s: it has no console %s%s",
			 domain_title(h->arena, d), w->value,
			 d->is_dom0 && is_uart_console(h->arena, w->value)
				? ", for Xen keeps its UART" : "");
	help_to_speak(h, g, d, w);
}

/* A screen is good for whoever looks at it; a guest without devices has none. */
static void warn_of_screen(struct diags *diags, const struct host *h, const struct domain *d,
			   const struct word *w)
{
	struct diag *g;

	if (!d->is_dom0 && d->partial_image)
		return;
	g = diag(diags, W0741, w->at, "%s speaks on its screen alone (%s)%s",
		 domain_title(h->arena, d), w->value,
		 d->is_dom0 ? "" : ", and it has none");
	help_to_speak(h, g, d, w);
}

/* What programs print, the login prompt included, goes to the last console= that Linux
 * finds, and a virtual terminal is always found (Linux drivers/tty/tty_io.c,
 * console_device() by way of /dev/console; seen with Debian's kernels). */
static void warn_of_last(struct diags *diags, const struct host *h, const struct domain *d,
			 const struct word *there)
{
	const struct word *screen = last_console(h, d, CONSOLE_SCREEN);
	struct diag *g;

	if (d->is_dom0 || d->partial_image || !screen || screen < there)
		return;
	g = diag(diags, W0741, screen->at,
		 "the kernel of %s speaks on %s, but its programs on %s, the last console, "
		 "which nobody sees", domain_title(h->arena, d), there->value,
		 screen->value);
	diag_help(g, "write console=%s last", there->value);
}

/* Whether Linux goes on with its first console, which ends where another one begins. */
static bool keeps_early_console(const struct domain *d)
{
	return last_word(&d->words, "keep_bootcon") &&
	       (last_word(&d->words, "earlycon") || last_word(&d->words, "earlyprintk"));
}

/* The address of a word such as earlycon=pl011,0x22000000 or earlycon=uart8250,mmio32,0xfe215040
 * (Linux drivers/tty/serial/earlycon.c, setup_earlycon()), of the drivers that kernels for arm64
 * have; false: it names none. */
static bool early_address(struct arena *a, const struct word *w, uint64_t *at)
{
	const char *s = w->value;

	if (!starts_with(s, "pl011,") && !starts_with(s, "uart8250,") &&
	    !starts_with(s, "uart,"))
		return false;
	s = strchr(s, ',') + 1;
	if (starts_with(s, "mmio") && strchr(s, ','))
		s = strchr(s, ',') + 1;
	return number_address(arena_copy(a, s, strcspn(s, ",")), at) == NUMBER_OK;
}

/* An access to nothing is a fault in a domain of Xen, and that of an early console is so early that
 * Linux stops without a word. */
static void check_early_console(struct diags *diags, const struct host *h, const struct domain *d)
{
	const struct word *w = last_word(&d->words, "earlycon");
	const char *other = d->is_dom0 ? "xenboot" : NULL;
	struct range r;
	struct diag *g;
	uint64_t at;

	if (!w || !early_address(diags->arena, w, &at) || device_is_there(h, d, at))
		return;
	if (range_inside(range_at(at, 1), GUEST_UART) && !certain_console(h, d) &&
	    vpl011_is_possible(h, d))
		return;		/* it is told to have one, for its console */
	g = diag(diags, W0745, w->at,
		 "%s stops without a word: no UART is at 0x%" PRIx64 ", where earlycon looks "
		 "for one", domain_title(diags->arena, d), at);
	if (!other && vpl011_range(h, d, &r))
		other = arena_printf(diags->arena, "pl011,0x%" PRIx64, r.start);
	if (other) {
		diag_help(g, "write earlycon=%s, or leave it out", other);
		fix_part(g, w->at, w->value, other);
	} else {
		diag_help(g, "leave it out");
		fix_remove_word(g, w->at);
	}
}

static void check_consoles_of(struct diags *diags, const struct host *h, const struct domain *d)
{
	const struct word *there = last_console(h, d, CONSOLE_THERE);
	const struct word *absent = last_console(h, d, CONSOLE_ABSENT);
	const struct word *screen = last_console(h, d, CONSOLE_SCREEN);

	if (there)
		warn_of_last(diags, h, d, there);
	else if (last_console(h, d, CONSOLE_UNKNOWN))
		return;
	else if (screen)
		warn_of_screen(diags, h, d, screen);
	else if (absent)
		warn_of_absent(diags, h, d, absent);
	else if (!keeps_early_console(d))
		warn_of_nothing(diags, h, d);
}

void check_consoles(struct job *j)
{
	for (const struct domain *d = first_domain(j->system); d;
	     d = next_domain(j->system, d))
		if (d->linux_guess == LINUX_LIKELY) {
			check_consoles_of(&j->diags, &j->host, d);
			check_early_console(&j->diags, &j->host, d);
		}
}
