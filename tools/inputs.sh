#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Fetches real Xen, Linux, U-Boot and device trees from Debian, to try and to test xendtc with. To
# try it, those of the release that this machine runs.
#
# The arm64 packages are unpacked into a folder, never installed. What is there already is kept.
set -euo pipefail

tools=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tools/private-apt.sh
. "$tools/private-apt.sh"

usage="usage: tools/inputs.sh try|full|test|trees
  try   this release's Xen, kernel and device tree of the Raspberry Pi 4, and a ramdisk, in own/;
        where they cannot be had, stand-ins that have the headers of real ones
  full  those of Debian 12, and Xen with static memory and what else Debian leaves out, from source
  test  all that, and what the boot tests need (more versions, U-Boot, QEMU's device trees)
  trees only the arm64 trees of Debian's kernel and their sources, for
        tests/campaign_passthrough.py (250 MB to fetch)
Files go to \${XENDTC_INPUTS:-\${XDG_CACHE_HOME:-~/.cache}/xendtc/inputs}."

inputs=${XENDTC_INPUTS:-$xendtc_cache/inputs}

present() {
	[ -s "$inputs/$1" ]
}

all_present() {
	local pair
	for pair; do
		present "${pair#*=}" || return 1
	done
}

# keep FILE NAME ORIGIN: put a finished file in its place and write down where it came from.
# It is in the same file system, so it is there as a whole or not at all.
keep() {
	{
		grep -v "^$2 " "$inputs/VERSIONS" 2>/dev/null || true
		printf '%-30s %s\n' "$2" "$3"
	} | LC_ALL=C sort >"$work/VERSIONS"
	mv "$work/VERSIONS" "$inputs/VERSIONS"
	mv "$1" "$inputs/$2"
	say "$2: $3"
}

# full_name PACKAGE: the package itself, or what a package without content stands for:
# linux-image-arm64 depends on linux-image-6.1.0-50-arm64, which holds the kernel.
full_name() {
	local real
	real=$(apt-cache -c "$apt_conf" depends --important "$1" |
		awk '$1 == "Depends:" && $2 ~ /^linux-image-[0-9]/ { print $2; exit }')
	echo "${real:-$1}"
}

# fetch SUITE ARCH PACKAGE PATTERN=NAME...: each file of the package that matches becomes NAME.
fetch() {
	local suite=$1 arch=$2 package=$3 pair deb found
	shift 3
	if all_present "$@"; then
		return
	fi
	private_apt "$suite-$arch" "$arch" none "$suite"
	private_update
	package=$(full_name "$package")
	say "fetching $package ($suite, $arch)"
	rm -rf "$work/deb" "$work/tree"
	mkdir "$work/deb" "$work/tree"
	(cd "$work/deb" && apt-get -q -q -c "$apt_conf" download "$package")
	deb=$(echo "$work/deb"/*.deb)
	dpkg-deb --fsys-tarfile "$deb" |
		tar -x -C "$work/tree" --wildcards "${@/%=*/}"
	for pair; do
		found=$(cd "$work/tree" && compgen -G "${pair%%=*}") || die "$package: no ${pair%%=*} in it"
		keep "$work/tree/$found" "${pair#*=}" \
			"$package $(dpkg-deb -f "$deb" Version) ($suite, $arch)"
	done
	rm -rf "$work/deb" "$work/tree"
}

# where_it_is COMMAND...: does what a mirror may not have: Debian's newest packages come and go. Without
# them the tests that want them are skipped, and say so.
where_it_is() {
	local status
	set +e
	(set -e && "$@")
	status=$?
	set -e
	[ $status = 0 ] || say "$*: not to be had here"
}

# tftp_servers: programs for this machine. They are unpacked and not installed, for their packages
# would start a server.
tftp_servers() {
	local suite arch
	suite=$(machine_codename)
	arch=$(dpkg --print-architecture)
	fetch "$suite" "$arch" tftpd-hpa './usr/sbin/in.tftpd=in.tftpd'
	fetch "$suite" "$arch" atftpd './usr/sbin/atftpd=atftpd'
}

# find_xen SUITE: sets package and version to those of the newest hypervisor in it, or to nothing.
find_xen() {
	private_apt "$1-arm64" arm64 none "$1"
	private_update
	package=$(apt-cache -c "$apt_conf" search --names-only '^xen-hypervisor-4\.[0-9]+-arm64$' |
		sort -V | awk 'END { print $1 }')
	version=${package#xen-hypervisor-} version=${version%-arm64}
}

# newer_xen SUITE...: a hypervisor in one of these that is newer than the releases that are tested
# by name, as xen-4.NN; a line if there is none.
newer_xen() {
	local suite package version
	for suite; do
		find_xen "$suite"
		if [ -n "$version" ] && [ "${version#4.}" -gt 20 ]; then
			fetch "$suite" arm64 "$package" "./boot/xen-$version-arm64=xen-$version" \
				"./boot/xen-$version-arm64.config=xen-$version.config"
			return
		fi
	done
	say "no Xen after 4.20 in $*"
}

# What Debian leaves out of its Xen, and boards do not: a release that lacks an option passes it over.
# Shared memory, colours and the schedulers are "unsupported" or for experts in Xen's Kconfig.
full_options=(
	DEBUG=n EXPERT=y UNSUPPORTED=y
	STATIC_MEMORY=y STATIC_SHM=y BOOT_TIME_CPUPOOLS=y LLC_COLORING=y ARM64_SVE=y
	SCHED_NULL=y SCHED_RTDS=y SCHED_ARINC653=y
	HAS_ITS=y ARM_SMMU_V3=y TEE=y OPTEE=y OVERLAY_DTB=y
	XSM=y XSM_FLASK=y XSM_FLASK_POLICY=n XSM_SILO=y XSM_SILO_DEFAULT=y
)

# full_xen SUITE VERSION: Xen from the source package of that suite, with those options, and the
# policy that comes with it.
# A mirror may have a package and not (yet) its source: this Xen is left out then.
full_xen() {
	local name=xen-$2-full make=()
	if all_present "x=$name" "x=$name.config" "x=$name.policy"; then
		return
	fi
	command -v aarch64-linux-gnu-gcc bison flex checkpolicy >/dev/null ||
		die "no tools to build Xen: run tools/setup.sh full first"
	private_apt "$1-source" source none "$1"
	private_update
	say "fetching the source of Xen ($1)"
	rm -rf "$work/source"
	mkdir "$work/source"
	if ! (cd "$work/source" && apt-get -q -q -c "$apt_conf" source --download-only xen); then
		say "$name: no source of Xen to be had in $1"
		return
	fi
	dpkg-source -q --no-check -x "$work/source"/*.dsc "$work/source/xen"
	# Warnings are no errors: a compiler that is newer than this Xen has others (gcc 14 of 4.17's irq.c).
	make=(make -C "$work/source/xen/xen" -j "$(nproc)" EXTRA_CFLAGS_XEN_CORE=-Wno-error
		XEN_TARGET_ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-)
	printf 'CONFIG_%s\n' "${full_options[@]}" >"$work/source/xen/xen/.config"
	say "building $name"
	{ "${make[@]}" olddefconfig && "${make[@]}" build; } >"$work/log" 2>&1 ||
		die "$(tail -n 20 "$work/log")"
	mkdir "$work/source/policy"
	make -C "$work/source/xen/tools/flask/policy" -f Makefile.common XEN_FULLVERSION="$2" \
		FLASK_BUILD_DIR="$work/source/policy" >"$work/log" 2>&1 || die "$(tail -n 20 "$work/log")"
	keep "$work/source/policy/xenpolicy-$2" "$name.policy" "made with $name"
	keep "$work/source/xen/xen/.config" "$name.config" "made with $name"
	keep "$work/source/xen/xen/xen" "$name" \
		"xen $(sed -n 's/^Version: //p' "$work/source"/*.dsc | head -n 1) ($1, source), all options"
	rm -rf "$work/source"
}

# own_xen SUITE: the newest hypervisor in it, as xen.
own_xen() {
	local package version
	! all_present x=xen x=xen.config || return 0
	find_xen "$1"
	[ -n "$package" ] || die "no Xen for arm64 in $1"
	fetch "$1" arm64 "$package" "./boot/xen-$version-arm64=xen" \
		"./boot/xen-$version-arm64.config=xen.config"
}

own_of_debian() {
	own_xen "$1"
	fetch "$1" arm64 linux-image-arm64 './boot/vmlinuz-*=Image' \
		'./usr/lib/linux-image-*/broadcom/bcm2711-rpi-4-b.dtb=bcm2711-rpi-4-b.dtb'
	fetch "$1" arm64 busybox-static './usr/bin/busybox=busybox'
	make_ramdisk
}

# Without Xen or a kernel to be had: what tests/fixtures makes for the quick tests.
stand_ins() {
	local name absent=()
	for name in xen Image bcm2711-rpi-4-b.dtb initrd.cpio.gz; do
		present "$name" || absent+=("$name")
	done
	say "no arm64 Xen to be had here: stand-ins, with headers as real files have them"
	say "real ones that you put into $inputs under these names are taken instead: ${absent[*]}"
	/usr/bin/python3 "$tools/../tests/fixtures/make.py" "$inputs" "${absent[@]}"
	(cd "$inputs" && sha256sum "${absent[@]}" >STAND-INS)
}

# forget_stand_ins: another time there is a network, and real files are wanted. Those that somebody put there
# since then stay.
forget_stand_ins() {
	local name
	[ -f "$inputs/STAND-INS" ] || return 0
	(cd "$inputs" && sha256sum -c STAND-INS 2>/dev/null || true) | sed -n 's/: OK$//p' |
		while read -r name; do rm "$inputs/$name"; done
	rm "$inputs/STAND-INS"
}

# Debian 12's are those that the tests use, too.
own_of_bookworm() {
	local pair
	(inputs=${inputs%/own} && try_inputs)
	for pair in xen-4.17=xen xen-4.17.config=xen.config Image bcm2711-rpi-4-b.dtb initrd.cpio.gz; do
		ln -sfn "../${pair%=*}" "$inputs/${pair#*=}"
	done
}

# own_inputs: into a folder of its own, under the names of the examples.
own_inputs() {
	local inputs=$inputs/own
	mkdir -p "$inputs"
	forget_stand_ins
	if [ "$(machine_release)" = debian-bookworm ]; then
		where_it_is own_of_bookworm
	elif is_debian; then
		where_it_is own_of_debian "$(machine_codename)"
	fi
	all_present x=xen x=Image x=bcm2711-rpi-4-b.dtb x=initrd.cpio.gz || stand_ins
}

make_ramdisk() {
	present initrd.cpio.gz && return
	"$tools/ramdisk.sh" "$inputs/busybox" "$work/initrd.cpio.gz"
	keep "$work/initrd.cpio.gz" initrd.cpio.gz "made of busybox by tools/ramdisk.sh"
}

# virt_tree GIC: the tree of QEMU's virt machine. The machine has fewer devices with a -bios
# than without one, so the tree must come from a machine that has it.
virt_tree() {
	local name=virt-gicv$1.dtb
	present "$name" && return
	qemu-system-aarch64 -cpu cortex-a57 -smp 2 -m 2048M -nodefaults -display none \
		-machine "virt,virtualization=on,gic-version=$1,dtb-randomness=off,dumpdtb=$work/$name" \
		-bios "$inputs/u-boot-qemu_arm64.bin" 2>"$work/log" || die "$(cat "$work/log")"
	keep "$work/$name" "$name" "$(qemu-system-aarch64 --version | head -n 1)"
}

# The Pi's tree without the devices that QEMU's raspi4b lacks.
rpi4_qemu_tree() {
	present rpi4-qemu.dtb && return
	/usr/bin/python3 "$tools/qemu-rpi4-tree.py" \
		"$inputs/bcm2711-rpi-4-b.dtb" "$work/rpi4-qemu.dtb" >"$work/log"
	keep "$work/rpi4-qemu.dtb" rpi4-qemu.dtb "bcm2711-rpi-4-b.dtb without what QEMU's raspi4b lacks"
}

try_inputs() {
	fetch bookworm arm64 xen-hypervisor-4.17-arm64 \
		'./boot/xen-4.17-arm64=xen-4.17' './boot/xen-4.17-arm64.config=xen-4.17.config'
	fetch bookworm arm64 linux-image-arm64 './boot/vmlinuz-*=Image' \
		'./usr/lib/linux-image-*/broadcom/bcm2711-rpi-4-b.dtb=bcm2711-rpi-4-b.dtb'
	fetch bookworm arm64 busybox-static './bin/busybox=busybox'
	make_ramdisk
}

full_inputs() {
	full_xen bookworm 4.17
	full_xen trixie 4.20
}

# u_boots SUITE SUFFIX: that release of U-Boot for the Pi and for QEMU's machine.
u_boots() {
	fetch "$1" arm64 u-boot-rpi \
		"./usr/lib/u-boot/rpi_4/u-boot.bin=u-boot-rpi_4$2.bin" \
		"./usr/lib/u-boot/rpi_arm64/u-boot.bin=u-boot-rpi_arm64$2.bin"
	fetch "$1" arm64 u-boot-qemu \
		"./usr/lib/u-boot/qemu_arm64/u-boot.bin=u-boot-qemu_arm64$2.bin"
}

test_inputs() {
	fetch trixie arm64 xen-hypervisor-4.20-arm64 \
		'./boot/xen-4.20-arm64=xen-4.20' './boot/xen-4.20-arm64.config=xen-4.20.config'
	fetch bookworm arm64 linux-image-cloud-arm64 './boot/vmlinuz-*=Image-cloud'
	# The armhf package has the same file and is smaller, but needs one more package list.
	fetch trixie arm64 linux-image-arm64 \
		'./usr/lib/linux-image-*/broadcom/bcm2711-rpi-4-b.dtb=bcm2711-rpi-4-b-6.12.dtb'
	u_boots bookworm ""
	u_boots trixie -2025.01
	where_it_is u_boots experimental -newest
	where_it_is newer_xen experimental sid
	where_it_is tftp_servers
	virt_tree 2
	virt_tree 3
	rpi4_qemu_tree
}

# unpack SUITE PACKAGE FOLDER COMMAND...: what the command writes into $work/tree when it gets the
# package's files as a tar on its standard input becomes that folder.
unpack() {
	local suite=$1 package=$2 folder=$3 deb
	shift 3
	[ -d "$inputs/$folder" ] && return
	private_apt "$suite-arm64" arm64 none "$suite"
	private_update
	package=$(full_name "$package")
	say "fetching $package ($suite, arm64)"
	rm -rf "$work/deb" "$work/tree"
	mkdir "$work/deb" "$work/tree"
	(cd "$work/deb" && apt-get -q -q -c "$apt_conf" download "$package")
	deb=$(echo "$work/deb"/*.deb)
	dpkg-deb --fsys-tarfile "$deb" | "$@"
	keep "$work/tree" "$folder" "$package $(dpkg-deb -f "$deb" Version) ($suite, arm64)"
	rm -rf "$work/deb"
}

only_trees() {
	tar -x -C "$work/tree" --strip-components 4 --wildcards './usr/lib/linux-image-*/*'
}

only_sources() {
	tar -xO --wildcards './usr/src/linux-source-*.tar.xz' | tar -xJ -C "$work/tree" \
		--strip-components 1 --wildcards '*/arch/arm64/boot/dts' '*/arch/arm/boot/dts' \
		'*/include/dt-bindings' '*/include/uapi/linux/input-event-codes.h' '*/scripts/dtc'
}

kernel_trees() {
	unpack trixie linux-image-arm64 kernel-trees only_trees
	unpack trixie linux-source-6.12 kernel-trees-source only_sources
}

[ $# = 1 ] || die "$usage"
case $1 in
try | full | test | trees) ;;
-h | --help) echo "$usage" && exit 0 ;;
*) die "$usage" ;;
esac

mkdir -p "$inputs"
work=$(mktemp -d "$inputs/.work.XXXXXX")
trap 'rm -rf "$work"' EXIT
if [ "$1" = trees ]; then
	kernel_trees
	say "all there in $inputs"
	exit 0
fi
if [ "$1" = try ]; then
	own_inputs
	say "all there in $inputs/own"
	exit 0
fi
try_inputs
full_inputs
[ "$1" != test ] || test_inputs

say "all there in $inputs (its VERSIONS says what each file is)"
