/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * testsyn.h: a synthesizer for tests, as tests see it.  See testsyn.c.
 *
 * Plain C types only.
 */

#ifndef _TESTS_DEV_MIDI_TESTSYN_H_
#define _TESTS_DEV_MIDI_TESTSYN_H_

#define TESTSYN_VOICES	3

/* What the driver has of NetBSD's methods. */
#define TESTSYN_LEAST	0	/* attackv and releasev */
#define TESTSYN_MOST	1	/* all, attackv_vel among them; allocv gives
				 * the last voice */

/* Attach it, as rmidi0, after hosted_boot().  It goes with
 * hosted_shutdown().  0 or an errno.  Context T. */
int	testsyn_attach(int kind);
/* The calls of methods since the last time, in words, each with a blank
 * behind it.  Context T. */
void	testsyn_calls(char *text, int size);
/* ctlnotice() answers that the driver does this controller. */
void	testsyn_does(int controller);

#endif /* !_TESTS_DEV_MIDI_TESTSYN_H_ */
