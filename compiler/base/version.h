/* SPDX-License-Identifier: BSD-2-Clause */
/* Releases of Xen and Linux as numbers, of which the larger one is the newer release; 0
 * stands for a release that is not known. */
#pragma once

#define VERSION(major, minor) ((major) << 16 | (minor))
#define VERSION_MAJOR(v) ((v) >> 16)
#define VERSION_MINOR(v) ((v) & 0xffff)
