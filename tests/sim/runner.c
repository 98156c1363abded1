/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * runner.c: seeds, faults one after the other, and replay.
 *
 * A run depends on nothing but the scenario and what its string says, so
 * that the string is enough to repeat it: the density of switches, too, is
 * taken from the seed.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner.h"

static const struct {
	const char	*name;
	int		kind;
} kinds_by_name[] = {
	{ "alloc",	SIM_FAULT_ALLOC },
	{ "copy",	SIM_FAULT_COPY },
	{ "intr",	SIM_FAULT_INTR },
	{ "wake",	SIM_FAULT_WAKE }
};

#define RUNNER_NKINDS	(sizeof(kinds_by_name) / sizeof(kinds_by_name[0]))

static unsigned long runs;
static int	run_kind;
static char failure[RUNNER_STRING_BYTES];

/*
 * Strings.
 */

static const char *
runner_kind_name(int kind)
{
	size_t i;

	for (i = 0; i < RUNNER_NKINDS; i++)
		if (kinds_by_name[i].kind == kind)
			return kinds_by_name[i].name;
	return "none";
}

void
runner_format(const struct runner_scenario *rs, const struct runner_case *rc,
    char *buf)
{

	if (rc->rc_kind == 0)
		snprintf(buf, RUNNER_STRING_BYTES, "%s:%llu:%llu",
		    rs->rs_name, rc->rc_seed, rc->rc_step);
	else
		snprintf(buf, RUNNER_STRING_BYTES, "%s:%llu:%llu:%s%s",
		    rs->rs_name, rc->rc_seed, rc->rc_step,
		    runner_kind_name(rc->rc_kind), rc->rc_persist ? "+" : "");
}

static int
runner_parse_kind(const char *s, struct runner_case *rc)
{
	size_t i, n;

	for (i = 0; i < RUNNER_NKINDS; i++) {
		n = strlen(kinds_by_name[i].name);
		if (strncmp(s, kinds_by_name[i].name, n) != 0)
			continue;
		rc->rc_kind = kinds_by_name[i].kind;
		rc->rc_persist = s[n] == '+';
		return s[n + (size_t)rc->rc_persist] == '\0' ? 0 : -1;
	}
	return -1;
}

int
runner_parse(const struct runner_scenario *rs, const char *s,
    struct runner_case *rc)
{
	size_t n = strlen(rs->rs_name);
	char *end;

	memset(rc, 0, sizeof(*rc));
	if (strchr(s, ':') == NULL)
		return -1;
	if (strncmp(s, rs->rs_name, n) != 0 || s[n] != ':')
		return 1;
	s += n + 1;
	rc->rc_seed = strtoull(s, &end, 10);
	if (end == s || *end != ':')
		return -1;
	s = end + 1;
	rc->rc_step = strtoull(s, &end, 10);
	if (end == s)
		return -1;
	if (*end == '\0')
		return 0;
	return *end == ':' ? runner_parse_kind(end + 1, rc) : -1;
}

/* "cd DIRECTORY && SIM_REPLAY=... ./PROGRAM TEST" */
static void
runner_print_command(const struct runner_scenario *rs, const char *string)
{
	char path[4096];
	ssize_t n;
	char *slash;

	n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return;
	*slash = '\0';
	fprintf(stderr, "replay: cd %s && SIM_REPLAY=%s ./%s%s%s\n", path,
	    string, slash + 1, rs->rs_test != NULL ? " " : "",
	    rs->rs_test != NULL ? rs->rs_test : "");
}

static void
runner_report(const struct runner_scenario *rs, const struct runner_case *rc,
    const char *how, const char *text)
{

	runner_format(rs, rc, failure);
	fprintf(stderr, "FAIL %s: %s\n%s\n", failure, how, text);
	runner_print_command(rs, failure);
}

/*
 * Runs.
 */

static unsigned
runner_permille(unsigned long long seed)
{
	static const unsigned densities[] = { 250, 50, 500, 10, 900 };

	return densities[seed % (sizeof(densities) / sizeof(densities[0]))];
}

static int
runner_run(const struct runner_scenario *rs, const struct runner_case *rc,
    int loud, struct sim_result *res)
{
	const char *trace = getenv("SIM_TRACE");
	struct sim_config cfg = rs->rs_config;

	cfg.seed = rc->rc_seed;
	cfg.switch_permille = runner_permille(rc->rc_seed);
	cfg.fault_kind = rc->rc_kind;
	cfg.fault_at = rc->rc_step;
	cfg.fault_persist = rc->rc_persist;
	cfg.quiet = !loud;
	cfg.trace = trace != NULL && strcmp(trace, "1") == 0;
	runs++;
	run_kind = rc->rc_kind;
	if (sim_run(&cfg, rs->rs_fn, rs->rs_arg, res) == SIM_END_OK)
		return 0;
	runner_report(rs, rc, sim_end_name(res->end), res->text);
	return 1;
}

