/* SPDX-License-Identifier: BSD-2-Clause */
/* `xendtc check --fix` and `--diff`: what findings say is typed. */
#pragma once
#include "verbs.h"

/* Checks a file, and makes the fixes of its findings until there are none any more. With --fix
 * the file becomes the text that comes of it, and the findings of the job are those that are
 * left; with --diff they stay, and the difference is printed. false: refused, or there is a
 * difference. */
bool mend_file(struct run *r, struct job *j);
