/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * testmidi.c: MIDI hardware for tests, a driver as NetBSD's are: it knows
 * nothing of the methods that midi_if.h adds.
 *
 * Each device writes down every call of its methods, with the time, and does
 * what the test tells it: takes, refuses, lets bytes arrive.
 *
 * Locks: tm_lock, a spin lock, is the hardware lock of midi(4); under it
 * testmidi_log_lock guards the list of calls.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/intr.h>
#include <sys/mutex.h>

#include <dev/midi_if.h>
#include <dev/midivar.h>

#include <hosted/host.h>

#include "testmidi.h"

#define TESTMIDI_CALLS	32768		/* kept until they are fetched */

/* Field keys: [a] constant while attached; [h] tm_lock. */
struct testmidi {
	kmutex_t	tm_lock;
	int		tm_unit;	/* [a] */
	char		tm_letter;	/* [a] */
	bool		tm_open;	/* [h] */
	void		(*tm_in)(void *, int);	/* [h] */
	void		(*tm_out)(void *);	/* [h] */
	void		*tm_arg;	/* [h] of both */
	int		tm_fifo;	/* [h] calls that it takes at a time */
	int		tm_taken;	/* [h] since txdone */
	int		tm_open_error;	/* [h] for the next open */
	int		tm_error;	/* [h] for calls, */
	int		tm_skip;	/* [h] ... after so many, */
	int		tm_errors;	/* [h] ... to so many */
	int		tm_work_us;	/* [h] that output works on a byte */
	int		tm_byte_us;	/* [h] that a byte is on its way */
	unsigned long long tm_ready_ns;	/* [h] output waits until then */
};

static int	testmidi_match(device_t, cfdata_t, void *);
static void	testmidi_attach1(device_t, device_t, void *);
static int	testmidi_detach(device_t, int);

static int	testmidi_open(void *, int, void (*)(void *, int),
		    void (*)(void *), void *);
static void	testmidi_close(void *);
static int	testmidi_output(void *, int);
static void	testmidi_getinfo(void *, struct midi_info *);
static void	testmidi_get_locks(void *, kmutex_t **, kmutex_t **);
static int	testmidi_channel(void *, int, int, u_char *, int);
static int	testmidi_common(void *, int, u_char *, int);
static int	testmidi_sysex(void *, u_char *, int);

CFATTACH_DECL_NEW(testmidi, sizeof(int), testmidi_match, testmidi_attach1,
    testmidi_detach, NULL);

static const struct cfiattrdata testmidi_midibus = { .ci_name = "midibus" };
static const struct cfiattrdata *const testmidi_attrs[] = {
	&testmidi_midibus, NULL
};
static CFDRIVER_DECL(testmidi, DV_DULL, testmidi_attrs);

static struct cfdriver *const testmidi_drivers[] = { &testmidi_cd, NULL };
static struct cfattach *const testmidi_cas[] = { &testmidi_ca, NULL };
static const struct cfattachinit testmidi_attachs[] = {
	{ "testmidi", testmidi_cas },
	{ NULL, NULL }
};

static struct cfdata testmidi_cfdata = {
	.cf_name = "testmidi",
	.cf_atname = "testmidi",
	.cf_unit = 0,
	.cf_fstate = FSTATE_STAR,
};

/* By position, as drivers of NetBSD do: a member more or less, or another
 * order, and they do not compile with -Wextra -Werror; nor does this. */
static const struct midi_hw_if testmidi_hw_if = {
	testmidi_open,
	testmidi_close,
	testmidi_output,
	testmidi_getinfo,
	NULL,
	testmidi_get_locks,
};

static struct midi_hw_if_ext testmidi_ext = {
	.channel = testmidi_channel,
	.common = testmidi_common,
	.sysex = testmidi_sysex,
};

static struct midi_hw_if_ext testmidi_ext_compress = {
	.channel = testmidi_channel,
	.common = testmidi_common,
	.sysex = testmidi_sysex,
	.compress = 1,
};

static struct testmidi testmidi_units[TESTMIDI_UNITS];
static int testmidi_count;		/* attached */

static kmutex_t testmidi_log_lock;
static u_int testmidi_serial;
static u_int testmidi_log_first;
static u_int testmidi_log_count;
static unsigned long testmidi_log_lost;
static struct testmidi_call testmidi_log[TESTMIDI_CALLS];

/*
 * Attachment.
 */

static int
testmidi_match(device_t parent, cfdata_t cf, void *aux)
{

	return 1;
}

static void
testmidi_attach1(device_t parent, device_t self, void *aux)
{
	struct testmidi *tm = aux;

	aprint_naive("\n");
	aprint_normal(": '%c'\n", tm->tm_letter);
	mutex_init(&tm->tm_lock, MUTEX_DEFAULT, IPL_SCHED);
	(void)midi_attach_mi(&testmidi_hw_if, tm, self);
}

