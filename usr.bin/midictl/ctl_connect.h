/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ctl_connect.h: connections in words; see ctl_connect.c.
 */

#ifndef _MIDICTL_CTL_CONNECT_H_
#define _MIDICTL_CTL_CONNECT_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "ctl_port.h"

#define CTL_CONNECT_WHY_BYTES	128	/* of a message */

/* What a command asks for: what to pass, from which port to which. */
struct ctl_connect {
	struct midictl_connection mc;
	const char	*from;		/* of argv */
	const char	*to;
};

/* Understand the command; argv[0] is its name.  False: why says what is wrong,
 * or is empty when operands are missing or too many. */
bool	ctl_connect_parse(struct ctl_connect *cc, int argc, char **argv,
	    char why[CTL_CONNECT_WHY_BYTES]);
/* Print the options that say it again. */
void	ctl_connect_print(const struct midictl_connection *mc, FILE *out);
/* Why two ports cannot be connected. */
const char *ctl_connect_why(int error);
/* The connection with this number or the next higher one.  False: there is
 * none. */
bool	ctl_connect_next(const struct ctl_port_node *cn, unsigned id,
	    struct midictl_connection *mc);

#endif /* !_MIDICTL_CTL_CONNECT_H_ */
