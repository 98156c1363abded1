/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_alarm.h: a deadline in nanoseconds.
 *
 * Callouts tick at hz, which is audible.  What plays music asks here for an
 * absolute time of the monotonic clock instead, and gets the best that the
 * kernel below can do: on NetBSD (midi_alarm.c) the callout tick at or after
 * the deadline, on the hosted kernel (hosted/kern/kern_alarm.c) a thread that
 * waits for it.  The resolution is there to be reported truthfully.
 *
 * An alarm's function runs as a soft interrupt of the serial class, or in a
 * thread: it may take adaptive locks for a short time and must not sleep.  It
 * never runs before its deadline, and never twice at once.
 */

#ifndef _DEV_MIDI_MIDI_ALARM_H_
#define _DEV_MIDI_MIDI_ALARM_H_

#include <sys/types.h>
#include <sys/stdint.h>

struct midi_alarm;

/* A new alarm, disarmed.  NULL: no memory or no soft interrupt to be had.
 * Thread context. */
struct midi_alarm *midi_alarm_create(void (*)(void *), void *);
/* Disarm, wait for a running function to end, free.  Thread context; no lock
 * held that the function takes. */
void	midi_alarm_destroy(struct midi_alarm *);
/* Arm, or arm anew: the function runs once at or soon after the given time.
 * A time that has passed means at once.  Thread or soft interrupt; the
 * function itself may arm its alarm again. */
void	midi_alarm_at(struct midi_alarm *, uint64_t);
/* From now on midi_alarm_soon() may cost the time of a processor that has
 * nothing else to do.  If it cannot, it is midi_alarm_at().  Once, by a thread
 * that may sleep. */
void	midi_alarm_refine(struct midi_alarm *);
/* The same as midi_alarm_at(), but a deadline that comes before the next step
 * of the alarms is kept; if no thread is in the way. */
void	midi_alarm_soon(struct midi_alarm *, uint64_t);
/* Disarm.  A function that has begun is not waited for, and finds out by
 * its own state under its own lock.  Thread or soft interrupt. */
void	midi_alarm_cancel(struct midi_alarm *);
/* The clock that the deadlines are of: monotonic, nanoseconds, never 0.  Any
 * context. */
uint64_t midi_alarm_now_ns(void);
/* By what steps alarms advance: at least 1. */
uint32_t midi_alarm_resolution_ns(void);

#endif /* !_DEV_MIDI_MIDI_ALARM_H_ */