static int
testmidi_detach(device_t self, int flags)
{
	struct testmidi *tm = &testmidi_units[device_unit(self)];
	int error;

	error = config_detach_children(self, flags);
	if (error)
		return error;
	mutex_destroy(&tm->tm_lock);
	tm->tm_letter = '\0';
	if (--testmidi_count == 0)
		mutex_destroy(&testmidi_log_lock);
	return 0;
}

static int
testmidi_attach_unit(int unit, char letter)
{
	struct testmidi *tm = &testmidi_units[unit];
	device_t dev;

	memset(tm, 0, sizeof(*tm));
	tm->tm_unit = unit;
	tm->tm_letter = letter;
	tm->tm_fifo = 1;
	if (testmidi_count == 0)
		mutex_init(&testmidi_log_lock, MUTEX_DEFAULT, IPL_HIGH);
	testmidi_count++;
	dev = config_attach_pseudo_acquire(&testmidi_cfdata, tm);
	if (dev == NULL)
		return ENXIO;
	KASSERT(device_unit(dev) == unit);
	device_release(dev);
	return 0;
}

int
testmidi_attach(const char *units)
{
	int error, i;

	testmidi_serial = 0;
	testmidi_log_first = testmidi_log_count = 0;
	testmidi_log_lost = 0;
	error = config_init_component(testmidi_drivers, testmidi_attachs,
	    NULL);
	for (i = 0; units[i] != '\0' && error == 0; i++) {
		KASSERT(i < TESTMIDI_UNITS);
		error = testmidi_attach_unit(i, units[i]);
	}
	return error;
}

/*
 * The list of calls.
 */

static void
testmidi_note(const struct testmidi *tm, char kind, int a, int b,
    const u_char *bytes, int n, int error)
{
	struct testmidi_call *call;

	KASSERT(mutex_owned(&tm->tm_lock));
	KASSERT(n >= 0 && n <= (int)sizeof(call->bytes));
	mutex_enter(&testmidi_log_lock);
	if (testmidi_log_count == TESTMIDI_CALLS) {
		testmidi_log_lost++;
		mutex_exit(&testmidi_log_lock);
		return;
	}
	call = &testmidi_log[(testmidi_log_first + testmidi_log_count++) %
	    TESTMIDI_CALLS];
	memset(call, 0, sizeof(*call));
	call->ns = host_uptime_ns();
	call->serial = testmidi_serial++;
	call->unit = tm->tm_unit;
	call->kind = kind;
	call->a = a;
	call->b = b;
	call->error = error;
	call->n = n;
	if (n != 0)
		memcpy(call->bytes, bytes, n);
	mutex_exit(&testmidi_log_lock);
}

int
testmidi_fetch(struct testmidi_call *call)
{
	bool any;

	/* Without devices there is no lock, and no call. */
	if (testmidi_count == 0)
		return 0;
	mutex_enter(&testmidi_log_lock);
	any = testmidi_log_count != 0;
	if (any) {
		*call = testmidi_log[testmidi_log_first];
		testmidi_log_first = (testmidi_log_first + 1) % TESTMIDI_CALLS;
		testmidi_log_count--;
	}
	mutex_exit(&testmidi_log_lock);
	return any;
}

void
testmidi_clear(void)
{

	testmidi_log_count = 0;
}

unsigned long
testmidi_lost(void)
{

	return testmidi_log_lost;
}

/*
 * The test's side.
 */

static struct testmidi *
testmidi_unit(int unit)
{

	KASSERT(unit >= 0 && unit < TESTMIDI_UNITS);
	KASSERT(testmidi_units[unit].tm_letter != '\0');
	return &testmidi_units[unit];
}

void
testmidi_input(int unit, const unsigned char *bytes, int n)
{
	struct testmidi *tm = testmidi_unit(unit);
	int i;

	mutex_enter(&tm->tm_lock);
	for (i = 0; tm->tm_open && i < n; i++)
		(*tm->tm_in)(tm->tm_arg, bytes[i]);
	mutex_exit(&tm->tm_lock);
}

void
testmidi_txdone(int unit)
{
	struct testmidi *tm = testmidi_unit(unit);

	mutex_enter(&tm->tm_lock);
	tm->tm_taken = 0;
	if (tm->tm_open)
		(*tm->tm_out)(tm->tm_arg);
	mutex_exit(&tm->tm_lock);
}

void
testmidi_outmode(int unit, int fifo, int error, int skip, int n)
{
	struct testmidi *tm = testmidi_unit(unit);

	mutex_enter(&tm->tm_lock);
	tm->tm_fifo = fifo;
	tm->tm_error = error;
	tm->tm_skip = skip;
	tm->tm_errors = n;
	mutex_exit(&tm->tm_lock);
}

