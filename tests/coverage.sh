#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Which lines and branches of compiler/ the tests run.
#
#     tests/coverage.sh [ARGUMENT OF PYTEST...]
#
# Prints each file and a sum, and fails below the floor, which only rises: who adds tests sets it to what
# they reach. Wants clang and llvm. Faults are not injected: the instrumented program writes a file of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
floor_lines=96.5
floor_branches=86
tools/setup.sh coverage

[ -f build-coverage/build.ninja ] || CC=clang meson setup build-coverage \
	-Dc_args='-fprofile-instr-generate -fcoverage-mapping' \
	-Dc_link_args=-fprofile-instr-generate >/dev/null
ninja --quiet -C build-coverage
profiles=$(mktemp -d)
trap 'rm -rf "$profiles"' EXIT

# Counts of all runs are added up in four files, for two tests at a time.
LLVM_PROFILE_FILE=$profiles/%4m.profraw XENDTC=$PWD/build-coverage/xendtc \
	/usr/bin/python3 -m pytest -q -n 2 tests \
	-k "not (call_fails or call_of_a or command_finds or command_lacks or call_does_less or disk_is_full or changes_meanwhile or out_of_memory or memory_fails)" "$@"
llvm-profdata merge -o "$profiles/all" "$profiles"/*.profraw
llvm-cov report build-coverage/xendtc -instr-profile="$profiles/all" -show-branch-summary \
	-show-region-summary=false | tee "$profiles/report"
awk -v lines="$floor_lines" -v branches="$floor_branches" '
	$1 == "TOTAL" { good = $7 + 0 >= lines && $10 + 0 >= branches }
	END { if (!good) print "below the floor of " lines "% of lines and " branches "% of branches"; exit !good }
	' "$profiles/report"
