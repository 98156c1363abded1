/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * opthelp.c: what programs answer to -h and to options that they do not know.
 *
 * Behind the usage there is a line for each option, "-x argument  what it
 * does", with two blanks, which people read, and shells to complete words: see
 * share/completion.
 */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "opthelp.h"

void
opthelp_help(const char *usage, const char *lines)
{

	fputs(usage, stdout);
	fputs(lines, stdout);
	if (fflush(stdout) != 0 || ferror(stdout))
		err(1, "standard output");
	exit(0);
}

void
opthelp_usage(const char *usage)
{

	fputs(usage, stderr);
	exit(1);
}

void
opthelp_wrong(const char *usage, int c)
{

	warnx("-%c: %s", optopt, c == ':' ? "an argument is missing" :
	    "no such option");
	opthelp_usage(usage);
}
