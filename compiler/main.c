/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of contents: which passes there are, in which order, and what comes of it. */
#include <errno.h>
#include <string.h>

#include "base/utf8.h"
#include "build.h"
#include "checks/checks.h"
#include "devices/devices.h"
#include "passes/passes.h"
#include "verbs.h"

/* Ask the list of errors, not the return value: with --unchecked CODE a step finds what
 * is not reported, and the build goes on. */
static bool is_sound(const struct job *j)
{
	return !j->diags.errors;
}

static bool step(struct job *j, void (*pass)(struct job *))
{
	pass(j);
	return is_sound(j);
}

/* The same for a pass without whose work there is nothing to go on with. */
static bool need(struct job *j, bool (*pass)(struct job *))
{
	return pass(j) && is_sound(j);
}

/* The same for one whose mistakes those after it need not wait for. */
static bool also(struct job *j, void (*pass)(struct job *))
{
	pass(j);
	return true;
}

static bool check(struct job *j, enum check_when when)
{
	check_all(j, when);
	return is_sound(j);
}

static void check_system(struct job *j)
{
	check_all(j, CHECK_SYSTEM);
}

/* Each step reads what the steps above it made; it stops us if it reported an error. */
static bool compile(struct job *j)
{
	return need(j, load)		/* text -> model and board */
	    && need(j, resolve)		/* names -> files, the base tree */
	    && also(j, find_version)	/* the image of Xen -> its release */
	    && check(j, CHECK_FILES)	/* are they what they should be? */
	    && check(j, CHECK_VERSIONS)	/* can the board do with them? */
	    && step(j, read_lines)	/* command lines -> words */
	    && check(j, CHECK_NAMES)	/* do all names mean something? */
	    && check(j, CHECK_BOARD)	/* is the base tree one of this board? */
	    && check(j, CHECK_TREE)	/* would Xen take it? */
	    && step(j, read_host)	/* the tree -> GIC, CPUs, console */
	    && check(j, CHECK_HARDWARE)	/* can Xen use them? */
	    && check(j, CHECK_CONSOLE)	/* will anybody hear Xen? */
	    && need(j, assign_devices)	/* devices for guests, by name */
	    && step(j, make_partials)	/* those -> partial trees */
	    && step(j, read_partials)	/* partial trees -> guests' devices */
	    && also(j, check_suppliers)	/* do dom0's devices need any of these? */
	    && also(j, check_suppliers)	/* do dom0's devices need any of these? */
	    && step(j, repair)		/* what stops Xen in the tree -> edits */
	    && step(j, repair_memory)	/* and what Xen would read of RAM */
	    && step(j, make_loads)	/* images -> loads */
	    && step(j, make_claims)	/* static and shared memory -> claims */
	    && step(j, plan_boot)	/* `boot:` -> how U-Boot boots */
	    && step(j, size_tree)	/* model -> how large the tree will be */
	    && also(j, plan_fit)	/* the files -> one that holds them all */
	    && also(j, plan_card)	/* files, root file systems -> a card */
	    && also(j, check_system)	/* would it boot? */
	    && step(j, layout)		/* sizes -> addresses */
	    && check(j, CHECK_XEN_PLACE)	/* is there room for Xen, coloured? */
	    && step(j, check_partial_trees)	/* may guests have their devices? */
	    && step(j, sum_memory)	/* layout -> what becomes of the memory */
	    && check(j, CHECK_MEMORY)	/* is there room for all domains? */
	    && check(j, CHECK_DEFERRED_MEMORY)	/* and for those that dom0 starts? */
	    && step(j, make_deferred)	/* those -> files for xl */
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
