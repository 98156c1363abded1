/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_sim.h: what the tests of the simulation host share.
 */

#ifndef _TESTS_SIM_H_SIM_H_
#define _TESTS_SIM_H_SIM_H_

#include <atf-c.h>
#include <string.h>

#include <hosted/sim/sim.h>

/* Seeds that each property is tried with, 0 among them. */
#define H_SEEDS	200

/* One quiet run of fn. */
static inline int
h_run(unsigned long long seed, void (*fn)(void *), void *arg,
    struct sim_result *res)
{
	struct sim_config cfg;

	memset(&cfg, 0, sizeof(cfg));
	cfg.seed = seed;
	cfg.quiet = 1;
	return sim_run(&cfg, fn, arg, res);
}

/* One run for each seed; each must end well. */
static inline void
h_run_seeds(void (*fn)(void *), void *arg)
{
	struct sim_result res;
	unsigned long long seed;

	for (seed = 0; seed < H_SEEDS; seed++)
		ATF_REQUIRE_MSG(h_run(seed, fn, arg, &res) == SIM_END_OK,
		    "seed %llu: %s: %s", seed, sim_end_name(res.end),
		    res.text);
}

/* A run in order that must end in this way, with this in its text. */
static inline void
h_run_ends(void (*fn)(void *), void *arg, int end, const char *text)
{
	struct sim_result res;

	ATF_CHECK_MSG(h_run(0, fn, arg, &res) == end, "%s: %s, not %s: %s",
	    text, sim_end_name(res.end), sim_end_name(end), res.text);
	ATF_CHECK_MSG(strstr(res.text, text) != NULL, "no \"%s\" in: %s",
	    text, res.text);
}

#endif /* !_TESTS_SIM_H_SIM_H_ */
