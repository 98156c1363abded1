/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * optnum.c: numbers and times on the command line.
 *
 * They are taken whole or not at all: "12x" is no number.
 */

#include <err.h>
#include <errno.h>
#include <stdlib.h>

#include "optnum.h"

double
optnum_real(int option, const char *text, double min, double max)
{
	char *end;
	double n;

	errno = 0;
	n = strtod(text, &end);
	if (errno != 0 || end == text || *end != '\0' || !(n >= min) ||
	    !(n <= max))
		errx(1, "-%c %s: not a number from %.10g to %.10g", option,
		    text, min, max);
	return n;
}

long
optnum_whole(int option, const char *text, long min, long max)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || n < min || n > max)
		errx(1, "-%c %s: not a whole number from %ld to %ld", option,
		    text, min, max);
	return n;
}

uint64_t
optnum_time_ns(int option, const char *text)
{
	double part, sum;
	const char *p;
	char *end;
	int colons;

	sum = 0;
	for (p = text, colons = 0; ; p = end + 1, colons++) {
		if ((*p < '0' || *p > '9') && *p != '.')
			break;
		part = strtod(p, &end);
		sum = sum * 60 + part;
		if (end == p || sum >= 1e9)
			break;
		if (*end == '\0' && sum > 0)
			return (uint64_t)(sum * 1e9);
		if (*end != ':' || colons == 2 ||
		    (double)(uint64_t)part != part)
			break;
	}
	errx(1, "-%c %s: not a time like [[hh:]mm:]ss[.d]", option, text);
}
