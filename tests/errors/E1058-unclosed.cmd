# SPDX-License-Identifier: BSD-2-Clause
if tftpb 0x2000000 xen-4.20; then
	for i in 1 2; do
		echo $i
