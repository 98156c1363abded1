/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ctl_save.h: settings and connections as a file, and back; see ctl_save.c
 * and ctl_restore.c.
 */

#ifndef _MIDICTL_CTL_SAVE_H_
#define _MIDICTL_CTL_SAVE_H_

#include <stdbool.h>
#include <stdio.h>

#include "ctl_port.h"

/* Write all settings and connections. */
void	ctl_save(const struct ctl_port_node *cn, FILE *out);
/* Make them as the file says; keep: leave other connections alone.  What
 * cannot be done is told on standard error and left out.  The exit status. */
int	ctl_restore(const struct ctl_port_node *cn, FILE *in,
	    const char *name, bool keep);

#endif /* !_MIDICTL_CTL_SAVE_H_ */
