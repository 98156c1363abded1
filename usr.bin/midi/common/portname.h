/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * portname.h: what ports and devices may be called; see portname.c.
 */

#ifndef _MIDI_PORTNAME_H_
#define _MIDI_PORTNAME_H_

#define PORTNAME_BYTES	32	/* the longest name and its NUL */

/* The port with this unit or the next one, with its name: its unit; -1: there
 * is no more. */
typedef int portname_next(void *arg, int unit, char name[PORTNAME_BYTES]);

/* The number that text is, also behind "midi" or "rmidi", that with or without
 * a folder before it; -1: it is none. */
int	portname_number(const char *text);
/* The unit that text means: a name, or name#N for the Nth port of that name; a
 * number as above, of a port that is there; or the beginning of exactly one
 * name.  -1: there is none. */
int	portname_find(const char *text, portname_next *next, void *arg);

#endif /* !_MIDI_PORTNAME_H_ */
