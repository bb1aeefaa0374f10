#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Prints the C file that has the bad and the good examples of docs/diagnostics.md in it, for
# `xendtc explain CODE`: embed-examples.sh docs/diagnostics.md
set -eu

cat <<'C'
/* Printed by tools/embed-examples.sh. */
#include "diag/examples.h"

const struct diag_example diag_examples[] = {
C
awk '
function c_string(s) {
	gsub(/[\\"]/, "\\\\&", s)
	gsub(/\t/, "\\t", s)
	return "\t\"" s "\\n\"\n"
}
# Markdown marks what is said of the line with stars, and its own characters with a backslash.
function plain(s) {
	if (s ~ /^    /)
		return s
	if (s ~ /^\* /)
		s = "= help: " substr(s, 3)
	gsub(/^\*|\*$/, "", s)
	sub(/^Bad: \*/, "Bad: ", s)
	return unescaped(s)
}
function unescaped(s,    out) {
	while (match(s, /\\[^A-Za-z0-9 ]/)) {
		out = out substr(s, 1, RSTART - 1) substr(s, RSTART + 1, 1)
		s = substr(s, RSTART + 2)
	}
	return out s
}
function finish() {
	if (code && text)
		printf "\t{ \"%s\",\n%s\t},\n", code, text
}
/^## <a id=/ { finish(); split($0, parts, "\""); code = parts[2]; text = blank = ""; next }
/^(Bad|Good)[:,]/ && code { seen[code] = 1 }
!seen[code] { next }
/^$/ { blank = blank c_string(""); next }
{ text = text blank c_string(plain($0)); blank = "" }
END { finish() }
' "$1"
printf '\t{ 0 }\n};\n'
