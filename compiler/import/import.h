/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptions of other tools become system.yaml. */
#pragma once
#include "job.h"

/* Reads the config of ImageBuilder that j->path names, and writes the YAML that means the
 * same. false: reported, and out is not to be used. */
bool import_config(struct job *j, struct text *out);

/* The same for a device tree that was made for Xen, and the U-Boot script that loads it, if
 * j->options->script names one. */
bool import_blob(struct job *j, struct text *out);

#define IMPORT_TREE_MAX ((size_t)16 << 20)
