/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of check_memory() about cache colours. */
#pragma once
#include "job.h"
#include "xen/regions.h"

/* Whether all domains find memory of their colours among what is free. */
bool check_colored_domains(struct job *j, const struct regions *all);
