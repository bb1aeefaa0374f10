/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of `boot.fit`. */
#include "rows/rows.h"

/* Algorithms that both mkimage and U-Boot have (U-Boot boot/image-sig.c). */
static const char *const algorithm_words[] = {
	"sha1,rsa2048", "sha256,rsa2048", "sha256,rsa4096", NULL
};

static const struct field fit_fields[] = {
	{ "name", K_TEXT, .form = FORM_FILE, .preset = "boot.itb", TO(fit, name),
	  .called = "file", .example = "boot.itb",
	  .doc = "Its file name." },
	{ "key-dir", K_TEXT, .form = FORM_PATH, TO(fit, key_dir),
	  .called = "keys keydir", .example = "keys",
	  .doc = "Folder with the key that signs it: `KEY.key` and `KEY.crt`." },
	{ "key", K_TEXT, .form = FORM_FILE, .preset = "dev", TO(fit, key),
	  .called = "key-name keyname", .example = "dev",
	  .doc = "Name of the key." },
	{ "algorithm", K_WORD, .words = algorithm_words, .preset = "sha256,rsa2048",
	  TO(fit, algorithm),
	  .called = "algo", .example = "\"sha256,rsa4096\"",
	  .doc = "How it is signed." },
	{ 0 }
};

const struct record fit_record = {
	.name = "fit", .doc = "A FIT image, made by mkimage.", .size = sizeof(struct fit),
	.fields = fit_fields, .shorthand = "name",
};
