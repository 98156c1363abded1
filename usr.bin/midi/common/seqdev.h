/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seqdev.h: the sequencer's node and the devices behind it; see seqdev.c.
 */

#ifndef _MIDI_SEQDEV_H_
#define _MIDI_SEQDEV_H_

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define SEQDEV_NAME_BYTES	31	/* the longest name and its NUL */

struct seqdev {
	char	path[PATH_MAX];
	int	fd;
	int	count;		/* devices; -1: the node does not say */
};

/* Open the sequencer in the given mode of open(2): the node named, or, when
 * node is NULL, the one in the folder that the environment variable MIDI_DIR
 * names, else /dev/music.  0 or an errno; sd->path is set in any case. */
int	seqdev_open(struct seqdev *sd, const char *node, int mode);
/* The name of device unit; empty when it has none or there is no such
 * device. */
void	seqdev_name(const struct seqdev *sd, int unit,
	    char name[SEQDEV_NAME_BYTES]);
/* The device that text means, by portname_find().  -1 when there is none. */
int	seqdev_find(const struct seqdev *sd, const char *text);
/* Print a line "number: name (directions)" for each device, without sending
 * anything; without the directions where there is no control node beside the
 * sequencer's.  0 or an errno, ENOTTY for what is no sequencer; sd->path is
 * set in any case. */
int	seqdev_list(struct seqdev *sd, const char *node, FILE *out);
/* Does this process, which has the sequencer open for reading, receive from
 * device unit?  If not, why, in words; where nothing tells, it does. */
bool	seqdev_receives(const struct seqdev *sd, int unit, char *why,
	    size_t size);
/* Why device unit does not take what is written, in words. */
void	seqdev_why(const struct seqdev *sd, int unit, char *why, size_t size);

#endif /* !_MIDI_SEQDEV_H_ */
