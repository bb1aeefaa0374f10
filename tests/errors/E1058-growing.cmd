# SPDX-License-Identifier: BSD-2-Clause
setenv a xxxxxxxxxxxxxxxx
for i in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do setenv a "${a}${a}"; done
