/* SPDX-License-Identifier: BSD-2-Clause */
/* The format itself: the rows by which YAML becomes the model (schema/schema.h). */
#pragma once
#include "model.h"

extern const struct record system_record, board_record;
extern const struct record card_record, fit_record;	/* a part of system_record */
