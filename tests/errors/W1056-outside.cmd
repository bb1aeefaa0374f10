# SPDX-License-Identifier: BSD-2-Clause
# also: W1052
tftpb 0x2000000 bcm2711-rpi-4-b.dtb
tftpb 0x3000000 xen-4.20
tftpb 0x4000000 Image
fdt addr 0x2000000
fdt set serial1 status okay
fdt rm /memory@0
fdt mknode / extra
fdt set /nowhere status okay
fdt mknode /chosen dom0
fdt set /chosen/dom0 compatible multiboot,kernel multiboot,module
fdt set /chosen/dom0 reg <0x0 0x4000000 0x${filesize}>
fdt set /chosen xen,xen-bootargs "console=dtuart dom0_mem=128M"
booti 0x3000000 - 0x2000000
