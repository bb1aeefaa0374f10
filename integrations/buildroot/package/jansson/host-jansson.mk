# SPDX-License-Identifier: BSD-2-Clause
# Buildroot has jansson for the target only. Version and source are those of its package.
$(eval $(host-autotools-package))
