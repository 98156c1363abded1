/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_bus.c: the module bsdmidi_isa: ports and interrupts of ISA.
 *
 * Claims are entries of Linux's own table of ports, so that nobody drives a
 * device that another driver has; but for the timer and the port of the
 * speaker, which Linux keeps for itself and its own drivers share in the same
 * way: each uses a counter of its own.
 *
 * A line's handlers share it, and run in hard interrupts also where Linux was
 * told to make threads of them: what they wake runs in threads anyway.
 */

#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "linux.h"

#define BUS_PORTS	0x10000

extern const struct kern_ioconf ioconf_isa;

#define BUS_COUNTER	0x42	/* of the speaker, and the mode of all */
#define BUS_SPEAKER	0x61

struct host_io {
	unsigned long	io_port;
	unsigned long	io_size;
	bool		io_claimed;
};

struct host_intr {
	unsigned int	in_irq;
	int		(*in_fn)(void *);
	void		*in_arg;
};

/*
 * Ports.
 */

static bool
bus_is_shared(unsigned long port, unsigned long size)
{

	return (port == BUS_COUNTER && size == 2) ||
	    (port == BUS_SPEAKER && size == 1);
}

int
host_io_map(unsigned long port, unsigned long size, const char *name,
    struct host_io **iop)
{
	struct host_io *io;

	if (size == 0 || size > BUS_PORTS || port > BUS_PORTS - size)
		return ENXIO;
	io = kmalloc(sizeof(*io), GFP_KERNEL);
	if (io == NULL)
		return ENOMEM;
	io->io_port = port;
	io->io_size = size;
	io->io_claimed = !bus_is_shared(port, size);
	if (io->io_claimed && request_region(port, size, name) == NULL) {
		kfree(io);
		return EBUSY;
	}
	*iop = io;
	return 0;
}

void
host_io_unmap(struct host_io *io)
{

	if (io->io_claimed)
		release_region(io->io_port, io->io_size);
	kfree(io);
}

unsigned char
host_io_read1(struct host_io *io, unsigned long off)
{

	return inb(io->io_port + off);
}

void
host_io_write1(struct host_io *io, unsigned long off, unsigned char byte)
{

	outb(byte, io->io_port + off);
}

/*
 * Interrupts.
 */

static irqreturn_t
bus_interrupt(int irq, void *arg)
{
	const struct host_intr *in = arg;

	return IRQ_RETVAL((*in->in_fn)(in->in_arg));
}

int
host_intr_establish(int irq, int (*fn)(void *), void *arg, const char *name,
    struct host_intr **ip)
{
	struct host_intr *in;
	int error;

	if (irq < 0)
		return ENXIO;
	in = kmalloc(sizeof(*in), GFP_KERNEL);
	if (in == NULL)
		return ENOMEM;
	in->in_irq = irq;
	in->in_fn = fn;
	in->in_arg = arg;
	error = request_irq(irq, bus_interrupt, IRQF_SHARED | IRQF_NO_THREAD,
	    name, in);
	if (error) {
		kfree(in);
		return error == -ENOMEM ? ENOMEM :
		    error == -EBUSY ? EBUSY : ENXIO;
	}
	*ip = in;
	return 0;
}

void
host_intr_disestablish(struct host_intr *in)
{

	free_irq(in->in_irq, in);
	kfree(in);
}

/*
 * Devices.
 */

int
linux_attach_isa(const char *name, int port, int irq, int flags)
{
	struct host_thread t;
	int error;

	linux_enter(&t);
	error = hosted_attach_isa(name, port, irq, flags, NULL);
	linux_leave(&t);
	return -error;
}

int
linux_isa_join(const struct kern_ioconf *ioconf, struct module *owner,
    const char *name, const struct linux_isa_devices *id)
{
	unsigned int i;
	int error;

	error = linux_component_join(ioconf, owner);
	if (error)
		return error;
	for (i = 0; error == 0 && i < id->id_count; i++) {
		error = linux_attach_isa(name, id->id_port[i],
		    id->id_irq[i] != 0 ? id->id_irq[i] : -1, id->id_flags[i]);
	}
	if (error)
		linux_component_leave(ioconf);
	return error;
}

LINUX_COMPONENT(linux_bus, ioconf_isa, "The ISA bus, for drivers of bsdmidi");
