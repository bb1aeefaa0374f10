/* SPDX-License-Identifier: BSD-2-Clause */
/* Pins of a device, as the firmware of a Raspberry Pi sets them. */
#pragma once
#include "xen/interrupts.h"

/* What config.txt needs so that the firmware sets the pins of a pinctrl property of the node:
 * "gpio=8=a4,pn gpio=9=a4,pu", a line each. Owned by the arena. NULL: the machine is no
 * Raspberry Pi, or the settings are in words that are not known here. */
const char *pins_config_lines(struct arena *a, const struct phandles *phandles,
			      const struct dt_node *n, const char *prop);