void
testmidi_slow(int unit, int work_us, int byte_us)
{
	struct testmidi *tm = testmidi_unit(unit);

	mutex_enter(&tm->tm_lock);
	tm->tm_work_us = work_us;
	tm->tm_byte_us = byte_us;
	mutex_exit(&tm->tm_lock);
}

void
testmidi_openerr(int unit, int error)
{
	struct testmidi *tm = testmidi_unit(unit);

	mutex_enter(&tm->tm_lock);
	tm->tm_open_error = error;
	mutex_exit(&tm->tm_lock);
}

/*
 * midi(4)'s side.
 */

static int
testmidi_open(void *hdl, int flags, void (*in)(void *, int),
    void (*out)(void *), void *arg)
{
	struct testmidi *tm = hdl;
	const int error = tm->tm_open_error;

	KASSERT(!tm->tm_open);
	testmidi_note(tm, TESTMIDI_OPEN, flags & (FREAD | FWRITE), 0, NULL, 0,
	    error);
	tm->tm_open_error = 0;
	if (error)
		return error;
	tm->tm_open = true;
	tm->tm_taken = 0;
	tm->tm_in = in;
	tm->tm_out = out;
	tm->tm_arg = arg;
	return 0;
}

static void
testmidi_close(void *hdl)
{
	struct testmidi *tm = hdl;

	KASSERT(tm->tm_open);
	testmidi_note(tm, TESTMIDI_CLOSE, tm->tm_taken, 0, NULL, 0, 0);
	tm->tm_open = false;
}

static bool
testmidi_is_intr(const struct testmidi *tm)
{

	return tm->tm_letter == 'P' || tm->tm_letter == 'X' ||
	    tm->tm_letter == 'V';
}

/* What the call gives: the error that was ordered, or whether it is full. */
static int
testmidi_take(struct testmidi *tm)
{

	KASSERT(mutex_owned(&tm->tm_lock));
	KASSERT(tm->tm_open);
	if (tm->tm_skip > 0)
		tm->tm_skip--;
	else if (tm->tm_errors > 0) {
		tm->tm_errors--;
		return tm->tm_error;
	}
	if (!testmidi_is_intr(tm))
		return 0;
	KASSERT(tm->tm_taken < tm->tm_fifo);
	return ++tm->tm_taken < tm->tm_fifo ? EINPROGRESS : 0;
}

/* Wait for the hardware as old drivers do.  Returns the microseconds. */
static int
testmidi_wait(struct testmidi *tm)
{
	const unsigned long long began_ns = host_uptime_ns();

	if (tm->tm_work_us != 0)
		delay(tm->tm_work_us);
	while (host_uptime_ns() < tm->tm_ready_ns)
		delay(10);
	tm->tm_ready_ns = host_uptime_ns() + tm->tm_byte_us * 1000ULL;
	return (int)((host_uptime_ns() - began_ns) / 1000);
}

static int
testmidi_output(void *hdl, int byte)
{
	struct testmidi *tm = hdl;
	const u_char b = byte;
	const int error = testmidi_take(tm), us = testmidi_wait(tm);

	testmidi_note(tm, TESTMIDI_BYTE, us, 0, &b, 1, error);
	return error;
}

static int
testmidi_channel(void *hdl, int status, int channel, u_char *msg, int n)
{
	struct testmidi *tm = hdl;
	const int error = testmidi_take(tm);

	testmidi_note(tm, TESTMIDI_CHANNEL, status, channel, msg, n, error);
	return error;
}

static int
testmidi_common(void *hdl, int status, u_char *msg, int n)
{
	struct testmidi *tm = hdl;
	const int error = testmidi_take(tm);

	testmidi_note(tm, TESTMIDI_COMMON, status, 0, msg, n, error);
	return error;
}

static int
testmidi_sysex(void *hdl, u_char *msg, int n)
{
	struct testmidi *tm = hdl;
	const int error = testmidi_take(tm);

	testmidi_note(tm, TESTMIDI_SYSEX, 0, 0, msg, n, error);
	return error;
}

static void
testmidi_getinfo(void *hdl, struct midi_info *info)
{
	const struct testmidi *tm = hdl;

	info->name = "test device";
	info->props = MIDI_PROP_CAN_INPUT;
	switch (tm->tm_letter) {
	case 'x':
	case 'X':
		midi_register_hw_if_ext(&testmidi_ext);
		break;
	case 'v':
	case 'V':
		midi_register_hw_if_ext(&testmidi_ext_compress);
		break;
	case 'o':
		info->props = 0;
		break;
	case 'i':
		info->props |= MIDI_PROP_NO_OUTPUT;
		break;
	default:
		break;
	}
	if (testmidi_is_intr(tm))
		info->props |= MIDI_PROP_OUT_INTR;
}

static void
testmidi_get_locks(void *hdl, kmutex_t **intr, kmutex_t **thread)
{
	struct testmidi *tm = hdl;

	*intr = &tm->tm_lock;
	*thread = NULL;
}
