# SPDX-License-Identifier: BSD-2-Clause
fdt addr ${fdt_addr}
fdt resize 8192
fdt get value bootargs /chosen bootargs
setenv kernel_addr_r 0x00480000
setenv xen_addr_r 0x00200000
fatload mmc 0:1 ${xen_addr_r} /xen-4.20
fdt set pcie0 device_type "pci"
fdt chosen
fdt set /chosen \#address-cells <1>
fdt set /chosen \#size-cells <1>
fatload mmc 0:1 ${kernel_addr_r} /Image
fdt mknod /chosen dom0
fdt set /chosen xen,xen-bootargs "console=dtuart dtuart=/soc/serial@7e215040 sync_console dom0_mem=512M"
fdt set /chosen xen,dom0-bootargs "${bootargs} root=/dev/mmcblk0p2"
fdt set /chosen/dom0 compatible "xen,linux-zimage", "xen,multiboot-module"
fdt set /chosen/dom0 reg <${kernel_addr_r} 0x${filesize} >
booti ${xen_addr_r} - ${fdt_addr}
