/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_component.c: parts of the kernel that come and go: drivers with their
 * tables (ioconf_*.c).
 *
 * A component that joins puts its switches, its tables, its modules and
 * pseudo-devices in, and at last its nodes, by which programs come in.  It
 * leaves the other way round, with its devices detached in between.  One that
 * fails to join goes down from where it has come to.
 *
 * Where components are loaded by themselves, each has an owner of the host's:
 * its code.  A file holds the owners of all that a call on it may run in, so
 * that no code goes while somebody is in it; component_lock makes looking up
 * and holding one step.  It guards the list; what is in a component belongs to
 * the thread that joins it and leaves it.
 */

#include <sys/param.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/module.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <hosted/kern/kern_impl.h>

struct kern_component {
	TAILQ_ENTRY(kern_component) kc_entry;
	const struct kern_ioconf *kc_ioconf;
	void		*kc_owner;	/* NULL: it is never unloaded */
	bool		kc_tables;	/* are in */
	int		kc_modules;	/* that are initialized */
	unsigned int	kc_nodes;	/* that are shown */
};
TAILQ_HEAD(component_list, kern_component);

static struct host_lock		*component_lock;
static struct component_list	component_list;

int
kern_component_init(void)
{

	TAILQ_INIT(&component_list);
	component_lock = host_lock_create(HOST_LOCK_SLEEP, "component");
	return component_lock == NULL ? ENOMEM : 0;
}

void
kern_component_fini(void)
{

	if (component_lock != NULL)
		host_lock_destroy(component_lock);
	component_lock = NULL;
}

/*
 * Joining.
 */

/* A switch that several nodes have gets one number. */
static int
component_switch(const struct kern_ioconf *ic)
{
	const struct kern_ionode *in;
	devmajor_t bmaj = NODEVMAJOR, maj;
	int error;

	for (in = ic->ic_nodes; in != NULL && in->in_name != NULL; in++) {
		maj = cdevsw_lookup_major(in->in_cdevsw);
		if (maj != NODEVMAJOR)
			continue;
		error = devsw_attach(in->in_name, NULL, &bmaj, in->in_cdevsw,
		    &maj);
		if (error)
			return error;
	}
	return 0;
}

static const modinfo_t *
component_module(const struct kern_component *kc, int n)
{
	const modinfo_t *const *modules = kc->kc_ioconf->ic_modules;

	return modules == NULL ? NULL : modules[n];
}

static int
component_modules(struct kern_component *kc)
{
	const modinfo_t *mi;
	int error;

	while ((mi = component_module(kc, kc->kc_modules)) != NULL) {
		error = (*mi->mi_modcmd)(MODULE_CMD_INIT, NULL);
		if (error)
			return error;
		kc->kc_modules++;
	}
	return 0;
}

static void
component_pseudos(const struct kern_ioconf *ic)
{
	const struct kern_iopseudo *ip;

	for (ip = ic->ic_pseudos; ip != NULL && ip->ip_name != NULL; ip++) {
		if (ip->ip_count != 0)
			(*ip->ip_attach)(ip->ip_count);
	}
}

static int
component_start(struct kern_component *kc)
{
	const struct kern_ioconf *ic = kc->kc_ioconf;
	int error;

	error = component_switch(ic);
	if (error)
		return error;
	error = config_init_component(ic->ic_drivers, ic->ic_attachs,
	    ic->ic_cfdata);
	if (error)
		return error;
	kc->kc_tables = true;
	error = component_modules(kc);
	if (error)
		return error;
	component_pseudos(ic);
	return kern_node_show(ic, &kc->kc_nodes);
}

/*
 * Leaving.
 */

static void
component_stop_modules(struct kern_component *kc)
{
	const modinfo_t *mi;
	int error;

	while (kc->kc_modules > 0) {
		mi = component_module(kc, --kc->kc_modules);
		error = (*mi->mi_modcmd)(MODULE_CMD_FINI, NULL);
		if (error)
			printf("%s: module does not end: error %d\n",
			    mi->mi_name, error);
	}
}

static void
component_stop(struct kern_component *kc)
{
	const struct kern_ioconf *ic = kc->kc_ioconf;
	const struct kern_ionode *in;
	int error, i;

	kern_node_hide(ic, &kc->kc_nodes);
	for (i = 0; ic->ic_drivers != NULL && ic->ic_drivers[i] != NULL; i++)
		kern_autoconf_detach_driver(ic->ic_drivers[i]);
	component_stop_modules(kc);
	for (in = ic->ic_nodes; in != NULL && in->in_name != NULL; in++)
		devsw_detach(NULL, in->in_cdevsw);
	if (kc->kc_tables) {
		error = config_fini_component(ic->ic_drivers, ic->ic_attachs,
		    ic->ic_cfdata);
		if (error)
			printf("component: tables stay: error %d\n", error);
	}
	kc->kc_tables = false;
}

