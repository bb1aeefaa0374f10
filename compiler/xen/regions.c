/* SPDX-License-Identifier: BSD-2-Clause */
/* Regions, pieces of free memory, of which Xen takes some. */
#include "xen/regions.h"

#include "base/number.h"

void add_region(struct regions *all, uint64_t start, uint64_t end)
{
	if (end > start && all->n < REGIONS_MAX) {
		struct range r = { start, end };

		all->r[all->n++] = r;
	}
}

void take_region(struct regions *all, struct range taken)
{
	for (size_t i = 0; i < all->n; i++) {
		struct range r = all->r[i];

		if (!range_overlaps(r, taken))
			continue;
		all->r[i] = all->r[--all->n];
		i--;
		add_region(all, r.start, taken.start);
		add_region(all, taken.end, r.end);
	}
}

uint64_t regions_total(const struct regions *all)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < all->n; i++)
		sum += range_size(all->r[i]);
	return sum;
}

bool find_top(const struct regions *all, uint64_t size, uint64_t align, uint64_t *start)
{
	bool found = false;

	for (size_t i = 0; i < all->n; i++) {
		struct range r = all->r[i];
		uint64_t at = r.end >= size ? round_down(r.end - size, align) : 0;

		if (at < r.start || r.end - at < size || (found && at < *start))
			continue;
		*start = at;
		found = true;
	}
	return found;
}

void give_region(struct regions *all, struct range r)
{
	for (size_t i = 0; i < all->n; i++) {
		if (all->r[i].end != r.start && all->r[i].start != r.end)
			continue;
		if (all->r[i].end == r.start)
			r.start = all->r[i].start;
		else
			r.end = all->r[i].end;
		all->r[i--] = all->r[--all->n];
	}
	add_region(all, r.start, r.end);
}

bool find_block(const struct regions *all, uint64_t size, uint64_t limit, bool low,
		uint64_t *start)
{
	bool found = false;

	for (size_t i = 0; i < all->n; i++) {
		uint64_t end = all->r[i].end < limit ? all->r[i].end : limit;
		uint64_t first = round_up(all->r[i].start, size);
		uint64_t at = low || end < size ? first : round_down(end - size, size);

		if (at < first || at > end || end - at < size)
			continue;
		if (found && (low ? at > *start : at < *start))
			continue;
		*start = at;
		found = true;
	}
	return found;
}
