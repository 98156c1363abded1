/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_time.c: clocks.
 */

#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/timekeeping.h>

#include "linux.h"

unsigned long long
host_uptime_ns(void)
{

	return ktime_get_ns();
}

unsigned long long
host_realtime_ns(void)
{

	return ktime_get_real_ns();
}

void
host_delay_ns(unsigned long ns)
{

	if (ns >= 1000)
		udelay(DIV_ROUND_UP(ns, 1000));
	else
		ndelay(ns);
}

unsigned long
host_timer_resolution_ns(void)
{

	return hrtimer_resolution;
}
