/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that are to be imported, each read by the function for its kind. */
#pragma once
#include "import/yaml.h"
#include "job.h"

#define IMPORT_FILE_MAX ((size_t)16 << 20)

struct import_source {
	const char *name;	/* for messages */
	char *data;
	size_t len;
	struct source *text;	/* of scripts and configs; for a tree only its name */
};

/* imagebuilder.c: the config becomes YAML. false: reported. */
bool import_config(struct job *j, const struct import_source *config, struct yaml *y);

/* tree_file.c: a tree, a script, or both become YAML. One of them may be NULL. false:
 * reported. */
bool import_tree_and_script(struct job *j, const struct import_source *tree,
			    const struct import_source *script, struct yaml *y);
