/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * portname.c: what ports and devices may be called, the same for all
 * programs and wherever the names come from.
 *
 * Pure: no input or output but what the caller's function does.
 */

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "portname.h"

/* The number that all of text is, or -1. */
static int
portname_digits(const char *text)
{
	unsigned long n;
	char *end;

	if (*text < '0' || *text > '9')
		return -1;
	errno = 0;
	n = strtoul(text, &end, 10);
	return errno != 0 || *end != '\0' || n > INT_MAX ? -1 : (int)n;
}

int
portname_number(const char *text)
{
	const char *base;
	int unit;

	unit = portname_digits(text);
	base = strrchr(text, '/') != NULL ? strrchr(text, '/') + 1 : text;
	if (unit == -1 && strncmp(base, "rmidi", 5) == 0)
		unit = portname_digits(base + 5);
	if (unit == -1 && strncmp(text, "midi", 4) == 0)
		unit = portname_digits(text + 4);
	return unit;
}

/* The unit of the count'th port whose name is the first n bytes of text. */
static int
portname_exact(const char *text, size_t n, int count, portname_next *next,
    void *arg)
{
	char name[PORTNAME_BYTES];
	int unit;

	for (unit = 0; (unit = next(arg, unit, name)) != -1; unit++)
		if (strlen(name) == n && memcmp(name, text, n) == 0 &&
		    --count == 0)
			return unit;
	return -1;
}

/* The unit of the only port whose name begins so. */
static int
portname_prefix(const char *text, portname_next *next, void *arg)
{
	char name[PORTNAME_BYTES];
	int found = -1, matches = 0, unit;

	for (unit = 0; (unit = next(arg, unit, name)) != -1; unit++) {
		if (strncmp(name, text, strlen(text)) != 0)
			continue;
		found = unit;
		matches++;
	}
	return matches == 1 ? found : -1;
}

int
portname_find(const char *text, portname_next *next, void *arg)
{
	char name[PORTNAME_BYTES];
	const char *hash;
	int count, unit;

	if (*text == '\0')
		return -1;
	unit = portname_exact(text, strlen(text), 1, next, arg);
	hash = strrchr(text, '#');
	count = hash != NULL ? portname_digits(hash + 1) : -1;
	if (unit == -1 && count > 0)
		unit = portname_exact(text, (size_t)(hash - text), count, next,
		    arg);
	if (unit != -1)
		return unit;
	unit = portname_number(text);
	if (unit != -1 && next(arg, unit, name) == unit)
		return unit;
	return portname_prefix(text, next, arg);
}
