#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Builds build-static/xendtc, one file that runs on any Linux of this architecture: its libraries,
# boards and schemas are inside. Debian's packages bring libraries for that (libyaml.a and others).
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh static

folder=build-static
[ -f "$folder/build.ninja" ] || meson setup "$folder" --buildtype=release \
	-Dprefer_static=true -Dc_link_args=-static -Dman=disabled -Dwerror=false >/dev/null
ninja -C "$folder" xendtc
# What gcc says of the build folder would make the bytes depend on it.
strip "$folder/xendtc"

if readelf -l "$folder/xendtc" | grep -q INTERP; then
	echo "static.sh: $folder/xendtc wants libraries" >&2
	exit 1
fi
"$folder/xendtc" version
ls -l "$folder/xendtc"
