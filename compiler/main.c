/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of contents: which passes there are, in which order, and what comes of it. */
#include <errno.h>
#include <string.h>

#include "base/utf8.h"
#include "build.h"
#include "verbs.h"

/* Would it boot? The parts do not need each other's answers. */
static bool check(struct job *j)
{
	bool ok = check_xen_line(j);

	ok &= check_choices(j);
	ok &= check_uefi(j);
	ok &= check_command_lines(j);
	ok &= check_load_names(j);
	ok &= plan_fit(j);
	ok &= plan_card(j);
	ok &= check_features(j);
	ok &= check_firmware_tree(j);
	ok &= check_domains(j);
	ok &= check_cpu_use(j);
	ok &= check_guests(j);
	ok &= check_colors(j);
	ok &= check_properties(j);
	ok &= check_built(j);
	ok &= check_services(j);
	ok &= check_sharing(j);
	ok &= check_later(j);
	return layout(j) && ok;
}

/* What a pass reports counts, not what it returns: a rule can be switched off to prove
 * it. */
static bool step(struct job *j, bool (*pass)(struct job *))
{
	pass(j);
	return !j->diags.errors;
}

/* The same for a pass without whose work there is nothing to go on with. */
static bool need(struct job *j, bool (*pass)(struct job *))
{
	return pass(j) && !j->diags.errors;
}

/* Each step reads what the steps above it made; it stops us if it reported an error. */
static bool compile(struct job *j)
{
	return need(j, load)		/* text -> model and board */
	    && need(j, resolve)		/* names -> files, the base tree */
	    && step(j, check_files)	/* are they what they should be? */
	    && step(j, read_lines)	/* command lines -> words */
	    && step(j, check_names)	/* do all names mean something? */
	    && step(j, check_tree)	/* would Xen take the base tree? */
	    && step(j, read_host)	/* the tree -> GIC, CPUs, console */
	    && step(j, check_hardware)	/* GIC, timer, CPUs: can Xen use them? */
	    && step(j, check_console)	/* will anybody hear Xen? */
	    && need(j, give)		/* devices for guests, by name */
	    && step(j, make_partials)	/* those -> partial trees */
	    && step(j, read_partials)	/* partial trees -> guests' devices */
	    && step(j, repair)		/* what stops Xen in the tree -> edits */
	    && step(j, make_loads)	/* images -> loads */
	    && step(j, make_claims)	/* static and shared memory -> claims */
	    && step(j, plan_boot)	/* `boot:` -> how U-Boot boots */
	    && step(j, size_tree)	/* model -> how large the tree will be */
	    && step(j, check)		/* sizes -> addresses, and the rules */
	    && step(j, check_colored_xen)	/* is there room for Xen, coloured? */
	    && step(j, check_partial_trees)	/* may guests have their devices? */
	    && step(j, check_memory)	/* is there room for all domains? */
	    && step(j, check_later_memory)	/* and for those that dom0 starts? */
	    && step(j, make_later)	/* those -> files for xl */
	    && step(j, lower);		/* model -> edits of the tree */
}

static int report_usage(struct arena *a, const struct options *o, const char *problem)
{
	fprintf(stderr, "xendtc: %s\nTry 'xendtc help%s%s'.\n", utf8_shown(a, problem),
		o->verb ? " " : "", o->verb ? o->verb->name : "");
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	struct arena arena = { 0 }, shared = { 0 };
	struct options o = { 0 };
	struct run r = { .arena = &arena, .options = &o, .compile = compile };
	const char *problem;
	uint64_t now;
	jmp_buf oom;

	if (setjmp(oom)) {
		fputs("xendtc: out of memory\n", stderr);
		return EXIT_WORLD;
	}
	arena.oom = shared.oom = &oom;
	cache_begin(&r.cache, &arena, &shared);
	if (!build_timestamp(&now)) {
		fputs("xendtc: SOURCE_DATE_EPOCH is not a number of seconds\n", stderr);
		return EXIT_USAGE;
	}
	if (options_read(&arena, argc, argv, verbs, &o, &problem))
		r.status = o.verb->run(&r);
	else
		r.status = report_usage(&arena, &o, problem);
	cache_end(&r.cache);
	arena_free(&shared);
	arena_free(&arena);
	if (fflush(stdout)) {
		fprintf(stderr, "xendtc: standard output: %s\n", strerror(errno));
		return EXIT_WORLD;
	}
	return r.status;
}
