/* SPDX-License-Identifier: BSD-2-Clause */
/* What U-Boot does, beside loading, and the card that it boots from. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "import/ib_config.h"

#define COMMANDS_MAX ((size_t)64 << 10)

static void write_command(struct ib_config *c)
{
	static const char *const ours[] = { "booti", "bootm", "bootefi", "none", NULL };
	const struct shell_value *v = ib_get(c, "BOOT_CMD", 0), *efi = ib_get(c, "EFI", 0);

	if (!v && efi) {
		bool no = streq(efi->text, "n") || streq(efi->text, "no") ||
			  streq(efi->text, "false");

		yaml_scalar(&c->y, "command", no ? "booti" : "bootefi");
		return;
	}
	for (const char *const *word = ours; v && *word; word++) {
		if (streq(v->text, *word)) {
			yaml_scalar(&c->y, "command", v->text);
			return;
		}
	}
	yaml_scalar(&c->y, "command", "booti");
	if (v)
		ib_lost(c, v, "Xen is started by booti");
	else
		yaml_remark(&c->y, "ImageBuilder's default");
}

/* Writes `key-dir` and `key` of DIR/KEY, which ImageBuilder hands to mkimage as -k DIR/
 * and the hint KEY. */
static void write_key(struct ib_config *c, const char *key)
{
	const char *slash = strrchr(key, '/');

	yaml_scalar(&c->y, "key-dir",
		    slash ? arena_copy(c->j->arena, key, (size_t)(slash - key)) : key);
	yaml_scalar(&c->y, "key", slash ? slash + 1 : key);
	yaml_scalar(&c->y, "algorithm", "sha1,rsa2048");
}

static void write_fit(struct ib_config *c)
{
	const struct shell_value *v = ib_get(c, "FIT", 0);
	const char *key = v ? ib_text(c, "FIT_ENC_KEY_DIR") : NULL;

	if (!v)
		return;
	if (!key) {
		yaml_scalar(&c->y, "fit", v->text);
		return;
	}
	yaml_open(&c->y, "fit", YAML_MAP);
	yaml_scalar(&c->y, "name", v->text);
	write_key(c, key);
	yaml_close(&c->y);
}

static bool write_commands(struct ib_config *c)
{
	const struct shell_value *v = ib_get(c, "APPEND_EXTRA_CMDS", 0);
	const char **lines, *path;
	char *text;
	size_t len, n;

	if (!v)
		return true;
	path = ib_path(c, v->text);
	if (!read_file(c->j->arena, path, COMMANDS_MAX, &text, &len)) {
		cache_note_unread(c->j->cache, path, errno);
		ib_lost(c, v,
			    arena_printf(c->j->arena, "'%s' cannot be read: %s", path,
					 strerror(errno)));
		return true;
	}
	n = ib_words(c, text, "\r\n", &lines);
	yaml_open(&c->y, "commands", YAML_LIST);
	for (size_t i = 0; i < n; i++)
		if (lines[i][strspn(lines[i], " \t")] != '#')
			yaml_scalar(&c->y, NULL, lines[i] + strspn(lines[i], " \t"));
	yaml_close(&c->y);
	return true;
}

bool import_boot(struct ib_config *c)
{
	yaml_gap(&c->y);
	yaml_open(&c->y, "boot", YAML_MAP);
	if (!ib_write_load(c)) {
		yaml_scalar(&c->y, "load", "tftp");
		yaml_remark(&c->y, "LOAD_CMD is not set: ImageBuilder had it from -t");
	}
	if (c->script_address)
		yaml_scalarf(&c->y, "script-address", "0x%" PRIx64, c->script_address);
	write_fit(c);
	write_command(c);
	write_commands(c);
	yaml_close(&c->y);
	return true;
}

static void write_extra_files(struct ib_config *c, uint64_t count)
{
	const struct shell_value *v;

	if (!count)
		return;
	yaml_open(&c->y, "firmware", YAML_LIST);
	for (uint64_t i = 0; i < count; i++)
		if ((v = ib_get(c, "BOOT_AUX_FILE", i)))
			yaml_scalar(&c->y, NULL, v->text);
	yaml_close(&c->y);
}

/* Writes the partitions in the order in which ImageBuilder's disk_image makes them. */
static void write_partitions(struct ib_config *c)
{
	const struct shell_value *v = ib_get(c, "DOM0_ROOTFS", 0);

	yaml_open(&c->y, "partitions", YAML_MAP);
	if (v)
		yaml_scalar(&c->y, "dom0", v->text);
	for (uint64_t i = 0; i < c->guests; i++)
		if ((v = ib_get(c, "DOMU_ROOTFS", i)))
			yaml_scalar(&c->y, arena_printf(c->j->arena, "domU%" PRIu64, i),
				    v->text);
	yaml_close(&c->y);
}

bool import_card(struct ib_config *c)
{
	bool roots = ib_get(c, "DOM0_ROOTFS", 0);
	uint64_t files;

	for (uint64_t i = 0; i < c->guests; i++)
		roots |= ib_get(c, "DOMU_ROOTFS", i) != NULL;
	if (!ib_count(c, "NUM_BOOT_AUX_FILE", &files))
		return false;
	if (!roots && !files)
		return true;
	yaml_gap(&c->y);
	yaml_comment(&c->y, "An image of the card, made with the rest.");
	yaml_open(&c->y, "card", YAML_MAP);
	write_extra_files(c, files);
	if (roots)
		write_partitions(c);
	yaml_close(&c->y);
	return true;
}
