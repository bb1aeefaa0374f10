# SPDX-License-Identifier: BSD-2-Clause
setenv again 'run again; run again'
run again
