/* SPDX-License-Identifier: BSD-2-Clause */
/* Options on Xen's line, and what Xen makes of them (compiler/schema/xen_value.c). */
#include "unit.h"

#include <string.h>

#include "schema/schema.h"
#include "xen/parameters.h"

struct row {
	const char *option;
	enum xen_verdict verdict;
	unsigned version;	/* x of Xen 4.x; 0: any */
};

static const struct row booleans[] = {
	{ "noreboot", XEN_TAKES }, { "noreboot=", XEN_TAKES }, { "noreboot=1", XEN_TAKES },
	{ "noreboot=on", XEN_TAKES }, { "noreboot=yes", XEN_TAKES }, { "noreboot=true", XEN_TAKES },
	{ "noreboot=enable", XEN_TAKES }, { "noreboot=0", XEN_TAKES }, { "noreboot=no", XEN_TAKES },
	{ "noreboot=off", XEN_TAKES }, { "noreboot=false", XEN_TAKES },
	{ "noreboot=disable", XEN_TAKES }, { "no-noreboot", XEN_TAKES },
	{ "no-noreboot=no", XEN_TAKES }, { "noreboot=2", XEN_REFUSES },
	{ "noreboot=YES", XEN_REFUSES }, { "noreboot=y", XEN_REFUSES },
	{ "no-noreboot=x", XEN_REFUSES },
};

static const struct row integers[] = {
	{ "maxcpus=4", XEN_TAKES }, { "maxcpus=0", XEN_TAKES }, { "maxcpus=0x10", XEN_TAKES },
	{ "maxcpus=0XfF", XEN_TAKES }, { "maxcpus=4294967295", XEN_TAKES },
	{ "maxcpus=4294967296", XEN_REFUSES }, { "maxcpus=4x", XEN_REFUSES },
	{ "maxcpus=0x", XEN_REFUSES }, { "maxcpus=08", XEN_REFUSES }, { "maxcpus= ", XEN_REFUSES },
	{ "maxcpus=+1", XEN_REFUSES }, { "maxcpus=1-2", XEN_REFUSES },
	{ "maxcpus=010", XEN_MISREADS }, { "maxcpus=07", XEN_TAKES }, { "maxcpus", XEN_MISREADS },
	{ "maxcpus=-1", XEN_MISREADS }, { "maxcpus=-2147483648", XEN_MISREADS },
	{ "maxcpus=-2147483649", XEN_REFUSES }, { "maxcpus=-0", XEN_TAKES },
	{ "no-maxcpus=4", XEN_MISREADS }, { "no-maxcpus=x", XEN_REFUSES },
	{ "maxcpus=18446744073709551616", XEN_MISREADS },
	{ "credit2_balance_over=-3", XEN_TAKES }, { "debug_stack_lines=-1", XEN_TAKES },
	{ "gnttab_max_frames=1", XEN_TAKES }, { "gnttab_max_frames=0", XEN_REFUSES },
	{ "gnttab_max_frames=-1", XEN_REFUSES }, { "gnttab_max_frames=0x80000000", XEN_REFUSES },
	{ "gnttab_max_maptrack_frames=0", XEN_TAKES },
};

static const struct row ranges[] = {
	{ "sched_ratelimit_us=0", XEN_TAKES }, { "sched_ratelimit_us=99", XEN_REFUSES },
	{ "sched_ratelimit_us=100", XEN_TAKES }, { "sched_ratelimit_us=500000", XEN_TAKES },
	{ "sched_ratelimit_us=500001", XEN_REFUSES }, { "sched_ratelimit_us=-100", XEN_REFUSES },
	{ "vcpu_migration_delay=100000", XEN_TAKES }, { "vcpu_migration_delay=100001", XEN_REFUSES },
	{ "vcpu_migration_delay=-1", XEN_REFUSES }, { "credit2_cap_period_ms=0", XEN_REFUSES },
	{ "credit2_cap_period_ms=4294967295", XEN_TAKES }, { "llc-nr-ways=0", XEN_MISREADS },
};

