/* SPDX-License-Identifier: BSD-2-Clause */
/* What cmocka wants included before it, and what every unit test needs. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
