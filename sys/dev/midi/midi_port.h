/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_port.h: what users of MIDI devices hold on to.  See midi_port.c.
 *
 * A port stands for one midi device from its attachment to the last user
 * that remembers it.  A client is one user of a port: an open rmidi node, or
 * the sequencer.
 */

#ifndef _DEV_MIDI_MIDI_PORT_H_
#define _DEV_MIDI_MIDI_PORT_H_

#include <sys/types.h>
#include <sys/queue.h>

#include <dev/midi/midi_box.h>
#include <dev/midi/midi_filter.h>
#include <dev/midi/midi_notes.h>
#include <dev/midi/midi_setting.h>

struct midi_client;
struct midi_port;
struct midi_softc;

struct midi_client_ops {
	/* A canonical run came in at the given time.  Returns the bytes for
	 * which there was no room.  Soft interrupt, the device's sc_lock
	 * held: only locks of rank 2 may be taken. */
	size_t	(*mco_deliver)(struct midi_client *, const uint8_t *, size_t,
		    uint64_t);
	/* Room for so many bytes?  If not, midi_port_resume() will be
	 * called.  NULL: what finds no room is dropped.  As mco_deliver. */
	bool	(*mco_has_room)(struct midi_client *, size_t);
	/* The box, found full (midi_box_has_room), has room again; the
	 * argument is the client.  mb_lock held: only the scheduling of soft
	 * interrupts and alarms.  May be NULL. */
	void	(*mco_writable)(void *);
	/* The sender has fallen silent (Active Sensing).  As mco_deliver. */
	void	(*mco_lost)(struct midi_client *);
	/* The device is going: wake everyone who waits for it.  Thread, the
	 * device's sc_lock held; called once or twice. */
	void	(*mco_gone)(struct midi_client *);
	/* midi_port_after() has asked for it.  Soft interrupt, no lock held;
	 * must not wait.  NULL: it never does. */
	void	(*mco_after)(struct midi_client *);
};

/*
 * Field keys: [a] constant while open; [l] the device's sc_lock; [b] the
 * box's own lock.
 */
struct midi_client {
	const struct midi_client_ops *mc_ops;	/* [a] */
	struct midi_port *mc_port;		/* [a] holds a reference */
	int		mc_dirs;		/* [a] FREAD, FWRITE: held */
	bool		mc_passive;		/* [a] beside exclusive ones */
	bool		mc_may_wait;		/* [a] if busy, where the port's
						   setting is so */
	bool		mc_file;		/* [a] an open rmidi node: obeys
						   open_check and raw */
	bool		mc_append;		/* [a] what is put together
						   leaves so */
	const void	*mc_group;		/* [a] those of one group share
						   with each other; or NULL */
	struct midi_settings mc_settings;	/* [l] its own ones */
	pid_t		mc_pid;			/* [a] who opened it; if 0, who
						   opens it */
	LIST_ENTRY(midi_client) mc_rlink;	/* [l] on sc_readers, sc_taps */
	TAILQ_ENTRY(midi_client) mc_wlink;	/* [l] on sc_writers */
	TAILQ_ENTRY(midi_client) mc_alink;	/* [l] on sc_after */
	bool		mc_due;			/* [l] is there */
	unsigned int	mc_after;		/* [l] calls of mco_after */
	struct midi_box	mc_out;			/* [b] what it has to send */
	struct midi_box	*mc_in;			/* [a] what it receives; or
						   NULL */
	struct midi_stream_stats mc_rcv, mc_xmt; /* [l] since it is open */
	struct midi_filter mc_filter;		/* [l] of what it receives */
	bool		mc_sysex;		/* [l] it may begin there */
	bool		mc_raw;			/* [l] bytes, not messages */
	struct midi_notes mc_notes;		/* [l] what it made sound */
	unsigned int	mc_source;		/* [l] its number on the wire */
	bool		mc_drop_rest;		/* [a] of what was sent, if the
						   hardware refuses a part */
	int		mc_error;		/* [l] the hardware's refusal;
						   read without, too */
};

/* How long a close waits for a device that does not take what it is given. */
#define MIDI_PORT_CLOSE_TICKS	mstohz(5000)

