/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory whose pieces live equally long: everything is freed at once. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena {
	struct chunk *chunks;
	jmp_buf *oom;		/* where to go when the machine has no memory left */
	bool lockable;		/* whole pages, for arena_lock() */
};

/* Zeroed memory, aligned for any type; owned by the arena. Never NULL. */
void *arena_alloc(struct arena *a, size_t size);

/* NUL-terminated copy of the first len bytes of s; owned by the arena. */
char *arena_copy(struct arena *a, const char *s, size_t len);

/* What printf would print, as a string that the arena owns. */
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull(2)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0), nonnull(2)));

/* What an allocation does when it fails; for libraries that report it themselves. */
_Noreturn void arena_exhausted(struct arena *a);

/* Frees all of it. The arena is empty then and can be used again. */
void arena_free(struct arena *a);

/* What a lockable arena holds can only be read from arena_lock() to arena_unlock(). Code that
 * writes to it in between, or takes memory from it, is stopped by the processor. */
void arena_lock(struct arena *a);
void arena_unlock(struct arena *a);

#define NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
