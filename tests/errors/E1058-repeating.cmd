# SPDX-License-Identifier: BSD-2-Clause
fdt addr 0x1000000
setenv a xxxxxxxxxxxxxxxx
setenv a ${a}${a}${a}${a}
setenv a ${a}${a}${a}${a}
setenv a ${a}${a}${a}${a}
setenv a ${a}${a}${a}${a}
for i in 0 1 2 3 4 5 6 7 8 9; do
for j in 0 1 2 3 4 5 6 7 8 9; do
for k in 0 1 2 3 4 5 6 7 8 9; do
setenv b ${a}${a}
done; done; done
