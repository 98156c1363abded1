/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_hosted.c: see h_hosted.h.  The first failure is kept; checks go on after
 * it, so that a test ends by itself also when the kernel is wrong.
 */

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <hosted/hosted.h>

#include "h_hosted.h"
#include "host_run.h"

void	ks_fail(const char *file, int line, const char *what);

static atomic_int failures;
static char failure[4608];

void
ks_fail(const char *file, int line, const char *what)
{

	if (atomic_fetch_add(&failures, 1) == 0)
		(void)snprintf(failure, sizeof(failure), "%s:%d: %s", file,
		    line, what);
}

struct job {
	void		(*j_fn)(void);
	int		j_boot;		/* error of the boot */
	unsigned long	j_left;		/* leaked */
};

static void
job_main(void *arg)
{
	struct job *j = arg;

	j->j_boot = hosted_boot();
	if (j->j_boot != 0)
		return;
	(*j->j_fn)();
	j->j_left = hosted_shutdown();
}

const char *
h_hosted_run(void (*fn)(void))
{
	static char text[sizeof(failure) + 32];
	struct job j = { fn, 0, 0 };
	unsigned seed;
	int ran;

	for (seed = 0; seed < host_run_seeds(); seed++) {
		atomic_store(&failures, 0);
		ran = host_run(job_main, &j, seed);
		if (j.j_boot != 0)
			ks_fail("boot", j.j_boot, "error");
		if (j.j_left != 0)
			ks_fail("shutdown", (int)j.j_left, "leaked");
		if (ran != 0)
			ks_fail("run", 0, host_run_text());
		if (atomic_load(&failures) != 0) {
			(void)snprintf(text, sizeof(text), "seed %u: %s",
			    seed, failure);
			return text;
		}
	}
	return NULL;
}

const char *
h_hosted_panic(void (*fn)(void), const char *words)
{
	static char text[sizeof(failure) + 64];
	struct job j = { fn, 0, 0 };
	const char *said;

	said = host_run_panic(job_main, &j);
	if (said != NULL && strstr(said, words) != NULL)
		return NULL;
	(void)snprintf(text, sizeof(text), "not \"%s\" but \"%.4000s\"",
	    words, said == NULL ? "no panic" : said);
	return text;
}
