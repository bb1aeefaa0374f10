/* SPDX-License-Identifier: BSD-2-Clause */
/* A lack of memory becomes the end of the run. */
#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>

/* The libraries' functions for memory know no run. */
static jmp_buf *end;

void memory_end_at(jmp_buf *where)
{
	end = where;
}

_Noreturn void memory_exhausted(void)
{
	if (end)
		longjmp(*end, 1);
	abort();
}

void *memory_get(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		memory_exhausted();
	return p;
}

void *memory_get_for_zlib(void *unused, unsigned n, unsigned size)
{
	(void)unused;
	return memory_get((size_t)n * size);
}

void memory_check(void)
{
	if (errno == ENOMEM)
		memory_exhausted();
}
