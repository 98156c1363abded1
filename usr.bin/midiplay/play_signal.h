/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_signal.h: being told to stop; see play_signal.c.
 */

#ifndef _MIDIPLAY_PLAY_SIGNAL_H_
#define _MIDIPLAY_PLAY_SIGNAL_H_

#include <poll.h>

/* Catch the signals that end or stop a program. */
void	play_signal_catch(void);
/* Let them do what they did before. */
void	play_signal_release(void);
/* The signal that was caught and not yet obeyed, or 0. */
int	play_signal_caught(void);
/* poll(2), at most for ms milliseconds, -1: without end; returns at once when
 * a signal is or was caught. */
void	play_signal_poll(struct pollfd *fds, nfds_t n, int ms);
/* SEQUENCER_SYNC on fd: 0 or an errno, EINTR when a signal is or was
 * caught. */
int	play_signal_sync(int fd);
/* Do what the signal that was caught asks for: end by it, or stop and return
 * when the program is continued. */
void	play_signal_obey(void);

#endif /* !_MIDIPLAY_PLAY_SIGNAL_H_ */
