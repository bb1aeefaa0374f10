/* SPDX-License-Identifier: BSD-2-Clause */
/* Files get the addresses that ImageBuilder gives them: one after the other, at multiples
 * of 2 MiB, behind the room that it keeps for its own script. */
#include <errno.h>
#include <string.h>

#include "import/ib_config.h"

#define STEP (2 * MiB)
#define FIRST ((uint64_t)0xc00000)

struct placed {
	const struct shell_value *file;
	uint64_t address;
	struct placed *next;
};

bool ib_address(const struct ib_config *c, const struct shell_value *v, uint64_t *n)
{
	for (const struct placed *p = c->placed; p; p = p->next) {
		if (p->file == v) {
			*n = p->address;
			return true;
		}
	}
	return false;
}

static bool place(struct ib_config *c, const char *name, uint64_t index, uint64_t *next)
{
	const struct shell_value *v = ib_get(c, name, index);
	struct placed *p = NEW(c->j->arena, struct placed);
	struct file f = { 0 };
	const char *path;

	if (!v)
		return true;
	path = ib_path(c, v->text);
	if (!file_read(c->j->arena, path, &f)) {
		struct diag *g = diag(&c->j->diags, E1009, v->at,
				      "'%s' cannot be read: %s", path, strerror(errno));

		diag_help(g,
			  "say with --files DIR where the files are: --layout needs "
			  "their sizes");
		return false;
	}
	p->file = v;
	p->address = *next;
	p->next = c->placed;
	c->placed = p;
	*next = round_up(*next + (f.image_size > f.size ? f.image_size : f.size), STEP);
	return true;
}

bool import_addresses(struct ib_config *c)
{
	const struct shell_value *v = ib_get(c, "MEMORY_START", 0);
	uint64_t next, start = 0, overlays;
	bool ok;

	if (v && !ib_number(c, v, &start))
		return false;
	next = start + STEP > FIRST ? start + STEP : FIRST;
	c->script_address = next;
	next += STEP;
	ok = place(c, "DOM0_KERNEL", 0, &next);
	ok &= place(c, "DOM0_RAMDISK", 0, &next);
	for (uint64_t i = 0; i < c->guests; i++) {
		if (!ib_boots(c, i))
			continue;
		ok &= place(c, "DOMU_KERNEL", i, &next);
		ok &= place(c, "DOMU_RAMDISK", i, &next);
		ok &= place(c, "DOMU_PASSTHROUGH_DTB", i, &next);
	}
	ok &= place(c, "XEN", 0, &next);
	ok &= place(c, "XEN_POLICY", 0, &next);
	if (ib_count(c, "NUM_DT_OVERLAY", &overlays))
		for (uint64_t i = 0; i < overlays; i++)
			ok &= place(c, "DT_OVERLAY", i, &next);
	return place(c, "DEVICE_TREE", 0, &next) && ok;
}
