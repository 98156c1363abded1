/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_key.c: what the keys of a terminal mean.
 *
 * One table says it all.  Keys that send several bytes begin with ESC, in the
 * form that all terminals of the last decades have in common; bytes are
 * gathered as long as they are the beginning of such a key.  An ESC by itself
 * means nothing, so no clock is needed to tell it from the others.  Pure.
 */

#include <string.h>

#include "play_key.h"

static const struct {
	const char	*bytes;
	enum play_key	key;
} play_key_table[] = {
	{ " ", PLAY_KEY_PAUSE },
	{ "p", PLAY_KEY_PAUSE },
	{ "\033[D", PLAY_KEY_BACK },
	{ "\033OD", PLAY_KEY_BACK },
	{ "h", PLAY_KEY_BACK },
	{ "\033[C", PLAY_KEY_FORTH },
	{ "\033OC", PLAY_KEY_FORTH },
	{ "l", PLAY_KEY_FORTH },
	{ "\033[B", PLAY_KEY_BAR_BACK },
	{ "\033OB", PLAY_KEY_BAR_BACK },
	{ "[", PLAY_KEY_BAR_BACK },
	{ "\033[A", PLAY_KEY_BAR_FORTH },
	{ "\033OA", PLAY_KEY_BAR_FORTH },
	{ "]", PLAY_KEY_BAR_FORTH },
	{ "\033[H", PLAY_KEY_START },
	{ "\033OH", PLAY_KEY_START },
	{ "\033[1~", PLAY_KEY_START },
	{ "0", PLAY_KEY_START },
	{ "-", PLAY_KEY_SLOWER },
	{ "+", PLAY_KEY_FASTER },
	{ "=", PLAY_KEY_TEMPO },
	{ "n", PLAY_KEY_NEXT },
	{ "\033[6~", PLAY_KEY_NEXT },
	{ "b", PLAY_KEY_PREVIOUS },
	{ "\033[5~", PLAY_KEY_PREVIOUS },
	{ "y", PLAY_KEY_LYRICS },
	{ "?", PLAY_KEY_HELP },
	{ "q", PLAY_KEY_QUIT },
	{ "\004", PLAY_KEY_QUIT },
};

static const char *const play_key_lines[] = {
	"space p    pause, and go on",
	"left h     5 seconds back         right l    5 seconds on",
	"down [     a bar back             up ]       a bar on",
	"home 0     to the start",
	"- +        slower, faster         =          as the file says",
	"n b        next file, this one again or the one before",
	"y          show lyrics, or not",
	"q          quit",
};

/* What the bytes seen are: a key; the beginning of one (*more); neither. */
static enum play_key
play_key_find(const struct play_key_state *s, int *more)
{
	size_t i;

	*more = 0;
	for (i = 0; i < sizeof(play_key_table) / sizeof(play_key_table[0]);
	    i++) {
		if (strncmp(play_key_table[i].bytes, s->seen, s->used) != 0)
			continue;
		if (play_key_table[i].bytes[s->used] == '\0')
			return play_key_table[i].key;
		*more = 1;
	}
	return PLAY_KEY_NONE;
}

/*
 * The bytes seen may also be a longer key that is not in the table: ESC [,
 * parameters, and a letter or tilde.  It is passed over as a whole, for its
 * letter is not meant as one.
 */
static int
play_key_unknown(const struct play_key_state *s)
{
	char last;

	if (s->used < 2 || s->seen[0] != '\033' ||
	    (s->seen[1] != '[' && s->seen[1] != 'O'))
		return 0;
	last = s->seen[s->used - 1];
	return s->used == 2 || (last >= ' ' && last < '@');
}

enum play_key
play_key_byte(struct play_key_state *s, char byte)
{
	enum play_key key;
	int escape, more;

	if (byte == '\033')
		s->used = 0;	/* whatever came before is not finished */
	if (byte == '\0')
		return PLAY_KEY_NONE;
	escape = s->used > 0;
	/* Of a long one the last byte is all that matters. */
	if (s->used == sizeof(s->seen))
		s->used--;
	s->seen[s->used++] = byte;
	key = play_key_find(s, &more);
	if (key == PLAY_KEY_NONE && (more || play_key_unknown(s)))
		return PLAY_KEY_NONE;
	if (key == PLAY_KEY_NONE && escape && s->used == 2) {
		/* ESC, and then a key of its own. */
		s->used = 0;
		return play_key_byte(s, byte);
	}
	s->used = 0;
	return key;
}

const char *
play_key_help(size_t n)
{

	return n < sizeof(play_key_lines) / sizeof(play_key_lines[0]) ?
	    play_key_lines[n] : NULL;
}
