/* SPDX-License-Identifier: BSD-2-Clause */
/* A file of U-Boot commands, packed or not, and what it loads. */
#include "import/boot_script.h"

#include <string.h>

#include "base/text.h"
#include "input/kinds.h"

#define TYPE_AT 30	/* offset of the type in the header (U-Boot include/image.h) */

struct script_load *boot_script_find(const struct boot_script *s, uint64_t address)
{
	struct script_load *found = NULL;

	for (struct script_load *l = s ? s->loads : NULL; l; l = l->next)
		if (l->address == address)
			found = l;
	return found;
}

bool boot_script_is_known(uint64_t address)
{
	return (address & 0xfffffffff0000000) != BOOT_SCRIPT_STAND_IN;
}

/* Takes the text out of a script of mkimage: a table of lengths, which ends with 0, comes
 * before it (U-Boot tools/mkimage.c). */
bool boot_script_unpack(char **data, size_t *len)
{
	const char *s = *data;
	size_t size = 0, at = UIMAGE_HEADER;

	if (*len < UIMAGE_HEADER + 8 || memcmp(s, UIMAGE_MAGIC, MAGIC_SIZE) != 0)
		return !memchr(s, '\0', *len);
	if (s[TYPE_AT] != UIMAGE_SCRIPT)
		return false;
	size = (size_t)dt_number(s + at, 1);
	while (at + 4 <= *len && dt_number(s + at, 1))
		at += 4;
	at += 4;
	if (at > *len || size > *len - at || memchr(s + at, '\0', size))
		return false;
	*data += at;
	(*data)[size] = '\0';
	*len = size;
	return true;
}
