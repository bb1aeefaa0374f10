# SPDX-License-Identifier: BSD-2-Clause
# Variables of the shell, which the environment comes before; `size` says how long a file is.
medium=virtio part=0:1
where="${medium} ${part}"
hypervisor=xen-4.20
setenv hypervisor xen-4.17
for file in Image initrd.cpio.gz; do
	size ${where} ${file}
	if test ${file} = Image; then kernel_size=0x${filesize}; else ramdisk_size=0x${filesize}; fi
done
load ${where} 48000000 virt-gicv3.dtb
load ${where} 49000000 ${hypervisor}
load ${where} 4a000000 Image
load ${where} 50000000 initrd.cpio.gz
fdt addr 48000000
fdt resize 1000
fdt set /chosen \#address-cells <1>
fdt set /chosen \#size-cells <1>
line='console=hvc0 rdinit=/bin/sh'
fdt set /chosen xen,dom0-bootargs "${line}"
fdt set /chosen xen,xen-bootargs "console=dtuart dom0_mem=512M"
fdt mknod /chosen dom0
fdt set /chosen/dom0 compatible "xen,linux-zimage" "xen,multiboot-module"
fdt set /chosen/dom0 reg <0x4a000000 ${kernel_size}>
fdt mknod /chosen ramdisk
fdt set /chosen/ramdisk compatible "xen,linux-initrd" "xen,multiboot-module"
fdt set /chosen/ramdisk reg <0x50000000 ${ramdisk_size}>
booti 49000000 - 48000000
