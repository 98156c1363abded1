/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_subr.c: small services: times, strings, copies between programs and
 * the kernel, who gets a file's signals.
 *
 * Two clocks are the host's: the monotonic one and the wall's.  The get forms
 * are promised to be cheap and as old as a tick; here they are rounded down
 * to the tick, so that nothing can come to depend on more.
 */

#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/kernel.h>
#include <sys/sched.h>
#include <sys/signal.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timearith.h>

#include <dev/audio/audio_if.h>

#include <hosted/kern/kern_impl.h>

#define NS_PER_S	1000000000ULL
#define NS_PER_TICK	1000000ULL

int	hz = 1000;
int	tick = 1000;
int	cold = 1;

/*
 * Times.
 */

int
getticks(void)
{

	return (int)(unsigned int)(host_uptime_ns() / NS_PER_TICK);
}

static void
subr_timespec(unsigned long long ns, struct timespec *t)
{

	t->tv_sec = (time_t)(ns / NS_PER_S);
	t->tv_nsec = (long)(ns % NS_PER_S);
}

static void
subr_timeval(unsigned long long ns, struct timeval *t)
{

	t->tv_sec = (time_t)(ns / NS_PER_S);
	t->tv_usec = (suseconds_t)(ns % NS_PER_S / 1000);
}

static void
subr_bintime(unsigned long long ns, struct bintime *b)
{
	struct timespec t;

	subr_timespec(ns, &t);
	timespec2bintime(&t, b);
}

/* Never 0, as the clock itself. */
static unsigned long long
subr_tick(unsigned long long ns)
{

	return ns < NS_PER_TICK ? ns : ns - ns % NS_PER_TICK;
}

void
binuptime(struct bintime *b)
{

	subr_bintime(host_uptime_ns(), b);
}

void
nanouptime(struct timespec *t)
{

	subr_timespec(host_uptime_ns(), t);
}

void
microuptime(struct timeval *t)
{

	subr_timeval(host_uptime_ns(), t);
}

void
getnanouptime(struct timespec *t)
{

	subr_timespec(subr_tick(host_uptime_ns()), t);
}

void
bintime(struct bintime *b)
{

	subr_bintime(host_realtime_ns(), b);
}

time_t
getuptime_second(void)
{

	return (time_t)(host_uptime_ns() / NS_PER_S);
}

time_t
getrealtime_second(void)
{

	return (time_t)(host_realtime_ns() / NS_PER_S);
}

/* One more than the ticks that cover it: the tick that runs has begun. */
int
tstohz(const struct timespec *t)
{
	uint64_t ticks;

	if (t->tv_sec < 0 || (t->tv_sec == 0 && t->tv_nsec <= 0))
		return t->tv_sec < 0 || t->tv_nsec < 0 ? 0 : 1;
	if ((uint64_t)t->tv_sec >= (uint64_t)INT_MAX / (u_int)hz)
		return INT_MAX;
	ticks = (uint64_t)t->tv_sec * (u_int)hz +
	    howmany((uint64_t)t->tv_nsec, NS_PER_TICK) + 1;
	return (int)MIN(ticks, (uint64_t)INT_MAX);
}

int
tvtohz(const struct timeval *t)
{
	struct timespec ts;

	ts.tv_sec = t->tv_sec;
	ts.tv_nsec = (long)t->tv_usec * 1000;
	return tstohz(&ts);
}

void
delay(unsigned int us)
{

	KASSERT(us <= 50);
	host_delay_ns((unsigned long)us * 1000);
}

/* No host has a better way; drivers on hosted kernels need none. */
void
yield(void)
{

	kern_lwp_assert_unlocked("yield");
	host_delay_ns(1000);
}

/*
 * Strings.
 */

size_t
strlcpy(char *to, const char *from, size_t size)
{
	size_t n = strlen(from);

	if (size != 0) {
		size = MIN(n, size - 1);
		memcpy(to, from, size);
		to[size] = '\0';
	}
	return n;
}

size_t
strlcat(char *to, const char *from, size_t size)
{
	size_t n;

	for (n = 0; n < size && to[n] != '\0'; n++)
		continue;
	return n + strlcpy(to + n, from, size - n);
}

/*
 * Programs.
 */

int
copyin(const void *uaddr, void *kaddr, size_t n)
{

	kern_lwp_assert_unlocked("copyin");
	return host_copyin(uaddr, kaddr, n);
}

int
copyout(const void *kaddr, void *uaddr, size_t n)
{

	kern_lwp_assert_unlocked("copyout");
	return host_copyout(kaddr, uaddr, n);
}

int
fsetown(pid_t *store, u_long cmd, const void *data)
{
	int id = *(const int *)data;

	if (cmd == TIOCSPGRP) {
		if (id < 0)
			return EINVAL;
		id = -id;
	}
	*store = id;
	return 0;
}

int
fgetown(pid_t id, u_long cmd, void *data)
{

	*(int *)data = cmd == TIOCGPGRP ? -id : id;
	return 0;
}

/* What happened, and where, has no way to a program on our hosts. */
void
fownsignal(pid_t id, int signo, int code __unused, int band __unused,
    void *data __unused)
{

	KASSERT(signo == SIGIO);
	if (id != 0)
		host_signal_io(id);
}

/*
 * Errors as methods, and the rest.
 */

int
audioprint(void *aux, const char *pnp)
{
	static const char *const names[] = {
		"audio", "midi", "opl", "mpu", "aux"
	};
	const struct audio_attach_args *aa = aux;
	const char *name = "audio?";

	if (pnp != NULL) {
		if (aa->type >= 0 && aa->type < (int)__arraycount(names))
			name = names[aa->type];
		aprint_normal("%s at %s", name, pnp);
	}
	return UNCONF;
}

/* No host suspends. */
bool
pmf_device_register(device_t dev __unused,
    bool (*suspend)(device_t, const pmf_qual_t *) __unused,
    bool (*resume)(device_t, const pmf_qual_t *) __unused)
{

	return true;
}

void
pmf_device_deregister(device_t dev __unused)
{

}
