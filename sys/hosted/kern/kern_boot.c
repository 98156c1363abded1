/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_boot.c: the kernel's beginning and end.
 *
 * Boot goes up: services, then the components of ioconf.c, with the nodes by
 * which programs come in.  Shutdown goes down the same way.  A boot that fails
 * goes down from where it has come to: what was never started has nothing to
 * stop.
 */

#include <sys/param.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/systm.h>
#include <sys/kernel.h>

#include <hosted/kern/kern_impl.h>

/* How far the boot has come. */
enum boot_stage {
	BOOT_NOTHING,
	BOOT_SERVICES,		/* some of them, perhaps */
	BOOT_RUNNING		/* all of them, some components, perhaps */
};

static enum boot_stage	boot_stage;
static bool		boot_evcnt_node;

static int
boot_services(void)
{
	static int (*const inits[])(void) = {
		kern_lwp_boot,
		kern_kmem_init,
		kern_lockorder_init,
		kern_evcnt_init,
		kern_softint_init,
		kern_callout_init,
		kern_alarm_init,
		kern_autoconf_init,
		kern_event_init,
		kern_devsw_init,
		kern_file_init,
		kern_component_init,
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

static int
boot_components(void)
{
	int error = 0, i;

	for (i = 0; error == 0 && kern_ioconfs[i] != NULL; i++)
		error = hosted_component_join(kern_ioconfs[i], NULL);
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
	boot_stage = BOOT_RUNNING;
	error = boot_components();
	if (error)
		return error;
	error = host_node_create(KERN_EVCNT_NODE, 0444);
	boot_evcnt_node = error == 0;
	return error;
}

static void
boot_stop_nodes(void)
{

	if (boot_evcnt_node)
		host_node_destroy(KERN_EVCNT_NODE);
	boot_evcnt_node = false;
	kern_component_hideall();
}

/* Down from the stage that was reached; what is left over is counted. */
static unsigned long
boot_stop(void)
{
	unsigned long left = 0;

	cold = 1;
	if (boot_stage >= BOOT_RUNNING) {
		boot_stop_nodes();
		kern_file_stop();
		left += kern_autoconf_detachall();
		kern_file_drain();
		kern_component_leaveall();
	}
	kern_component_fini();
	kern_file_fini();
	kern_devsw_fini();
	kern_event_fini();
	kern_autoconf_fini();
	kern_alarm_fini();
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
	void (*attach)(int) = kern_component_pseudo(name);
	int before;

	if (attach == NULL || count < 0)
		return ENXIO;
	before = boot_units(name);
	(*attach)(count);
	return boot_units(name) - before == count ? 0 : ENOMEM;
}
