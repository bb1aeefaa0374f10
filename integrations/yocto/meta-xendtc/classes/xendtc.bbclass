# SPDX-License-Identifier: BSD-2-Clause
# For a recipe that has a system compiled: it inherits xendtc, and names the description in SRC_URI.
# What comes out is deployed to the folder xendtc/ beside the images.
#
#     inherit xendtc
#     SRC_URI = "file://system.yaml"
#     XENDTC_NEEDS = "xen:do_deploy virtual/kernel:do_deploy core-image-minimal:do_image_complete"

# The description, where the files that it names are, and options of `xendtc build`.
XENDTC_SYSTEM ?= "${UNPACKDIR}/system.yaml"
XENDTC_FILES ?= "${DEPLOY_DIR_IMAGE}"
XENDTC_OPTIONS ?= "--stage"
# Tasks that make these files.
XENDTC_NEEDS ?= "virtual/kernel:do_deploy"

inherit deploy nopackages

DEPENDS += "xendtc-native"
do_compile[depends] += "${XENDTC_NEEDS}"
do_compile[cleandirs] = "${B}/xendtc"

do_compile() {
	xendtc build -q ${XENDTC_OPTIONS} --files "${XENDTC_FILES}" -o "${B}/xendtc" "${XENDTC_SYSTEM}"
}

do_deploy() {
	install -d "${DEPLOYDIR}/xendtc"
	cp -R --no-preserve=ownership "${B}/xendtc/." "${DEPLOYDIR}/xendtc/"
}
addtask deploy after do_compile before do_build
