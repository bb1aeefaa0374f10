/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder that is there while outputs are made, and programs that run in it. */
#include "emit/workshop.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/run.h"
#include "base/text.h"
#include "emit/create.h"
#include "emit/temporary.h"
#include "input/folder.h"

/* The first time that FAT can tell, in 1980 (Microsoft, FAT32 File System Specification).
 */
#define FIRST_TIME 315532800u

bool workshop_report(struct workshop *w, const char *path)
{
	diag(w->diags, E0901, w->at, "'%s' cannot be written: %s", path, strerror(errno));
	w->io_failed = true;
	return false;
}

bool workshop_has_tool(struct workshop *w, const char *tool, const char *package)
{
	struct diag *g;

	if (tool_find(w->arena, tool))
		return true;
	g = diag(w->diags, E0920, w->at,
		 "this needs the program '%s', which is not here", tool);
	diag_help(g, "install it: apt install %s", package);
	w->io_failed = true;
	return false;
}

/* What a program says, as far as its text of usage, which mkimage for one puts behind what is
 * wrong: nobody finds that in fifty options. */
static size_t said(const char *text)
{
	const char *line = strchr(text, '\n');

	while (line && strncasecmp(line + 1 + strspn(line + 1, " \t"), "usage:", 6) != 0)
		line = strchr(line + 1, '\n');
	return line ? (size_t)(line - text) : strlen(text);
}

static const char *on_one_line(struct arena *a, const char *text)
{
	struct text t = { .arena = a };
	const char *end = text + said(text);

	text_bytes(&t, "", 0);
	for (const char *c = text; c < end; c++) {
		bool control = (unsigned char)*c < ' ';

		text_bytes(&t, *c == '\n' ? "; " : control ? " " : c, *c == '\n' ? 2 : 1);
	}
	return t.data;
}

bool workshop_run(struct workshop *w, const char *const *argv, const char *input,
		  const char *help)
{
	struct tool t = {
		.argv = argv, .env = w->env, .folder = w->folder, .input = input
	};
	struct diag *g;

	if (tool_run(w->arena, &t))
		return true;
	g = diag(w->diags, E0921, w->at, "'%s' failed: %s", argv[0],
		 *t.output ? on_one_line(w->arena, t.output) : "it says nothing");
	if (help)
		diag_help(g, "%s", help);
	w->io_failed = true;
	return false;
}

/* The environment of programs: the same for everybody, so that the same input makes the
 * same image. */
static const char *const *environment(struct workshop *w)
{
	uint32_t time = w->plan->timestamp > FIRST_TIME ? w->plan->timestamp : FIRST_TIME;
	const char **env = arena_alloc(w->arena, 7 * sizeof(*env));

	env[0] = arena_printf(w->arena, "SOURCE_DATE_EPOCH=%" PRIu32, time);
	env[1] = arena_printf(w->arena, "E2FSPROGS_FAKE_TIME=%" PRIu32, time);
	env[2] = "MTOOLSRC=/dev/null";
	env[3] = "LC_ALL=C.UTF-8";		/* names on a card may have any character */
	env[4] = "TZ=UTC";
	env[5] = "MKE2FS_CONFIG=/etc/mke2fs.conf";	/* its preset */
	return env;
}

const char *workshop_real_path(struct workshop *w, const char *path)
{
	char *real = realpath(path, NULL);
	const char *copy = real ? arena_copy(w->arena, real, strlen(real)) : NULL;

	if (!real)
		memory_check();
	free(real);
	return copy;
}

bool workshop_open(struct workshop *w)
{
	const char *path;

	if (w->folder)
		return true;
	path = temporary_name(w->arena, w->target);
	if (mkdir(path, 0700))
		return workshop_report(w, path);
	w->folder = path;
	w->env = environment(w);
	path = workshop_real_path(w, path);
	if (!path)
		return workshop_report(w, w->folder);
	w->folder = path;	/* as programs that run in it see it */
	return true;
}

void workshop_close(struct workshop *w)
{
	if (w->folder)
		folder_remove(w->folder);
}

const char *workshop_path(struct workshop *w, const char *name)
{
	return arena_printf(w->arena, "%s/%s", w->folder, name);
}

void workshop_make_folders(struct workshop *w, const char *name)
{
	for (const char *s = strchr(name, '/'); s; s = strchr(s + 1, '/'))
		mkdir(arena_printf(w->arena, "%s/%.*s", w->folder, (int)(s - name), name),
		      0700);
}

bool workshop_put(struct workshop *w, const char *name, const struct text *bytes)
{
	const char *path = workshop_path(w, name);

	workshop_make_folders(w, name);
	unlink(path);
	return create_file(path, bytes) || workshop_report(w, path);
}
