/* SPDX-License-Identifier: BSD-2-Clause */
/* The name of a description becomes the folder that its files are looked up in. */
#include "job.h"

#include "base/path.h"

void job_set_name(struct job *j, const char *name)
{
	j->name = name;
	j->folder = path_folder(j->arena, name);
	j->inputs.folder = j->files_folder ? j->files_folder : j->folder;
	j->inputs.one_folder = j->files_folder;
}
