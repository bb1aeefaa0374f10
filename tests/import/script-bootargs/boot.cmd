# SPDX-License-Identifier: BSD-2-Clause
# dom0's command line is the one that the Pi's firmware puts into its tree.
fdt addr ${fdt_addr}
fdt resize 0x1000
fdt set /chosen \#address-cells <1>
fdt set /chosen \#size-cells <1>
fdt set /chosen xen,xen-bootargs "console=dtuart dtuart=/soc/serial@7e215040 dom0_mem=1G"
fdt mknod /chosen dom0
fdt set /chosen/dom0 compatible "xen,linux-zimage", "xen,multiboot-module"
fdt set /chosen/dom0 reg <0x00480000 0x2000000>
fatload mmc 0:1 0x00200000 /xen-4.20
fatload mmc 0:1 0x00480000 /Image
booti 0x00200000 - ${fdt_addr}
