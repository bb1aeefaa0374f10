/* SPDX-License-Identifier: BSD-2-Clause */
/* The patched tree becomes a file: the very bytes whose checksums the others name. */
#include "emit/emit.h"

void emit_tree(const struct plan *p, struct text *out)
{
	text_bytes(out, p->blob.data, p->blob.len);
}
