/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_term.h: the terminal while something is played; see play_term.c.
 */

#ifndef _MIDIPLAY_PLAY_TERM_H_
#define _MIDIPLAY_PLAY_TERM_H_

#include <stdbool.h>
#include <stddef.h>

/* Use the terminal: a line on standard output if that is one, and keys from
 * standard input, or from the controlling terminal when standard input is
 * not for keys.  Nothing of it is changed before play_term_enter(). */
void	play_term_open(bool keys_on_stdin);
/* Is there a terminal for a line or for keys? */
bool	play_term_there(void);
/* Is there a line to be shown, to somebody who is looking? */
bool	play_term_shows(void);
/* Where keys can be read now, or -1. */
int	play_term_keys(void);
/* Read keys: how many bytes; 0: there will be no more. */
size_t	play_term_read(char *keys, size_t size);
/* Let keys arrive one by one, if we are in the foreground; and undo that. */
void	play_term_enter(void);
void	play_term_leave(void);
/* Columns of the terminal. */
size_t	play_term_columns(void);
/* Show this line in place of the one before, which was so many columns
 * wide. */
void	play_term_line(const char *text, size_t columns);
/* Take the line away, for something else is to be printed. */
void	play_term_clear(void);
/* Does the terminal, or whatever standard output is, take UTF-8? */
bool	play_term_utf8(void);

#endif /* !_MIDIPLAY_PLAY_TERM_H_ */
