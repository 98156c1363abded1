/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_link.h: connections between ports.  See midi_link.c.
 *
 * All functions: thread context, no lock held.
 */

#ifndef _DEV_MIDI_MIDI_LINK_H_
#define _DEV_MIDI_MIDI_LINK_H_

#include <sys/types.h>
#include <sys/midiio.h>

/* Connections there may be at a time, and known cables. */
#define MIDI_LINK_MAX	256

/* Before the first port, and after the last. */
void	midi_link_init(void);
void	midi_link_fini(void);

/* A port is there now; its name.  And: a port is gone, midi_port_vanish() has
 * returned: its connections are undone when this returns. */
void	midi_link_came(int, const char *);
void	midi_link_went(int, const char *);
/* These ports are the two ends of a cable. */
void	midi_link_cable(int, int);

/*
 * Make a connection; mc_id is filled in.  EINVAL: senseless numbers; ENXIO: no
 * such port; ENODEV: the port has not that direction; EEXIST: they are
 * connected; ELOOP: what is received could come back; ENOSPC: too many; EIO,
 * or what the hardware says, when a port cannot be opened.
 */
int	midi_link_connect(struct midictl_connection *);
/* Undo connections, how many is filled in; what was passed on before is sent,
 * unless a signal comes or the destination takes nothing for some seconds.
 * ENOENT: the one named is none. */
int	midi_link_disconnect(struct midictl_disconnect *);
/* The connection whose id is mc_id, or the next higher one.  ENOENT. */
int	midi_link_get(struct midictl_connection *);
/* Tell the connections and the cable of a port: mp_sources, mp_dests,
 * mp_far. */
void	midi_link_describe(struct midictl_port *);

#endif /* !_DEV_MIDI_MIDI_LINK_H_ */
