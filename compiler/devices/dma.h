/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a device of the base tree reads and writes memory by itself, and which. */
#pragma once
#include "input/devicetree.h"

/* Whether it does so, as far as is known; false if nothing says it. */
bool does_dma(const struct dt_node *n);

/* Whether it may do so; true if nothing is known of it. */
bool may_do_dma(const struct dt_node *n);

/* The end of the addresses that a device reaches, by the last dma-ranges above it
 * (Devicetree Specification, 2.3.9); UINT64_MAX if none says so. */
uint64_t dma_end(const struct dt_node *n);
