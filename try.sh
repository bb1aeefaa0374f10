#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs what is missing, builds xendtc, fetches a real Xen, kernel and device tree of the release
# that this machine runs, compiles the Raspberry Pi 4 example with them and shows what came out.
set -euo pipefail
cd "$(dirname "$0")"

inputs=${XENDTC_INPUTS:-${XDG_CACHE_HOME:-$HOME/.cache}/xendtc/inputs}/own
example=boards/rpi4/examples/dom0-and-guest.yaml
out=build/example

say() {
	printf '\n\033[1m== %s\033[0m\n' "$*"
}

say "Installing what is missing"
tools/setup.sh build

say "Building"
[ -f build/build.ninja ] || meson setup build >/dev/null
# A build folder that is older than scdoc knows of no man pages.
grep -q scdoc build/build.ninja || meson setup --reconfigure build >/dev/null
ninja -C build

say "Fetching Xen, Linux and the Pi's device tree"
tools/inputs.sh try

say "Compiling $example"
build/xendtc -v --stage --files "$inputs" -o "$out" "$example"
ls -lL "$out"

say "The device tree's /chosen"
dtc -q -I dtb -O dts "$out/bcm2711-rpi-4-b.dtb" | sed -n '/^\tchosen {/,/^\t};/p'

say "The memory map"
build/xendtc map --files "$inputs" "$example"

say "What a mistake looks like (the guest's ramdisk put into its kernel)"
broken=build/broken.yaml
sed 's/address: 0x8000000/address: 0x2000000/' "$example" >"$broken"
sed -i 's/kernel: Image  .*/kernel: {file: Image, address: 0x1200000}/' "$broken"
build/xendtc check --files "$inputs" "$broken" || true

say "Done: $out is ready to be a TFTP server's folder; see README.md for the card"
