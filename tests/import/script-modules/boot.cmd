# SPDX-License-Identifier: BSD-2-Clause
# Xen on a board, dom0 with a ramdisk
setenv kernel_at 0x48000000
setenv xen_at 0x46000000
setenv tree_at 0x45000000
setenv get "ext4load mmc 0:1"
$get $kernel_at boot/Image
setenv kernel_size 0x$filesize
$get $xen_at boot/xen-4.20
$get $tree_at boot/virt-gicv3.dtb
fdt addr $tree_at
fdt resize
fdt mknode /chosen modules
fdt set /chosen/modules '#address-cells' <1>
fdt set /chosen/modules '#size-cells' <1>
fdt mknode /chosen/modules module@0
fdt set /chosen/modules/module@0 compatible xen,linux-zimage xen,multiboot-module
fdt set /chosen/modules/module@0 reg <$kernel_at $kernel_size>
fdt set /chosen xen,xen-bootargs "console=dtuart dom0_mem=256M"
fdt set /chosen xen,dom0-bootargs "root=/dev/vda1 rootwait console=hvc0"
booti $xen_at - $tree_at
