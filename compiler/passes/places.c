/* SPDX-License-Identifier: BSD-2-Clause */
/* How a file is loaded becomes the words of a U-Boot command. */
#include "passes/places.h"

#include <string.h>

/* Words of a command before address and name: U-Boot's CONFIG_SYS_MAXARGS was 16 before
 * 2024.01, and these are two of them. */
#define WORDS_MAX 14

static void set_source(struct arena *a, struct place *p, const struct load_how *how)
{
	p->device = NULL;
	if (how->command.text) {
		p->command = how->command.text;
	} else if (!streq(how->device.text, "tftp")) {
		p->device = how->device.text;
		p->command = arena_printf(a, "load %s", p->device);
	} else {
		p->command = "tftpb";
	}
}

/* Changes a place by what a file says itself: a command or a device replaces the source,
 * a prefix the prefix. */
static void refine(struct arena *a, struct place *p, const struct load_how *how)
{
	if (!how)
		return;
	if (how->command.text || how->device.text)
		set_source(a, p, how);
	if (how->prefix.text)
		p->prefix = how->prefix.text;
}

struct place place_of(struct arena *a, const struct boot *b, const struct load_how *how)
{
	struct place p = { .command = "tftpb", .prefix = b->prefix.text };

	refine(a, &p, b->load);
	refine(a, &p, how);
	p.tftp = streq(p.command, "tftpb");
	return p;
}

bool place_is_same(const struct place *a, const struct place *b)
{
	return streq(a->command, b->command) && streq(a->prefix, b->prefix);
}

static size_t count_words(const char *s)
{
	size_t n = 0;

	while (*(s += strspn(s, " "))) {
		s += strcspn(s, " ");
		n++;
	}
	return n;
}

void place_check(struct diags *diags, const struct load_how *how)
{
	size_t words = how && how->command.text ? count_words(how->command.text) : 0;

	if (words > WORDS_MAX)
		diag(diags, W0212, how->command.at,
		     "the load command has %zu words; with address and file name U-Boot "
		     "before 2024.01 takes 16",
		     words);
}
