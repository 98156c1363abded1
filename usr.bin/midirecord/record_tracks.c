/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * record_tracks.c: the tracks of a take.
 *
 * They grow side by side, each in memory, and are written one after the other
 * when the take is over: then their lengths are known.  A track is made when
 * its first event comes.
 *
 * Room, in memory and on the disk, is taken before an event is written to a
 * track: so a track is never left with half an event, and what came before
 * can be written when there is no more.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record_take.h"
#include "record_tracks.h"

#define STEP_BYTES	65536	/* a track grows by */
#define END_BYTES	64	/* of the head and the end of a track */

#define META_DEVICE	0x09
#define META_PORT	0x21

void
record_tracks_init(struct record_tracks *rt, unsigned split,
    struct record_file *file, const struct seqdev *dev)
{

	memset(rt, 0, sizeof(*rt));
	rt->split = split;
	rt->file = file;
	rt->dev = dev;
}

/* Have room for n bytes more. */
static int
record_tracks_grow(struct record_track *track, size_t n)
{
	uint8_t *data;
	size_t size;

	if (track->size - track->used >= n)
		return 0;
	size = track->used + track->used / 2 + n + STEP_BYTES;
	data = realloc(track->data, size);
	if (data == NULL)
		return ENOMEM;
	track->data = data;
	track->size = size;
	return 0;
}

/* A smf_write_sink. */
static int
record_tracks_put(void *arg, const uint8_t *data, size_t n)
{
	struct record_track *track = arg;
	int error;

	error = record_tracks_grow(track, n);
	if (error != 0)
		return error;
	memcpy(track->data + track->used, data, n);
	track->used += n;
	track->all->bytes += n;
	return 0;
}

/* Have room for one event more of the track, and for what it ends with. */
static struct smf_write *
record_tracks_room(struct record_tracks *rt, struct record_track *track)
{
	int error;

	error = record_tracks_grow(track, RECORD_TAKE_EVENT_BYTES);
	if (error == 0)
		error = record_file_reserve(rt->file, rt->bytes +
		    RECORD_TAKE_EVENT_BYTES +
		    (uint64_t)END_BYTES * record_tracks_count(rt));
	if (error == 0)
		return &track->w;
	rt->error = error;
	return NULL;
}

static struct record_track *
record_tracks_create(struct record_tracks *rt)
{
	struct record_track *track;

	track = calloc(1, sizeof(*track));
	if (track == NULL) {
		rt->error = ENOMEM;
		return NULL;
	}
	track->all = rt;
	smf_write_begin(&track->w, record_tracks_put, track, true);
	return track;
}

struct smf_write *
record_tracks_lead(struct record_tracks *rt, bool single)
{

	rt->lead = record_tracks_create(rt);
	if (rt->lead == NULL)
		return NULL;
	rt->single = single;
	return record_tracks_room(rt, rt->lead);
}

/* Say at the beginning of a track whose it is. */
static void
record_tracks_name(struct record_tracks *rt, struct record_track *track)
{
	char name[SEQDEV_NAME_BYTES], text[SEQDEV_NAME_BYTES + 32];
	const uint8_t port = (uint8_t)track->device & 0x7f;

	name[0] = '\0';
	if (rt->split & RECORD_TRACKS_DEVICE) {
		seqdev_name(rt->dev, track->device, name);
		if (name[0] == '\0')
			snprintf(name, sizeof(name), "device %d",
			    track->device);
	}
	if (track->channel == -1)
		snprintf(text, sizeof(text), "%s", name);
	else
		snprintf(text, sizeof(text), "%s%schannel %d", name,
		    name[0] != '\0' ? ", " : "", track->channel);
	if (text[0] != '\0')
		smf_write_meta(&track->w, 0, SMF_META_TRACK, text,
		    strlen(text));
	if (name[0] == '\0')
		return;
	smf_write_meta(&track->w, 0, META_DEVICE, name, strlen(name));
	smf_write_meta(&track->w, 0, META_PORT, &port, 1);
}

/* The track of this device and channel: those of one device stand together. */
static struct record_track *
record_tracks_find(struct record_tracks *rt, int device, int channel)
{
	struct record_track **at, *track;

	for (at = &rt->first; (track = *at) != NULL; at = &track->next) {
		if (track->device == device && track->channel == channel)
			return track;
		if (track->device > device || (track->device == device &&
		    track->channel > channel))
			break;
	}
	track = record_tracks_create(rt);
	if (track == NULL)
		return NULL;
	track->device = device;
	track->channel = channel;
	track->next = *at;
	*at = track;
	rt->count++;
	if (record_tracks_room(rt, track) != NULL)
		record_tracks_name(rt, track);
	return track;
}

struct smf_write *
record_tracks_choose(void *arg, uint8_t device, int channel)
{
	struct record_tracks *rt = arg;
	struct record_track *track = rt->lead;

	if (!rt->single)
		track = record_tracks_find(rt,
		    rt->split & RECORD_TRACKS_DEVICE ? device : 0,
		    rt->split & RECORD_TRACKS_CHANNEL ? channel : -1);
	return track != NULL ? record_tracks_room(rt, track) : NULL;
}

unsigned
record_tracks_count(const struct record_tracks *rt)
{

	return rt->count + (rt->lead != NULL ? 1 : 0);
}

static int
record_tracks_write_one(struct record_tracks *rt, struct record_track *track,
    uint64_t tick)
{
	uint8_t head[SMF_WRITE_CHUNK_BYTES];
	int error;

	error = smf_write_end(&track->w, tick > track->w.tick ? tick :
	    track->w.tick);
	smf_write_chunk(head, track->w.length);
	if (error == 0)
		error = record_file_put(rt->file, head, sizeof(head));
	if (error == 0)
		error = record_file_put(rt->file, track->data, track->used);
	return error;
}

int
record_tracks_write(struct record_tracks *rt, uint64_t tick)
{
	struct record_track *track;
	int error = 0;

	if (rt->lead != NULL)
		error = record_tracks_write_one(rt, rt->lead, tick);
	for (track = rt->first; error == 0 && track != NULL;
	    track = track->next)
		error = record_tracks_write_one(rt, track, 0);
	return error;
}

void
record_tracks_free(struct record_tracks *rt)
{
	struct record_track *track;

	while ((track = rt->lead != NULL ? rt->lead : rt->first) != NULL) {
		if (track == rt->lead)
			rt->lead = NULL;
		else
			rt->first = track->next;
		free(track->data);
		free(track);
	}
}
