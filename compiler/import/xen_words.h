/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's command line, as far as all sources have it alike. */
#pragma once
#include "import/yaml.h"

/* What Xen gives dom0 without dom0_mem=, bytes (xen/arch/arm/domain_build.c). */
#define XEN_DOM0_MEMORY (512 * MiB)

/* Writes `parameters`, the names of the words of `line` that no Xen on arm64 knows: they
 * are a fork's, or without effect, and Xen boots with them either way. Nothing if it knows
 * them all. */
void write_fork_words(struct arena *a, struct yaml *y, const char *line);
