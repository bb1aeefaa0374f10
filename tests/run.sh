#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs every test: installs what is missing, builds with gcc, clang and sanitizers, then unit
# tests, golden and error cases, laws, hostile input, and the boots of real Xen in QEMU.
#
# tests/run.sh quick leaves out the boots and what takes another build, and the build with clang where
# that is not installed. It takes some minutes on two processors; all of it takes hours.
set -euo pipefail
cd "$(dirname "$0")/.."
python=/usr/bin/python3
quick=false
[ "${1:-}" != quick ] || quick=true

if $quick; then
	tools/setup.sh quick
else
	tools/setup.sh test
	tools/inputs.sh test
fi

configure() {
	local folder=$1
	shift
	[ -f "$folder/build.ninja" ] || meson setup "$folder" "$@" >/dev/null
	# A build folder that is older than scdoc knows of no man pages.
	grep -q scdoc "$folder/build.ninja" || meson setup --reconfigure "$folder" >/dev/null
	ninja -C "$folder"
}

configure build
! command -v clang >/dev/null || CC=clang configure build-clang
configure build-sanitized -Db_sanitize=address,undefined

export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
status=0

# The quick tests run on the sanitized binary, which has a malloc() of its own; where memory fails,
# and what boots, is tried with the one that people use.
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
XENDTC=$PWD/build/xendtc suite memory -n 2 tests/test_faults.py -k memory
if ! $quick; then
	# The program that is one file, and the steps of CI servers.
	tools/static.sh
	XENDTC=$PWD/build-static/xendtc suite static tests/test_release.py tests/test_cases.py
	XENDTC_SLOW=1 XENDTC=$PWD/build/xendtc suite slow tests/test_integrations.py -k installs
	XENDTC=$PWD/build/xendtc suite boot -n 2 tests/boot
	tests/fuzz/run.sh quick | tee "$results/fuzz" || status=1
	tests/coverage.sh | tee "$results/coverage" || status=1
fi

# All suites end with the same kind of line; meson counts in its own words.
"$python" tests/sum.py "$results"/* || status=1
exit $status
