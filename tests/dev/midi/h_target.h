/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_target.h: the devices, wherever they are: one test program for every
 * host.
 *
 * A test is written with the t_ calls below, which are the system calls but
 * give errors as negative numbers.  Linked with h_target_sim.c it runs in the
 * simulation, once in order and then with many seeds, and nothing may be
 * leaked; with h_target_dev.c on the nodes of a directory, MIDI_DIR, or of a
 * midihost that it starts for itself.  Two virtual cables are there: rmidi0
 * to rmidi1 and rmidi2 to rmidi3.
 */

#ifndef _TESTS_DEV_MIDI_H_TARGET_H_
#define _TESTS_DEV_MIDI_H_TARGET_H_

#include <sys/types.h>

#include <atf-c.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <sys/midiio.h>

struct t_thread;

/* Run a body with the devices there. */
void	t_run(void (*)(void));
/* Is time simulated, so that it can be asked for exactly? */
bool	t_exact(void);

/* Does close(2) wait for the output?  See midihost(8) on old kernels. */
bool	t_close_waits(void);

int	t_open(const char *, int);
long	t_read(int, void *, size_t);
long	t_write(int, const void *, size_t);
int	t_ioctl(int, unsigned long, void *);
/* Returns the events, 0 after the time in milliseconds (-1: none). */
int	t_poll(int, int, int);
void	t_close(int);

struct t_thread *t_start(void (*)(void *), void *);
void	t_join(struct t_thread *);
/* A signal that ends what the thread waits for. */
void	t_interrupt(struct t_thread *);
void	t_sleep_ms(unsigned int);
uint64_t t_now_ns(void);

void	t_fail(const char *, int, const char *, ...)
	    __attribute__((__noreturn__, __format__(__printf__, 3, 4)));

#define T_CHECK(c) do {							\
	if (!(c))							\
		t_fail(__FILE__, __LINE__, "not true: %s", #c);		\
} while (0)

#define T_EQ(a, b) do {							\
	const long long a_ = (a), b_ = (b);				\
	if (a_ != b_)							\
		t_fail(__FILE__, __LINE__, "%s is %lld, not %lld",	\
		    #a, a_, b_);					\
} while (0)

/* Read so many bytes, in as many reads as it takes, and compare. */
void	t_expect(int, const void *, size_t);
/* Write all of a string literal of bytes. */
#define T_WRITE(fd, s)	T_EQ(t_write(fd, s, sizeof(s) - 1), sizeof(s) - 1)
#define T_EXPECT(fd, s)	t_expect(fd, s, sizeof(s) - 1)

/* A test case: what it would catch is its description. */
#define T_CASE(name, text)						\
static void name##_target(void);					\
ATF_TC(name);								\
ATF_TC_HEAD(name, tc)							\
{									\
	atf_tc_set_md_var(tc, "descr", text);				\
}									\
ATF_TC_BODY(name, tc)							\
{									\
	t_run(name##_target);						\
}									\
static void								\
name##_target(void)

#endif /* !_TESTS_DEV_MIDI_H_TARGET_H_ */
