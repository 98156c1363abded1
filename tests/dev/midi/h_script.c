/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_script.c: reads scripts and plays them; the steps are in h_script_op.c.
 *
 * A case is a run of the simulation of its own, so that none depends on
 * another and none that hangs or panics hides another.
 */

#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hosted/hosted.h>

#include "h_script.h"

struct script_line {
	int		number;
	char		*text;
};

struct script_case {
	char		*name;
	char		*units;
	unsigned int	first;		/* line */
	unsigned int	count;		/* of lines */
};

struct h_script {
	char		*path;
	struct script_line *lines;
	unsigned int	nlines;
	struct script_case *cases;
	unsigned int	ncases;
};

/* What a run is about. */
struct script_run {
	const struct h_script *script;
	const struct script_case *ca;
	void		(*tell)(int, const char *);
};

/*
 * Reading.
 */

/* Room for one more than n. */
static void *
script_more(void *array, unsigned int n, size_t size)
{

	/* Full when n is a power of two. */
	if ((n & (n - 1)) != 0)
		return array;
	array = realloc(array, (n == 0 ? 1 : 2 * (size_t)n) * size);
	if (array == NULL)
		err(1, NULL);
	return array;
}

static void
script_begin_case(struct h_script *hs, const char *path, int number,
    char *text)
{
	struct script_case *ca;
	char *name, *units, *save;

	(void)strtok_r(text, " \t", &save);
	name = strtok_r(NULL, " \t", &save);
	units = strtok_r(NULL, ":", &save);
	if (name == NULL || units == NULL || *save == '\0')
		errx(1, "%s:%d: case NAME UNITS: what it would catch", path,
		    number);
	hs->cases = script_more(hs->cases, hs->ncases, sizeof(*ca));
	ca = &hs->cases[hs->ncases++];
	ca->name = strdup(name);
	ca->units = strdup(strcmp(units, "-") == 0 ? "" : units);
	ca->first = hs->nlines;
	ca->count = 0;
}

static void
script_line(struct h_script *hs, const char *path, int number, char *text)
{
	size_t n = strlen(text);

	while (n > 0 && strchr(" \t\n", text[n - 1]) != NULL)
		text[--n] = '\0';
	text += strspn(text, " \t");
	if (*text == '\0' || *text == '#')
		return;
	if (strncmp(text, "case ", 5) == 0) {
		script_begin_case(hs, path, number, text);
		return;
	}
	if (hs->ncases == 0)
		errx(1, "%s:%d: no case has begun", path, number);
	hs->lines = script_more(hs->lines, hs->nlines, sizeof(*hs->lines));
	hs->lines[hs->nlines].number = number;
	hs->lines[hs->nlines].text = strdup(text);
	hs->nlines++;
	hs->cases[hs->ncases - 1].count++;
}

/* Put the next line behind this one, if it ends with a backslash. */
static bool
script_continues(char **text, size_t *size, FILE *fp)
{
	char *more = NULL, *rest;
	size_t more_size = 0, n;

	n = strcspn(*text, "\n");
	if (n == 0 || (*text)[n - 1] != '\\' ||
	    getline(&more, &more_size, fp) == -1) {
		free(more);
		return false;
	}
	rest = more + strspn(more, " \t");
	*size = n + strlen(rest) + 1;
	*text = realloc(*text, *size);
	if (*text == NULL)
		err(1, NULL);
	strcpy(*text + n - 1, rest);
	free(more);
	return true;
}

struct h_script *
h_script_load(const char *path)
{
	struct h_script *hs;
	char *text = NULL;
	size_t size = 0;
	FILE *fp;
	int number = 0;

	hs = calloc(1, sizeof(*hs));
	fp = fopen(path, "r");
	if (hs == NULL || fp == NULL)
		err(1, "%s", path);
	hs->path = strdup(path);
	while (getline(&text, &size, fp) != -1) {
		number++;
		while (script_continues(&text, &size, fp))
			number++;
		script_line(hs, path, number, text);
	}
	free(text);
	fclose(fp);
	return hs;
}

void
h_script_free(struct h_script *hs)
{
	unsigned int i;

	for (i = 0; i < hs->nlines; i++)
		free(hs->lines[i].text);
	for (i = 0; i < hs->ncases; i++) {
		free(hs->cases[i].name);
		free(hs->cases[i].units);
	}
	free(hs->lines);
	free(hs->cases);
	free(hs->path);
	free(hs);
}

unsigned int
h_script_cases(const struct h_script *hs)
{

	return hs->ncases;
}

const char *
h_script_name(const struct h_script *hs, unsigned int i)
{

	return hs->cases[i].name;
}

/*
 * Playing.
 */

/* Is the result what the script says, word by word? */
static bool
script_matches(const char *got, const char *want)
{
	static char word[H_SCRIPT_RESULT];
	static char full[H_SCRIPT_RESULT];
	size_t n;

	for (;;) {
		got += strspn(got, " ");
		want += strspn(want, " \t");
		if (*want == '\0')
			return *got == '\0';
		n = strcspn(want, " \t");
		snprintf(word, sizeof(word), "%.*s", (int)n, want);
		want += n;
		h_script_expand(word, full, sizeof(full));
		n = strcspn(got, " ");
		if (strlen(full) != n || strncmp(got, full, n) != 0)
			return false;
		got += n;
	}
}

static void
script_play_line(const struct script_run *sr, const struct script_line *sl)
{
	static char result[H_SCRIPT_RESULT];
	char *step, *want;

	step = strdup(sl->text);
	want = strstr(step, " = ");
	if (want != NULL) {
		*want = '\0';
		want += 3;
	}
	h_script_step(step, result, sizeof(result));
	if (sr->tell != NULL)
		sr->tell(sl->number, result);
	else if (want != NULL ? !script_matches(result, want) :
	    result[0] == 'E')
		sim_fail("%s:%d: %s: %.160s\ngives %.1500s", sr->script->path,
		    sl->number, sr->ca->name, sl->text, result);
	free(step);
}

static void
script_main(void *arg)
{
	const struct script_run *sr = arg;
	unsigned int i;

	SIM_CHECK_EQ(hosted_boot(), 0);
	h_script_begin(sr->ca->units);
	for (i = 0; i < sr->ca->count; i++)
		script_play_line(sr, &sr->script->lines[sr->ca->first + i]);
	h_script_end();
	SIM_CHECK_EQ(hosted_shutdown(), 0);
}

int
h_script_run(const struct h_script *hs, unsigned int i,
    void (*tell)(int, const char *), struct sim_result *res)
{
	struct script_run sr;
	struct sim_config cfg;

	memset(&cfg, 0, sizeof(cfg));
	cfg.quiet = getenv("SIM_SHOW") == NULL;
	cfg.trace = getenv("SIM_TRACE") != NULL;
	sr.script = hs;
	sr.ca = &hs->cases[i];
	sr.tell = tell;
	return sim_run(&cfg, script_main, &sr, res);
}
