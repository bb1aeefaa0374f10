#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Times xendtc beside ImageBuilder on the same config and files, in pairs: each round runs all,
# one after the other, and has its own ratios; the middle one of all rounds is printed.
# Wants hyperfine, a checkout of ImageBuilder, and the files of tools/inputs.sh test.
#
# ImageBuilder writes a script that patches the tree in U-Boot; xendtc checks the system, and
# writes the patched tree and the scripts. Its manifest hashes files to their ends, for which
# ImageBuilder has nothing; so it is timed with and without. The ratios mean something, the
# times only on a quiet machine.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ $# = 1 ] || { echo "usage: imagebuilder.sh CHECKOUT" >&2; exit 2; }
command -v hyperfine >/dev/null || { echo "run: apt-get install hyperfine" >&2; exit 1; }
generator=$(realpath "$1")/scripts/uboot-script-gen
xendtc=${XENDTC:-$PWD/build/xendtc}
inputs=${XENDTC_INPUTS:-${XDG_CACHE_HOME:-$HOME/.cache}/xendtc/inputs}
rounds=11
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The config of ten guests, cut down to as many, with a real kernel and memory for it.
config() {
	awk -F '[][]' -v guests="$1" '!(/^DOMU/ && $2 >= guests)' tests/imagebuilder/guests-10/config |
		sed -e "s/^NUM_DOMUS=.*/NUM_DOMUS=$1/" -e 's/"small"/"Image-cloud"/' \
			-e 's/^\(DOMU_MEM.*\)=8/\1=64/'
}

round() {
	local import="$xendtc import --files $inputs $work/config 2>/dev/null"
	local build="$xendtc build -q --files $inputs -o $work/out"

	hyperfine --style none --warmup 1 --runs 3 --export-csv "$work/csv" \
		-n ImageBuilder "bash $generator -c $work/config -d $inputs -o $work/boot" \
		-n 'import | build' "$import | $build -" \
		-n 'import | build --no-hash' "$import | $build --no-hash -" \
		-n 'build --no-hash' "$build --no-hash $work/system.yaml" 2>"$work/said" ||
		{ cat "$work/said" >&2; exit 1; }
	# command,mean,stddev,median,...; ImageBuilder's line is the first
	awk -F, 'NR == 2 { base = $4 }
		NR > 1 { printf "%.1f,%.1f,%s\n", base / $4, $4 * 1000, $1 }' "$work/csv"
}

for guests in 1 10; do
	config $guests >"$work/config"
	"$xendtc" import --files "$inputs" "$work/config" >"$work/system.yaml" 2>/dev/null
	for _ in $(seq $rounds); do
		round
	done >"$work/rounds"
	echo "guests: $guests"
	for command in ImageBuilder 'import | build' 'import | build --no-hash' 'build --no-hash'; do
		grep -x "[0-9.,]*,$command" "$work/rounds" | sort -t, -k1,1n -k2,2n |
			sed -n "$((rounds / 2 + 1))p"
	done | awk -F, '
		NR == 1 { printf "%8.1f ms  %s\n", $2, $3 }
		NR > 1 { printf "%8.1f ms  %-24s ImageBuilder takes %.1f times as long\n", $2, $3, $1 }'
done
