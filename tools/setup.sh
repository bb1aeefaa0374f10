#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs what building xendtc needs (setup.sh build), testing it without boots (setup.sh quick),
# building Xen (setup.sh full), or all that and QEMU (setup.sh test), on Debian and Ubuntu.
#
# What is there already is left alone; apt runs only when something is missing. Where it cannot, the
# script says what is missing, and what to type where there is apt.
set -euo pipefail

# shellcheck source=tools/private-apt.sh
. "$(dirname "$0")/private-apt.sh"

usage="usage: tools/setup.sh build|quick|full|test
  build  compiler, libraries and tools to build xendtc and try it
  quick  the same, and what tests/run.sh quick needs
  full   what build has, and what builds a Xen with all options (tools/inputs.sh full)
  test   all that, and what the other tests need (QEMU, clang, TFTP servers, ...)"

build_packages=(
	# to compile
	gcc libc6-dev meson ninja-build pkg-config git ca-certificates
	libyaml-dev libfdt-dev zlib1g-dev libjansson-dev nettle-dev
	# to make man pages
	scdoc
	# to look at what it writes, and to fetch and unpack what it reads (tools/inputs.sh)
	device-tree-compiler u-boot-tools cpio xz-utils
)
# to build a Xen with more options than Debian's
full_packages=(
	dpkg-dev make flex bison gcc-aarch64-linux-gnu checkpolicy python3
)
# to test without boots
quick_packages=(
	libcmocka-dev pre-commit
	python3 python3-pytest python3-pytest-xdist python3-yaml python3-jsonschema
	# to make SD card images
	fdisk mtools e2fsprogs fakeroot libarchive-tools
	# to make keys that sign
	openssl
	# shells that complete, and what reads man pages
	zsh fish man-db
)
test_packages=(
	clang libclang-rt-dev llvm shellcheck
	# to read what is written for Buildroot
	python3-kconfiglib make
	# firmware for QEMU that is UEFI
	qemu-efi-aarch64
	# to load from TFTP servers in a network namespace
	dnsmasq-base libwrap0 iproute2
)
# The first QEMU that Debian ships with a raspi4b machine.
qemu_minimum=1:9.0

# Where there is no dpkg, what of `build` can be asked for by itself: "PACKAGE COMMAND...", each of
# which says whether it is there.
build_probes=(
	"gcc command -v cc"
	"meson command -v meson"
	"ninja-build command -v ninja"
	"pkg-config command -v pkg-config"
	"git command -v git"
	"libyaml-dev pkg-config --exists yaml-0.1"
	"zlib1g-dev pkg-config --exists zlib"
	"libjansson-dev pkg-config --exists jansson"
	"nettle-dev pkg-config --exists nettle"
	"libfdt-dev has_header libfdt.h"
	"scdoc command -v scdoc"
	"device-tree-compiler command -v dtc"
	"u-boot-tools command -v mkimage"
	"cpio command -v cpio"
	"xz-utils command -v xz"
)

has_header() {
	cc -E - >/dev/null <<<"#include <$1>"
}

# probed_missing: those of the packages of `build` whose programs and libraries are not there.
probed_missing() {
	local probe words
	for probe in "${build_probes[@]}"; do
		read -r -a words <<<"$probe"
		"${words[@]:1}" >/dev/null 2>&1 || echo "${words[0]}"
	done
}

# list_missing WHY PACKAGE...: the end, where nothing can be installed.
list_missing() {
	local why=$1
	shift
	{
		echo "setup.sh: $why. Missing are, by the names of Debian's packages:"
		printf '  %s\n' "$@"
		echo "As root on Debian or Ubuntu: apt-get install $*"
		echo "Then call this again; what is there is left alone."
	} >&2
	exit 1
}

is_installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing() {
	local package
	for package; do
		is_installed "$package" || echo "$package"
	done
}

has_qemu() {
	is_installed qemu-system-arm &&
		dpkg --compare-versions "$(dpkg-query -W -f '${Version}' qemu-system-arm)" ge "$qemu_minimum"
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		env DEBIAN_FRONTEND=noninteractive "$@"
	else
		sudo env DEBIAN_FRONTEND=noninteractive "$@"
	fi
}

# The machine's own suites at the mirrors it names, and the backports beside them. Ubuntu's own
# configuration has all that is wanted.
configure_apt() {
	local codename suites
	if ! is_debian; then
		apt_conf=/dev/null
		as_root apt-get -q -q -o APT::Update::Error-Mode=any update
		return
	fi
	codename=$(machine_codename)
	mapfile -t suites < <(machine_sites |
		awk -v s="$codename" '$2 == s || index($2, s "-") == 1 { print $1 "=" $2 }')
	if [ "$codename" = bookworm ]; then
		suites+=("$(main_site)=bookworm-backports")
	fi
	private_apt host "$(dpkg --print-architecture)" /var/lib/dpkg/status \
		"$codename" "${suites[@]}"
	private_update
}

install_packages() {
	[ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
		list_missing "neither root nor sudo, so nothing can be installed" "$@"
	configure_apt ||
		list_missing "apt could not read its package lists (is there a network?)" "$@"
	say "installing: $*"
	as_root apt-get -q -y -o Dpkg::Use-Pty=0 -c "$apt_conf" install --no-install-recommends \
		--no-remove "${from[@]}" "$@" || list_missing "apt did not install them, see above" "$@"
}

[ $# = 1 ] || die "$usage"
case $1 in
build) packages=("${build_packages[@]}") ;;
quick) packages=("${build_packages[@]}" "${quick_packages[@]}") ;;
full) packages=("${build_packages[@]}" "${full_packages[@]}") ;;
test) packages=("${build_packages[@]}" "${quick_packages[@]}" "${full_packages[@]}"
	"${test_packages[@]}") ;;
-h | --help) echo "$usage" && exit 0 ;;
*) die "$usage" ;;
esac

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
	mapfile -t wanted < <(probed_missing)
	[ ${#wanted[@]} = 0 ] || list_missing "no apt here" "${wanted[@]}"
	say "no apt here; what 'build' needs is all there, more is not looked for"
	exit 0
fi

# xl's parser, whose package has Xen's release in its name; its test is skipped without it.
case $(machine_release) in
debian-bookworm) xl=libxenmisc4.17 ;;
debian-trixie) xl=libxenmisc4.20 ;;
*) xl= ;;
esac
[ -z "$xl" ] || [ "$1" = build ] || [ "$1" = full ] || packages+=("$xl")

from=()		# another suite than the machine's own
mapfile -t wanted < <(missing "${packages[@]}")
if [ ${#wanted[@]} = 0 ]; then
	say "packages for '$1': all there"
else
	install_packages "${wanted[@]}"
fi

[ "$1" = test ] || exit 0
if has_qemu; then
	say "QEMU with the Raspberry Pi 4 machine: there"
else
	[ "$(machine_release)" != debian-bookworm ] || from=(-t bookworm-backports)
	install_packages qemu-system-arm
	has_qemu ||
		die "no QEMU from $qemu_minimum on is to be had here; tests/run.sh quick needs none"
fi
