# SPDX-License-Identifier: BSD-2-Clause
# What U-Boot's commands answer and calculate: a letter of dom0's command line for each.
setenv r
setexpr a ff + 1; setexpr b 1 - 2; setexpr c 10 / 3; setexpr d 10 % 3
setexpr e 6 \| 9; setexpr f 6 \& 3; setexpr g 6 ^ 3; setexpr h 6 * 3; setexpr i 0x10
setenv sums "${a},${b},${c},${d},${e},${f},${g},${h},${i}"
setenv j 7; setexpr j 5 + || setenv j ${j}1; setexpr j 5 plus 2 || setenv j ${j}2; setexpr j || setenv j ${j}3
setenv sums "${sums},${j}"
if test 0x10 -eq 16; then setenv r ${r}a; fi
if test 10 -lt 9; then setenv r ${r}b; fi
if test 9 -le 9; then setenv r ${r}c; fi
if test 4 -ne 4; then setenv r ${r}d; fi
if test 4 -ge 5; then setenv r ${r}e; fi
if test 5 -gt 4; then setenv r ${r}f; fi
if test ab < b; then setenv r ${r}g; fi
if test ab > b; then setenv r ${r}h; fi
if test ab == ab -a b != c; then setenv r ${r}i; fi
if test a = b -o c = c -a d = e; then setenv r ${r}j; fi
if test -n ""; then setenv r ${r}k; fi
if test -z ""; then setenv r ${r}l; fi
if test ! a = b; then setenv r ${r}m; fi
if test; then setenv r ${r}n; fi
if itest 9 < 10; then setenv r ${r}o; fi
if itest.b 1ff != ff; then setenv r ${r}p; fi
if itest.w 1ffff -eq ffff; then setenv r ${r}q; fi
if itest 100000005 == 5; then setenv r ${r}r; fi
if itest.q 100000005 == 5; then setenv r ${r}s; fi
if itest.s abc -lt abd; then setenv r ${r}t; fi
if itest 5 -ge 6; then setenv r ${r}u; elif itest 5 <> 6; then setenv r ${r}v; else setenv r ${r}w; fi
if itest 5; then setenv r ${r}x; fi
if ! false; then setenv r ${r}y; fi
true && setenv r ${r}z; false || setenv r ${r}A; true || setenv r ${r}B; false && setenv r ${r}C
setenv n 0; while test ${n} != 3; do setexpr n ${n} + 1; setenv r ${r}${n}; done
until test ${n} = 5; do setexpr n ${n} + 1; setenv r ${r}${n}; done
env set -f word "of more"; setenv -f words ${word} words; setenv gone; env set
setenv one 'setenv r ${r}D; false'; setenv two 'setenv r ${r}E'; run one two || setenv r ${r}F; run two one
setenv line "console=hvc0 sums=${sums} letters=${r} words=${words}${gone} as='${words}'"
load virtio 0:1 48000000 virt-gicv3.dtb
load virtio 0:1 49000000 xen-4.17
load virtio 0:1 4a000000 Image
cp.b 4a000000 4b000000 ${filesize}
setenv kernel_size 0x${filesize}
fdt addr 48000000
fdt resize 1000
fdt set /chosen \#address-cells <1>
fdt set /chosen \#size-cells <1>
fdt set /chosen xen,dom0-bootargs "${line}"
fdt set /chosen xen,xen-bootargs "console=dtuart dom0_mem=512M"
fdt mknod /chosen dom0
fdt set /chosen/dom0 compatible "xen,linux-zimage" "xen,multiboot-module"
fdt set /chosen/dom0 reg <0x4b000000 ${kernel_size}>
booti 49000000 - 48000000
