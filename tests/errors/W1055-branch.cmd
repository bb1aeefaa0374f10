# SPDX-License-Identifier: BSD-2-Clause
# A branch, a file and an overlay that only the board knows.
# also: W1051
tftpb 0x2000000 bcm2711-rpi-4-b.dtb
tftpb 0x3000000 xen-4.20
fdt addr 0x2000000
if test "${mode}" = safe; then
	setenv line quiet
else
	setenv line debug
fi
tftpb 0x4000000 ${kernel}
fdt apply ${overlay_addr}
fdt mknode /chosen dom0
fdt set /chosen/dom0 compatible multiboot,kernel multiboot,module
fdt set /chosen/dom0 reg <0x0 0x4000000 0x100000>
fdt set /chosen xen,dom0-bootargs "console=hvc0 ${line} ${more}"
fdt set /chosen xen,xen-bootargs "console=dtuart dom0_mem=128M"
gpio set ${led}
run later
booti 0x3000000 - 0x2000000
