################################################################################
#
# xendtc
#
################################################################################
# SPDX-License-Identifier: BSD-2-Clause

XENDTC_VERSION = 0.2.0
# This tree is in the repository of xendtc, and builds what it is in: nothing is fetched.
XENDTC_SITE = $(realpath $(BR2_EXTERNAL_XENDTC_PATH)/../..)
XENDTC_SITE_METHOD = local
XENDTC_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS = --exclude=/build*
XENDTC_LICENSE = BSD-2-Clause
XENDTC_LICENSE_FILES = LICENSE
HOST_XENDTC_DEPENDENCIES = \
	host-dtc host-jansson host-libyaml host-nettle host-pkgconf host-zlib
# host-dtc has the headers of libfdt in a folder of their own.
HOST_XENDTC_CONF_ENV = CFLAGS="$(HOST_CFLAGS) -I$(HOST_DIR)/include/libfdt"
HOST_XENDTC_CONF_OPTS = -Dversion=$(XENDTC_VERSION) -Dman=disabled -Dwerror=false

$(eval $(host-meson-package))

XENDTC_SYSTEM = $(call qstrip,$(BR2_PACKAGE_HOST_XENDTC_SYSTEM))

ifneq ($(XENDTC_SYSTEM),)
# Behind the root file systems, as the script of BR2_ROOTFS_POST_IMAGE_SCRIPT is.
.PHONY: xendtc-system
xendtc-system: host-xendtc target-post-image
	$(HOST_DIR)/bin/xendtc build -q --stage --files $(BINARIES_DIR) \
		-o $(BINARIES_DIR)/xendtc $(XENDTC_SYSTEM)

world: xendtc-system
endif
