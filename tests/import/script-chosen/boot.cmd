# SPDX-License-Identifier: BSD-2-Clause
# What a script says in /chosen beside modules, and what it takes out of the tree.
tftpboot 48000000 devices.dtb
tftpboot 49000000 xen-4.20
tftpboot 4a000000 Image
fdt addr 48000000
fdt resize 1000
fdt set /chosen stdout-path serial0:115200n8
fdt set /chosen kaslr-seed <0x1 0x2>
fdt rm /bell
fdt set /chosen \#address-cells <1>
fdt set /chosen \#size-cells <1>
fdt set /chosen xen,xen-bootargs "console=dtuart dom0_mem=256M"
fdt set /chosen xen,dom0-bootargs "console=hvc0"
fdt mknod /chosen dom0
fdt set /chosen/dom0 compatible "multiboot,kernel" "multiboot,module"
fdt set /chosen/dom0 reg <0x4a000000 0x${filesize}>
booti 49000000 - 48000000
