/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's own command line is read as that release of Xen will read it. */
#include <stdlib.h>
#include <string.h>

#include "checks/checks.h"
#include "diag/fix.h"
#include "xen/config.h"
#include "xen/console.h"
#include "xen/line.h"
#include "xen/parameters.h"
#include "words.h"

/* What xendtc writes into Xen's line for keys of dom0 must not stand there a second time.
 */
static bool check_key(struct diags *diags, const struct system *system,
		      const struct word *w)
{
	const struct domain *d = system->dom0;
	const struct value *v = NULL;
	struct diag *g;

	if (d && streq(parameter_name(w), "dom0_mem"))
		v = &d->memory;
	if (d && streq(parameter_name(w), "dom0_max_vcpus") && d->vcpus.text)
		v = &d->vcpus;
	if (!v)
		return true;
	g = diag(diags, E0701, w->at,
		 "'%s' is given a second time: xendtc writes it "
		 "from the keys of dom0",
		 parameter_name(w));
	diag_note(g, v->at, "it comes from here");
	diag_help(g, "remove it here");
	fix_remove_word(g, w->at);
	return false;
}

static bool refuse_stranger(struct diags *diags, const struct word *w,
			    const struct xen_stranger *s)
{
	bool other = streq(s->home, "Linux") || streq(s->home, "the device tree");
	struct diag *g;

	g = diag(diags, W0708, w->at,
		 other ? "'%s' belongs to %s, not to Xen's command line"
		       : "Xen knows '%s' on %s only",
		 s->name, s->home);
	if (streq(s->home, "Linux"))
		diag_help(g, "put it into the cmdline of dom0 or a guest");
	else
		diag_help(g, "leave it out");
	return false;
}

/* The parameter that xendtc writes from a key of dom0, misspelt. */
static bool is_written(const struct system *s, const char *name)
{
	return s->dom0 && (streq(name, "dom0_mem") ||
			   (streq(name, "dom0_max_vcpus") && s->dom0->vcpus.text));
}

static bool refuse_unknown(struct diags *diags, const struct system *s, const struct host *h,
			   const struct word *w)
{
	unsigned version = h->xen->version;
	const char *near = xen_nearest_parameter(parameter_name(w), version);
	struct diag *g;

	if (version > VERSION(4, XEN_NEWEST)) {
		diag(diags, W0713, w->at,
		     "'%s' is not known to this xendtc, which knows "
		     "Xen up to 4.%d",
		     parameter_name(w), XEN_NEWEST);
		return true;
	}
	g = diag(diags, W0707, w->at, "Xen has no parameter '%s'", parameter_name(w));
	if (near && is_written(s, near)) {
		diag_help(g, "did you mean '%s'? xendtc writes that from the keys of dom0: remove it "
			  "here", near);
		if (fix_is_sure(parameter_name(w), near))
			fix_remove_word(g, w->at);
		return false;
	}
	if (near) {
		diag_help(g, "did you mean '%s'?", near);
		if (fix_is_sure(parameter_name(w), near))
			fix_part(g, w->at, parameter_name(w), near);
		return false;
	}
	diag_help(g,
			  "'xendtc schema xen-parameters' lists what Xen knows "
			  "on arm64; name what a fork adds under 'parameters' of xen");
	return false;
}

static bool refuse_release(struct diags *diags, const struct host *h,
			   const struct word *w, const struct xen_parameter *p)
{
	unsigned version = h->xen->version;
	bool early = version < VERSION(4, p->since);
	struct diag *g;

	g = diag(diags, W0709, w->at,
		 early ? "'%s' came with Xen 4.%u; this is Xen %u.%u"
		       : "'%s' went away after Xen 4.%u; this is Xen %u.%u",
		 p->name, early ? p->since : p->until, VERSION_MAJOR(version),
		 VERSION_MINOR(version));
	if (early)
		diag_help(g, "leave it out, or use Xen 4.%u or later", p->since);
	else
		diag_help(g, "leave it out");
	return false;
}

static bool refuse_left_out(struct diags *diags, const struct word *w,
			    const struct xen_parameter *p)
{
	struct diag *g;

	g = diag(diags, W0746, w->at,
		 "this Xen was built without CONFIG_%s, which '%s' "
		 "is part of",
		 p->needs, p->name);
	diag_help(g, "build Xen with it, or leave the parameter out");
	return false;
}

/* Whether Xen for x86 takes that word for the parameter. */
static bool is_x86_word(const struct xen_parameter *p, const char *item)
{
	size_t n, len;

	item += starts_with(item, "no-") ? 3 : 0;
	n = strcspn(item, "=");
	for (const char *w = p->x86; w && *w; w += len + strspn(w + len, " ")) {
		len = strcspn(w, " ");
		if (n == len && memcmp(item, w, len) == 0)
			return true;
	}
	return false;
}

