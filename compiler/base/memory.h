/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that libraries ask for by themselves. Where there is none, the run ends: what they
 * make of it otherwise looks like a mistake of the user's. */
#pragma once
#include <setjmp.h>
#include <stddef.h>

/* Where to go when there is no memory; NULL: nowhere yet. */
void memory_end_at(jmp_buf *where);

/* Goes there. */
_Noreturn void memory_exhausted(void);

/* malloc() that never gives NULL. Whoever has it frees it. */
void *memory_get(size_t size);

/* The same as zlib wants it (zlib.h, alloc_func). */
void *memory_get_for_zlib(void *unused, unsigned n, unsigned size);

/* After a call that failed: ends the run if errno says that it lacked memory. */
void memory_check(void);