/* Is there one run to be done in place of all others?  Then do it. */
static int
runner_replayed(const struct runner_scenario *rs, int *failed)
{
	const char *s = getenv("SIM_REPLAY");
	struct sim_result res;
	struct runner_case rc;

	*failed = 0;
	if (s == NULL)
		return 0;
	switch (runner_parse(rs, s, &rc)) {
	case 0:
		*failed = runner_run(rs, &rc, 1, &res);
		fprintf(stderr, "%s: %s after %llu steps, hash %016llx\n", s,
		    sim_end_name(res.end), res.steps, res.hash);
		break;
	case -1:
		fprintf(stderr, "SIM_REPLAY: not a case: %s\n", s);
		*failed = 1;
		break;
	default:
		break;
	}
	return 1;
}

int
runner_case(const struct runner_scenario *rs, const struct runner_case *rc,
    struct sim_result *res)
{
	struct sim_result mine;
	int failed;

	if (runner_replayed(rs, &failed))
		return failed;
	return runner_run(rs, rc, 0, res != NULL ? res : &mine);
}

int
runner_straight(const struct runner_scenario *rs)
{
	const struct runner_case rc = { 0, 0, 0, 0 };

	return runner_case(rs, &rc, NULL);
}

/* What SIM_SEED says in place of first and last. */
static int
runner_seed_range(unsigned long long *first, unsigned long long *last)
{
	const char *s = getenv("SIM_SEED");
	char *end;

	if (s == NULL)
		return 0;
	*first = *last = strtoull(s, &end, 10);
	if (end != s && strncmp(end, "..", 2) == 0) {
		s = end + 2;
		*last = strtoull(s, &end, 10);
	}
	if (end == s || *end != '\0' || *first > *last) {
		fputs("SIM_SEED: not N or FIRST..LAST\n", stderr);
		return 1;
	}
	return 0;
}

int
runner_seeds(const struct runner_scenario *rs, unsigned long long first,
    unsigned long long last)
{
	struct runner_case rc = { 0, 0, 0, 0 };
	struct sim_result res;
	unsigned long long n;
	int failed;

	if (runner_replayed(rs, &failed))
		return failed;
	if (runner_seed_range(&first, &last))
		return 1;
	for (n = 0; n <= last - first && !failed; n++) {
		rc.rc_seed = first + n;
		failed = runner_run(rs, &rc, 0, &res);
	}
	return failed;
}

/* Step one fault through the run until it strikes no more. */
static int
runner_step(const struct runner_scenario *rs, unsigned long long seed,
    int kind, int persist)
{
	struct runner_case rc = { seed, 0, kind, persist };
	struct sim_result res;
	int failed;

	do {
		rc.rc_step++;
		failed = runner_run(rs, &rc, 0, &res);
	} while (!failed && res.faults != 0);
	return failed;
}

int
runner_faults(const struct runner_scenario *rs, int kinds,
    unsigned long long seed)
{
	int failed, kind;
	size_t i;

	if (runner_replayed(rs, &failed))
		return failed;
	for (i = 0; i < RUNNER_NKINDS && !failed; i++) {
		kind = kinds & kinds_by_name[i].kind;
		if (kind != 0)
			failed = runner_step(rs, seed, kind, 0);
		/* There is no waking for good. */
		if (kind != 0 && kind != SIM_FAULT_WAKE && !failed)
			failed = runner_step(rs, seed, kind, 1);
	}
	return failed;
}

int
runner_same(const struct runner_scenario *rs, unsigned long long seed)
{
	const struct runner_case rc = { seed, 0, 0, 0 };
	struct sim_result a, b;
	int failed;

	if (runner_replayed(rs, &failed))
		return failed;
	if (runner_run(rs, &rc, 0, &a) || runner_run(rs, &rc, 0, &b))
		return 1;
	if (a.hash == b.hash && a.steps == b.steps && a.end_ns == b.end_ns)
		return 0;
	runner_report(rs, &rc, "two runs differ",
	    "something outside the run's control takes part in it");
	return 1;
}

int
runner_kind(void)
{

	return run_kind;
}

unsigned long
runner_runs(void)
{

	return runs;
}

const char *
runner_failure(void)
{

	return failure;
}
