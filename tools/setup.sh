#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs what building xendtc needs (setup.sh build), also building Xen (setup.sh full), or also
# testing xendtc (setup.sh test), on Debian.
#
# What is there already is left alone; apt runs only when something is missing.
set -euo pipefail

# shellcheck source=tools/private-apt.sh
. "$(dirname "$0")/private-apt.sh"

usage="usage: tools/setup.sh build|full|test
  build  compiler, libraries and tools to build xendtc and try it
  full   the same, and what builds a Xen with all options (tools/inputs.sh full)
  test   all that, and what the test suites need (QEMU, clang, python3, ...)"

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
test_packages=(
	clang libclang-rt-dev libcmocka-dev pre-commit shellcheck
	python3 python3-pytest python3-pytest-xdist python3-yaml python3-jsonschema
	# firmware for QEMU that is UEFI
	qemu-efi-aarch64
	# to make SD card images
	fdisk mtools e2fsprogs fakeroot libarchive-tools
	# to load from TFTP servers in a network namespace
	dnsmasq-base libwrap0 iproute2
	# to make keys that sign
	openssl
	# shells that complete, and what reads man pages
	zsh fish man-db
)
# The first QEMU that Debian ships with a raspi4b machine.
qemu_minimum=1:9.0

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

# The machine's own suites at the mirrors it names, and the backports beside them.
configure_apt() {
	local codename suites
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
	say "installing: $*"
	as_root apt-get -q -y -o Dpkg::Use-Pty=0 -c "$apt_conf" install --no-remove "$@"
}

[ $# = 1 ] || die "$usage"
case $1 in
build) packages=("${build_packages[@]}") ;;
full) packages=("${build_packages[@]}" "${full_packages[@]}") ;;
test) packages=("${build_packages[@]}" "${full_packages[@]}" "${test_packages[@]}") ;;
-h | --help) echo "$usage" && exit 0 ;;
*) die "$usage" ;;
esac

# xl's parser, whose package has the release in its name; elsewhere its test is skipped.
[ "$(machine_codename)" != bookworm ] || [ "$1" != test ] || packages+=(libxenmisc4.17)

mapfile -t wanted < <(missing "${packages[@]}")
if [ ${#wanted[@]} = 0 ]; then
	say "packages for '$1': all there"
else
	configure_apt
	install_packages "${wanted[@]}"
fi

[ "$1" = test ] || exit 0
if has_qemu; then
	say "QEMU with the Raspberry Pi 4 machine: there"
else
	configure_apt
	backports=()
	[ "$(machine_codename)" != bookworm ] || backports=(-t bookworm-backports)
	install_packages "${backports[@]}" qemu-system-arm
	has_qemu || die "no QEMU from $qemu_minimum on is to be had here"
fi
