/* SPDX-License-Identifier: BSD-2-Clause */
/* The number of elements of an array, and a new last item of a list. */
#pragma once

/* The number of elements of an array; not of a pointer to one. */
#define countof(array) (sizeof(array) / sizeof(*(array)))

/* Puts an item behind the last one of a list whose items point at the next one by
 * `next`. The list is the variable that points at the first item, NULL if it is empty. */
#define list_append(list, item)                                                          \
	do {                                                                             \
		__typeof__(&(list)) last_ = &(list);                                     \
	                                                                                 \
		while (*last_)                                                           \
			last_ = &(*last_)->next;                                         \
		*last_ = (item);                                                         \
	} while (0)

/* The same for a list that may be long: its last item is in another variable. */
#define list_append_last(list, last, item)                                               \
	do {                                                                             \
		*((last) ? &(last)->next : &(list)) = (item);                            \
		(last) = (item);                                                         \
	} while (0)
