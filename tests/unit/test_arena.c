/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory (compiler/base/arena.c). */
#include "unit.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"

/* Whether a process of its own that writes there is killed for it. */
static bool is_read_only(char *at)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		signal(SIGSEGV, SIG_DFL);	/* without a sanitizer's report */
		*(volatile char *)at = 'x';
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

static void locked_is_read_only(void **state)
{
	struct arena a = { .lockable = true };
	char *small = arena_copy(&a, "small", 5);
	char *large = arena_alloc(&a, 300000);

	(void)state;
#ifdef ARENA_APART	/* no pages, no locks: see arena.c */
	arena_free(&a);
	skip();
#endif
	memset(large, 'l', 300000);
	arena_lock(&a);
	assert_true(is_read_only(small));
	assert_true(is_read_only(large));
	assert_true(is_read_only(large + 299999));
	assert_string_equal(small, "small");
	arena_unlock(&a);
	assert_false(is_read_only(small));
	assert_false(is_read_only(large + 299999));
	assert_string_equal(arena_copy(&a, "more", 4), "more");
	arena_lock(&a);
	arena_free(&a);
	assert_null(a.chunks);
}

static void memory_is_zeroed(void **state)
{
	(void)state;
	for (int lockable = 0; lockable < 2; lockable++) {
		struct arena a = { .lockable = lockable };

		for (size_t size = 1; size < 200000; size *= 3) {
			unsigned char *p = arena_alloc(&a, size);

			assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xff, size);
		}
		arena_free(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(locked_is_read_only),
		cmocka_unit_test(memory_is_zeroed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
