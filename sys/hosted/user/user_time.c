/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_time.c: clocks of the user host.
 */

#include <time.h>

#include <hosted/user/user.h>

#define USER_TIME_SEC_NS	1000000000ULL

static unsigned long long
user_time_get_ns(clockid_t clock)
{
	struct timespec ts;

	if (clock_gettime(clock, &ts) == -1)
		host_panic("user host: no clock\n");
	return (unsigned long long)ts.tv_sec * USER_TIME_SEC_NS +
	    (unsigned long long)ts.tv_nsec;
}

/*
 * A process may be started in a time name space where the clock begins at 0.
 */
unsigned long long
host_uptime_ns(void)
{
	unsigned long long now_ns;

	now_ns = user_time_get_ns(CLOCK_MONOTONIC);
	return now_ns == 0 ? 1 : now_ns;
}

unsigned long long
host_realtime_ns(void)
{

	return user_time_get_ns(CLOCK_REALTIME);
}

void
host_delay_ns(unsigned long ns)
{
	unsigned long long end_ns;

	end_ns = host_uptime_ns() + ns;
	while (host_uptime_ns() < end_ns)
		continue;
}

unsigned long
host_timer_resolution_ns(void)
{
	struct timespec ts;

	if (clock_getres(CLOCK_MONOTONIC, &ts) == -1)
		host_panic("user host: no clock\n");
	if (ts.tv_sec > 0)
		return (unsigned long)USER_TIME_SEC_NS;
	return ts.tv_nsec < 1 ? 1 : (unsigned long)ts.tv_nsec;
}
