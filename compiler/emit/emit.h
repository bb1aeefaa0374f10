/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan becomes text and images: what the rows of outputs.c and `xendtc map` call. */
#pragma once
#include "emit/output.h"

struct json_t;

/* Outputs that follow from the plan alone: text is added to `out`. */
void emit_boot2_source(const struct plan *p, struct text *out);
void emit_boot_source(const struct plan *p, struct text *out);
void emit_config_txt(const struct plan *p, struct text *out);
void emit_xen_cfg(const struct plan *p, struct text *out);
void emit_its(const struct plan *p, struct text *out);

/* Outputs that need other outputs, which are rows above theirs. false: reported. */
bool make_boot2_script(struct workshop *w, struct output *o);
bool make_boot_script(struct workshop *w, struct output *o);
bool make_manifest(struct workshop *w, struct output *o);
bool make_depfile(struct workshop *w, struct output *o);

/* Wraps Xen in a legacy image of type kernel (U-Boot include/image.h) that runs at an
 * address, byte for byte as
 * `mkimage -A arm64 -O linux -T kernel -C none -a ADDRESS -e ADDRESS -n NAME` does. */
void emit_kernel_image(const struct text *xen, const char *name, uint64_t address,
		       uint32_t timestamp, struct text *out);

/* What `xendtc map` shows. These are no rows: nothing of it goes to the output folder. */
struct map_look {			/* of a terminal */
	int width;			/* in characters; at least MAP_WIDTH_MIN */
	bool color;
};

#define MAP_WIDTH_MIN 40

void emit_map(const struct plan *p, struct map_look look, struct text *out);
void emit_map_svg(const struct plan *p, struct text *out);
void emit_map_html(const struct plan *p, struct text *out);

/* The same as a JSON value, which the caller owns; file is the description's name. */
struct json_t *emit_map_json(const struct plan *p, const char *file);

/* Adds text in a form that XML and HTML take in elements and in attributes. */
void emit_xml_text(struct text *out, const char *s);
