/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of checks. */
#include "checks/checks.h"

#include "base/list.h"

static const struct check {
	enum check_when when;
	void (*make)(struct job *j);
} checks[] = {
#define CHECK(when, name) { CHECK_##when, check_##name },
#include "checks/checks.def"
#undef CHECK
};

void check_all(struct job *j, enum check_when when)
{
	for (size_t i = 0; i < countof(checks); i++)
		if (checks[i].when == when)
			checks[i].make(j);
}
