/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ctl_restore.c: a file of settings and connections comes true again.
 *
 * All of the file is understood before anything is changed.  Then settings
 * are made; then connections are undone that the file has not, or has in
 * another way; then those are made that are missing.  A connection that is as
 * it should be stays, and no note of it is cut.
 */

#include <sys/ioctl.h>

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl_connect.h"
#include "ctl_save.h"
#include "ctl_setting.h"

#define WORDS_MAX	64	/* of a line */

struct restore_line {
	size_t		number;
	char		*text;		/* the words are in it */
	char		*words[WORDS_MAX + 1];
	int		nwords;
	struct ctl_connect connect;	/* if it is one */
	int		source;		/* -1: not there */
	int		dest;
	bool		done;		/* connected already */
	struct restore_line *next;
};

struct restore {
	const struct ctl_port_node *cn;
	const char	*name;
	struct restore_line *lines;
	bool		failed;
};

static void
ctl_restore_fail(struct restore *re, const struct restore_line *rl,
    const char *what, const char *why)
{

	warnx("%s: line %zu: %s: %s", re->name, rl->number, what, why);
	re->failed = true;
}

/* Take the next word off the line, which it is part of.  NULL: there is none.
 * Words can be in quotes, with \ before what is meant literally. */
static char *
ctl_restore_word(char **line)
{
	char *from, *to, *word;
	bool quoted;

	from = *line + strspn(*line, " \t\r\n");
	if (*from == '\0' || *from == '#')
		return NULL;
	quoted = *from == '"';
	if (quoted)
		from++;
	for (word = to = from; *from != '\0'; *to++ = *from++) {
		if (quoted ? *from == '"' : strchr(" \t\r\n", *from) != NULL)
			break;
		if (quoted && *from == '\\' && from[1] != '\0')
			from++;
	}
	*line = *from != '\0' ? from + 1 : from;
	*to = '\0';
	return word;
}

/* Understand a line.  False: it cannot be. */
static bool
ctl_restore_parse(struct restore *re, struct restore_line *rl)
{
	char why[CTL_CONNECT_WHY_BYTES];
	char *rest = rl->text, *word;

	while ((word = ctl_restore_word(&rest)) != NULL &&
	    rl->nwords < WORDS_MAX)
		rl->words[rl->nwords++] = word;
	if (rl->nwords == 0)
		return true;
	if (word == NULL && strcmp(rl->words[0], "set") == 0 &&
	    rl->nwords >= 2)
		return true;
	if (word == NULL && strcmp(rl->words[0], "connect") == 0) {
		if (ctl_connect_parse(&rl->connect, rl->nwords, rl->words,
		    why))
			return true;
		if (why[0] != '\0') {
			ctl_restore_fail(re, rl, "connect", why);
			return false;
		}
	}
	ctl_restore_fail(re, rl, rl->words[0], "not understood");
	return false;
}

/* Read the file.  False: it was said why not. */
static bool
ctl_restore_read(struct restore *re, FILE *in)
{
	struct restore_line *rl, **last = &re->lines;
	size_t number, size;
	bool good = true;
	char *text;

	for (number = 1; ; number++) {
		text = NULL;
		size = 0;
		if (getline(&text, &size, in) == -1)
			break;
		rl = calloc(1, sizeof(*rl));
		if (rl == NULL)
			err(1, NULL);
		rl->number = number;
		rl->text = text;
		*last = rl;
		last = &rl->next;
		if (!ctl_restore_parse(re, rl))
			good = false;
	}
	free(text);
	if (ferror(in)) {
		warn("%s", re->name);
		good = false;
	}
	re->failed = !good;
	return good;
}

