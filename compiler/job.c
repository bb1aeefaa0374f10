/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a description's files lie, and which of them were read. */
#include "job.h"

#include "base/path.h"

const char *job_folder(const struct job *j)
{
	return j->options->files ? j->options->files : j->folder;
}

const char *job_path(const struct job *j, const char *name)
{
	return path_in(j->arena, job_folder(j), name);
}

void job_add_input(struct job *j, const char *path)
{
	struct file *f = NEW(j->arena, struct file);

	f->path = path;
	f->next = j->files;
	j->files = f;
}
