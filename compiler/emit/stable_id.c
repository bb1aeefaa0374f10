/* SPDX-License-Identifier: BSD-2-Clause */
/* A description and a name become a number, so that the same input gives the same
 * image. */
#include "emit/stable_id.h"

#include <inttypes.h>
#include <string.h>

#include <nettle/sha2.h>

void stable_id(const struct plan *p, const char *name, uint8_t id[16])
{
	struct text t = { .arena = p->arena };
	uint8_t sum[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;

	text_add(&t, "%s/%s/%s", p->board_name, p->system_name, name);
	for (const struct load *l = p->loads; l; l = l->next)
		text_add(&t, "/%s %" PRIu64, l->name, l->size);
	sha256_init(&ctx);
	sha256_update(&ctx, t.len, (const uint8_t *)t.data);
	sha256_digest(&ctx, sizeof(sum), sum);
	memcpy(id, sum, 16);
}
