/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan becomes files: one row an output. */
#pragma once
#include <stdbool.h>
#include <stdio.h>

#include "plan.h"

struct output {
	const char *name;	/* of the file; NULL: the tree's name */
	const char *doc;
	bool (*wanted)(const struct plan *p);	/* NULL: always */
	void (*write)(const struct plan *p, struct text *out);
};

/* All outputs; ends with a row without write. */
extern const struct output outputs[];

const char *output_name(const struct output *o, const struct plan *p);

/* The patched tree: plan->blob. */
void emit_tree(const struct plan *p, struct text *out);

/* Xen in a uImage: plan->xen_image. */
void emit_xen_image(const struct plan *p, struct text *out);

void emit_boot2_source(const struct plan *p, struct text *out);
void emit_boot2_script(const struct plan *p, struct text *out);
void emit_boot_source(const struct plan *p, struct text *out);
void emit_boot_script(const struct plan *p, struct text *out);
void emit_config(const struct plan *p, struct text *out);
void emit_xen_config(const struct plan *p, struct text *out);
void emit_its(const struct plan *p, struct text *out);
void emit_manifest(const struct plan *p, struct text *out);

/* Wraps U-Boot commands in a legacy image of type script (U-Boot include/image.h), byte
 * for byte as `mkimage -A arm64 -T script -C none -a ADDRESS -e ADDRESS` does. */
void emit_script_image(const struct text *source, uint64_t address, uint32_t timestamp,
		       struct text *out);

/* Wraps Xen in a legacy image of type kernel that runs at an address, byte for byte as
 * `mkimage -A arm64 -O linux -T kernel -C none -a ADDRESS -e ADDRESS -n NAME` does. */
void emit_kernel_image(const struct text *xen, const char *name, uint64_t address,
		       uint32_t timestamp, struct text *out);

/* What `xendtc map` shows; not files of the output folder. */
void emit_map(const struct plan *p, struct text *out);
void emit_map_json(const struct plan *p, struct text *out);
void emit_map_svg(const struct plan *p, struct text *out);
void emit_map_html(const struct plan *p, struct text *out);

/* Text as XML and HTML take it, in elements and in attributes. */
void emit_xml_text(struct text *out, const char *s);
