/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * opthelp.h: what programs answer to -h and to options that they do not know;
 * see opthelp.c.
 */

#ifndef _MIDI_OPTHELP_H_
#define _MIDI_OPTHELP_H_

/* Print usage and lines on standard output, and end with status 0. */
void	opthelp_help(const char *usage, const char *lines)
	    __attribute__((__noreturn__));
/* Print usage on standard error, and end with status 1. */
void	opthelp_usage(const char *usage) __attribute__((__noreturn__));
/* The same, having said what is wrong with an option: c is what getopt(3)
 * returned, whose option string begins with a colon. */
void	opthelp_wrong(const char *usage, int c)
	    __attribute__((__noreturn__));

#endif /* !_MIDI_OPTHELP_H_ */
