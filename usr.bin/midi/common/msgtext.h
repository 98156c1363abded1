/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * msgtext.h: MIDI messages as text; see msgtext.c.
 *
 * A message is whole, with its status byte; System Exclusive may also be a
 * piece, which begins with a data byte when it is not the first.
 */

#ifndef _MIDI_MSGTEXT_H_
#define _MIDI_MSGTEXT_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* "90 3c 40" */
void	msgtext_hex(const uint8_t *bytes, size_t n, FILE *out);
/* "note-on ch 0 key 60 vel 64 C4"; what is after the numbers is for people,
 * who know keys and controllers by name. */
void	msgtext_words(const uint8_t *msg, size_t n, FILE *out);
/* Members of an object: "type":"note-on","channel":0, ... "bytes":[144,...] */
void	msgtext_json(const uint8_t *msg, size_t n, FILE *out);
/* "bytes":[144,60,64] */
void	msgtext_json_bytes(const uint8_t *bytes, size_t n, FILE *out);
/* A string, in its quotes.  Bytes that are no UTF-8 are taken for Latin-1. */
void	msgtext_json_string(const char *text, size_t n, FILE *out);

/* Bytes of hexadecimal digits, two a byte, with blanks, commas or 0x between
 * them or not.  How many were put into bytes, which has room for strlen(text);
 * 0: text is nothing of the kind. */
size_t	msgtext_bytes(const char *text, uint8_t *bytes);

#endif /* !_MIDI_MSGTEXT_H_ */