static const struct row sizes[] = {
	{ "dom0_mem=512M", XEN_TAKES }, { "dom0_mem=1g", XEN_TAKES }, { "dom0_mem=1T", XEN_TAKES },
	{ "dom0_mem=524288k", XEN_TAKES }, { "dom0_mem=536870912B", XEN_TAKES },
	{ "dom0_mem=0x200M", XEN_TAKES }, { "dom0_mem=0", XEN_TAKES },
	{ "dom0_mem=512", XEN_MISREADS }, { "dom0_mem=0x10B", XEN_MISREADS },
	{ "dom0_mem=010M", XEN_MISREADS }, { "dom0_mem", XEN_MISREADS },
	{ "dom0_mem=16777216T", XEN_MISREADS }, { "dom0_mem=512MB", XEN_REFUSES },
	{ "dom0_mem=M", XEN_MISREADS }, { "dom0_mem=1.5G", XEN_REFUSES },
	{ "dom0_mem=-1M", XEN_REFUSES }, { "dom0_mem=50%", XEN_REFUSES },
	{ "dom0_mem=512M,max:1G", XEN_REFUSES }, { "dom0_mem=1P", XEN_REFUSES },
	{ "no-dom0_mem", XEN_REFUSES }, { "conring_size=4194303K", XEN_TAKES },
	{ "conring_size=4G", XEN_REFUSES }, { "bootscrub_chunk=4G", XEN_TAKES },
	{ "no-conring_size=1M", XEN_MISREADS },
};

static const struct row words[] = {
	{ "serrors=panic", XEN_TAKES }, { "serrors=pani", XEN_REFUSES },
	{ "serrors=panics", XEN_REFUSES }, { "serrors", XEN_REFUSES }, { "no-serrors", XEN_REFUSES },
	{ "vwfi=native", XEN_TAKES }, { "vwfi=natives", XEN_MISREADS }, { "vwfi", XEN_MISREADS },
	{ "bootscrub", XEN_TAKES }, { "bootscrub=idle", XEN_TAKES }, { "no-bootscrub", XEN_TAKES },
	{ "no-bootscrub=idle", XEN_REFUSES }, { "acpi=force", XEN_TAKES }, { "acpi=on", XEN_REFUSES },
	{ "no-acpi", XEN_TAKES }, { "acpi", XEN_REFUSES }, { "sched=null", XEN_TAKES },
	{ "sched=credit3", XEN_REFUSES }, { "no-sched=null", XEN_MISREADS },
	{ "console=dtuart", XEN_TAKES }, { "console=dtuart,none", XEN_TAKES },
	{ "console=ttyAMA0", XEN_REFUSES }, { "console=", XEN_REFUSES },
	{ "console=dtuart,dtuart,dtuart,dtuart,vga", XEN_MISREADS },
	{ "loglvl=all", XEN_TAKES }, { "loglvl=error/all", XEN_TAKES }, { "loglvl=err", XEN_REFUSES },
	{ "loglvl=all/", XEN_REFUSES }, { "loglvl", XEN_MISREADS },
	{ "conswitch=a", XEN_TAKES }, { "conswitch=ax", XEN_TAKES }, { "conswitch=A", XEN_MISREADS },
	{ "dtuart=serial1", XEN_TAKES }, { "dtuart", XEN_TAKES },
};

static const struct row lists[] = {
	{ "iommu=yes", XEN_TAKES }, { "iommu=no,verbose", XEN_TAKES }, { "iommu=no-force", XEN_TAKES },
	{ "iommu=force=off,debug=1", XEN_TAKES }, { "iommu=force=maybe", XEN_REFUSES },
	{ "iommu=no-force=yes", XEN_REFUSES }, { "iommu=forced", XEN_REFUSES },
	{ "iommu=yes,", XEN_REFUSES }, { "iommu=,yes", XEN_REFUSES }, { "iommu", XEN_REFUSES },
	{ "no-iommu", XEN_TAKES }, { "iommu=sharept", XEN_REFUSES },
	{ "iommu=quarantine", XEN_TAKES, 15 }, { "iommu=quarantine", XEN_REFUSES, 17 },
	{ "iommu=amd-iommu-perdev-intremap", XEN_TAKES, 17 },
	{ "iommu=amd-iommu-perdev-intremap", XEN_REFUSES, 20 },
	{ "gnttab=max-ver:1,transitive=no", XEN_TAKES }, { "gnttab=max-ver:3", XEN_REFUSES },
	{ "dom0=sve=128", XEN_TAKES }, { "dom0=sve=-1", XEN_TAKES }, { "dom0=sve=0x80", XEN_REFUSES },
	{ "spec-ctrl=ssbd=runtime", XEN_TAKES }, { "spec-ctrl=ssbd=yes", XEN_REFUSES },
	{ "badpage=0x10,32-0x40", XEN_TAKES }, { "badpage=0x10;32", XEN_MISREADS },
	{ "xen-llc-colors=0-3,8", XEN_TAKES }, { "xen-llc-colors=0-3,", XEN_TAKES },
	{ "xen-llc-colors=08", XEN_REFUSES }, { "xen-llc-colors", XEN_MISREADS },
	{ "memop-max-order=9,18,10,10", XEN_TAKES, 17 },
	{ "memop-max-order=9,18,10,10", XEN_REFUSES, 16 }, { "memop-max-order=,,9", XEN_TAKES },
	{ "debugtrace=cpu:64K", XEN_TAKES }, { "pci-phantom=00:1f,4", XEN_TAKES },
	{ "pci-phantom=00:1f,3", XEN_REFUSES },
};

