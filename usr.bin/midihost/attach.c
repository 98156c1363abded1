/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * attach.c: attachments, from their text to the device.
 *
 *	vmidi[:PAIRS]
 *	pty:LINK[,canonical]
 *	tty:PATH[@BAUD][,canonical][,in|,out]
 *	isa:DRIVER@PORT
 *
 * Options are taken from the end for as long as they are known, so that a
 * path may have commas and at signs in it.
 */

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hosted/hosted.h>
#include <hosted/user/user_serve.h>

#include "midihost.h"

#define ATTACH_PAIRS_MAX	64

static const struct {
	const char	*name;
	int		flag;
} attach_options[] = {
	{ ",canonical",	USER_TTY_CANONICAL },
	{ ",in",	USER_TTY_IN },
	{ ",out",	USER_TTY_OUT },
};

/*
 * A decimal number from 1 to max that is all of text; 0 when it is not.
 */
static unsigned int
attach_number(const char *text, unsigned int max)
{
	unsigned long n;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return 0;
	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno != 0 || *end != '\0' || n > max)
		return 0;
	return (unsigned int)n;
}

/*
 * Cut one known option from the end of path; its flag, or 0.
 */
static int
attach_cut_option(char *path)
{
	size_t i, n, name;

	n = strlen(path);
	for (i = 0; i < sizeof(attach_options) / sizeof(attach_options[0]);
	    i++) {
		name = strlen(attach_options[i].name);
		if (n >= name && strcmp(path + n - name,
		    attach_options[i].name) == 0) {
			path[n - name] = '\0';
			return attach_options[i].flag;
		}
	}
	return 0;
}

static const char *
attach_parse_pseudo(const char *rest, struct attachment *a)
{

	a->a_kind = ATTACH_PSEUDO;
	a->a_count = 1;
	if (rest != NULL)
		a->a_count = attach_number(rest, ATTACH_PAIRS_MAX);
	return a->a_count == 0 ? "the number of pairs is from 1 to 64" : NULL;
}

static const char *
attach_parse_path(const char *rest, struct attachment *a)
{
	int flag;

	if (rest != NULL)
		a->a_path = strdup(rest);
	if (a->a_path == NULL)
		return "no path";
	while ((flag = attach_cut_option(a->a_path)) != 0)
		a->a_flags |= flag;
	return a->a_path[0] == '\0' ? "no path" : NULL;
}

static const char *
attach_parse_pty(const char *rest, struct attachment *a)
{
	const char *why;

	a->a_kind = ATTACH_PTY;
	why = attach_parse_path(rest, a);
	if (why == NULL && (a->a_flags & ~USER_TTY_CANONICAL) != 0)
		why = "a pseudo-terminal is for both directions";
	return why;
}

static const char *
attach_parse_tty(const char *rest, struct attachment *a)
{
	const char *why;
	char *at;

	a->a_kind = ATTACH_TTY;
	why = attach_parse_path(rest, a);
	if (why != NULL)
		return why;
	if ((a->a_flags & USER_TTY_IN) != 0 &&
	    (a->a_flags & USER_TTY_OUT) != 0)
		return "in and out exclude each other";
	at = strrchr(a->a_path, '@');
	if (at == NULL || strchr(at, '/') != NULL)
		return NULL;
	a->a_baud = attach_number(at + 1, INT_MAX);
	if (a->a_baud == 0)
		return "bad speed";
	*at = '\0';
	return a->a_path[0] == '\0' ? "no path" : NULL;
}

/* The port is a number as of C, and of this computer. */
static const char *
attach_parse_isa(const char *rest, struct attachment *a)
{
	char *at, *end;
	unsigned long port;

	a->a_kind = ATTACH_ISA;
	if (rest != NULL)
		a->a_path = strdup(rest);
	at = a->a_path == NULL ? NULL : strchr(a->a_path, '@');
	if (at == NULL || at == a->a_path)
		return "a driver and its port, please: isa:driver@port";
	*at++ = '\0';
	errno = 0;
	port = isdigit((unsigned char)*at) ? strtoul(at, &end, 0) : 0;
	if (port == 0 || errno != 0 || *end != '\0' || port > 0xffff)
		return "bad port";
	a->a_count = (unsigned int)port;
	return NULL;
}

int
attach_parse(const char *text, struct attachment *a)
{
	const char *rest, *why;
	size_t n;

	memset(a, 0, sizeof(*a));
	a->a_text = text;
	rest = strchr(text, ':');
	n = rest == NULL ? strlen(text) : (size_t)(rest - text);
	if (rest != NULL)
		rest++;
	if (n == 5 && memcmp(text, "vmidi", n) == 0)
		why = attach_parse_pseudo(rest, a);
	else if (n == 3 && memcmp(text, "pty", n) == 0)
		why = attach_parse_pty(rest, a);
	else if (n == 3 && memcmp(text, "tty", n) == 0)
		why = attach_parse_tty(rest, a);
	else if (n == 3 && memcmp(text, "isa", n) == 0)
		why = attach_parse_isa(rest, a);
	else
		why = "unknown attachment";
	if (why == NULL)
		return 0;
	say("%s: %s", text, why);
	attach_free(a);
	return -1;
}

/*
 * What an errno means where strerror() would mislead.
 */
static const char *
attach_why(const struct attachment *a, int error)
{

	if (a->a_kind == ATTACH_PTY && error == EEXIST)
		return "exists and is no link to a pseudo-terminal";
	if (a->a_kind == ATTACH_TTY && error == ENODEV)
		return "not a serial line or other byte device";
	if (a->a_kind == ATTACH_TTY && error == ENOTTY)
		return "has no speed";
	if (a->a_kind == ATTACH_ISA && error == ENODEV)
		return "no such driver";
	if (a->a_kind == ATTACH_ISA && error == ENXIO)
		return access("/dev/port", R_OK | W_OK) == 0 ?
		    "not found there" : "no access to /dev/port";
	if (a->a_kind == ATTACH_TTY && error == EINVAL && a->a_baud != 0)
		return "does not run at that speed";
	return strerror(error);
}

int
attach_make(const struct attachment *a)
{
	int error;

	switch (a->a_kind) {
	case ATTACH_PSEUDO:
		error = hosted_attach_pseudo("vmidi", (int)a->a_count);
		break;
	case ATTACH_PTY:
		error = user_tty_attach_pty(a->a_path, a->a_flags);
		break;
	case ATTACH_ISA:
		error = hosted_attach_isa(a->a_path, (int)a->a_count, -1, 0,
		    NULL);
		break;
	default:
		error = user_tty_attach(a->a_path, a->a_baud, a->a_flags);
		break;
	}
	if (error == 0)
		return 0;
	say("%s: %s", a->a_text, attach_why(a, error));
	return -1;
}

void
attach_free(struct attachment *a)
{

	free(a->a_path);
	a->a_path = NULL;
}
