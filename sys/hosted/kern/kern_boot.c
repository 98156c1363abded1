/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_boot.c: the kernel's beginning and end.
 *
 * Boot goes up: services, then the switch, tables, modules and pseudo-devices
 * of ioconf.c, then the nodes by which programs come in.  Shutdown goes down
 * the same way.  A boot that fails goes down from where it has come to: what
 * was never started has nothing to stop.
 */

#include <sys/param.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/module.h>
#include <sys/systm.h>

#include <hosted/kern/kern_impl.h>

/* How far the boot has come. */
enum boot_stage {
	BOOT_NOTHING,
	BOOT_SERVICES,		/* some of them, perhaps */
	BOOT_SWITCH,		/* all services, some of the switch, ... */
	BOOT_TABLES,		/* ... the drivers' tables, some modules, ... */
	BOOT_RUNNING		/* some nodes, or all */
};

static enum boot_stage	boot_stage;
static int		boot_modules;	/* that are initialized */
static bool		boot_evcnt_node;

static int
boot_services(void)
{
	static int (*const inits[])(void) = {
		kern_kmem_init,
		kern_lockorder_init,
		kern_evcnt_init,
		kern_softint_init,
		kern_callout_init,
		kern_autoconf_init,
		kern_event_init,
		kern_devsw_init,
		kern_file_init,
	};
	unsigned int i;
	int error;

	for (i = 0; i < __arraycount(inits); i++) {
		error = (*inits[i])();
		if (error)
			return error;
	}
	return 0;
}

/* A switch that several nodes have gets one number. */
static int
boot_switch(void)
{
	const struct kern_ionode *in;
	devmajor_t maj;
	int error;

	for (in = kern_ioconf.ic_nodes; in->in_name != NULL; in++) {
		maj = cdevsw_lookup_major(in->in_cdevsw);
		if (maj != NODEVMAJOR)
			continue;
		error = devsw_attach(in->in_name, NULL, NULL, in->in_cdevsw,
		    &maj);
		if (error)
			return error;
	}
	return 0;
}

static int
boot_components(void)
{
	const struct kern_iopseudo *ip;
	const modinfo_t *mi;
	int error;

	while ((mi = kern_ioconf.ic_modules[boot_modules]) != NULL) {
		error = (*mi->mi_modcmd)(MODULE_CMD_INIT, NULL);
		if (error)
			return error;
		boot_modules++;
	}
	for (ip = kern_ioconf.ic_pseudos; ip->ip_name != NULL; ip++) {
		if (ip->ip_count != 0)
			(*ip->ip_attach)(ip->ip_count);
	}
	return 0;
}

static int
boot_nodes(void)
{
	int error;

	error = kern_node_init();
	if (error)
		return error;
	error = host_node_create(KERN_EVCNT_NODE, 0444);
	boot_evcnt_node = error == 0;
	return error;
}

static int
boot_all(void)
{
	int error;

	boot_stage = BOOT_SERVICES;
	error = boot_services();
	if (error)
		return error;
	boot_stage = BOOT_SWITCH;
	error = boot_switch();
	if (error)
		return error;
	error = config_init_component(kern_ioconf.ic_drivers,
	    kern_ioconf.ic_attachs, kern_ioconf.ic_cfdata);
	if (error)
		return error;
	boot_stage = BOOT_TABLES;
	error = boot_components();
	if (error)
		return error;
	boot_stage = BOOT_RUNNING;
	return boot_nodes();
}

static void
boot_stop_components(void)
{
	const modinfo_t *mi;
	int error;

	while (boot_modules > 0) {
		mi = kern_ioconf.ic_modules[--boot_modules];
		error = (*mi->mi_modcmd)(MODULE_CMD_FINI, NULL);
		if (error)
			printf("%s: module does not end: error %d\n",
			    mi->mi_name, error);
	}
}

static void
boot_stop_switch(void)
{
	const struct kern_ionode *in;

	for (in = kern_ioconf.ic_nodes; in->in_name != NULL; in++)
		devsw_detach(NULL, in->in_cdevsw);
}

static void
boot_stop_nodes(void)
{

	if (boot_evcnt_node)
		host_node_destroy(KERN_EVCNT_NODE);
	boot_evcnt_node = false;
	kern_node_fini();
}

/* Down from the stage that was reached; what is left over is counted. */
static unsigned long
boot_stop(void)
{
	unsigned long left = 0;

	cold = 1;
	if (boot_stage >= BOOT_RUNNING)
		boot_stop_nodes();
	if (boot_stage >= BOOT_TABLES) {
		kern_file_stop();
		left += kern_autoconf_detachall();
		kern_file_drain();
		boot_stop_components();
	}
	if (boot_stage >= BOOT_SWITCH)
		boot_stop_switch();
	kern_file_fini();
	kern_devsw_fini();
	kern_event_fini();
	kern_autoconf_fini();
	kern_callout_fini();
	kern_softint_fini();
	left += kern_evcnt_fini();
	left += kern_kmem_fini();
	kern_lockorder_fini();
	kern_lwp_fini();
	kern_lwp_end();
	boot_stage = BOOT_NOTHING;
	return left;
}

int
hosted_boot(void)
{
	int error;

	if (boot_stage != BOOT_NOTHING)
		return EBUSY;
	boot_modules = 0;
	error = boot_all();
	if (error)
		(void)boot_stop();
	else
		cold = 0;
	return error;
}

unsigned long
hosted_shutdown(void)
{

	if (boot_stage == BOOT_NOTHING)
		return 0;
	return boot_stop();
}

/* How many units a driver has. */
static int
boot_units(const char *name)
{
	const struct cfdriver *cd;
	int i, n = 0;

	kern_autoconf_lock();
	cd = kern_cftable_driver(name);
	for (i = 0; cd != NULL && i < cd->cd_ndevs; i++) {
		if (cd->cd_devs[i] != NULL)
			n++;
	}
	kern_autoconf_unlock();
	return n;
}

/* The attach function says nothing: count. */
int
hosted_attach_pseudo(const char *name, int count)
{
	const struct kern_iopseudo *ip;
	int before;

	for (ip = kern_ioconf.ic_pseudos; ip->ip_name != NULL; ip++) {
		if (strcmp(ip->ip_name, name) == 0)
			break;
	}
	if (ip->ip_name == NULL || count < 0)
		return ENXIO;
	before = boot_units(name);
	(*ip->ip_attach)(count);
	return boot_units(name) - before == count ? 0 : ENOMEM;
}
