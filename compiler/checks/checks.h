/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks refuse and warn, and do nothing else: see checks.def for the rows. */
#pragma once
#include "job.h"

enum check_when {		/* when they are made, in the order of main.c */
	CHECK_NONE, CHECK_FILES, CHECK_VERSIONS, CHECK_LINE, CHECK_NAMES, CHECK_BOARD, CHECK_TREE,
	CHECK_HARDWARE, CHECK_CONSOLE, CHECK_SYSTEM, CHECK_XEN_PLACE, CHECK_MEMORY,
	CHECK_DEFERRED_MEMORY,
	CHECK_CONTENTS		/* made by build(), once the plan is finished */
};

/* Makes the checks of one `when`; what they find is in j->diags. */
void check_all(struct job *j, enum check_when when);

#define CHECK(when, name) void check_##name(struct job *j);
#include "checks/checks.def"
#undef CHECK

