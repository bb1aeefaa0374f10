# SPDX-License-Identifier: BSD-2-Clause
setenv dtb_addr 0x40000000
setenv xen_addr 0x42000000
setenv ker_addr 0x46000000
setenv ird_addr 0x48000000
setenv xen_bootargs "dom0_mem=512M log_lvl=all guest_loglvl=all"
fatload virtio 0:1 ${xen_addr} /xen-4.20
fatload virtio 0:1 ${ker_addr} /Image
fatload virtio 0:1 ${ird_addr} /initrd.cpio.gz
fdt addr ${dtb_addr}
fdt set /chosen \#address-cells <1>
fdt set /chosen \#size-cells <1>
fdt set /chosen xen,xen-bootargs \"${xen_bootargs}\"
fdt mknod /chosen module@0
fdt set /chosen/module@0 compatible "xen,linux-zimage" "xen,multiboot-module"
fdt set /chosen/module@0 reg <${ker_addr} 0x100>
fdt set /chosen/module@0 bootargs "rw root=/dev/ram console=hvc0"
fdt mknod /chosen module@1
fdt set /chosen/module@1 compatible "xen,linux-initrd" "xen,multiboot-module"
fdt set /chosen/module@1 reg <${ird_addr} 0x200>
fdt mknod /chosen domU1
fdt set /chosen/domU1 compatible "xen,domain"
fdt set /chosen/domU1 \#address-cells <1>
fdt set /chosen/domU1 \#size-cells <1>
fdt set /chosen/domU1 \cpus <1>
fdt set /chosen/domU1 \memory <0 548576>
fdt set /chosen/domU1 vpl011
fdt mknod /chosen/domU1 module@0
fdt set /chosen/domU1/module@0 compatible "multiboot,kernel" "multiboot,module"
fdt set /chosen/domU1/module@0 reg <${ker_addr} 0x100>
fdt set /chosen/domU1/module@0 bootargs "console=ttyAMA0"
booti ${xen_addr} - ${dtb_addr}