/* What Xen takes while it reads its line, or notes as wrong, and stops at later: no frame
 * for grants (xen/common/grant_table.c, grant_table_init()), and an unknown word for FLASK
 * if that is chosen (xen/xsm/flask/hooks.c, flask_init()). The last word counts. */
static bool stops_xen(const struct host *h, const struct word *w,
		      const struct xen_parameter *p)
{
	char *end;

	if (last_word(&h->line, w->key) != w)
		return false;
	if (streq(p->name, "gnttab_max_frames"))
		return !strtoull(w->value, &end, 0) && !*end;
	return streq(p->name, "flask") && chooses_flask(h);
}

#define WORDS_MAX 32

/* The word of the parameter that was misspelt, if one is near. */
static void help_near_word(struct diag *g, const struct word *w, const struct xen_parameter *p,
			   const char *item)
{
	const char *words[WORDS_MAX], *near;
	size_t n = 0, len;

	for (const char *at = p->words ? p->words : ""; *at && n < WORDS_MAX; at += len) {
		len = strcspn(at, " ");
		words[n++] = arena_copy(g->arena, at, strcspn(at, " ?*"));
		len += strspn(at + len, " ");
	}
	near = *item ? nearest_word(item, words, n) : NULL;
	if (!near || !*near || streq(near, item))
		return;
	diag_help(g, "did you mean '%s'?", near);
	if (fix_is_sure(item, near))
		fix_part(g, w->at, arena_printf(g->arena, "=%s", item),
			 arena_printf(g->arena, "=%s", near));
}

/* Whether check_console() says that nobody will hear Xen because of this word. */
static bool is_lost_console(const struct host *h, const struct word *w, const char *item)
{
	return h->base && xen_word(h, "console") == w && !console_is_wanted(h) && *item &&
	       streq(w->value, item) && !streq(item, "none");
}

static bool refuse_value(struct diags *diags, const struct host *h, const struct word *w,
			 const struct xen_parameter *p, const char *item)
{
	bool stops = stops_xen(h, w, p);
	enum diag_code code = stops ? E0858 : W0710;
	const char *then = stops ? "; it stops later" : "";
	struct text takes = { .arena = diags->arena };
	struct diag *g;

	if (is_lost_console(h, w, item))
		return false;
	if (!*item)
		g = diag(diags, code, w->at, "Xen wants a value for '%s'%s", p->name, then);
	else if (is_x86_word(p, item))
		g = diag(diags, code, w->at, "Xen takes '%s' for '%s' on x86 only%s", item,
			 p->name, then);
	else
		g = diag(diags, code, w->at, "Xen does not take '%s' for '%s'%s", item,
			 p->name, then);
	help_near_word(g, w, p, item);
	xen_takes(&takes, p);
	diag_help(g, "%s takes %s", p->name, takes.data);
	return false;
}

/* "console=dtuart,dtuart=serial1": a parameter behind a comma or semicolon in place of a space. */
static bool help_joined(struct diag *g, const struct host *h, const struct word *w)
{
	const char *equals = strchr(w->value, '='), *name = equals, *old;

	while (name && name > w->value && !strchr(",;", name[-1]))
		name--;
	if (!name || name == w->value ||
	    !xen_parameter(arena_copy(g->arena, name, (size_t)(equals - name)), h->xen->version))
		return false;
	old = arena_copy(g->arena, name - 1, strlen(name - 1));
	diag_help(g, "write a space in place of '%c', in front of %s", name[-1], name);
	fix_part(g, w->at, old, arena_printf(g->arena, " %s", name));
	return true;
}

static bool check_value(struct diags *diags, const struct host *h, const struct word *w,
			const struct xen_parameter *p)
{
	struct xen_reading r = xen_read_word(h, w);
	struct text takes = { .arena = diags->arena };
	struct diag *g;

	if (r.verdict == XEN_REFUSES)
		return refuse_value(diags, h, w, p, r.item);
	if (r.verdict == XEN_TAKES)
		return true;
	g = diag(diags, W0712, w->at, "Xen misreads '%s%s%s': it %s",
		 w->key, *w->value ? "=" : "", w->value, r.how);
	if (help_joined(g, h, w))
		return true;
	help_near_word(g, w, p, w->value);
	xen_takes(&takes, p);
	diag_help(g, "%s takes %s", p->name, takes.data);
	return true;
}

static bool is_refused(const struct host *h, const struct word *w)
{
	return xen_read_word(h, w).verdict == XEN_REFUSES;
}

/* Whether the word is a piece of an option that spaces cut, of which W0707 speaks. */
static bool is_piece(const struct words *line, const struct word *w)
{
	struct word_pieces cut = words_cut(line, NULL);

	while (cut.first && cut.last < w)
		cut = words_cut(line, cut.last);
	return cut.first && cut.first <= w;
}

