# SPDX-License-Identifier: BSD-2-Clause
# A script of the kind that people write by hand: addresses in variables, commands in others,
# and Xen's nodes made by U-Boot.
# xen: 4.17 4.20
setenv get tftpb
setenv tree 0x41000000
setenv xen 0x42000000
setenv kernel 0x44000000
setenv guest 0x46000000
setenv domain /chosen/app
setenv sizes 'fdt set $where \\\\#address-cells <1>; fdt set $where \\\\#size-cells <1>'

setenv prepare 'fdt addr $tree; fdt resize 0x1000; setenv where /chosen; run sizes'
setenv lines 'fdt set /chosen xen,xen-bootargs \"$xenline\" && fdt set /chosen xen,dom0-bootargs \"$dom0line\"'
setenv xenline "console=dtuart guest_loglvl=all dom0_mem=128M dom0_max_vcpus=1"
setenv dom0line 'console=hvc0'

if $get $tree virt-gicv3.dtb && $get $xen xen; then
	run prepare
	$get $kernel small-0
	fdt mknode /chosen modules
	fdt mknode /chosen/modules module@0
	fdt set /chosen/modules/module@0 compatible "xen,linux-zimage" "xen,multiboot-module"
	fdt set /chosen/modules/module@0 reg <$kernel 0x$filesize>
	run lines
	$get $guest uart-1
	fdt mknode /chosen app
	fdt set $domain compatible xen,domain
	setenv where $domain
	run sizes
	fdt set $domain cpus <1>
	fdt set $domain memory <0 16384>
	fdt set $domain vpl011
	fdt mknode $domain kernel
	fdt set $domain/kernel compatible multiboot,kernel multiboot,module
	fdt set $domain/kernel reg <$guest 0x$filesize>
	booti $xen - $tree
else
	echo "no files"
fi
