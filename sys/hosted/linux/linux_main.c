/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_main.c: the module bsdmidi_kern: the hosted kernel, and what the
 * modules of drivers call to join it and to leave.
 */

#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>

#include "linux.h"

int
linux_component_join(const struct kern_ioconf *ioconf, struct module *owner)
{
	struct host_thread t;
	int error;

	linux_enter(&t);
	error = hosted_component_join(ioconf, owner);
	linux_leave(&t);
	return -error;
}

void
linux_component_leave(const struct kern_ioconf *ioconf)
{
	struct host_thread t;

	linux_enter(&t);
	hosted_component_leave(ioconf);
	linux_leave(&t);
}

int
linux_attach_pseudo(const char *name, int count)
{
	struct host_thread t;
	int error;

	linux_enter(&t);
	error = hosted_attach_pseudo(name, count);
	linux_leave(&t);
	return -error;
}

static int __init
linux_main_init(void)
{
	struct host_thread t;
	int error;

	error = linux_dev_init();
	if (error)
		return -error;
	linux_enter(&t);
	error = hosted_boot();
	linux_leave(&t);
	if (error)
		linux_dev_fini();
	return -error;
}

static void __exit
linux_main_exit(void)
{
	struct host_thread t;
	unsigned long left;

	linux_enter(&t);
	left = hosted_shutdown();
	linux_leave(&t);
	linux_sync_fini();
	linux_dev_fini();
	if (left != 0)
		pr_warn("bsdmidi: %lu allocations are left\n", left);
}

module_init(linux_main_init);
module_exit(linux_main_exit);

LINUX_MODULE("NetBSD's kernel interface for the drivers of bsdmidi");
