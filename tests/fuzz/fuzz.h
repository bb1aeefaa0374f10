/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of the fuzzer share. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* libFuzzer's own mutation of bytes; returns the new size. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* Changes a device tree and keeps it one: nodes, properties and cells go, come and change
 * places. What follows the tree in data stays behind it. Bytes that are no tree are changed
 * as bytes. Returns the new size. */
size_t mutate_tree(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* compiler/main.c under another name. No file of these two folders ever changes. */
int xendtc_main(int argc, char **argv, const char *files, const char *boards);
