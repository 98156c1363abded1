/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_node.c: the names of devices, from the tables of the components: those
 * that are always there, and those with a number for each unit of a driver.
 * The host shows them to programs.  Nothing here has a state.
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

/* What is looked for among the nodes, and what was found. */
struct node_search {
	const char	*ns_name;	/* of a node ... */
	cfdriver_t	ns_cfdriver;	/* ... or the driver that has it */
	const struct cdevsw *ns_cdevsw;
	int		ns_minor;
	const char	*ns_found;	/* the entry's name */
};

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

static bool
node_has_name(const struct kern_ionode *in, void *arg)
{
	struct node_search *ns = arg;

	ns->ns_minor = node_minor(in, ns->ns_name);
	ns->ns_cdevsw = in->in_cdevsw;
	return ns->ns_minor >= 0;
}

/* Hold what the device and those above it are made of. */
static int
node_hold_device(cfdriver_t cd, int unit, struct kern_hold *hold)
{
	device_t dev, up;
	int error = 0;

	dev = device_lookup_acquire(cd, unit);
	if (dev == NULL)
		return ENXIO;
	for (up = device_parent(dev); up != NULL && error == 0;
	    up = device_parent(up))
		error = kern_component_hold_driver(device_cfdriver(up), hold);
	device_release(dev);
	return error;
}

int
kern_node_lookup(const char *name, dev_t *devp, struct kern_hold *hold)
{
	struct node_search ns = { .ns_name = name };
	const struct cdevsw *cdev;
	devmajor_t maj;
	int error;

	error = kern_component_hold_node(node_has_name, &ns, hold);
	if (error)
		return error;
	cdev = ns.ns_cdevsw;
	maj = cdevsw_lookup_major(cdev);
	if (maj == NODEVMAJOR)
		return ENXIO;
	*devp = makedev(maj, ns.ns_minor);
	if (cdev->d_cfdriver == NULL)
		return 0;
	return node_hold_device(cdev->d_cfdriver, ns.ns_minor, hold);
}

/* The nth of the nodes that are always there, or NULL. */
static const char *
node_always(const struct kern_ioconf *ic, unsigned int n)
{
	const struct kern_ionode *in;

	for (in = ic->ic_nodes; in != NULL && in->in_name != NULL; in++) {
		if (in->in_minor != KERN_IONODE_UNIT && n-- == 0)
			return in->in_name;
	}
	return NULL;
}

int
kern_node_show(const struct kern_ioconf *ic, unsigned int *np)
{
	const char *name;
	int error;

	while ((name = node_always(ic, *np)) != NULL) {
		error = host_node_create(name, NODE_MODE);
		if (error)
			return error;
		(*np)++;
	}
	return 0;
}

void
kern_node_hide(const struct kern_ioconf *ic, unsigned int *np)
{

	while (*np > 0)
		host_node_destroy(node_always(ic, --*np));
}

static bool
node_has_driver(const struct kern_ionode *in, void *arg)
{
	struct node_search *ns = arg;

	ns->ns_found = in->in_name;
	return in->in_minor == KERN_IONODE_UNIT &&
	    in->in_cdevsw->d_cfdriver == ns->ns_cfdriver;
}

/* The name of the device's node, if its driver has nodes.  The device is
 * there: so is its driver. */
static bool
node_name(device_t dev, char *buf, size_t size)
{
	struct node_search ns = { .ns_cfdriver = device_cfdriver(dev) };

	if (!kern_component_find_node(node_has_driver, &ns))
		return false;
	(void)snprintf(buf, size, "%s%d", ns.ns_found, device_unit(dev));
	return true;
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
