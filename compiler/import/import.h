/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptions of other tools become system.yaml. */
#pragma once
#include "job.h"

/* Reads the config of ImageBuilder that j->path names, and writes the YAML that means the
 * same. false: reported, and out is not to be used. */
bool import_config(struct job *j, struct text *out);
