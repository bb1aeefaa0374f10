#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Times xendtc beside dtc on the same tree, in turn, in the same minute. Wants hyperfine, and the
# files of tools/inputs.sh try. The ratios mean something, the times only on a quiet machine.
set -euo pipefail
cd "$(dirname "$0")/../.."

inputs=${XENDTC_INPUTS:-${XDG_CACHE_HOME:-$HOME/.cache}/xendtc/inputs}/own
example=boards/rpi4/examples/dom0-and-guest.yaml
quick=$(mktemp --suffix=.yaml)
out=$(mktemp -d)
trap 'rm -rf "$quick" "$out"' EXIT

command -v hyperfine >/dev/null || { echo "run: apt-get install hyperfine" >&2; exit 1; }
# Checksums mean reading the kernels to their ends: without them.
sed 's/verify: crc32/verify: size/' "$example" >"$quick"

hyperfine -N --warmup 5 --runs 100 \
	-n 'dtc -I dtb -O dtb' "dtc -q -I dtb -O dtb -o $out/tree.dtb $inputs/bcm2711-rpi-4-b.dtb" \
	-n 'xendtc check' "build/xendtc check --files $inputs $quick" \
	-n 'xendtc build --no-hash' "build/xendtc build -q --no-hash --files $inputs -o $out/a $quick" \
	-n 'xendtc build' "build/xendtc build -q --files $inputs -o $out/b $quick"
