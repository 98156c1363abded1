/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * say.c: all that midihost has to say, on stderr or to syslogd.
 *
 * The hosted kernel prints lines in pieces; they are put together here, for
 * syslogd takes whole lines.  Lock: say_lock guards the line.
 */

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include <hosted/user/user.h>
#include <hosted/user/user_serve.h>

#include "midihost.h"

static pthread_mutex_t say_lock = PTHREAD_MUTEX_INITIALIZER;
static char say_line[512];	/* of the kernel's, so far */
static int say_syslog;		/* set while there is one thread */
static int say_verbose;		/* likewise */

static void
say_v(const char *fmt, va_list ap)
{

	if (say_syslog) {
		vsyslog(LOG_ERR, fmt, ap);
		return;
	}
	flockfile(stderr);
	fputs("midihost: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	funlockfile(stderr);
}

void
say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_v(fmt, ap);
	va_end(ap);
}

void
say_to_syslog(void)
{

	openlog("midihost", LOG_PID, LOG_DAEMON);
	say_syslog = 1;
}

/*
 * Called with say_lock held.
 */
static void
say_whole_lines(void)
{
	char *end;

	while ((end = strchr(say_line, '\n')) != NULL) {
		*end = '\0';
		if (say_syslog)
			syslog(LOG_INFO, "%s", say_line);
		else
			fprintf(stderr, "%s\n", say_line);
		memmove(say_line, end + 1, strlen(end + 1) + 1);
	}
}

/*
 * A line that is longer than ours is cut in pieces.
 */
static void
say_for_kernel(const char *text, int panic)
{
	size_t n, used;

	if (!say_verbose && !panic)
		return;
	pthread_mutex_lock(&say_lock);
	for (; *text != '\0'; text += n) {
		used = strlen(say_line);
		n = strcspn(text, "\n");
		if (n > sizeof(say_line) - 2 - used)
			n = sizeof(say_line) - 2 - used;
		memcpy(say_line + used, text, n);
		if (text[n] == '\0') {
			say_line[used + n] = '\0';
			continue;
		}
		memcpy(say_line + used + n, "\n", 2);
		if (text[n] == '\n')
			n++;
		say_whole_lines();
	}
	pthread_mutex_unlock(&say_lock);
}

void
say_kernel(int verbose)
{

	say_verbose = verbose;
	user_log_set(say_for_kernel);
}

static void
say_fuse(const char *text)
{

	say("%s", text);
}

void
say_for_fuse(void)
{

	user_serve_log(say_fuse);
}
