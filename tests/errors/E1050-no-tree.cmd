# SPDX-License-Identifier: BSD-2-Clause
# The tree that it boots is not here, and it adds nothing to it.
tftpb 0x2000000 boards/finished.dtb
tftpb 0x3000000 boards/xen-4.20
booti 0x3000000 - 0x2000000
