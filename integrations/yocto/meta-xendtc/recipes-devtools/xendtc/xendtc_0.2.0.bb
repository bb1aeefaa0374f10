# SPDX-License-Identifier: BSD-2-Clause
SUMMARY = "Compiler of Xen systems on Arm boards into device trees and U-Boot scripts"
HOMEPAGE = "https://github.com/xendtc/xendtc"
SECTION = "bootloaders"
LICENSE = "BSD-2-Clause"
LIC_FILES_CHKSUM = "file://LICENSE;md5=8592a599647172a417d4494964e0fe63"

DEPENDS = "dtc jansson libyaml nettle zlib"

EXTERNALSRC = "${XENDTC_CHECKOUT}"

inherit externalsrc meson pkgconfig

EXTRA_OEMESON = "-Dversion=${PV} -Dman=disabled -Dwerror=false"

PACKAGES =+ "${PN}-completion"
FILES:${PN}-completion = "${datadir}/bash-completion ${datadir}/fish ${datadir}/zsh"
FILES:${PN} += "${datadir}/xendtc"

BBCLASSEXTEND = "native nativesdk"
