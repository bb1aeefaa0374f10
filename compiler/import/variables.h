/* SPDX-License-Identifier: BSD-2-Clause */
/* ImageBuilder's variables as data: one row each. */
#pragma once
#include <stdio.h>

enum ib_shape {
	IB_ONE,       /* NAME */
	IB_PER_GUEST, /* NAME[guest] */
	IB_PER_VCPU,  /* NAME[guest,vcpu] */
	IB_NUMBERED   /* NAME[0], NAME[1], ... */
};

enum ib_fate {
	IB_CARRIED,  /* becomes our key, or a part of its value */
	IB_REPLACED, /* xendtc has another way; nothing is lost */
	IB_LOST      /* reported */
};

/* How a variable of a guest becomes its key, where nothing else is to be known. */
enum ib_form {
	IB_BY_HAND, /* code knows it */
	IB_FILE,
	IB_COUNT,
	IB_MIB,    /* a number of MiB */
	IB_SWITCH, /* 0 or 1; ImageBuilder ignores others */
	IB_ENABLED /* the word "enabled"; ImageBuilder ignores others */
};

struct ib_variable {
	const char *name;
	enum ib_shape shape;
	enum ib_fate fate;
	enum ib_form form;
	const char *key; /* ours; of the guest for IB_PER_GUEST and IB_PER_VCPU */
	const char *doc; /* what becomes of it, or why it is lost */
};

extern const struct ib_variable ib_variables[]; /* ends with a row without name */

/* The row of a variable; NULL if ImageBuilder knows none of that name. */
const struct ib_variable *ib_find(const char *name);
const char *ib_nearest(const char *name);

/* Prints docs/imagebuilder.md. */
void ib_print_variables(FILE *f);