/* How midi_port_close() treats what still waits to be sent. */
enum midi_port_how {
	MIDI_PORT_DRAIN,	/* wait, unless a signal comes */
	MIDI_PORT_DISCARD	/* throw it away */
};

/*
 * For the device.  Thread context.
 */
struct midi_port *midi_port_attach(struct midi_softc *);
/* No new user comes in; those inside are waited for.  Nothing of the port's
 * is locked when it returns, and every client is off the device's lists.
 * Hardware that stays is not left sounding. */
void	midi_port_vanish(struct midi_port *, bool);

/* Before the first port, and after the last. */
void	midi_port_init(void);
void	midi_port_fini(void);

/*
 * For users.  Thread context.
 */

/* The port of a unit, with a reference, or NULL. */
struct midi_port *midi_port_lookup(int);
/* Give back a reference. */
void	midi_port_release(struct midi_port *);
/* Opens of the unit that wait give up. */
void	midi_port_cancel(int);
/* Call the function, with the unit, when a port has come; NULL: no more.  It
 * is called in a thread that attaches the device, and must not wait: the
 * device can be opened only later. */
void	midi_port_observe(void (*)(int));
/* For the device: the port can be found. */
void	midi_port_announce(int);
/* A setting of the unit's port, or of ports to come. */
int	midi_port_setting(int, enum midi_setting_key);
/* What ports that will be attached are to begin with: read, set. */
void	midi_port_defaults(struct midi_settings *);
void	midi_port_set_default(enum midi_setting_key, int);

/* Go inside: the device stays until midi_port_exit().  NULL: it is gone. */
struct midi_softc *midi_port_enter(struct midi_port *);
void	midi_port_exit(struct midi_port *);
/* Open the given directions (those that the device has not are left out of
 * mc_dirs) for a client whose ops, mc_passive, mc_may_wait and mc_file are
 * set.  EBUSY: somebody has one of them, and neither he nor the client is
 * passive, nor does he share it; ENXIO: no such unit, or somebody revokes it;
 * ENODEV: it lacks one, and the setting is so; EIO: it is going; EINTR,
 * ERESTART; or the hardware's errno, after which everything is as before. */
int	midi_port_open(struct midi_client *, int, int);
/* Give them back; every note that the client left sounding is ended. */
void	midi_port_close(struct midi_client *, enum midi_port_how);
/* Have what the unit sends delivered to a client whose ops are set, from when
 * it is put on the wire; nothing is opened for it.  ENXIO, EIO; ENODEV: it
 * does not send.  And: no more. */
int	midi_port_tap(struct midi_client *, int);
void	midi_port_untap(struct midi_client *);
/* Queue a canonical run; what does not fit is dropped whole and counted.
 * Returns the bytes dropped.  Also soft interrupt; any lock of rank 1 but a
 * device's may be held. */
size_t	midi_port_send(struct midi_client *, const uint8_t *, size_t);
/* Let the device take what waits, as far as it can at once.  Also soft
 * interrupt; no lock of rank 1 held.  The hardware's errno, if it refused
 * something of this client's, else 0. */
int	midi_port_kick(struct midi_client *);
/* Wait until all that was sent has left; ticks > 0 bounds it.  EINTR,
 * ERESTART, EIO, EWOULDBLOCK. */
int	midi_port_drain(struct midi_client *, int);
/* Let mco_after be called as soon as the device's lock has been let go.  Only
 * by mco_deliver and mco_lost. */
void	midi_port_after(struct midi_client *);
/* From now on Active Sensing is delivered to the client, too. */
void	midi_port_pass_sense(struct midi_client *);
/* There is room again after mco_has_room() said no.  Any context; the caller
 * is inside the port. */
void	midi_port_resume(struct midi_client *);
/* End what the client left sounding, after throwing away what waits. */
void	midi_port_silence(struct midi_client *);
/* A request for the hardware's driver, of a client that is open for writing.
 * EINVAL: it knows no such, or what the driver says; EIO. */
int	midi_port_hardware(struct midi_client *, u_long, void *);

#endif /* !_DEV_MIDI_MIDI_PORT_H_ */
