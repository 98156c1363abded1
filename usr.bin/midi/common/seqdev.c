/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seqdev.c: the sequencer's node and the devices behind it.
 *
 * The one place that knows where the node is and what a device may be
 * called, so that all programs agree.  Device numbers are the sequencer's:
 * 0 for the first device that it has opened.
 */

#include <sys/ioctl.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "seqdev.h"

#include <sys/midiio.h>

int
seqdev_open(struct seqdev *sd, const char *node, int mode)
{
	const char *dir;
	int n;

	dir = getenv("MIDI_DIR");
	if (node != NULL)
		n = snprintf(sd->path, sizeof(sd->path), "%s", node);
	else if (dir != NULL && *dir != '\0')
		n = snprintf(sd->path, sizeof(sd->path), "%s/music", dir);
	else
		n = snprintf(sd->path, sizeof(sd->path), "/dev/music");
	sd->fd = -1;
	sd->count = -1;
	if (n < 0 || (size_t)n >= sizeof(sd->path))
		return ENAMETOOLONG;
	sd->fd = open(sd->path, mode | O_CLOEXEC);
	if (sd->fd == -1)
		return errno;
	if (ioctl(sd->fd, SEQUENCER_NRMIDIS, &sd->count) == -1)
		sd->count = -1;
	return 0;
}

void
seqdev_name(const struct seqdev *sd, int unit, char name[SEQDEV_NAME_BYTES])
{
	struct synth_info info;

	memset(&info, 0, sizeof(info));
	info.device = unit;
	if (ioctl(sd->fd, SEQUENCER_INFO, &info) == -1)
		info.name[0] = '\0';
	memcpy(name, info.name, SEQDEV_NAME_BYTES - 1);
	name[SEQDEV_NAME_BYTES - 1] = '\0';
}

/* The number that text is, at most INT_MAX, or -1. */
static int
seqdev_number(const char *text)
{
	unsigned long n;
	char *end;

	if (*text < '0' || *text > '9')
		return -1;
	errno = 0;
	n = strtoul(text, &end, 10);
	return errno != 0 || *end != '\0' || n > INT_MAX ? -1 : (int)n;
}

int
seqdev_find(const struct seqdev *sd, const char *text)
{
	char name[SEQDEV_NAME_BYTES];
	int found, matches, unit;

	if (*text == '\0')
		return -1;
	found = -1;
	matches = 0;
	for (unit = 0; unit < sd->count; unit++) {
		seqdev_name(sd, unit, name);
		if (strcmp(name, text) == 0)
			return unit;
		if (strncmp(name, text, strlen(text)) == 0) {
			found = unit;
			matches++;
		}
	}
	unit = seqdev_number(text);
	if (unit == -1 && strncmp(text, "rmidi", 5) == 0)
		unit = seqdev_number(text + 5);
	if (unit == -1 && strncmp(text, "midi", 4) == 0)
		unit = seqdev_number(text + 4);
	if (unit != -1)
		return sd->count == -1 || unit < sd->count ? unit : -1;
	return matches == 1 ? found : -1;
}

void
seqdev_list(const struct seqdev *sd, FILE *out)
{
	char name[SEQDEV_NAME_BYTES];
	int unit;

	for (unit = 0; unit < sd->count; unit++) {
		seqdev_name(sd, unit, name);
		fprintf(out, "%d: %s\n", unit, name);
	}
}
