#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Says which xendtc this is, without an end of line: version.sh [WHAT A PACKAGER CALLS IT]
#
# In a git repository the newest tag v* says it, with the commits since then (0.2.0-5-g1a2b3c4).
# An archive that git made (git archive, a forge's tarball) has the same words written in below.
# Otherwise, and in a clone without tags, the file VERSION says which release this is or becomes.
set -eu
cd "$(dirname "$0")/.."

# git replaces this when it makes an archive (.gitattributes, gitattributes(5): export-subst).
archived='$Format:%(describe:tags=true,match=v[0-9]*)$'
release=$(cat VERSION)

if [ -n "${1:-}" ]; then
	version=$1
elif [ -e .git ] && commit=$(git rev-parse --short HEAD 2>/dev/null); then
	version=$(git describe --tags --match 'v[0-9]*' 2>/dev/null || echo "$release-g$commit")
else
	case $archived in
	v[0-9]*) version=$archived ;;
	*) version=$release ;;
	esac
fi
printf %s "${version#v}"
