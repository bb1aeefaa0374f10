/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's line and the keys of guests become the sizes of their grant tables. When a domain
 * is made, Xen takes memory for pointers to all the frames that it may have one day
 * (xen/common/grant_table.c, grant_table_init()). */
#include "xen/grants.h"

#include <stdlib.h>

#include "xen/line.h"

#define MAPTRACK_FRAMES 1024	/* Xen's preset, opt_max_maptrack_frames */
#define GRANT_FRAMES 64		/* Xen's preset, opt_max_grant_frames */

/* dom0's limit is the number of pages of Xen's code, of which no Xen has more
 * (xen/arch/arm/include/asm/grant_table.h, gnttab_dom0_frames()). */
#define DOM0_GRANT_FRAMES_MAX 256

static struct frame_limit read_limit(const struct host *h, const struct domain *d,
				     const char *key, const char *parameter, uint64_t usual)
{
	const struct attr *a = domain_attr(d, key);
	const struct word *w = xen_word(h, parameter);

	if (a)
		return (struct frame_limit){ a->value.n, a->value.at };
	if (w)
		return (struct frame_limit){ strtoull(w->value, NULL, 0), w->at };
	return (struct frame_limit){ .n = usual };
}

struct frame_limit maptrack_limit(const struct host *h, const struct domain *d)
{
	return read_limit(h, d, "max-maptrack-frames", "gnttab_max_maptrack_frames",
			  MAPTRACK_FRAMES);
}

struct frame_limit grant_limit(const struct host *h, const struct domain *d)
{
	struct frame_limit f = read_limit(h, d, "max-grant-frames", "gnttab_max_frames",
					  GRANT_FRAMES);

	if (d->is_dom0 && f.n > DOM0_GRANT_FRAMES_MAX)
		return (struct frame_limit){ .n = DOM0_GRANT_FRAMES_MAX };
	return f;
}

uint64_t maptrack_memory(struct frame_limit f)
{
	return f.n * 8;
}

/* For each frame Xen takes 41 bytes: 8 for a pointer to it, 1 for its status, and 32 for
 * pointers to the frames with the accounts of its 512 grants. It counts those with 32
 * bits, and where so many overflow it takes fewer. */
uint64_t grant_memory(struct frame_limit f)
{
	return f.n * (f.n < UINT64_C(1) << 23 ? 41 : 9);
}

static uint64_t above(uint64_t bytes, uint64_t usual)
{
	return bytes > usual ? bytes - usual : 0;
}

uint64_t more_for_grants(const struct host *h, const struct domain *d)
{
	static const struct frame_limit maptrack = { .n = MAPTRACK_FRAMES };
	static const struct frame_limit grants = { .n = GRANT_FRAMES };

	return above(maptrack_memory(maptrack_limit(h, d)), maptrack_memory(maptrack)) +
	       above(grant_memory(grant_limit(h, d)), grant_memory(grants));
}