static void
component_remove(struct kern_component *kc)
{

	component_stop(kc);
	host_lock_enter(component_lock);
	TAILQ_REMOVE(&component_list, kc, kc_entry);
	host_lock_exit(component_lock);
	kmem_free(kc, sizeof(*kc));
}

int
hosted_component_join(const struct kern_ioconf *ic, void *owner)
{
	struct kern_component *kc;
	int error;

	kc = kmem_zalloc(sizeof(*kc), KM_SLEEP);
	kc->kc_ioconf = ic;
	kc->kc_owner = owner;
	host_lock_enter(component_lock);
	TAILQ_INSERT_TAIL(&component_list, kc, kc_entry);
	host_lock_exit(component_lock);
	error = component_start(kc);
	if (error)
		component_remove(kc);
	return error;
}

void
hosted_component_leave(const struct kern_ioconf *ic)
{
	struct kern_component *kc;

	host_lock_enter(component_lock);
	TAILQ_FOREACH(kc, &component_list, kc_entry) {
		if (kc->kc_ioconf == ic)
			break;
	}
	host_lock_exit(component_lock);
	KASSERT(kc != NULL);
	component_remove(kc);
}

/* At shutdown nobody joins or leaves any more. */
void
kern_component_hideall(void)
{
	struct kern_component *kc;

	TAILQ_FOREACH_REVERSE(kc, &component_list, component_list, kc_entry)
		kern_node_hide(kc->kc_ioconf, &kc->kc_nodes);
}

void
kern_component_leaveall(void)
{
	struct kern_component *kc;

	while ((kc = TAILQ_LAST(&component_list, component_list)) != NULL)
		component_remove(kc);
}

/*
 * Looking up and holding.
 */

/* The lock is held. */
static int
component_hold(const struct kern_component *kc, struct kern_hold *hold)
{
	int error;

	if (kc->kc_owner == NULL)
		return 0;
	KASSERT(hold->kh_n < KERN_HOLD_MAX);
	error = host_owner_hold(kc->kc_owner);
	if (error == 0)
		hold->kh_owner[hold->kh_n++] = kc->kc_owner;
	return error;
}

void
kern_component_release(struct kern_hold *hold)
{

	while (hold->kh_n > 0)
		host_owner_release(hold->kh_owner[--hold->kh_n]);
}

/* The component of a node that the function says that it is, or NULL.  The
 * lock is held. */
static const struct kern_component *
component_of_node(bool (*fits)(const struct kern_ionode *, void *), void *arg)
{
	const struct kern_component *kc;
	const struct kern_ionode *in;

	TAILQ_FOREACH(kc, &component_list, kc_entry) {
		in = kc->kc_ioconf->ic_nodes;
		for (; in != NULL && in->in_name != NULL; in++) {
			if ((*fits)(in, arg))
				return kc;
		}
	}
	return NULL;
}

bool
kern_component_find_node(bool (*fits)(const struct kern_ionode *, void *),
    void *arg)
{
	bool found;

	host_lock_enter(component_lock);
	found = component_of_node(fits, arg) != NULL;
	host_lock_exit(component_lock);
	return found;
}

int
kern_component_hold_node(bool (*fits)(const struct kern_ionode *, void *),
    void *arg, struct kern_hold *hold)
{
	const struct kern_component *kc;
	int error = ENOENT;

	host_lock_enter(component_lock);
	kc = component_of_node(fits, arg);
	if (kc != NULL)
		error = component_hold(kc, hold);
	host_lock_exit(component_lock);
	return error;
}

/* Whose driver is it?  The lock is held. */
static bool
component_has_driver(const struct kern_component *kc, cfdriver_t cd)
{
	struct cfdriver *const *cds = kc->kc_ioconf->ic_drivers;

	while (cds != NULL && *cds != NULL && *cds != cd)
		cds++;
	return cds != NULL && *cds != NULL;
}

int
kern_component_hold_driver(cfdriver_t cd, struct kern_hold *hold)
{
	const struct kern_component *kc;
	int error = 0;

	host_lock_enter(component_lock);
	TAILQ_FOREACH(kc, &component_list, kc_entry) {
		if (component_has_driver(kc, cd)) {
			error = component_hold(kc, hold);
			break;
		}
	}
	host_lock_exit(component_lock);
	return error;
}

void
(*kern_component_pseudo(const char *name))(int)
{
	const struct kern_component *kc;
	const struct kern_iopseudo *ip;
	void (*attach)(int) = NULL;

	host_lock_enter(component_lock);
	TAILQ_FOREACH(kc, &component_list, kc_entry) {
		ip = kc->kc_ioconf->ic_pseudos;
		for (; ip != NULL && ip->ip_name != NULL; ip++) {
			if (strcmp(ip->ip_name, name) == 0)
				attach = ip->ip_attach;
		}
	}
	host_lock_exit(component_lock);
	return attach;
}
