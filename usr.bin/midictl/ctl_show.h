/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ctl_show.h: ports, connections and events, for people and as JSON; see
 * ctl_show.c.
 */

#ifndef _MIDICTL_CTL_SHOW_H_
#define _MIDICTL_CTL_SHOW_H_

#include <stdio.h>

#include "ctl_port.h"

/* All ports and connections; also settings of ports that are others than
 * usual. */
void	ctl_show_list(const struct ctl_port_node *cn, bool settings,
	    FILE *out);
/* The same as one JSON object. */
void	ctl_show_list_json(const struct ctl_port_node *cn, FILE *out);
/* What went through a port. */
void	ctl_show_stats(const struct midictl_port *mp,
	    const struct midi_stats *ms, FILE *out);
void	ctl_show_stats_json(const struct midictl_port *mp,
	    const struct midi_stats *ms, FILE *out);
/* An event, in one line. */
void	ctl_show_event(const struct midictl_event *me, FILE *out);
void	ctl_show_event_json(const struct midictl_event *me, FILE *out);

#endif /* !_MIDICTL_CTL_SHOW_H_ */
