/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of contents: which passes there are, in which order, and what comes of it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/list.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "build.h"
#include "checks/checks.h"
#include "devices/devices.h"
#include "passes/passes.h"
#include "passes/wrong_parts.h"
#include "variants.h"
#include "verbs.h"

/* What a step can spoil for others by an error. What is spoiled is filled in so far that
 * nobody stumbles over it: a file or a tree is as with --no-files, a value as if it had not
 * been written. Who would find consequences in it, and no mistakes, needs it whole. */
enum part {
	KEYS = 1 << 0,		/* keys and values of system.yaml */
	BOARD = 1 << 1,		/* board.yaml; without it there is none at all */
	SIZE = 1 << 2,		/* which of the board's memory sizes it is */
	TREE = 1 << 3,		/* the base tree is there, and is one of this board */
	OWN_TREE = 1 << 4,	/* it is one of this board if it is there */
	HOST = 1 << 5,		/* Xen can use the machine that the tree describes */
	NAMES = 1 << 6,		/* names of domains, pools and CPUs mean some that are there */
	DEVICES = 1 << 7,	/* what guests get of the machine */
	PARTIALS = 1 << 8,	/* the partial trees that tell them of it */
	PLACES = 1 << 9,	/* addresses of loads and claims */
	CONSOLE = 1 << 10,	/* the UART that Xen writes to */
	ALL = 1 << 11		/* nothing at all was found */
};

struct step {
	unsigned needs, spoils;		/* sets of parts */
	void (*pass)(struct job *j);
	bool (*need)(struct job *j);	/* a pass; false: what it spoils is not there */
	enum check_when checks;		/* where there is neither */
	bool judges;	/* parts of the description as a whole, which have to be right */
};

/* The passes and checks, in their order; each reads what those above it made. One that
 * needs what an error spoiled is left out, and spoils what it would have made. */
static const struct step steps[] = {
	/* `memory` -> one of the board's sizes */
	{ BOARD, SIZE, choose_size },
	/* names -> files, with what they should be, and can be on this board */
	{ 0, 0, find_files },
	{ 0, 0, find_version },
	{ BOARD, 0, .checks = CHECK_FILES },
	{ 0, 0, leave_out_files },
	{ BOARD, TREE, .need = find_base },
	{ BOARD, 0, .checks = CHECK_VERSIONS },
	/* command lines -> words; do they and all names mean something? */
	{ 0, 0, read_lines },
	{ 0, 0, .checks = CHECK_LINE },
	{ BOARD, NAMES, .checks = CHECK_NAMES, .judges = true },
	/* the base tree -> GIC, CPUs, console; is it this board's, and can Xen use them? */
	{ BOARD | TREE, TREE | OWN_TREE, .checks = CHECK_BOARD },
	{ TREE | SIZE, HOST, .checks = CHECK_TREE },
	{ TREE, HOST, read_host },
	{ HOST, HOST, .checks = CHECK_HARDWARE },
	{ HOST, CONSOLE, .checks = CHECK_CONSOLE },
	/* devices for guests, by name -> partial trees -> guests' devices */
	{ TREE | SIZE, DEVICES, .need = assign_devices },
	{ HOST | DEVICES, PARTIALS, make_partials },
	{ HOST | DEVICES, PARTIALS, read_partials },
	/* do dom0's devices need any of these? */
	{ HOST | PARTIALS, 0, check_suppliers },
	/* does dom0 leave Xen its console? */
	{ HOST | CONSOLE | PARTIALS, 0, check_console_power },
	/* what stops Xen in the tree, and what it would read of RAM -> edits */
	{ HOST | CONSOLE | PARTIALS, PARTIALS, repair },
	{ HOST | SIZE | PARTIALS, PARTIALS, repair_memory },
	{ HOST | SIZE | PARTIALS, PARTIALS, repair_names },
	/* images -> loads; static and shared memory -> claims */
	{ BOARD, 0, make_loads },
	{ NAMES, 0, make_claims },
	/* `boot:` -> how U-Boot boots; the model -> how large the tree will be */
	{ BOARD, 0, plan_boot },
	{ BOARD, 0, guess_tree },
	{ KEYS | NAMES | PARTIALS, 0, size_tree },
	/* files and root file systems -> a FIT, a card */
	{ BOARD, 0, plan_fit },
	{ BOARD, 0, plan_card },
	/* would it boot? */
	{ BOARD | NAMES, 0, .checks = CHECK_SYSTEM, .judges = true },
	{ 0, 0, note_errors },
	/* sizes -> addresses */
	{ BOARD | SIZE | OWN_TREE, PLACES, layout },
	{ KEYS | NAMES | HOST | PLACES, 0, .checks = CHECK_XEN_PLACE, .judges = true },
	/* may guests have their devices? */
	{ KEYS | NAMES | PARTIALS | PLACES, 0, check_partial_trees },
	/* layout -> what becomes of the memory; is there room for all domains? */
	{ KEYS | NAMES | HOST | PARTIALS | PLACES, 0, sum_memory },
	{ KEYS | NAMES | HOST | PARTIALS | PLACES, PLACES, .checks = CHECK_MEMORY, .judges = true },
	{ KEYS | NAMES | HOST | PARTIALS | PLACES, 0, .checks = CHECK_DEFERRED_MEMORY,
	  .judges = true },
	/* the model -> what each domain has, for the map */
	{ KEYS | NAMES | HOST | PARTIALS | PLACES, 0, make_sheets },
	/* guests that dom0 starts -> files for xl; the model -> edits of the tree */
	{ ALL, 0, make_deferred },
	{ ALL, 0, lower },
};

