#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Builds this checkout and installs it, for CI servers: ci-install.sh [PREFIX]
#
# What building needs is installed first, with root or sudo. Without a PREFIX, /usr/local.
set -euo pipefail
cd "$(dirname "$0")/.."

prefix=${1:-/usr/local}
tools/setup.sh build
folder=build-ci
[ -f "$folder/build.ninja" ] || meson setup "$folder" --buildtype=release \
	-Dwerror=false --prefix="$prefix" >/dev/null
ninja -C "$folder" xendtc
meson install -C "$folder" --quiet
"$prefix/bin/xendtc" version
