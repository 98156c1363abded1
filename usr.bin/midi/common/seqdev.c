/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seqdev.c: the sequencer's node and the devices behind it.
 *
 * The one place that knows where the node is and what a device may be
 * called, so that all programs agree.  A device has the number of its node
 * rmidiN.
 *
 * To open the sequencer for writing is to send something to every device, so
 * who only wants to know the devices asks the control node, midictl(4), and
 * where there is none opens the sequencer for reading.
 */

#include <sys/ioctl.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl_port.h"
#include "portname.h"
#include "seqdev.h"

#include <sys/midiio.h>

static int
seqdev_path(struct seqdev *sd, const char *node)
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
	return n < 0 || (size_t)n >= sizeof(sd->path) ? ENAMETOOLONG : 0;
}

int
seqdev_open(struct seqdev *sd, const char *node, int mode)
{
	int error;

	error = seqdev_path(sd, node);
	if (error != 0)
		return error;
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

/* A portname_next. */
static int
seqdev_next(void *arg, int unit, char name[PORTNAME_BYTES])
{
	const struct seqdev *sd = arg;

	if (unit >= sd->count)
		return -1;
	seqdev_name(sd, unit, name);
	return unit;
}

int
seqdev_find(const struct seqdev *sd, const char *text)
{
	struct seqdev dev = *sd;

	/* A node that knows no devices may be a file of what they sent. */
	if (sd->count == -1)
		return portname_number(text);
	return portname_find(text, seqdev_next, &dev);
}

/* Open the control node beside the sequencer's. */
static int
seqdev_control(const struct seqdev *sd, struct ctl_port_node *cn)
{
	const char *slash;
	char path[PATH_MAX];
	int n;

	slash = strrchr(sd->path, '/');
	n = snprintf(path, sizeof(path), "%.*smidictl",
	    slash != NULL ? (int)(slash + 1 - sd->path) : 0, sd->path);
	if (n < 0 || (size_t)n >= sizeof(path))
		return ENAMETOOLONG;
	return ctl_port_open(cn, path, O_RDONLY);
}

static bool
seqdev_list_ports(const struct ctl_port_node *cn, FILE *out)
{
	struct midictl_port mp;
	int unit;

	if (!ctl_port_next(cn, 0, &mp) && errno != ENOENT)
		return false;	/* no such node after all */
	for (unit = 0; ctl_port_next(cn, unit, &mp); unit = mp.mp_unit + 1)
		fprintf(out, "%d: %s (%s%s%s)\n", mp.mp_unit, mp.mp_name,
		    mp.mp_dirs & MIDICTL_IN ? "in" : "",
		    mp.mp_dirs == (MIDICTL_IN | MIDICTL_OUT) ? ", " : "",
		    mp.mp_dirs & MIDICTL_OUT ? "out" : "");
	return true;
}

int
seqdev_list(struct seqdev *sd, const char *node, FILE *out)
{
	struct ctl_port_node cn;
	char name[SEQDEV_NAME_BYTES];
	bool listed;
	int error, unit;

	error = seqdev_path(sd, node);
	if (error != 0)
		return error;
	if (seqdev_control(sd, &cn) == 0) {
		listed = seqdev_list_ports(&cn, out);
		close(cn.fd);
		if (listed)
			return 0;
	}
	error = seqdev_open(sd, node, O_RDONLY);
	for (unit = 0; error == 0 && unit < sd->count; unit++) {
		seqdev_name(sd, unit, name);
		fprintf(out, "%d: %s\n", unit, name);
	}
	if (error == 0 && sd->count == -1)
		error = ENOTTY;
	return error;
}

/* Who has the device open for the direction, or 0: not known. */
static int
seqdev_holder(const struct midictl_port *mp, unsigned dir)
{
	int pid = 0;
	unsigned i;

	for (i = 0; i < mp->mp_nopeners; i++)
		if ((mp->mp_openers[i].mo_dirs & dir) != 0 &&
		    mp->mp_openers[i].mo_pid != 0)
			pid = mp->mp_openers[i].mo_pid;
	return pid;
}

static void
seqdev_why_in_use(const struct midictl_port *mp, unsigned dir, char *why,
    size_t size)
{
	const int pid = seqdev_holder(mp, dir);

	if (pid != 0)
		snprintf(why, size, "it is in use by process %d", pid);
	else
		snprintf(why, size, "it is in use");
}

void
seqdev_why(const struct seqdev *sd, int unit, char *why, size_t size)
{
	struct ctl_port_node cn;
	struct midictl_port mp;

	snprintf(why, size, "it is in use, cannot send, or is gone");
	if (seqdev_control(sd, &cn) != 0)
		return;
	if (!ctl_port_next(&cn, unit, &mp) || mp.mp_unit != unit)
		snprintf(why, size, "it is gone");
	else if ((mp.mp_dirs & MIDICTL_OUT) == 0)
		snprintf(why, size, "it cannot send");
	else if (mp.mp_writers > 0)
		seqdev_why_in_use(&mp, MIDICTL_OUT, why, size);
	close(cn.fd);
}

/* Is this process, or one that is not known, among those who receive? */
static bool
seqdev_is_reader(const struct midictl_port *mp)
{
	unsigned i;
	int pid;

	for (i = 0; i < mp->mp_nopeners; i++) {
		pid = mp->mp_openers[i].mo_pid;
		if ((mp->mp_openers[i].mo_dirs & MIDICTL_IN) != 0 &&
		    (pid == 0 || pid == getpid()))
			return true;
	}
	return mp->mp_nopeners == MIDICTL_OPENERS;
}

bool
seqdev_receives(const struct seqdev *sd, int unit, char *why, size_t size)
{
	struct ctl_port_node cn;
	struct midictl_port mp;
	bool receives = true;

	if (sd->count == -1 || seqdev_control(sd, &cn) != 0)
		return true;
	if (ctl_port_next(&cn, unit, &mp) && mp.mp_unit == unit &&
	    !seqdev_is_reader(&mp)) {
		receives = false;
		if ((mp.mp_dirs & MIDICTL_IN) == 0)
			snprintf(why, size, "it cannot receive");
		else
			seqdev_why_in_use(&mp, MIDICTL_IN, why, size);
	}
	close(cn.fd);
	return receives;
}
