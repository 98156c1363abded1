/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ctl_port.c: the control node, and ports by number or name.
 *
 * A port may be called as midiplay(1) lets one call a device, and by the path
 * of its node.
 */

#include <sys/ioctl.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl_port.h"

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

/* The number that text is, or -1. */
static int
ctl_port_number(const char *text)
{
	unsigned long n;
	char *end;

	if (*text < '0' || *text > '9')
		return -1;
	errno = 0;
	n = strtoul(text, &end, 10);
	return errno != 0 || *end != '\0' || n > INT_MAX ? -1 : (int)n;
}

/* The unit of a number, or of a node, that is there. */
static int
ctl_port_by_number(const struct ctl_port_node *cn, const char *text)
{
	struct midictl_port mp;
	const char *base;
	int unit;

	unit = ctl_port_number(text);
	base = strrchr(text, '/') != NULL ? strrchr(text, '/') + 1 : text;
	if (unit == -1 && strncmp(base, "rmidi", 5) == 0)
		unit = ctl_port_number(base + 5);
	if (unit == -1 && strncmp(text, "midi", 4) == 0)
		unit = ctl_port_number(text + 4);
	if (unit == -1 || !ctl_port_next(cn, unit, &mp) || mp.mp_unit != unit)
		return -1;
	return unit;
}

/* The unit of the count'th port whose name is the first n bytes of text. */
static int
ctl_port_by_name(const struct ctl_port_node *cn, const char *text, size_t n,
    int count)
{
	struct midictl_port mp;
	int unit;

	for (unit = 0; ctl_port_next(cn, unit, &mp); unit = mp.mp_unit + 1)
		if (strlen(mp.mp_name) == n &&
		    memcmp(mp.mp_name, text, n) == 0 && --count == 0)
			return mp.mp_unit;
	return -1;
}

/* The unit of the only port whose name begins so. */
static int
ctl_port_by_prefix(const struct ctl_port_node *cn, const char *text)
{
	struct midictl_port mp;
	int found = -1, matches = 0, unit;

	for (unit = 0; ctl_port_next(cn, unit, &mp); unit = mp.mp_unit + 1) {
		if (strncmp(mp.mp_name, text, strlen(text)) != 0)
			continue;
		found = mp.mp_unit;
		matches++;
	}
	return matches == 1 ? found : -1;
}

int
ctl_port_find(const struct ctl_port_node *cn, const char *text)
{
	const char *hash;
	int count, unit;

	if (*text == '\0')
		return -1;
	unit = ctl_port_by_name(cn, text, strlen(text), 1);
	hash = strrchr(text, '#');
	count = hash != NULL ? ctl_port_number(hash + 1) : -1;
	if (unit == -1 && count > 0)
		unit = ctl_port_by_name(cn, text, (size_t)(hash - text),
		    count);
	if (unit == -1)
		unit = ctl_port_by_number(cn, text);
	return unit != -1 ? unit : ctl_port_by_prefix(cn, text);
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
	if (error != 0)
		return error;
	*unit = ctl_port_find(&cn, port);
	close(cn.fd);
	if (*unit == -1)
		return ENXIO;
	slash = strrchr(cn.path, '/');
	n = snprintf(path, PATH_MAX, "%.*srmidi%d",
	    slash != NULL ? (int)(slash + 1 - cn.path) : 0, cn.path, *unit);
	return n < 0 || n >= PATH_MAX ? ENAMETOOLONG : 0;
}