/* The parts that a step spoils. The list of errors says whether it does, not the step:
 * with --unchecked CODE a step finds what is not reported, and the build goes on. */
static unsigned spoiled_by(const struct job *j, unsigned errors_before, unsigned parts)
{
	return j->diags.errors == errors_before ? 0 : parts | ALL;
}

/* The parts that the step spoiled, even if what it found was said before. */
static unsigned take_step(struct job *j, const struct step *s)
{
	struct diag *last = j->diags.last;
	unsigned errors = j->diags.errors, spoiled;

	if (s->need && !s->need(j))
		return s->spoils | ALL;
	if (s->pass)
		s->pass(j);
	else if (!s->need)
		check_all(j, s->checks);
	spoiled = spoiled_by(j, errors, s->spoils);
	diags_once_a_place(&j->diags, last);
	if (s->judges)
		wrong_parts_mute(j->wrong_parts, &j->diags, last);
	return spoiled;
}

/* Makes all steps, from the tree of the description on. false: it was refused, and the
 * findings say why. */
static bool compile(struct job *j)
{
	unsigned spoiled;

	load_system(j);
	if (!j->system)
		return false;
	spoiled = spoiled_by(j, 0, KEYS);
	if (!find_board(j))
		spoiled |= BOARD | ALL;
	for (const struct step *s = steps; s < steps + countof(steps); s++)
		spoiled |= s->needs & spoiled ? s->spoils : take_step(j, s);
	return !(spoiled & ALL);
}

static bool compile_all(struct job *j)
{
	return compile_sizes(j, compile);
}

static int report_usage(struct arena *a, const struct options *o, const char *problem)
{
	fprintf(stderr, "xendtc: %s\nTry 'xendtc help%s%s'.\n", utf8_shown(a, problem),
		o->verb ? " " : "", o->verb ? o->verb->name : "");
	return EXIT_USAGE;
}

/* One call of the program, with what r says of its surroundings. */
static int call(struct run *r, int argc, char **argv)
{
	struct options o = { 0 };
	const char *problem;
	uint64_t now;

	r->options = &o;
	r->compile = compile_all;
	if (!build_timestamp(&now)) {
		fputs("xendtc: SOURCE_DATE_EPOCH is not a number of seconds\n", stderr);
		return EXIT_USAGE;
	}
	if (options_read(r->arena, argc, argv, verbs, &o, &problem))
		return o.verb->run(r);
	return report_usage(r->arena, &o, problem);
}

/* Keeps what we open from becoming a standard stream that our caller closed: reading it, or writing
 * to it, fails as before. */
static void keep_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* false: not all that was said has arrived. */
static bool end_output(void)
{
	const char *why = fflush(stdout) ? strerror(errno)
			  : ferror(stdout) ? "not all of it could be written"
					   : NULL;

	if (why)
		fprintf(stderr, "xendtc: standard output: %s\n", why);
	return !why;
}

int main(int argc, char **argv)
{
	struct arena arena = { 0 }, shared = { 0 };
	struct run r = { .arena = &arena };
	int status;
	jmp_buf oom;

	keep_streams();

	if (setjmp(oom)) {
		fputs("xendtc: out of memory\n", stderr);
		return EXIT_WORLD;
	}
	arena.oom = shared.oom = &oom;
	memory_end_at(&oom);
	json_set_alloc_funcs(memory_get, free);
	cache_begin(&r.cache, &arena, &shared);
	status = call(&r, argc, argv);
	cache_end(&r.cache);
	arena_free(&shared);
	arena_free(&arena);
	return end_output() ? status : EXIT_WORLD;
}
