/* SPDX-License-Identifier: BSD-2-Clause */
/* A config of ImageBuilder on its way to system.yaml. */
#pragma once
#include "import/shell.h"
#include "import/variables.h"
#include "import/yaml.h"
#include "job.h"

struct ib_config {
	struct job *j; /* its options, arena and findings; board and size */
	struct shell shell;
	struct yaml y;
	struct devicetree *tree; /* the base tree; NULL: not there */
	struct placed *placed;   /* with --layout: where each file is loaded */
	uint64_t script_address; /* --layout */
	uint64_t guests;         /* the value of NUM_DOMUS */
	bool dom0;
};

/* The value of an element of a variable; NULL if it is not set, or empty. */
const struct shell_value *ib_get(struct ib_config *c, const char *name,
				     uint64_t index);

/* The text of element 0 of a variable; NULL if it is not set, or empty. */
const char *ib_text(struct ib_config *c, const char *name);

/* Whether the variable is 1. Another value is reported, for ImageBuilder ignores it. */
bool ib_is_one(struct ib_config *c, const char *name, uint64_t index);

/* The number of a value, as bash reads it. false: reported. */
bool ib_number(struct ib_config *c, const struct shell_value *v, uint64_t *n);

/* The number of a variable, as `test` reads it: decimal; 0 if it is not set. */
bool ib_count(struct ib_config *c, const char *name, uint64_t *n);

/* The words of a value; owned by the arena. */
size_t ib_words(struct ib_config *c, const char *text, const char *separators,
		    const char ***words);

/* How messages call a variable: "DOMU_MEM[0]". */
const char *ib_name(struct ib_config *c, const struct shell_value *v);

/* Report what is lost, or not as it seems, at the place of a value. */
void ib_lost(struct ib_config *c, const struct shell_value *v, const char *why);
void ib_differs(struct ib_config *c, const struct shell_value *v, const char *fmt,
		    ...) __attribute__((format(printf, 3, 4), nonnull(3)));
bool ib_wrong(struct ib_config *c, const struct shell_value *v, const char *way,
	      const char *fmt, ...) __attribute__((format(printf, 4, 5), nonnull(4)));

/* The path of a file that the config names. */
const char *ib_path(struct ib_config *c, const char *name);

/* Writes the file that a variable names as the value of `key`. */
void ib_write_file(struct ib_config *c, const char *key, const struct shell_value *v);

/* Writes boot.load. false: LOAD_CMD is not set, or cannot be carried over. */
bool ib_write_load(struct ib_config *c);

/* The first writes pairs of address and size as a list of ranges under `key`, the second
 * sums up the sizes. */
bool ib_write_ranges(struct ib_config *c, const char *key, const struct shell_value *v);
bool ib_range_sum(struct ib_config *c, const struct shell_value *v, uint64_t *sum);

/* Whether Xen starts the guest; else dom0 does, later. */
bool ib_boots(struct ib_config *c, uint64_t guest);

/* Reports each value that nothing has asked for, at its line. */
void ib_report_unused(struct ib_config *c);

/* The parts of system.yaml, each in its own file. false: reported. */
bool import_board(struct ib_config *c);     /* board, memory, device-tree */
bool import_addresses(struct ib_config *c); /* c->placed */
bool import_xen(struct ib_config *c);       /* xen and dom0 */
bool import_guests(struct ib_config *c);
bool import_sharing(struct ib_config *c); /* what stands beside the guests */
bool import_boot(struct ib_config *c);
bool import_card(struct ib_config *c);

/* With --layout: the address of a file. false: it has none. */
bool ib_address(const struct ib_config *c, const struct shell_value *v, uint64_t *n);

/* Bytes of dom0's memory by the config, for guesses. */
uint64_t ib_dom0_memory(struct ib_config *c);
