/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ctl_setting.h: settings of ports; see ctl_setting.c.
 */

#ifndef _MIDICTL_CTL_SETTING_H_
#define _MIDICTL_CTL_SETTING_H_

#include <stdbool.h>
#include <stdio.h>

#include "ctl_port.h"

/* Print settings of a port, or of ports to come (MIDICTL_ANY): the one named,
 * or all.  0 or an errno. */
int	ctl_setting_print(const struct ctl_port_node *cn, int unit,
	    const char *name, bool json, FILE *out);
/* Print those that a port has, or only those that are others than usual: each
 * as name=value with a blank before it. */
void	ctl_setting_words(const struct ctl_port_node *cn, int unit,
	    bool others, FILE *out);
/* Set name=value at a port, or at all.  0, an errno, or -1: text is not of
 * that form. */
int	ctl_setting_set(const struct ctl_port_node *cn, int unit,
	    const char *text);

#endif /* !_MIDICTL_CTL_SETTING_H_ */