static void
ctl_restore_set(struct restore *re, const struct restore_line *rl)
{
	int error, i, unit = MIDICTL_ANY;

	if (strcmp(rl->words[1], "all") != 0) {
		unit = ctl_port_find(re->cn, rl->words[1]);
		if (unit == -1) {
			ctl_restore_fail(re, rl, rl->words[1],
			    "no such port");
			return;
		}
	}
	for (i = 2; i < rl->nwords; i++) {
		error = ctl_setting_set(re->cn, unit, rl->words[i]);
		if (error == -1 || error == EINVAL)
			ctl_restore_fail(re, rl, rl->words[i],
			    "no such setting or value");
		else if (error != 0)
			ctl_restore_fail(re, rl, rl->words[i],
			    strerror(error));
	}
}

/* Which ports a connection is of. */
static void
ctl_restore_find(struct restore *re, struct restore_line *rl)
{

	rl->source = ctl_port_find(re->cn, rl->connect.from);
	rl->dest = ctl_port_find(re->cn, rl->connect.to);
	if (rl->source == -1)
		ctl_restore_fail(re, rl, rl->connect.from, "no such port");
	if (rl->dest == -1)
		ctl_restore_fail(re, rl, rl->connect.to, "no such port");
}

/* The line that is about this connection. */
static struct restore_line *
ctl_restore_line(const struct restore *re,
    const struct midictl_connection *mc)
{
	struct restore_line *rl;

	for (rl = re->lines; rl != NULL; rl = rl->next)
		if (rl->connect.from != NULL && rl->source == mc->mc_source &&
		    rl->dest == mc->mc_dest)
			return rl;
	return NULL;
}

static bool
ctl_restore_same(const struct midictl_connection *a,
    const struct midictl_connection *b)
{

	return a->mc_flags == b->mc_flags && a->mc_kinds == b->mc_kinds &&
	    a->mc_channels == b->mc_channels &&
	    a->mc_transpose == b->mc_transpose;
}

/* Undo what is in the way. */
static void
ctl_restore_undo(struct restore *re, bool keep)
{
	struct midictl_connection mc;
	struct midictl_disconnect md;
	struct restore_line *rl;
	unsigned id;

	for (id = 0; ctl_connect_next(re->cn, id, &mc); id = mc.mc_id + 1) {
		rl = ctl_restore_line(re, &mc);
		if (rl != NULL && ctl_restore_same(&mc, &rl->connect.mc))
			rl->done = true;
		else if (rl != NULL || !keep) {
			memset(&md, 0, sizeof(md));
			md.md_source = mc.mc_source;
			md.md_dest = mc.mc_dest;
			/* It may just have gone. */
			(void)ioctl(re->cn->fd, MIDICTL_DISCONNECT, &md);
		}
	}
}

static void
ctl_restore_connect(struct restore *re, struct restore_line *rl)
{
	char what[2 * CTL_PORT_LABEL_BYTES + 16];

	if (rl->done || rl->source == -1 || rl->dest == -1)
		return;
	rl->connect.mc.mc_source = rl->source;
	rl->connect.mc.mc_dest = rl->dest;
	snprintf(what, sizeof(what), "%s to %s", rl->connect.from,
	    rl->connect.to);
	if (ioctl(re->cn->fd, MIDICTL_CONNECT, &rl->connect.mc) == -1)
		ctl_restore_fail(re, rl, what, ctl_connect_why(errno));
}

static void
ctl_restore_all(struct restore *re, bool keep)
{
	struct restore_line *rl;

	for (rl = re->lines; rl != NULL; rl = rl->next) {
		if (rl->connect.from != NULL)
			ctl_restore_find(re, rl);
		else if (rl->nwords != 0)
			ctl_restore_set(re, rl);
	}
	ctl_restore_undo(re, keep);
	for (rl = re->lines; rl != NULL; rl = rl->next)
		if (rl->connect.from != NULL)
			ctl_restore_connect(re, rl);
}

int
ctl_restore(const struct ctl_port_node *cn, FILE *in, const char *name,
    bool keep)
{
	struct restore re = { .cn = cn, .name = name };
	struct restore_line *rl;

	if (ctl_restore_read(&re, in))
		ctl_restore_all(&re, keep);
	while ((rl = re.lines) != NULL) {
		re.lines = rl->next;
		free(rl->text);
		free(rl);
	}
	return re.failed ? 1 : 0;
}
