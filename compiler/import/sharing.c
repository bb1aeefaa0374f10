/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands beside the guests: CPU pools, shared memory, event channels. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "import/ib_config.h"

/* The number of a CPU, which ImageBuilder knows by the name of its node: the order of the
 * tree, or its unit address without one. */
static bool cpu_number(struct ib_config *c, const char *name, uint64_t *n)
{
	const struct dt_node *cpu = c->tree ? dt_find(c->tree, "/cpus") : NULL;

	*n = 0;
	if (!cpu) {
		char *end;

		*n = strtoull(name + 4, &end, 16);
		return starts_with(name, "cpu@") && name[4] && !*end;
	}
	for (cpu = cpu->children; cpu && !streq(cpu->name, name); cpu = cpu->next)
		*n += dt_is_named(cpu, "cpu");
	return cpu;
}

static bool write_pool(struct ib_config *c, const struct shell_value *v)
{
	const char **words, **cpus;
	size_t count = ib_words(c, v->text, " \t", &words), n;
	bool ok = true;

	if (!count || count > 2)
		return ib_wrong(c, v, "write it as in \"cpu@0,cpu@1 null\"",
				"is not a list of CPUs and a scheduler");
	n = ib_words(c, words[0], ",", &cpus);
	yaml_open(&c->y, arena_printf(c->j->arena, "pool%" PRIu64, v->index),
		  YAML_FLOW_MAP);
	yaml_open(&c->y, "cpus", YAML_FLOW_LIST);
	for (size_t i = 0; i < n; i++) {
		uint64_t number;

		if (cpu_number(c, cpus[i], &number))
			yaml_scalarf(&c->y, NULL, "%" PRIu64, number);
		else
			ok = ib_wrong(c, v, "write the names of nodes below /cpus, as in cpu@0",
					  "names '%s', which is no CPU of the base "
					  "tree",
					  cpus[i]);
	}
	yaml_close(&c->y);
	if (count == 2)
		yaml_scalar(&c->y, "scheduler", words[1]);
	yaml_close(&c->y);
	return ok;
}

static bool write_pools(struct ib_config *c)
{
	const struct shell_value *v, *first = NULL;
	uint64_t count;
	bool ok = true;

	if (!ib_count(c, "NUM_CPUPOOLS", &count))
		return false;
	yaml_gap(&c->y);
	yaml_maybe(&c->y, "cpupools", YAML_MAP);
	for (uint64_t i = 0; i < count; i++) {
		v = ib_get(c, "CPUPOOL", i);
		if (!v)
			continue;
		first = first ? first : v;
		ok &= write_pool(c, v);
	}
	yaml_close(&c->y);
	if (!first)
		return true;
	ib_differs(
		c, first,
		"ImageBuilder gives a CPU that has a phandle (as on Raspberry Pi 4) another "
		"one, and the pool names none of the CPUs; xendtc keeps the phandle");
	return ok;
}

/* One "id host guest size" of DOMU_SHARED_MEM. */
struct view {
	const struct shell_value *v;
	const char *id;
	int64_t host, address, size;
	bool written;
	struct view *next;
};

static bool read_view(struct ib_config *c, const struct shell_value *v,
		      const char **words, struct view ***tail)
{
	struct view *w = NEW(c->j->arena, struct view);

	w->v = v;
	w->id = words[0];
	**tail = w;
	*tail = &w->next;
	return shell_number(&c->shell, words[1], v->at, &w->host) &&
	       shell_number(&c->shell, words[2], v->at, &w->address) &&
	       shell_number(&c->shell, words[3], v->at, &w->size);
}

static bool read_views(struct ib_config *c, struct view **all)
{
	bool ok = true;

	for (uint64_t i = 0; i < c->guests; i++) {
		const struct shell_value *v = NULL;
		const char **words;
		size_t n;

		if (ib_boots(c, i))
			v = ib_get(c, "DOMU_SHARED_MEM", i);
		if (!v)
			continue;
		n = ib_words(c, v->text, " \t\n", &words);
		if (!n || n % 4)
			return ib_wrong(c, v, "write all four, as in "
						   "\"ring 0x50000000 0x10000000 0x1000\"",
					"is not 'id host guest size'");
		if (n > 4)
			ib_differs(c, v,
				       "ImageBuilder writes %zu regions into one "
				       "property, which Xen refuses; here they are apart",
				       n / 4);
		for (size_t k = 0; k < n; k += 4)
			ok &= read_view(c, v, words + k, &all);
	}
	return ok;
}

