#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs what building xendtc needs (setup.sh build), testing it without boots (setup.sh quick),
# building Xen (setup.sh full), or all that and QEMU (setup.sh test), on Debian and Ubuntu.
#
# What is there already is left alone; apt runs only when something is missing. Where it cannot, the
# script says what is missing, and what to type where there is apt. For what needs less than that, and for
# other systems, it only looks (setup.sh static|coverage|fuzz): programs and libraries may come from anywhere.
set -euo pipefail

# shellcheck source=tools/private-apt.sh
. "$(dirname "$0")/private-apt.sh"

usage="usage: tools/setup.sh build|quick|full|test|static|coverage|fuzz
  build  compiler, libraries and tools to build xendtc and try it
  quick  the same, and what tests/run.sh quick needs
  full   what build has, and what builds a Xen with all options (tools/inputs.sh full)
  test   all that, and what the other tests need (QEMU, clang, TFTP servers, ...)
Nothing is installed, but what is missing is said for:
  static    tools/static.sh
  coverage  tests/coverage.sh
  fuzz      tests/fuzz/run.sh"

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

# to build one file, and to see how the tests run through it or break it
static_packages=(
	gcc libc6-dev binutils meson ninja-build pkg-config
	libyaml-dev libfdt-dev zlib1g-dev libjansson-dev nettle-dev
)
fuzz_packages=("${static_packages[@]}" clang libclang-rt-dev python3)
coverage_packages=("${build_packages[@]}" "${quick_packages[@]}" clang llvm libclang-rt-dev)

# Where nobody asks dpkg: a command for each package that says whether what is wanted of it is there. Those
# without one come with others.
declare -A probe=(
	[gcc]="has_program cc"
	[libc6-dev]="has_header stdio.h"
	[binutils]="has_program readelf strip"
	[meson]="has_program meson"
	[ninja-build]="has_program ninja"
	[pkg-config]="has_program pkg-config"
	[git]="has_program git"
	[libyaml-dev]="pkg-config --exists yaml-0.1"
	[libfdt-dev]="has_header libfdt.h"
	[zlib1g-dev]="pkg-config --exists zlib"
	[libjansson-dev]="pkg-config --exists jansson"
	[nettle-dev]="pkg-config --exists nettle"
	[scdoc]="has_program scdoc"
	[device-tree-compiler]="has_program dtc"
	[u-boot-tools]="has_program mkimage"
	[cpio]="has_program cpio"
	[xz-utils]="has_program xz"
	[make]="has_program make"
	[flex]="has_program flex"
	[bison]="has_program bison"
	[gcc-aarch64-linux-gnu]="has_program aarch64-linux-gnu-gcc"
	[checkpolicy]="has_program checkpolicy"
	[dpkg-dev]="has_program dpkg-source"
	[libcmocka-dev]="pkg-config --exists cmocka"
	[pre-commit]="has_program pre-commit"
	[python3]="has_module json"
	[python3-pytest]="has_module pytest"
	[python3-pytest-xdist]="has_module xdist"
	[python3-yaml]="has_module yaml"
	[python3-jsonschema]="has_module jsonschema"
	[python3-kconfiglib]="has_module kconfiglib"
	[fdisk]="has_program sfdisk"
	[mtools]="has_program mcopy"
	[e2fsprogs]="has_program mke2fs"
	[fakeroot]="has_program fakeroot"
	[libarchive-tools]="has_program bsdtar"
	[openssl]="has_program openssl"
	[zsh]="has_program zsh"
	[fish]="has_program fish"
	[man-db]="has_program man"
	[clang]="has_program clang"
	[libclang-rt-dev]="clang_links -fsanitize=address,undefined"
	[llvm]="has_program llvm-profdata llvm-cov"
	[shellcheck]="has_program shellcheck"
	[dnsmasq-base]="has_program dnsmasq"
	[iproute2]="has_program ip"
	[qemu-system-arm]="emulates_the_pi"
)

has_header() {
	cc -E - <<<"#include <$1>"
}

# The tests have /usr/bin/python3, whatever else is in PATH.
has_module() {
	/usr/bin/python3 -c "import $1"
}

clang_links() {
	clang "$@" -x c -o /dev/null - <<<'int main(void) { return 0; }'
}

emulates_the_pi() {
	qemu-system-aarch64 -machine help | grep raspi4b
}

# probed_missing PACKAGE...: those whose programs and libraries are not there.
probed_missing() {
	local package words
	for package; do
		read -r -a words <<<"${probe[$package]:-true}"
		# What makes file systems is in folders that are seldom in the PATH of users.
		(PATH=$PATH:/usr/sbin:/sbin && "${words[@]}") >/dev/null 2>&1 || echo "$package"
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

# look_for PACKAGE...: the end, for what installs nothing.
look_for() {
	mapfile -t wanted < <(probed_missing "$@")
	[ ${#wanted[@]} = 0 ] || list_missing "not everything is there" "${wanted[@]}"
	exit 0
}

[ $# = 1 ] || die "$usage"
case $1 in
build) packages=("${build_packages[@]}") ;;
quick) packages=("${build_packages[@]}" "${quick_packages[@]}") ;;
full) packages=("${build_packages[@]}" "${full_packages[@]}") ;;
test) packages=("${build_packages[@]}" "${quick_packages[@]}" "${full_packages[@]}"
	"${test_packages[@]}") ;;
static) look_for "${static_packages[@]}" ;;
coverage) look_for "${coverage_packages[@]}" ;;
fuzz) look_for "${fuzz_packages[@]}" ;;
-h | --help) echo "$usage" && exit 0 ;;
*) die "$usage" ;;
esac

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
	[ "$1" != test ] || packages+=(qemu-system-arm)
	mapfile -t wanted < <(probed_missing "${packages[@]}")
	[ ${#wanted[@]} = 0 ] || list_missing "no apt here" "${wanted[@]}"
	say "no apt here; what '$1' needs is all there"
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
