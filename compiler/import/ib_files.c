/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of the config become values of our keys: name, address, and how U-Boot loads them. */
#include <inttypes.h>
#include <string.h>

#include "import/ib_config.h"
#include "input/cache.h"

/* Why a command cannot stand in front of an address and a file name; NULL: it can. */
static const char *why_no_load(const char *command)
{
	if (strchr(command, '$'))
		return "U-Boot's variables have values on the board only; write the device, as "
		       "in 'load mmc 0:1'";
	if (starts_with(command, "load "))
		return "'load' takes a device and a partition, as in 'load mmc 0:1'";
	return "U-Boot would take it for more than one command";
}

/* Whether `boot.load` can have the command: it needs no quotes, and `load` has as many
 * words as it wants. */
static bool is_command(struct ib_config *c, const char *command)
{
	const char **words;

	return form_accepts(&c->j->cache->patterns, FORM_COMMAND, command) &&
	       (!starts_with(command, "load") || ib_words(c, command, " ", &words) == 3);
}

/* A command of U-Boot as our loads have it; false: as no load of ours. */
static bool write_load(struct ib_config *c, const struct shell_value *v)
{
	const char *device = starts_with(v->text, "load ") ? v->text + 5 : v->text;

	if (starts_with(v->text, "tftp") && !strchr(v->text, ' '))
		yaml_scalar(&c->y, "load", "tftp");
	else if (device != v->text && form_accepts(&c->j->cache->patterns, FORM_DEVICE, device))
		yaml_scalar(&c->y, "load", device);
	else if (is_command(c, v->text)) {
		yaml_open(&c->y, "load", YAML_FLOW_MAP);
		yaml_scalar(&c->y, "command", v->text);
		yaml_close(&c->y);
	} else {
		ib_lost(c, v, why_no_load(v->text));
		return false;
	}
	return true;
}

bool ib_write_load(struct ib_config *c)
{
	const struct shell_value *v = ib_get(c, "LOAD_CMD", 0);

	return v && write_load(c, v);
}

/* The command by which ImageBuilder loads this file, if that is not LOAD_CMD; NULL: it
 * is. */
static const struct shell_value *load_of(struct ib_config *c,
					 const struct shell_value *file)
{
	if (starts_with(file->name, "DOMU_"))
		return ib_get(c, "DOMU_LOAD", file->index);
	return ib_get(c, starts_with(file->name, "DOM0_") ? "DOM0_LOAD" : "XEN_LOAD",
			  0);
}

void ib_write_file(struct ib_config *c, const char *key, const struct shell_value *v)
{
	const struct shell_value *load = load_of(c, v);
	uint64_t address;
	bool placed = ib_address(c, v, &address);

	if (!placed && !load) {
		yaml_scalar(&c->y, key, v->text);
		return;
	}
	yaml_open(&c->y, key, YAML_FLOW_MAP);
	yaml_scalar(&c->y, "file", v->text);
	if (placed)
		yaml_scalarf(&c->y, "address", "0x%" PRIx64, address);
	if (load)
		write_load(c, load);
	yaml_close(&c->y);
}
