# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Completion of xendtc for bash. What fits is said by the program itself (xendtc complete).

# bash takes "--format=json" for three words: they are put together again, as xendtc reads them.
_xendtc_words() {
	local i word
	words=()
	for ((i = 1; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if ((${#words[@]})) && [[ $word == '=' || ${words[-1]} == -*= ]]; then
			words[-1]+=$word
		else
			words+=("$word")
		fi
	done
}

# The files that begin with what is typed, with these suffixes (all without any), and all folders.
_xendtc_files() {
	local typed=$1 suffix
	shift
	compgen -d -- "$typed"
	[ $# != 0 ] || compgen -f -- "$typed"
	for suffix; do
		compgen -f -X "!*.$suffix" -- "$typed"
	done
}

_xendtc() {
	local words typed line word suffixes
	_xendtc_words
	typed=${words[-1]}
	COMPREPLY=()
	# What stands before the last = is not typed anew.
	[[ $typed != -*=* ]] || typed=${typed#*=}
	while IFS= read -r line; do
		case $line in
		:files*)
			read -r -a suffixes <<<"${line#:files}"
			compopt -o filenames
			mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY \
				< <(_xendtc_files "$typed" "${suffixes[@]}" | sort -u)
			;;
		:folders)
			compopt -o filenames
			mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$typed")
			;;
		*)
			word=${line%%$'\t'*}
			[[ ${words[-1]} != -*=* ]] || word=${word#*=}
			[[ $word != "$typed"* ]] || COMPREPLY+=("$word")
			;;
		esac
	done < <("${1/#\~\//$HOME/}" complete -- "${words[@]}" 2>/dev/null)
}

complete -F _xendtc xendtc
