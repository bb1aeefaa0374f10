/* SPDX-License-Identifier: BSD-2-Clause */
/* The forms in which findings are printed, a row each. */
#include "diag/report.h"

const struct report_format report_formats[] = {
	{ "text", true, text_add_findings, NULL },
	{ "json", false, json_add_findings, json_end },
	{ "sarif", false, sarif_add_findings, sarif_end },
	{ 0 }
};
