/* SPDX-License-Identifier: BSD-2-Clause */
/* A file in the place of another one is refused, with what to do instead. */
#pragma once
#include "diag/diag.h"
#include "input/cache.h"
#include "input/image.h"

/* What a file is wanted for. */
enum purpose {
	FOR_XEN = 1 << 0,
	FOR_KERNEL = 1 << 1,
	FOR_RAMDISK = 1 << 2,
	FOR_POLICY = 1 << 3,
	FOR_TREE = 1 << 4,
	FOR_U_BOOT = 1 << 5
};

/* Reports E0303 at `at`: that place wants `wanted` ("an arm64 Image"), and not a file
 * like f. Always false. */
bool wrong_kind(struct diags *diags, struct cache *cache, enum purpose purpose,
		struct loc at, const struct file *f, const char *wanted);
