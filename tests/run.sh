#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs every test: installs what is missing, builds with gcc, clang and sanitizers, then unit
# tests, golden and error cases, laws, hostile input, and the boots of real Xen in QEMU.
#
# tests/run.sh quick leaves the boots out, and takes about a minute.
set -euo pipefail
cd "$(dirname "$0")/.."
python=/usr/bin/python3

tools/setup.sh test
[ "${1:-}" = quick ] || tools/inputs.sh test

configure() {
	local folder=$1
	shift
	[ -f "$folder/build.ninja" ] || meson setup "$folder" "$@" >/dev/null
	# A build folder that is older than scdoc knows of no man pages.
	grep -q scdoc "$folder/build.ninja" || meson setup --reconfigure "$folder" >/dev/null
	ninja -C "$folder"
}

configure build
CC=clang configure build-clang
configure build-sanitized -Db_sanitize=address,undefined

export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
status=0

# The quick tests run on the sanitized binary; the boots on the one that people use.
unit() {
	meson test -C build-sanitized --no-rebuild --logbase unit >"$results/unit" || status=1
	cat "$results/unit"
}
suite() {
	local name=$1
	shift
	"$python" -m pytest -q "$@" | tee "$results/$name" || status=1
}
unit
XENDTC=$PWD/build-sanitized/xendtc suite quick -n 2 tests
[ "${1:-}" = quick ] || XENDTC=$PWD/build/xendtc suite boot -n 2 tests/boot
[ "${1:-}" = quick ] || tests/fuzz/run.sh quick | tee "$results/fuzz" || status=1

# All suites end with the same kind of line; meson counts in its own words.
"$python" tests/sum.py "$results"/* || status=1
exit $status
