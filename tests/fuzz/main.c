/* SPDX-License-Identifier: BSD-2-Clause */
/* The program as a function: libFuzzer brings a main() of its own. */
#include "fuzz.h"

#define main xendtc_main
#include "../../compiler/main.c"
