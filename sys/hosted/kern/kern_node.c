/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_node.c: the names of devices, from the table of ioconf.c: those that
 * are always there, and those with a number for each unit of a driver.  The
 * host shows them to programs.  Nothing here changes but at boot.
 */

#include <sys/param.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/systm.h>

#include <hosted/kern/kern_impl.h>

#define NODE_MODE	0666
#define NODE_NAMESIZE	32
#define NODE_DIGITS	6

static unsigned int	node_there;	/* of the always ones, from the first */

/* The number that s is, or -1.  As it is printed: no zeroes in front. */
static int
node_number(const char *s)
{
	int n = 0, i;

	if (s[0] == '\0' || (s[0] == '0' && s[1] != '\0'))
		return -1;
	for (i = 0; s[i] != '\0'; i++) {
		if (s[i] < '0' || s[i] > '9' || i == NODE_DIGITS)
			return -1;
		n = n * 10 + (s[i] - '0');
	}
	return n;
}

/* The minor number of the name, if it is one of the entry's, or -1. */
static int
node_minor(const struct kern_ionode *in, const char *name)
{
	size_t len = strlen(in->in_name);

	if (in->in_minor != KERN_IONODE_UNIT)
		return strcmp(in->in_name, name) == 0 ? in->in_minor : -1;
	if (strncmp(in->in_name, name, len) != 0)
		return -1;
	return node_number(name + len);
}

int
kern_node_lookup(const char *name, dev_t *devp)
{
	const struct kern_ionode *in;
	devmajor_t maj;
	int min;

	for (in = kern_ioconf.ic_nodes; in->in_name != NULL; in++) {
		min = node_minor(in, name);
		if (min < 0)
			continue;
		maj = cdevsw_lookup_major(in->in_cdevsw);
		KASSERT(maj != NODEVMAJOR);
		*devp = makedev(maj, min);
		return 0;
	}
	return ENOENT;
}

/* The nth of the nodes that are always there, or NULL. */
static const char *
node_always(unsigned int n)
{
	const struct kern_ionode *in;

	for (in = kern_ioconf.ic_nodes; in->in_name != NULL; in++) {
		if (in->in_minor != KERN_IONODE_UNIT && n-- == 0)
			return in->in_name;
	}
	return NULL;
}

int
kern_node_init(void)
{
	const char *name;
	int error;

	node_there = 0;
	while ((name = node_always(node_there)) != NULL) {
		error = host_node_create(name, NODE_MODE);
		if (error)
			return error;
		node_there++;
	}
	return 0;
}

void
kern_node_fini(void)
{

	while (node_there > 0)
		host_node_destroy(node_always(--node_there));
}

/* The name of the device's node, if its driver has nodes. */
static bool
node_name(device_t dev, char *buf, size_t size)
{
	const struct kern_ionode *in;

	for (in = kern_ioconf.ic_nodes; in->in_name != NULL; in++) {
		if (in->in_minor == KERN_IONODE_UNIT &&
		    in->in_cdevsw->d_cfdriver == device_cfdriver(dev)) {
			(void)snprintf(buf, size, "%s%d", in->in_name,
			    device_unit(dev));
			return true;
		}
	}
	return false;
}

bool
kern_node_attached(device_t dev)
{
	char name[NODE_NAMESIZE];
	int error;

	if (!node_name(dev, name, sizeof(name)))
		return false;
	error = host_node_create(name, NODE_MODE);
	if (error)
		aprint_error_dev(dev, "no node %s: error %d\n", name, error);
	return error == 0;
}

void
kern_node_detached(device_t dev)
{
	char name[NODE_NAMESIZE];

	if (node_name(dev, name, sizeof(name)))
		host_node_destroy(name);
}
