/* SPDX-License-Identifier: BSD-2-Clause */
/* A row for each text that is printed from the compiler's own tables. */
#include "printed.h"

#include <stdio.h>

#include "base/list.h"
#include "base/text.h"
#include "devices/device_rules.h"
#include "import/variables.h"
#include "passes/boards.h"
#include "rows/rows.h"
#include "xen/parameters.h"

#define BOARDS_SHOWN 64

static void print_system(void)
{
	const char *names[BOARDS_SHOWN + 1] = { NULL };
	const struct schema_more more = { "xendtc system", "system.schema.json", "board", names };

	for (size_t n = 0; n < BOARDS_SHOWN && boards_inside[n].name; n++)
		names[n] = boards_inside[n].name;
	schema_print_json(&system_record, &more, stdout);
}

static void print_board(void)
{
	const struct schema_more more = { "xendtc board", "board.schema.json", NULL, NULL };

	schema_print_json(&board_record, &more, stdout);
}

static void print_system_keys(void)
{
	schema_print_keys(&system_record, "Keys of system.yaml", stdout);
}

static void print_board_keys(void)
{
	schema_print_keys(&board_record, "Keys of board.yaml", stdout);
}

static void print_system_man(void)
{
	schema_print_man(&system_record, "xendtc.yaml", "description of a system of Xen and domains",
			 stdout);
}

static void print_board_man(void)
{
	schema_print_man(&board_record, "xendtc-board", "description of a board for xendtc", stdout);
}

static void print_variables(void)
{
	ib_print_variables(stdout);
}

static void print_parameters(void)
{
	xen_print_parameters(stdout);
}

static void print_rules(void)
{
	device_print_rules(stdout);
}

static const struct {
	const char *name;
	void (*print)(void);
} tables[] = {
	{ "system", print_system },
	{ "board", print_board },
	{ "system-keys", print_system_keys },
	{ "board-keys", print_board_keys },
	{ "system-man", print_system_man },
	{ "board-man", print_board_man },
	{ "imagebuilder", print_variables },
	{ "xen-parameters", print_parameters },
	{ "device-rules", print_rules },
};

void say_tables(void)
{
	for (size_t i = 0; i < countof(tables); i++)
		printf("%s\t\n", tables[i].name);
}

bool print_table(const char *name)
{
	for (size_t i = 0; i < countof(tables); i++) {
		if (!streq(tables[i].name, name))
			continue;
		tables[i].print();
		return true;
	}
	return false;
}

const char *table_nearest(struct arena *a, const char *word)
{
	const char *names[countof(tables)];

	for (size_t i = 0; i < countof(tables); i++)
		names[i] = tables[i].name;
	return did_you_mean(a, word, names, countof(tables));
}
