/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * optnum.h: numbers and times on the command line; see optnum.c.
 *
 * All end the program with exit status 1 and a message that names the option
 * when text is not what it should be.
 */

#ifndef _MIDI_OPTNUM_H_
#define _MIDI_OPTNUM_H_

#include <stdint.h>

/* A number from min to max. */
double	optnum_real(int option, const char *text, double min, double max);
/* A whole number, in decimal. */
long	optnum_whole(int option, const char *text, long min, long max);
/* Seconds, or [[hh:]mm:]ss[.d], more than 0, in nanoseconds. */
uint64_t optnum_time_ns(int option, const char *text);

#endif /* !_MIDI_OPTNUM_H_ */
