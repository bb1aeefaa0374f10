#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Tries what README.md and docs/ci.md promise where nothing is installed yet: in fresh chroots of
# Debian 12, Debian 13 and a likeness of Ubuntu 24.04. docs/systems.md says what was seen.
#
#     tests/chroots/run.sh [-k] [SYSTEM...] [STEP...]
#
# Wants root, mmdebstrap, and the mirror that this machine's apt uses; takes two to three hours for all,
# and 6 GB in ${XENDTC_CHROOTS:-/var/tmp/xendtc-chroots}, which is removed afterwards but for the logs
# of what failed. With -k everything is kept, and used by the next run. What is tried is the last
# commit; a step is a function in steps.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."

# shellcheck source=tools/private-apt.sh
. tools/private-apt.sh

folder=${XENDTC_CHROOTS:-/var/tmp/xendtc-chroots}
systems="debian-12 debian-13 ubuntu-24.04"
# FOLDER:STEP: those with the same folder see one after the other what the ones before installed.
steps="source:missing source:try source:scdoc source:quick source:compilers source:static
	source:install source:release source:pipelines package:package package:autopkgtest
	clean:installed clean:pages clean:shells clean:purged hooks:hooks docker:docker
	boots:boots small:small big:big whole:whole"

usage="usage: tests/chroots/run.sh [-k] [SYSTEM...] [STEP...]
systems: $systems
steps: $(for step in $steps; do printf '%s ' "${step#*:}"; done)"

keep=
chosen_systems=()
chosen_steps=()
for word; do
	case $word in
	-k) keep=yes ;;
	-h | --help) echo "$usage" && exit 0 ;;
	*)
		if [[ " $systems " == *" $word "* ]]; then
			chosen_systems+=("$word")
		elif [[ " ${steps//[[:space:]]/ } " == *":$word "* ]]; then
			chosen_steps+=("$word")
		else
			die "no system or step '$word'
$usage"
		fi ;;
	esac
done
[ ${#chosen_systems[@]} != 0 ] || read -r -a chosen_systems <<<"$systems"
[ "$(id -u)" = 0 ] || die "wants root, to make chroots"
command -v mmdebstrap >/dev/null || die "wants mmdebstrap: apt-get install mmdebstrap"

codename() {
	case $1 in
	debian-12) echo bookworm ;;
	debian-13 | ubuntu-24.04) echo trixie ;;
	esac
}

# base SYSTEM: the smallest system that has apt; and this repository, as a clone without a history of
# what lies around it.
base() {
	local root=$folder/$1/base suite more=()
	[ ! -d "$root" ] || return 0
	suite=$(codename "$1")
	say "making $1"
	mkdir -p "$folder/$1"
	[ "$1" != ubuntu-24.04 ] || more=(--include=gcc-13)
	mmdebstrap --quiet --variant=minbase "${more[@]}" "$suite" "$root.new" "$(main_site)" 2>"$folder/$1/base.log" ||
		die "$(tail -n 20 "$folder/$1/base.log")"
	cp -L /etc/resolv.conf "$root.new/etc/resolv.conf"
	# A chroot that is lost is made anew: nothing in it has to be on the disk at once.
	echo force-unsafe-io >"$root.new/etc/dpkg/dpkg.cfg.d/unsafe-io"
	if [ "$1" = ubuntu-24.04 ]; then
		tests/chroots/like-ubuntu.sh "$root.new"
	fi
	mv "$root.new" "$root"
}

# root_of SYSTEM FOLDER: a copy of the base to install into; prints where it is.
root_of() {
	local root=$folder/$1/$2
	if [ ! -d "$root" ]; then
		cp -a "$folder/$1/base" "$root.new"
		mv "$root.new" "$root"
	fi
	echo "$root"
}

# clone_into ROOT: the last commit as a clone, which the chroot owns. One that is there is brought up
# to date, with what was built in it.
clone_into() {
	local clone=$1/root/xendtc
	if [ -d "$clone" ]; then
		git -C "$clone" fetch -q "$PWD" HEAD
		git -C "$clone" reset -q --hard FETCH_HEAD
	else
		git clone -q --no-hardlinks . "$clone"
		git -C "$clone" remote remove origin
	fi
}

# enter ROOT COMMAND...: with processes and mounts that end with the command.
enter() {
	local root=$1
	shift
	# shellcheck disable=SC2016 # expanded by the shell that is entered
	unshare --mount --pid --fork --kill-child bash -c '
		set -e
		root=$1
		shift
		mount --make-rprivate /
		mount --bind "$root" "$root"
		mount -t proc proc "$root/proc"
		mount --rbind /dev "$root/dev"
		mount --rbind /sys "$root/sys"
		mkdir -p "$root/shared"
		mount --bind "$shared" "$root/shared"
		exec env -i HOME=/root USER=root LC_ALL=C.UTF-8 TERM=xterm \
			PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
			chroot "$root" "$@"
	' enter "$root" "$@"
}

try() {
	local system=$1 where=${2%%:*} step=${2#*:} root log start status=0 word
	root=$(root_of "$system" "$where")
	log=$folder/$system/$step.log
	clone_into "$root"
	export shared=$folder/$system/shared
	mkdir -p "$shared"
	start=$SECONDS
	enter "$root" bash /root/xendtc/tests/chroots/steps.sh "$step" "$system" >"$log" 2>&1 </dev/null &
	child=$!
	wait $child || status=$?
	case $status in
	0) word=passed passed=$((passed + 1)) ;;
	77) word=skipped skipped=$((skipped + 1)) ;;
	*) word=FAILED failed=$((failed + 1)) ;;
	esac
	printf '%-14s %-12s %-8s %5s s  %s\n' "$system" "$step" "$word" $((SECONDS - start)) \
		"$(sed -n 's/^== //p' "$log" | tail -n 1)"
	[ $word != FAILED ] || tail -n 25 "$log" | sed 's/^/    /'
}

wanted() {
	local each
	[ ${#chosen_steps[@]} != 0 ] || return 0
	for each in "${chosen_steps[@]}"; do
		[ "$each" != "${1#*:}" ] || return 0
	done
	return 1
}

# Between braces, so that all of it is read before it begins: who edits this file while it runs,
# for hours, changes the next run.
{
# unshare passes over what asks it to stop.
child=
trap '[ -z "$child" ] || pkill -KILL -P "$child"; exit 1' INT TERM
passed=0 failed=0 skipped=0
mkdir -p "$folder"
for system in "${chosen_systems[@]}"; do
	base "$system"
	for step in $steps; do
		! wanted "$step" || try "$system" "$step"
	done
	[ -n "$keep" ] || find "$folder/$system" -mindepth 1 -maxdepth 1 -type d -exec rm -rf {} +
done
[ -n "$keep" ] || [ $failed != 0 ] || rm -rf "$folder"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
exit
}
