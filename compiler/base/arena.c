/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes become memory; chunks are freed together. */
#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/memory.h"

/* With ARENA_APART each allocation is one of malloc()'s, of exactly its size, so that a
 * sanitizer sees where it ends. */
#ifdef ARENA_APART
#define APART true
#define CHUNK_SIZE ((size_t)0)
#define ALIGN ((size_t)1)
#else
#define APART false
#define CHUNK_SIZE ((size_t)64 * 1024)
#define ALIGN _Alignof(max_align_t)
#endif

struct chunk {
	struct chunk *next;
	size_t used, size;
	_Alignas(max_align_t) unsigned char data[];
};

_Noreturn void arena_exhausted(struct arena *a)
{
	if (a->oom)
		longjmp(*a->oom, 1);
	memory_exhausted();
}

/* Of pages that can be locked. A sanitizer does not look into pages, and to see where an
 * allocation ends is worth more there: the plain build has the locks. */
static bool has_pages(const struct arena *a)
{
	return a->lockable && !APART;
}

/* Zeroed whole pages; NULL if there are none. */
static void *new_pages(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static struct chunk *new_chunk(struct arena *a, size_t size)
{
	const size_t least = CHUNK_SIZE;
	struct chunk *c;

	if (size < least)
		size = least;
	if (size > SIZE_MAX - sizeof(*c))
		arena_exhausted(a);
	c = has_pages(a) ? new_pages(sizeof(*c) + size) : calloc(1, sizeof(*c) + size);
	if (!c)
		arena_exhausted(a);
	c->size = size;
	c->next = a->chunks;
	a->chunks = c;
	return c;
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct chunk *c = a->chunks;
	void *p;

	if (size > SIZE_MAX - ALIGN)
		arena_exhausted(a);
	size = (size + ALIGN - 1) & ~(ALIGN - 1);
	if (!c || c->size - c->used < size || !CHUNK_SIZE)
		c = new_chunk(a, size);
	p = c->data + c->used;
	c->used += size;
	return p;
}

char *arena_copy(struct arena *a, const char *s, size_t len)
{
	char *p = arena_alloc(a, len + 1);

	if (len)
		memcpy(p, s, len);
	return p;
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *p;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	p = arena_alloc(a, (size_t)len + 1);
	vsnprintf(p, (size_t)len + 1, fmt, ap);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

void arena_free(struct arena *a)
{
	while (a->chunks) {
		struct chunk *next = a->chunks->next;

		if (has_pages(a))
			munmap(a->chunks, sizeof(*a->chunks) + a->chunks->size);
		else
			free(a->chunks);
		a->chunks = next;
	}
}

/* mprotect(2) rounds up to whole pages, as mmap(2) did; each chunk has its own. */
static void protect(struct arena *a, int how)
{
	assert(a->lockable);
	for (struct chunk *c = has_pages(a) ? a->chunks : NULL; c; c = c->next)
		if (mprotect(c, sizeof(*c) + c->size, how) != 0)
			arena_exhausted(a);	/* Linux lacks memory to note the rights in */
}

void arena_lock(struct arena *a)
{
	protect(a, PROT_READ);
}

void arena_unlock(struct arena *a)
{
	protect(a, PROT_READ | PROT_WRITE);
}
