/* SPDX-License-Identifier: BSD-2-Clause */
/* What guests get of the machine, in the order of the steps. All report what they see;
 * what assign_devices() returns is whether others have something to build on. */
#pragma once
#include "job.h"

bool assign_devices(struct job *j);	/* nodes of the base tree -> guests, by name */
void make_partials(struct job *j);	/* those -> partial trees */
void read_partials(struct job *j);	/* partial trees -> devices of guests, marks */
void check_suppliers(struct job *j);	/* what does dom0 lack then? */
void check_console_power(struct job *j);	/* does dom0 leave Xen its console? */
void check_partial_trees(struct job *j);	/* may guests have their devices? */
