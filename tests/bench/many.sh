#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# How much memory and work `xendtc check` takes for one, ten and many files, which are copies of
# the boards' examples in turn. Wants valgrind, /usr/bin/time, and the files of tools/inputs.sh test.
#
# Instructions are counted and not time, so that the numbers mean something on a busy machine.
# Whatever is said on the command line goes to xendtc, as in: tests/bench/many.sh --no-files
set -euo pipefail
cd "$(dirname "$0")/../.."

xendtc=${XENDTC:-$PWD/build/xendtc}
inputs=${XENDTC_INPUTS:-${XDG_CACHE_HOME:-$HOME/.cache}/xendtc/inputs}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for tool in valgrind /usr/bin/time; do
	command -v "$tool" >/dev/null || { echo "run: apt-get install ${tool##*/}" >&2; exit 1; }
done

for i in $(seq 1000); do
	for example in boards/*/examples/*.yaml; do
		sed "s/^memory: .*/&   # $i/" "$example" >"$work/$i-$(basename "$example")"
	done
done
files() {
	find "$work" -name '*.yaml' | sort -V | head -n "$1"
}

instructions() {
	files "$1" | xargs -n 10000 valgrind --tool=callgrind --callgrind-out-file=/dev/null \
		"$xendtc" check -q --files "$inputs" "${@:2}" 2>&1 >/dev/null |
		sed -n 's/.*Collected : //p'
}

kib() {
	files "$1" | xargs -n 10000 /usr/bin/time -f '%M' "$xendtc" check -q --files "$inputs" \
		"${@:2}" 2>&1 >/dev/null | tail -n 1
}

printf '%6s %12s %22s\n' files 'memory, KiB' 'instructions per file'
for n in 1 10 100 1000; do
	printf '%6d %12d' "$n" "$(kib "$n" "$@")"
	# Counting is slow: what 100 files take is what 1000 take.
	[ "$n" = 1000 ] && echo && continue
	printf ' %22d\n' $(($(instructions "$n" "$@") / n))
done
