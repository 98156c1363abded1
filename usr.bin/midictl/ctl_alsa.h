/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ctl_alsa.h: which of ALSA's ports are devices, and which devices are ALSA's
 * cards; see ctl_alsa.c.
 */

#ifndef _MIDICTL_CTL_ALSA_H_
#define _MIDICTL_CTL_ALSA_H_

#include <stdbool.h>
#include <stdio.h>

#include "ctl_port.h"

/* Are both worlds on this machine?  Ends the program when they are not. */
void	ctl_alsa_check(void);
/* Print what is wanted and what there is. */
void	ctl_alsa_list(const struct ctl_port_node *cn, bool json, FILE *out);
/* Is it a command: attach, detach, show, hide? */
bool	ctl_alsa_known(const char *command);
/* Is what it changes one of our units? */
bool	ctl_alsa_ours(const char *command);
/* What ALSA's port or our unit is to be.  what, of the command line: all, a
 * port of ALSA's, or the unit of a device. */
void	ctl_alsa_change(const char *command, const char *what);

#endif /* !_MIDICTL_CTL_ALSA_H_ */
