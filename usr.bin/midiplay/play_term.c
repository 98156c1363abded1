/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_term.c: the terminal while something is played.
 *
 * There is one terminal, and so its state stands here.  A plain line that
 * carriage returns rewrite and blanks erase is enough, on any terminal; its
 * width is asked for each time, so that a resize needs nothing else.
 *
 * A job in the background leaves the terminal alone: it would be stopped for
 * reading a key or for changing a mode.  Whether it is in the foreground is
 * asked each time, too, as the shell tells nobody.
 */

#include <sys/ioctl.h>

#include <fcntl.h>
#include <langinfo.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "play_line.h"
#include "play_term.h"

#define COLUMNS	80	/* where the terminal does not know */

static struct {
	struct termios	cooked;
	int		keys;		/* -1: none */
	bool		shows;
	bool		entered;
	size_t		columns;	/* of what is shown */
	char		shown[PLAY_LINE_BYTES];
} play_term = { .keys = -1 };

static bool
play_term_foreground(int fd)
{

	return tcgetpgrp(fd) == getpgrp();
}

void
play_term_open(bool keys_on_stdin)
{

	play_term.shows = isatty(STDOUT_FILENO);
	if (keys_on_stdin && isatty(STDIN_FILENO))
		play_term.keys = STDIN_FILENO;
	else if (!keys_on_stdin && play_term.shows)
		play_term.keys = open("/dev/tty", O_RDONLY | O_CLOEXEC);
}

bool
play_term_there(void)
{

	return play_term.shows || play_term.keys != -1;
}

bool
play_term_shows(void)
{

	return play_term.shows && play_term_foreground(STDOUT_FILENO);
}

int
play_term_keys(void)
{

	play_term_enter();
	return play_term.entered && play_term_foreground(play_term.keys) ?
	    play_term.keys : -1;
}

size_t
play_term_read(char *keys, size_t size)
{
	ssize_t got;

	got = read(play_term.keys, keys, size);
	if (got > 0)
		return (size_t)got;
	/* Hung up. */
	play_term.entered = false;
	play_term.keys = -1;
	return 0;
}

void
play_term_enter(void)
{
	struct termios raw;

	if (play_term.keys == -1 || play_term.entered ||
	    !play_term_foreground(play_term.keys) ||
	    tcgetattr(play_term.keys, &play_term.cooked) == -1)
		return;
	raw = play_term.cooked;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	play_term.entered = tcsetattr(play_term.keys, TCSADRAIN, &raw) == 0;
}

void
play_term_leave(void)
{

	play_term_clear();
	if (play_term.entered && play_term_foreground(play_term.keys))
		tcsetattr(play_term.keys, TCSADRAIN, &play_term.cooked);
	play_term.entered = false;
}

size_t
play_term_columns(void)
{
	struct winsize ws;

	/* The last column is left free: some terminals move on there. */
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == -1 || ws.ws_col < 2)
		return COLUMNS - 1;
	return ws.ws_col - 1U;
}

void
play_term_line(const char *text, size_t columns)
{
	size_t blanks, width;

	if (strcmp(text, play_term.shown) == 0)
		return;
	snprintf(play_term.shown, sizeof(play_term.shown), "%s", text);
	/* Of what was wider, if the terminal still is. */
	width = play_term_columns();
	blanks = play_term.columns < width ? play_term.columns : width;
	blanks = blanks > columns ? blanks - columns : 0;
	printf("\r%s%*s\r", text, (int)blanks, "");
	fflush(stdout);
	play_term.columns = columns;
}

void
play_term_clear(void)
{

	if (play_term.columns == 0)
		return;
	play_term_line("", 0);
	play_term.shown[0] = '\0';
	play_term.columns = 0;
}

bool
play_term_utf8(void)
{

	return !isatty(STDOUT_FILENO) ||
	    strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
