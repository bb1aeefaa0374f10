/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptions of other tools become system.yaml. */
#pragma once
#include "job.h"

/* Reads what j->path names: a config of ImageBuilder, a device tree made for Xen, or a U-Boot
 * script, packed by mkimage or not. j->options->script may name the script that belongs to
 * a tree, or the tree that belongs to a script. What means the same is written to out as
 * YAML, with the findings as comments. false: reported, and out is not to be used. */
bool import_file(struct job *j, struct text *out);
