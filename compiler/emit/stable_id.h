/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers where others take random ones. */
#pragma once
#include "plan.h"

/* A number for labels and UUIDs of images: always the same for the same description,
 * sizes of files and name. */
void stable_id(const struct plan *p, const char *name, uint8_t id[16]);
