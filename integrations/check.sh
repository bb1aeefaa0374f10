#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Checks what is named, or all YAML that git knows in this folder, in which what is no description of
# a system is passed over: check.sh [OPTION...] [-- FILE...]
set -euo pipefail

options=()
while [ $# != 0 ] && [ "$1" != -- ]; do
	options+=("$1")
	shift
done
[ $# = 0 ] || shift

if [ $# != 0 ]; then
	exec xendtc check "${options[@]}" "$@"
fi
mapfile -d '' -t files < <(git ls-files -z -- '*.yaml' '*.yml')
if [ ${#files[@]} = 0 ]; then
	echo "check.sh: git knows no YAML here" >&2
	exit 1
fi
exec xendtc check --skip-others "${options[@]}" "${files[@]}"