static void check(const struct row *rows, size_t n)
{
	struct arena a = { 0 };
	struct patterns patterns = { .arena = &a };
	const struct xen_reader reader = { &a, &patterns };

	for (size_t i = 0; i < n; i++) {
		const char *option = rows[i].option, *equals = strchr(option, '=');
		size_t len = equals ? (size_t)(equals - option) : strlen(option);
		const char *key = arena_copy(&a, option, len);
		const struct xen_parameter *p;
		enum xen_verdict verdict;

		p = xen_parameter(key, rows[i].version ? VERSION(4, rows[i].version) : 0);
		if (!p)
			p = xen_parameter(key + 3, 0);
		assert_non_null(p);
		verdict = xen_read(&reader, p, key, equals ? equals + 1 : "").verdict;
		if (verdict != rows[i].verdict)
			fail_msg("'%s': verdict %d, not %d", option, verdict, rows[i].verdict);
	}
	patterns_free(&patterns);
	arena_free(&a);
}

static void reads_booleans(void **state)
{
	(void)state;
	check(booleans, COUNT(booleans));
}

static void reads_integers(void **state)
{
	(void)state;
	check(integers, COUNT(integers));
	check(ranges, COUNT(ranges));
}

static void reads_sizes(void **state)
{
	(void)state;
	check(sizes, COUNT(sizes));
}

static void reads_words(void **state)
{
	(void)state;
	check(words, COUNT(words));
	check(lists, COUNT(lists));
}

static void knows_releases(void **state)
{
	static const struct {
		const char *name;
		unsigned version;
		bool known;
	} rows[] = {
		{ "llc-coloring", 19, false }, { "llc-coloring", 20, true }, { "com1", 14, true },
		{ "com1", 15, false }, { "extra_guest_irqs", 18, true },
		{ "extra_guest_irqs", 19, false }, { "pci", 20, false }, { "pci", 21, true },
		{ "pci", 22, true }, { "iommu", 14, true }, { "iommu", 99, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned version = VERSION(4, rows[i].version);

		assert_int_equal(xen_knows(xen_parameter(rows[i].name, version), version),
				 rows[i].known);
	}
	assert_null(xen_parameter("nosmp", 0));
	assert_string_equal(xen_stranger("nosmp")->home, "x86");
	assert_string_equal(xen_stranger("ivrs_hpet[0]")->home, "x86");
	assert_null(xen_stranger("hmp_unsafe"));
	assert_string_equal(xen_nearest_parameter("hmp_unsafe", 0), "hmp-unsafe");
}

/* What the header of xen_parameters.def promises. */
static void table_is_in_order(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (const struct xen_parameter *p = xen_parameters; p->name; p++) {
		struct text takes = { .arena = &a };

		if (p != xen_parameters) {
			int order = strcmp(p[-1].name, p->name);

			if (order > 0 || (order == 0 && p[-1].until + 1 != p->since))
				fail_msg("%s is out of order", p->name);
		}
		xen_takes(&takes, p);
		assert_non_null(takes.data);
		assert_null(xen_stranger(p->name));
		if (p->pattern)
			assert_non_null(p->takes);
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_booleans),
		cmocka_unit_test(reads_integers),
		cmocka_unit_test(reads_sizes),
		cmocka_unit_test(reads_words),
		cmocka_unit_test(knows_releases),
		cmocka_unit_test(table_is_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
