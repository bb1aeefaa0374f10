/* SPDX-License-Identifier: BSD-2-Clause */
/* One description on its way from text to files. */
#pragma once
#include "diag/diag.h"
#include "model.h"
#include "options.h"
#include "plan.h"
#include "xen/host.h"

struct job {
	struct arena *arena;
	struct cache *cache;		/* of the run: see input/cache.h */
	struct diags diags;
	const struct options *options;
	const char *path;		/* of the YAML; "-" is standard input */

	/* set by load */
	const char *name;		/* the YAML's, for messages */
	const char *folder;		/* relative paths start here; "." or "x/y" */
	struct source *source;
	struct system *system;
	const char *board_file;
	struct file *files;		/* every file that was opened, once each */

	/* set by resolve */
	struct file *tree_file;
	unsigned skipped;		/* files not looked at, under --no-files */

	struct host host;		/* what Xen would do is asked of this */

	struct partial *partials;	/* set by read_partials: see xen/partial.h */
	/* set by give */
	struct given *given;		/* see devices/given.h */
	size_t dom0_room;		/* set by size_tree: see add_room(); bytes */

	bool io_failed;		/* an error that is not the description's fault */

	struct plan plan;		/* set by lower, layout, check, finish */
};

/* The passes, in their order. Each reads what those before it made, reports all that it
 * sees, and returns false if it reported an error. */
bool load(struct job *j);		/* text -> model and board */
bool resolve(struct job *j);		/* names -> files, the base tree */
bool check_files(struct job *j);	/* are they of the kind that they should be? */
bool read_lines(struct job *j);		/* command lines -> words */
bool check_names(struct job *j);	/* do all names mean something? */
bool check_tree(struct job *j);		/* would Xen take the base tree? */
bool check_reserved(struct job *j);	/* the part of it about reservations */
bool check_ram(struct job *j);		/* and the one about the board's RAM */
bool read_host(struct job *j);		/* the base tree -> what Xen finds there */
bool check_hardware(struct job *j);	/* GIC, timer and CPUs: can Xen use them? */
bool check_cpus(struct job *j);	/* the part of it about CPUs */
bool check_console(struct job *j);	/* will anybody hear Xen? */
bool give(struct job *j);		/* devices for guests, by name */
bool make_partials(struct job *j);	/* those -> partial trees */
bool read_partials(struct job *j);	/* partial trees -> devices of guests, marks */
bool repair(struct job *j);		/* what stops Xen in the base tree -> edits */
bool make_loads(struct job *j);		/* images -> loads, shared where Xen allows it */
bool make_claims(struct job *j);	/* static and shared memory -> claims */
bool plan_boot(struct job *j);		/* `boot:` and the board -> how U-Boot boots */
bool size_tree(struct job *j);		/* model -> the size of the tree, and its room */
bool lower(struct job *j);		/* model -> edits of the tree, with addresses */
bool layout(struct job *j);		/* sizes -> addresses */
bool check_uefi(struct job *j);	/* does it say what only U-Boot could do? */
bool check_xen_line(struct job *j);	/* will Xen take its own command line? */
bool check_choices(struct job *j);	/* can it have what that line chooses? */
bool check_command_lines(struct job *j);	/* and will the domains have theirs? */
bool plan_fit(struct job *j);		/* may all files be in one, and how large is it? */
bool plan_card(struct job *j);		/* what goes onto the card, and does it fit? */
bool check_load_names(struct job *j);	/* will U-Boot find the files by their names? */
bool check_features(struct job *j);	/* does this Xen have what the keys need? */
bool check_firmware_tree(struct job *j);	/* can a script edit the tree of the firmware? */
bool check_domains(struct job *j);	/* Xen's rules for domains */
bool check_cpu_use(struct job *j);	/* do the CPUs do what domains want of them? */
bool check_guests(struct job *j);	/* keys of guests against each other */
bool check_colors(struct job *j);	/* of the last-level cache */
bool check_properties(struct job *j);	/* raw ones */
bool check_built(struct job *j);	/* how Xen was built, against the rest */
bool check_services(struct job *j);	/* IOMMU and firmware, for guests */
bool check_sharing(struct job *j);	/* what domains share, or have to themselves */
bool check_colored_xen(struct job *j);	/* is there room for Xen, coloured? */
bool check_partial_trees(struct job *j);	/* may guests have their devices? */
bool check_memory(struct job *j);	/* is there room for all of them? */
bool check_later(struct job *j);	/* could xl start the guests that Xen does not? */
bool check_later_memory(struct job *j);	/* is there room for them, too? */
bool make_later(struct job *j);	/* those guests -> files for xl */

/* Parts of check_files: which releases Xen and dom0's Linux are, and whether the board
 * can do with them. */
bool find_versions(struct job *j);
bool check_versions(struct job *j);

/* Where a file lies that the description calls so: in the folder of --files, or else in
 * the description's own, unless the name begins with '/'. */
const char *job_path(const struct job *j, const char *name);

/* The folder that job_path() looks in. */
const char *job_folder(const struct job *j);

/* Notes a file that this run reads, besides those that are loaded. */
void job_add_input(struct job *j, const char *path);

/* For build, which reads files to their end: do gzip kernels unpack as Xen wants it? */
bool check_contents(struct job *j);
