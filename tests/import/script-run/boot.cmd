# SPDX-License-Identifier: BSD-2-Clause
setenv xen_prepare 'fdt addr $fdt_addr && fdt resize 128 && fdt mknod /chosen dom0 && fdt set /chosen/dom0 compatible "xen,linux-zimage" "xen,multiboot-module" && fdt set /chosen/dom0 reg <0x0 0x80000 0x0 0x$filesize> && fdt set /chosen xen,xen-bootargs "console=dtuart dom0_mem=256M"'
setenv fdt_addr 0x4000000
setenv go 'tftpb $fdt_addr virt-gicv3.dtb && tftpb 0x80000 Image && run xen_prepare && tftpb 6000000 xen-4.20 && booti 6000000 - $fdt_addr'
if test "$mode" = xen; then run go; else echo nothing; fi
