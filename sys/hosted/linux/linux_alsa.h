/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_alsa.h: the module bsdmidi_alsa: ALSA both ways.
 *
 * linux_alsa.c knows what is wanted, linux_alsa_port.c makes ports of ALSA's
 * devices of ours, linux_alsa_card.c makes ports of ours cards of ALSA's.
 * What is there comes and goes on either side; each time something has, both
 * compare what there is with what there should be, in one queue, one after
 * the other: their lists need no lock.
 */

#ifndef _HOSTED_LINUX_LINUX_ALSA_H_
#define _HOSTED_LINUX_LINUX_ALSA_H_

#include <linux/types.h>

/* The driver of our cards. */
#define LINUX_ALSA_DRIVER	"bsdmidi"

struct snd_rawmidi;

/* Is this port of ALSA's to be a device of ours; this port of ours a card of
 * ALSA's?  T. */
bool	linux_alsa_attaches(const struct snd_rawmidi *rmidi, int sub);
bool	linux_alsa_shows(int unit);
/* Something has changed.  Any context. */
void	linux_alsa_changed(void);
/* Compare again in a little while: something is not complete.  In the
 * queue. */
void	linux_alsa_look_again(void);

/* Begin to be told of changes: 0 or a negative errno; and end: then nothing
 * of it is left.  T. */
int	linux_alsa_port_init(void);
void	linux_alsa_port_fini(void);
int	linux_alsa_card_init(void);
void	linux_alsa_card_fini(void);
/* Not told any more, but what there is stays.  T. */
void	linux_alsa_port_stop(void);
void	linux_alsa_card_stop(void);

/* Compare; in the queue. */
void	linux_alsa_port_compare(void);
void	linux_alsa_card_compare(void);
/* Is the unit one of ALSA's ports?  In the queue. */
bool	linux_alsa_port_is(int unit);

#endif /* !_HOSTED_LINUX_LINUX_ALSA_H_ */
