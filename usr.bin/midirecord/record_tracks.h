/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * record_tracks.h: the tracks of a take; see record_tracks.c.
 */

#ifndef _MIDIRECORD_RECORD_TRACKS_H_
#define _MIDIRECORD_RECORD_TRACKS_H_

#include "record_file.h"
#include "seqdev.h"
#include "smf_write.h"

/* What has a track of its own. */
#define RECORD_TRACKS_DEVICE	0x1	/* each device */
#define RECORD_TRACKS_CHANNEL	0x2	/* each channel */

/* One track, in memory. */
struct record_track {
	struct smf_write w;
	struct record_tracks *all;
	uint8_t		*data;
	size_t		used;
	size_t		size;
	int		device;		/* 0 if devices have none */
	int		channel;	/* -1 for what is of none */
	struct record_track *next;
};

struct record_tracks {
	struct record_track *lead;	/* tempo and time signature; NULL */
	struct record_track *first;	/* the others, in order */
	unsigned	count;		/* of the others */
	unsigned	split;		/* RECORD_TRACKS_* */
	bool		single;		/* all goes to the lead */
	uint64_t	bytes;		/* of all */
	int		error;		/* why there was no room */
	struct record_file *file;	/* where there has to be room */
	const struct seqdev *dev;	/* knows names */
};

/* No tracks yet; what is to have tracks of its own. */
void	record_tracks_init(struct record_tracks *rt, unsigned split,
	    struct record_file *file, const struct seqdev *dev);
/* Have a track for the tempo; single: for all else as well.  NULL: no room,
 * rt->error. */
struct smf_write *record_tracks_lead(struct record_tracks *rt, bool single);
/* The track for events of a device and channel, -1 for none, with room for one
 * more; a record_take_chooser.  NULL: there is no room, rt->error. */
struct smf_write *record_tracks_choose(void *arg, uint8_t device,
	    int channel);
/* How many tracks there are. */
unsigned record_tracks_count(const struct record_tracks *rt);
/* End all tracks, that of the tempo at tick, and write them.  0 or an
 * errno. */
int	record_tracks_write(struct record_tracks *rt, uint64_t tick);
void	record_tracks_free(struct record_tracks *rt);

#endif /* !_MIDIRECORD_RECORD_TRACKS_H_ */
