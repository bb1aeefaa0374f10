/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPUs of the base tree are held against how Xen starts them. */
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "checks/checks.h"
#include "xen/config.h"
#include "xen/cpus.h"

/* The names of those CPUs that Xen does not start for the reason `why`, or with NULL of
 * those whose spin table nothing protects: "cpu@1, cpu@2". NULL: there are none. */
static const char *cpu_names(struct arena *a, const struct cpus *all, const char *why)
{
	struct text names = { .arena = a };

	for (size_t i = 0; i < all->n; i++) {
		const struct cpu *c = &all->cpu[i];

		if (why ? c->why && streq(c->why, why) : !c->why && c->unprotected)
			text_add(&names, "%s%s", names.len ? ", " : "", c->n->name);
	}
	return names.data;
}

static bool is_first_with(const struct cpus *all, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (all->cpu[i].why && streq(all->cpu[i].why, all->cpu[index].why))
			return false;
	return true;
}

static void warn_of_cpu(struct diags *diags, const struct host *h, const struct cpus *all,
			const struct cpu *c)
{
	struct diag *g = diag(diags, W0510, h->tree_at, "Xen cannot start %s: %s",
			      cpu_names(h->arena, all, c->why), c->why);

	if (c->other_kind)
		diag_help(g, "leave it so if the CPU is not needed; else add hmp-unsafe to xen.cmdline");
	else if (c->why == all->psci)
		diag_help(g, "leave it so if the CPU is not needed; else give the tree a node with "
			     "compatible = \"arm,psci-0.2\" and method = \"smc\"%s",
			  strstr(c->why, "'hvc'") ? " (QEMU: -machine virt,virtualization=on)" : "");
}

static void report_cpus(struct diags *diags, const struct host *h, const struct cpus *all)
{
	const char *unprotected = cpu_names(h->arena, all, NULL);

	for (size_t i = 0; i < all->n; i++)
		if (all->cpu[i].why && is_first_with(all, i))
			warn_of_cpu(diags, h, all, &all->cpu[i]);
	if (!unprotected)
		return;
	diag(diags, E0519, h->tree_at,
	     "no /memreserve/ of the tree protects the spin table where "
	     "CPUs wait: %s",
	     unprotected);
}

/* Xen copies compatible of the first CPU into the tree of every domain
 * (xen/arch/arm/domain_build.c, make_cpus_node()). */
static bool check_first_cpu(struct diags *diags, const struct host *h,
			    const struct dt_node *first)
{
	if (first && dt_prop(first, "compatible"))
		return true;
	if (!first)
		diag(diags, E0522, h->tree_at,
		     "the tree has no CPU: no child of /cpus with "
		     "device_type \"cpu\"");
	else
		diag(diags, E0522, h->tree_at,
		     "the first CPU of the tree, %s, has no compatible; "
		     "Xen copies it into the tree of every domain",
		     dt_path(h->arena, first));
	return false;
}

/* CPUs that Xen is built for if its .config does not say otherwise (xen/arch/Kconfig). */
#define CPUS_DEFAULT 128

/* Xen counts the CPUs that it can start, of whatever kind, up to the number that it was
 * built for. */
static void warn_of_count(struct diags *diags, const struct host *h,
			  const struct cpus *all)
{
	const char *built = config_value(h, "NR_CPUS");
	uint64_t most = CPUS_DEFAULT, count = 0;

	if (built && number_count(built, &most) != NUMBER_OK)
		return;
	for (size_t i = 0; i < all->n; i++)
		count += !all->cpu[i].left_out;
	if (count > most)
		diag(diags, W0562, h->tree_at,
		     "the tree has %" PRIu64 " CPUs, and Xen was built for %" PRIu64
		     "; the others stay off",
		     count, most);
}

static void warn_of_status(struct diags *diags, const struct host *h, const char *path,
			   const char *status)
{
	struct diag *g = diag(diags, W0563, h->tree_at,
			      "%s has status '%s', and Xen starts it all the same", path, status);

	diag_help(g, "leave it so if the CPU works; else remove the node: fdtput -r FILE %s", path);
}

/* Xen starts a CPU whose status is "fail": it looks at no status but for words of its
 * own. */
static void warn_of_broken(struct diags *diags, const struct host *h,
			   const struct cpus *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const char *status = dt_string(all->cpu[i].n, "status");

		if (!all->cpu[i].why && status && strncmp(status, "fail", 4) == 0)
			warn_of_status(diags, h, dt_path(h->arena, all->cpu[i].n), status);
	}
}

static void warn_of_cells(struct diags *diags, const struct host *h,
			  const struct dt_node *top)
{
	if (dt_size_cells(top))
		diag(diags, W0561, h->tree_at,
		     "#size-cells of /cpus is %u; a CPU has no size, and Xen "
		     "complains of each",
		     dt_size_cells(top));
}

void check_cpus(struct job *j)
{
	const struct cpus *all = j->host.cpus;

	if (!j->host.base)
		return;
	if (!check_first_cpu(&j->diags, &j->host, first_cpu(&j->host)))
		return;
	warn_of_cells(&j->diags, &j->host, dt_find(j->host.base, "/cpus"));
	warn_of_count(&j->diags, &j->host, all);
	warn_of_broken(&j->diags, &j->host, all);
	report_cpus(&j->diags, &j->host, all);
}
