/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ctl_port.c: the control node, and ports by number or name.
 *
 * What a port may be called is portname.c's.
 */

#include <sys/ioctl.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl_port.h"
#include "portname.h"

int
ctl_port_open(struct ctl_port_node *cn, const char *node, int mode)
{
	const char *dir;
	int n;

	dir = getenv("MIDI_DIR");
	if (node != NULL)
		n = snprintf(cn->path, sizeof(cn->path), "%s", node);
	else if (dir != NULL && *dir != '\0')
		n = snprintf(cn->path, sizeof(cn->path), "%s/midictl", dir);
	else
		n = snprintf(cn->path, sizeof(cn->path), "/dev/midictl");
	if (n < 0 || (size_t)n >= sizeof(cn->path))
		return ENAMETOOLONG;
	cn->fd = open(cn->path, mode | O_CLOEXEC);
	return cn->fd == -1 ? errno : 0;
}

bool
ctl_port_next(const struct ctl_port_node *cn, int unit,
    struct midictl_port *mp)
{

	memset(mp, 0, sizeof(*mp));
	mp->mp_unit = unit;
	return ioctl(cn->fd, MIDICTL_PORT, mp) == 0;
}

/* A portname_next. */
static int
ctl_port_name(void *arg, int unit, char name[PORTNAME_BYTES])
{
	struct midictl_port mp;

	if (!ctl_port_next(arg, unit, &mp))
		return -1;
	snprintf(name, PORTNAME_BYTES, "%s", mp.mp_name);
	return mp.mp_unit;
}

int
ctl_port_find(const struct ctl_port_node *cn, const char *text)
{
	struct ctl_port_node node = *cn;

	return portname_find(text, ctl_port_name, &node);
}

void
ctl_port_label(const struct ctl_port_node *cn, const struct midictl_port *mp,
    char label[CTL_PORT_LABEL_BYTES])
{
	struct midictl_port other;
	int count = 1, unit;

	for (unit = 0; ctl_port_next(cn, unit, &other) &&
	    other.mp_unit < mp->mp_unit; unit = other.mp_unit + 1)
		if (strcmp(other.mp_name, mp->mp_name) == 0)
			count++;
	snprintf(label, CTL_PORT_LABEL_BYTES, count > 1 ? "%s#%d" : "%s",
	    mp->mp_name, count);
}

int
ctl_port_raw(const char *node, const char *port, char path[PATH_MAX],
    int *unit)
{
	struct ctl_port_node cn;
	const char *slash;
	int error, n;

	*unit = -1;
	if (strchr(port, '/') != NULL) {
		n = snprintf(path, PATH_MAX, "%s", port);
		return n < 0 || n >= PATH_MAX ? ENAMETOOLONG : 0;
	}
	error = ctl_port_open(&cn, node, O_RDONLY);
	snprintf(path, PATH_MAX, "%s", cn.path);
	if (error == 0) {
		*unit = ctl_port_find(&cn, port);
		close(cn.fd);
		if (*unit == -1)
			return ENXIO;
	} else {
		/* Where there is no control node a number will do. */
		*unit = error == ENOENT ? portname_number(port) : -1;
		if (*unit == -1)
			return error;
	}
	slash = strrchr(cn.path, '/');
	n = snprintf(path, PATH_MAX, "%.*srmidi%d",
	    slash != NULL ? (int)(slash + 1 - cn.path) : 0, cn.path, *unit);
	return n < 0 || n >= PATH_MAX ? ENAMETOOLONG : 0;
}
