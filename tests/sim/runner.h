/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * runner.h: runs a scenario many times over on the simulation host.
 *
 * A scenario is a function that drives the hosted kernel as programs and
 * hardware would, says SIM_CHECK() of what must hold, and gives back all it
 * took.  It must hold under every seed, and when faults strike (sim_faults()
 * tells) it may be refused, but must neither hang nor leak.  It starts from
 * nothing each time: no variable may carry anything from one run to the next.
 *
 * One run is named by a string: SCENARIO:SEED:STEP[:KIND], where STEP is
 * the number of the call at which the fault strikes (0: none) and KIND is
 * alloc, copy, intr or wake, with a + when it strikes from then on (alloc:
 * SIM_FAULT_DROUGHT times).
 *
 * Environment
 *	SIM_REPLAY	such a string: do this run only, show the kernel's
 *			messages; scenarios of other names do nothing
 *	SIM_SEED	N or FIRST..LAST: these seeds in place of those that
 *			the test asks for
 *	SIM_TRACE	1: list every step
 *
 * All functions that run something return 0, or 1 after having printed what
 * failed, its string and the command that repeats it.  They stop at the
 * first failure, because the kernel's variables are then not to be relied
 * upon.
 */

#ifndef _TESTS_SIM_RUNNER_H_
#define _TESTS_SIM_RUNNER_H_

#include <hosted/sim/sim.h>

struct runner_scenario {
	const char	*rs_name;	/* no colon in it */
	void		(*rs_fn)(void *);
	void		*rs_arg;
	const char	*rs_test;	/* the test case that runs it, as one
					 * argument for the program; or NULL */
	struct sim_config rs_config;	/* limits, clocks, step_ns; the rest
					 * is the runner's */
};

struct runner_case {
	unsigned long long rc_seed;
	unsigned long long rc_step;
	int		rc_kind;	/* one SIM_FAULT_*, or 0 */
	int		rc_persist;
};

#define RUNNER_STRING_BYTES	128

/* The string of a case, into a buffer of RUNNER_STRING_BYTES. */
void	runner_format(const struct runner_scenario *rs,
	    const struct runner_case *rc, char *buf);
/* The case of a string.  0, 1: it is of another scenario, or -1: it is not
 * such a string. */
int	runner_parse(const struct runner_scenario *rs, const char *s,
	    struct runner_case *rc);

/* One run; res may be NULL. */
int	runner_case(const struct runner_scenario *rs,
	    const struct runner_case *rc, struct sim_result *res);
/* One run in order, without faults. */
int	runner_straight(const struct runner_scenario *rs);
/* One run for each seed, without faults. */
int	runner_seeds(const struct runner_scenario *rs,
	    unsigned long long first, unsigned long long last);
/* For each kind of fault in kinds, once and for good, a fault at the first,
 * second, third ... call that it can strike, until a run is left untouched.
 * All with this seed. */
int	runner_faults(const struct runner_scenario *rs, int kinds,
	    unsigned long long seed);
/* Two runs with this seed take the same steps. */
int	runner_same(const struct runner_scenario *rs, unsigned long long seed);
/* Of the run in progress, or of the last one: which kind of fault may strike;
 * 0: none.  A scenario that is long may be shorter when it is run so often. */
int	runner_kind(void);
/* How many runs were made since the program started. */
unsigned long runner_runs(void);
/* The string of the last failure, or "". */
const char *runner_failure(void);

#endif /* !_TESTS_SIM_RUNNER_H_ */