/* Warns of a parameter that is given twice: Xen reads from left to right, and the last
 * one counts. A value that Xen refuses is reported as that. */
static void check_again(struct diags *diags, const struct host *h, const struct word *w,
			const struct xen_parameter *p)
{
	struct diag *g;

	if ((p->list && p->type == XEN_CUSTOM) || p->adds_up)
		return;
	for (const struct word *first = h->line.w; first < w; first++) {
		if (first->row != p || is_refused(h, first) || is_piece(&h->line, first))
			continue;
		g = diag(diags, W0711, first->at,
			 "'%s' is given again; Xen goes by the last one", p->name);
		diag_note(g, w->at, "here");
		return;
	}
}

static bool check_word(struct diags *diags, const struct system *system, const struct host *h,
		       const struct word *w)
{
	unsigned version = h->xen->version;
	const struct xen_parameter *p = w->row;
	const struct xen_stranger *s = xen_stranger(parameter_name(w));

	if (is_of_fork(h, w))
		return true;
	if (!p)
		return s ? refuse_stranger(diags, w, s) : refuse_unknown(diags, system, h, w);
	if (version && !xen_knows(p, version))
		return refuse_release(diags, h, w, p);
	if (p->needs && config_lacks_all(h, p->needs))
		return refuse_left_out(diags, w, p);
	if (!check_value(diags, h, w, p))
		return false;
	check_again(diags, h, w, p);
	return true;
}

/* Whether it is the word by which Xen would be heard, and is no good for that. */
static bool silences(const struct host *h, const struct word *w)
{
	return xen_word(h, "dtuart") == w ||
	       (xen_word(h, "console") == w && !console_is_wanted(h));
}

static void report_cut(struct diags *diags, const struct host *h, const struct word *w)
{
	bool silent = silences(h, w);
	struct diag *g;

	g = diag(diags, silent ? E0702 : W0749, w->at,
		 "option '%s' of Xen is %zu characters long; Xen cuts options at %d", w->key,
		 w->len, XEN_OPTION_MAX);
	diag_help(g, silent ? "name the UART by an alias: dtuart=ALIAS"
			    : "shorten it, or leave it out");
}

static const char *unquoted(struct arena *a, const struct word *w)
{
	const char *equals = *w->value ? "=" : "";
	char *s = arena_printf(a, "%s%s%s", w->key, equals, w->value), *to = s;

	for (const char *from = s; *from; from++)
		if (!strchr("\"'", *from))
			*to++ = *from;
	*to = '\0';
	return s;
}

static void report_quotes(struct diags *diags, const struct host *h, const struct word *w)
{
	const char *text = arena_printf(diags->arena, "%s%s%s", w->key,
					*w->value ? "=" : "", w->value);
	const char *without = unquoted(diags->arena, w);
	struct diag *g;

	g = diag(diags, silences(h, w) ? E0703 : W0750, w->at,
		 "Xen does not understand quotes in its command line");
	diag_help(g, "options cannot hold spaces; leave the quotes out: %s", without);
	fix_part(g, w->at, text, without);
}

static bool is_quoted(const struct word *w)
{
	return strpbrk(w->key, "\"'") || strpbrk(w->value, "\"'");
}

/* What is cut or quoted is not judged as a value, but for one that stops Xen. */
static bool check_form(struct diags *diags, const struct host *h, const struct word *w)
{
	bool cut = w->len > XEN_OPTION_MAX;

	if (!cut && !is_quoted(w))
		return true;
	if (w->row && is_refused(h, w) && stops_xen(h, w, w->row))
		return true;
	if (cut)
		report_cut(diags, h, w);
	else
		report_quotes(diags, h, w);
	return false;
}

static void report_spaces(struct diags *diags, const struct word_pieces *cut)
{
	const struct word *last = cut->last;
	const char *value = *last->key ? last->key : last->value;
	struct loc at = cut->first->at;
	struct diag *g;

	g = diag(diags, W0707, at, "spaces around '=' cut '%s' in pieces, which Xen takes for options",
		 cut->first->key);
	diag_help(g, "write %s=%s", cut->first->key, value);
	if (at.len != cut->first->len || last->at.len != last->len)
		return;		/* a line that is folded */
	at.at += strlen(cut->first->key);
	at.len = last->at.at + last->len - strlen(value) - at.at;
	fix_replace(g, at, "=");
}

void check_xen_line(struct job *j)
{
	const struct words *line = &j->host.line;
	struct word_pieces cut = words_cut(line, NULL);

	for (const struct word *w = line->w; w < line->w + line->n; w++) {
		if (w == cut.first) {
			report_spaces(&j->diags, &cut);
			w = cut.last;
			cut = words_cut(line, w);
		} else if (check_form(&j->diags, &j->host, w) &&
			   check_key(&j->diags, j->system, w)) {
			check_word(&j->diags, j->system, &j->host, w);
		}
	}
}
