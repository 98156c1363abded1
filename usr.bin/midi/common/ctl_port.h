/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ctl_port.h: the control node, and ports by number or name; see ctl_port.c.
 */

#ifndef _MIDI_CTL_PORT_H_
#define _MIDI_CTL_PORT_H_

#include <limits.h>
#include <stdbool.h>

#include <sys/midiio.h>

struct ctl_port_node {
	char	path[PATH_MAX];
	int	fd;
};

/* Open the control node in the given mode of open(2): the node named, or, when
 * node is NULL, the one in the folder that the environment variable MIDI_DIR
 * names, else /dev/midictl.  0 or an errno; path is set in any case. */
int	ctl_port_open(struct ctl_port_node *cn, const char *node, int mode);
/* The port of this unit or the next higher one.  False: there is no more. */
bool	ctl_port_next(const struct ctl_port_node *cn, int unit,
	    struct midictl_port *mp);
/* The unit that text means, by portname_find().  -1: there is none. */
int	ctl_port_find(const struct ctl_port_node *cn, const char *text);

#define CTL_PORT_LABEL_BYTES	(MIDICTL_NAME_BYTES + 12)

/* What the port can be found by, though numbers change: its name, with #N when
 * it is the Nth of that name. */
void	ctl_port_label(const struct ctl_port_node *cn,
	    const struct midictl_port *mp, char label[CTL_PORT_LABEL_BYTES]);

/* The path of the node of a port, beside the control node, NULL for the usual
 * one, and its unit, where there is no such node by number only; or port
 * itself, and -1, if there is a slash in it.  0; ENXIO: no such port; or an
 * errno about path. */
int	ctl_port_raw(const char *node, const char *port, char path[PATH_MAX],
	    int *unit);

#endif /* !_MIDI_CTL_PORT_H_ */
