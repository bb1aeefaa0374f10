#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Prints the C file that has the boards in it: embed-boards.sh boards/NAME/board.yaml...
set -eu

cat <<'C'
/* Printed by tools/embed-boards.sh. */
#include "passes/boards.h"

/* ISO C promises 4095 characters; gcc and clang take any number. */
#pragma GCC diagnostic ignored "-Woverlength-strings"

const struct board_inside boards_inside[] = {
C
for board; do
	printf '\t{ "%s",\n' "$(basename "$(dirname "$board")")"
	sed 's/[\\"]/\\&/g; s/	/\\t/g; s/.*/\t"&\\n"/' "$board"
	printf '\t},\n'
done
printf '\t{ 0 }\n};\n'