static bool write_view(struct ib_config *c, struct view *first)
{
	bool ok = true;

	yaml_open(&c->y, first->id, YAML_MAP);
	yaml_scalar(&c->y, "size", number_show(c->j->arena, (uint64_t)first->size));
	yaml_scalarf(&c->y, "address", "0x%" PRIx64, first->host);
	yaml_open(&c->y, "at", YAML_FLOW_MAP);
	for (struct view *w = first; w; w = w->next) {
		if (!streq(w->id, first->id))
			continue;
		w->written = true;
		if (w->host != first->host || w->size != first->size)
			ok = ib_wrong(c, w->v, "give both the same address and size",
					  "gives '%s' another address or size than "
					  "%s",
					  w->id, ib_name(c, first->v));
		yaml_scalarf(&c->y,
			     arena_printf(c->j->arena, "domU%" PRIu64, w->v->index),
			     "0x%" PRIx64, w->address);
	}
	yaml_close(&c->y);
	yaml_close(&c->y);
	return ok;
}

static bool write_shared(struct ib_config *c)
{
	struct view *all = NULL;
	bool ok = read_views(c, &all);

	if (!ok)
		return false;
	yaml_gap(&c->y);
	yaml_maybe(&c->y, "shared-memory", YAML_MAP);
	for (struct view *w = all; w; w = w->next)
		if (!w->written)
			ok &= write_view(c, w);
	yaml_close(&c->y);
	return ok;
}

/* One end of an event channel. */
struct channel_end {
	const struct shell_value *v;
	uint64_t port, domain, remote_port;
	struct channel_end *next;
};

static bool read_ends_of(struct ib_config *c, const struct shell_value *v,
			 struct channel_end ***tail)
{
	const char **ends, **words;
	size_t n = ib_words(c, v->text, ";", &ends);

	for (size_t i = 0; i < n; i++) {
		struct channel_end *e = NEW(c->j->arena, struct channel_end);
		size_t count = ib_words(c, ends[i], " \t\n", &words);
		int64_t numbers[3] = { 0 };

		if (!count)
			continue;
		if (count != 3)
			return ib_wrong(c, v, "write all three, as in \"10 1 11\"",
					    "holds '%s', which is not 'port domain port'",
					    ends[i]);
		for (size_t k = 0; k < 3; k++)
			if (!shell_number(&c->shell, words[k], v->at, &numbers[k]))
				return false;
		e->v = v;
		e->port = (uint64_t)numbers[0];
		e->domain = (uint64_t)numbers[1];
		e->remote_port = (uint64_t)numbers[2];
		**tail = e;
		*tail = &e->next;
	}
	return true;
}

static bool has_other_end(const struct channel_end *all, const struct channel_end *e)
{
	for (; all; all = all->next)
		if (all != e && all->v->index == e->domain &&
		    all->domain == e->v->index && all->port == e->remote_port &&
		    all->remote_port == e->port)
			return true;
	return false;
}

static bool write_channel(struct ib_config *c, const struct channel_end *all,
			  const struct channel_end *e)
{
	struct diag *g;

	if (has_other_end(all, e)) {
		if (e->v->index > e->domain)
			return true;
		yaml_open(&c->y, NULL, YAML_FLOW_MAP);
		yaml_scalarf(&c->y,
			     arena_printf(c->j->arena, "domU%" PRIu64, e->v->index),
			     "%" PRIu64, e->port);
		yaml_scalarf(&c->y, arena_printf(c->j->arena, "domU%" PRIu64, e->domain),
			     "%" PRIu64, e->remote_port);
		yaml_close(&c->y);
		return true;
	}
	g = diag(&c->j->diags, E1008, e->v->at,
		 "port %" PRIu64 " leads to port %" PRIu64 " of guest %" PRIu64
		 ", which does not lead back: ImageBuilder writes a reference to "
		 "nothing, and "
		 "Xen stops",
		 e->port, e->remote_port, e->domain);
	diag_help(g,
		  "add '%" PRIu64 " %" PRIu64 " %" PRIu64
		  "' to DOMU_STATIC_EVTCHNS[%" PRIu64 "]",
		  e->remote_port, e->v->index, e->port, e->domain);
	return false;
}

static bool write_channels(struct ib_config *c)
{
	struct channel_end *all = NULL, **tail = &all;
	const struct shell_value *v;
	bool ok = true;

	for (uint64_t i = 0; i < c->guests; i++)
		if (ib_boots(c, i) && (v = ib_get(c, "DOMU_STATIC_EVTCHNS", i)))
			ok &= read_ends_of(c, v, &tail);
	if (!ok)
		return false;
	yaml_gap(&c->y);
	yaml_maybe(&c->y, "event-channels", YAML_LIST);
	for (const struct channel_end *e = all; e; e = e->next)
		ok &= write_channel(c, all, e);
	yaml_close(&c->y);
	return ok;
}

bool import_sharing(struct ib_config *c)
{
	bool ok = write_pools(c);

	ok &= write_shared(c);
	return write_channels(c) && ok;
}
