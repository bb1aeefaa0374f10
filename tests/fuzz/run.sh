#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Feeds xendtc with input that libFuzzer makes up.
#
#     tests/fuzz/run.sh quick [TARGET...]       the same 1500 inputs each, under ASan and UBSan; what CI runs
#     tests/fuzz/run.sh long N [TARGET...]      N executions each, fast; then what was kept, under ASan and UBSan
#     tests/fuzz/run.sh replay [TARGET...]      what was kept, under ASan and UBSan
#     tests/fuzz/run.sh one TARGET FILE         one input, to look at what was found
#
# The fast build has traps for UBSan, assert() and no ASan, and tries several times as many inputs in a second.
# What is found lies in build-fuzz/found; make a case of it. What the fuzzer learnt on the way is
# kept in build-fuzz/corpus/TARGET, and the next run starts from there. Wants clang.
set -euo pipefail
cd "$(dirname "$0")/../.."
top=$PWD
runs=${FUZZ_RUNS:-1500}
all=(system system-no-files extends settings fix formats map board tree overlay partial image xen-config
     config import-tree init)
mode=${1:-quick}
shift || true
tools/setup.sh fuzz

# A build folder that is older than the two kinds is set up anew.
build() {
	local folder=$1 kind=$2
	shift 2
	grep -q "\"fuzz\", \"value\": \"$kind\"" "$folder/meson-info/intro-buildoptions.json" 2>/dev/null ||
		rm -rf "$folder/build.ninja" "$folder/meson-private"
	[ -f "$folder/build.ninja" ] || CC=clang meson setup "$folder" -Dfuzz="$kind" "$@" >/dev/null
	ninja --quiet -C "$folder" fuzz xendtc
}
build build-fuzz sanitized
[ "$mode" != long ] || build build-fuzz-fast fast -Dbuildtype=release
work=$top/build-fuzz
fuzzer=$work/fuzz
/usr/bin/python3 tests/fuzz/seeds.py "$work/xendtc" "$work"

# The scratch files change thousands of times a second: they are in memory if they can be.
memory=/dev/shm
[ -w "$memory" ] || memory=${TMPDIR:-/tmp}
scratch=$(mktemp -d "$memory/xendtc-fuzz.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1:malloc_context_size=8:quarantine_size_mb=16
export UBSAN_OPTIONS=print_stacktrace=1

fuzz() {
	local target=$1
	shift
	rm -rf "${scratch:?}"/*
	"$fuzzer" --target="$target" --files="$work/files" --boards="$top/boards" \
		--scratch="$scratch" "$@"
}

run() {
	local target=$1 status=0
	shift
	mkdir -p "$work/corpus/$target" "$work/found"
	fuzz "$target" -dict="$work/$target.dict" -artifact_prefix="$work/found/$target-" \
		-close_fd_mask=3 -timeout=20 -rss_limit_mb=3000 -malloc_limit_mb=1000 \
		-max_len=65536 -print_final_stats=1 "$@" \
		"$work/corpus/$target" "$work/seeds/$target" >"$work/$target.log" 2>&1 || status=$?
	printf '%-16s %s executions, %s a second, %s edges%s\n' "$target" \
		"$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$target.log")" \
		"$(sed -n 's/^stat::average_exec_per_sec: *//p' "$work/$target.log")" \
		"$(grep -o 'cov: [0-9]*' "$work/$target.log" | tail -1 | cut -c6-)" \
		"$([ $status = 0 ] || echo ": see build-fuzz/$target.log and build-fuzz/found")"
	return $status
}

status=0
case $mode in
quick)
	[ $# -gt 0 ] || set -- "${all[@]}"
	passed=0 failed=0 began=$SECONDS
	for target; do
		if run "$target" -seed=1 -runs="$runs" -max_total_time=60; then passed=$((passed + 1))
		else failed=$((failed + 1)) status=1; fi
	done
	echo "$passed passed, $failed failed in $((SECONDS - began)).0s"
	;;
long)
	count=$1
	shift
	[ $# -gt 0 ] || set -- "${all[@]}"
	for target; do
		fuzzer=$top/build-fuzz-fast/fuzz
		run "$target" -runs="$count" -entropic=0 || status=1
		fuzzer=$work/fuzz
		run "$target" -runs=0 || status=1
	done
	;;
replay)
	[ $# -gt 0 ] || set -- "${all[@]}"
	for target; do
		run "$target" -runs=0 || status=1
	done
	;;
one)
	fuzz "$1" "$(realpath "$2")"
	;;
*)
	sed -n '5,8s/^# *//p' "$0" >&2
	exit 2
	;;
esac
exit $status
