/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_bus.c: ports, lines of interrupts, and what is plugged in there.
 *
 * The models of hardware are the simulation's, not the kernel's: they are in
 * tables that the next run clears.  What the kernel has claimed are objects,
 * which leak as others do.
 *
 * A line is up while any of the devices on it holds it up.  One that is edge
 * triggered, as ISA's are, remembers that it went up until an interrupt
 * begins, and forgets how often; so it is with nobody there to hear of it.
 * One that is level triggered interrupts again and again while it is up.
 */

#include <errno.h>
#include <string.h>

#include <hosted/sim/sim_impl.h>

#define SIM_BUS_PORTS	0x10000
#define SIM_BUS_DEVICES	16
#define SIM_BUS_LINES	16
#define SIM_BUS_SOURCES	8	/* of one line */

struct host_io {
	struct sim_obj	io_obj;
	unsigned long	io_port;
	unsigned long	io_size;
};

struct host_intr {
	struct sim_obj	in_obj;
	int		in_irq;
	int		(*in_fn)(void *);
	void		*in_arg;
	int		in_running;
	struct sim_waitq in_waiters;	/* for its end */
};

struct bus_device {
	unsigned long	port;
	unsigned long	size;		/* 0: not in use */
	const struct sim_bus_ops *ops;
	void		*arg;
};

struct bus_line {
	int		level;		/* triggered */
	int		latched;	/* it went up */
	int		pending;	/* an interrupt will begin */
	const void	*up[SIM_BUS_SOURCES];
	unsigned	nup;
	unsigned long	strays;
};

static struct bus_device bus_devices[SIM_BUS_DEVICES];
static struct bus_line bus_lines[SIM_BUS_LINES];

void
sim_bus_reset(void)
{

	memset(bus_devices, 0, sizeof(bus_devices));
	memset(bus_lines, 0, sizeof(bus_lines));
}

/*
 * Ports.
 */

static int
sim_bus_overlap(unsigned long port, unsigned long size,
    unsigned long other, unsigned long othersize)
{

	return port < other + othersize && other < port + size;
}

/* The device at a port, or NULL. */
static const struct bus_device *
sim_bus_device(unsigned long port)
{
	const struct bus_device *d;

	for (d = bus_devices; d < bus_devices + SIM_BUS_DEVICES; d++) {
		if (sim_bus_overlap(port, 1, d->port, d->size))
			return d;
	}
	return NULL;
}

void
sim_bus_plug(unsigned long port, unsigned long size,
    const struct sim_bus_ops *ops, void *arg)
{
	struct bus_device *d;

	for (d = bus_devices; d < bus_devices + SIM_BUS_DEVICES; d++) {
		if (sim_bus_overlap(port, size, d->port, d->size))
			sim_misuse("two devices at port 0x%lx", port);
	}
	for (d = bus_devices; d->size != 0; d++) {
		if (d == bus_devices + SIM_BUS_DEVICES - 1)
			sim_misuse("too many devices at ports");
	}
	d->port = port;
	d->size = size;
	d->ops = ops;
	d->arg = arg;
}

void
sim_bus_unplug(unsigned long port)
{
	struct bus_device *d;

	for (d = bus_devices; d < bus_devices + SIM_BUS_DEVICES; d++) {
		if (d->size != 0 && d->port == port) {
			d->size = 0;
			return;
		}
	}
	sim_misuse("no device to unplug at port 0x%lx", port);
}

int
host_io_map(unsigned long port, unsigned long size, const char *name,
    struct host_io **iop)
{
	const struct sim_obj *o;
	const struct host_io *other;
	struct host_io *io;

	sim_call(SIM_OP_IO_MAP, (unsigned)port, SIM_CTX_SLEEP);
	if (size == 0 || size > SIM_BUS_PORTS || port > SIM_BUS_PORTS - size)
		return ENXIO;
	for (o = sim.objs[SIM_IO]; o != NULL; o = o->so_next) {
		other = (const struct host_io *)o;
		if (sim_bus_overlap(port, size, other->io_port,
		    other->io_size))
			return EBUSY;
	}
	if (sim_fault(SIM_FAULT_ALLOC))
		return ENOMEM;
	io = sim_obj_create(SIM_IO, sizeof(*io), name);
	io->io_port = port;
	io->io_size = size;
	*iop = io;
	return 0;
}

void
host_io_unmap(struct host_io *io)
{

	sim_call(SIM_OP_IO_UNMAP, (unsigned)io->io_port, SIM_CTX_SLEEP);
	sim_obj_destroy(&io->io_obj);
}

/* An access, up to the moment in which the device sees it. */
static const struct bus_device *
sim_bus_access(enum sim_op op, const struct host_io *io, unsigned long off)
{

	sim_time_pass(SIM_BUS_ACCESS_NS);
	sim_call(op, (unsigned)(io->io_port + off), SIM_CTX_ANY);
	if (off >= io->io_size)
		sim_misuse("port 0x%lx is not in what was mapped",
		    io->io_port + off);
	return sim_bus_device(io->io_port + off);
}

unsigned char
host_io_read1(struct host_io *io, unsigned long off)
{
	const struct bus_device *d;

	d = sim_bus_access(SIM_OP_IO_READ, io, off);
	if (d == NULL)
		return 0xff;
	return d->ops->read(d->arg, io->io_port + off - d->port);
}

void
host_io_write1(struct host_io *io, unsigned long off, unsigned char byte)
{
	const struct bus_device *d;

	d = sim_bus_access(SIM_OP_IO_WRITE, io, off);
	if (d != NULL)
		d->ops->write(d->arg, io->io_port + off - d->port, byte);
}

void
sim_bus_at(unsigned long long when_ns, void (*fn)(void *), void *arg)
{

	sim_time_interrupt_at(when_ns, fn, arg);
}

/*
 * Lines.
 */

static struct bus_line *
sim_bus_line(int irq)
{

	if (irq < 0 || irq >= SIM_BUS_LINES)
		sim_misuse("no line %d of interrupts", irq);
	return &bus_lines[irq];
}

/* The first handler of the line that was established after another. */
static struct host_intr *
sim_bus_handler(int irq, unsigned after)
{
	struct sim_obj *o;
	struct host_intr *in;

	for (o = sim.objs[SIM_INTR]; o != NULL; o = o->so_next) {
		in = (struct host_intr *)o;
		if (in->in_irq == irq && o->so_num > after)
			return in;
	}
	return NULL;
}

static void	sim_bus_interrupt(void *);

/* Let an interrupt begin if there is reason and somebody to hear of it. */
static void
sim_bus_deliver(struct bus_line *line)
{

	if (line->pending || !(line->latched || (line->level && line->nup)))
		return;
	if (sim_bus_handler((int)(line - bus_lines), 0) == NULL)
		return;
	line->pending = 1;
	sim_time_interrupt_at(sim.now_ns, sim_bus_interrupt, line);
}

static void
sim_bus_interrupt(void *arg)
{
	struct bus_line *line = arg;
	struct host_intr *in;
	int claimed = 0;
	unsigned after = 0;

	line->latched = 0;
	while ((in = sim_bus_handler((int)(line - bus_lines), after)) !=
	    NULL) {
		after = in->in_obj.so_num;
		in->in_running = 1;
		if (in->in_fn(in->in_arg))
			claimed = 1;
		in->in_running = 0;
		sim_sched_wake(&in->in_waiters, 1);
	}
	if (!claimed)
		line->strays++;
	line->pending = 0;
	sim_bus_deliver(line);
}

void
sim_bus_irq(int irq, const void *source, int up)
{
	struct bus_line *line = sim_bus_line(irq);
	unsigned i;

	for (i = 0; i < line->nup && line->up[i] != source; i++)
		continue;
	if (!up && i < line->nup)
		line->up[i] = line->up[--line->nup];
	if (!up || i < line->nup)
		return;
	if (i == SIM_BUS_SOURCES)
		sim_misuse("too many devices on line %d", irq);
	line->up[line->nup++] = source;
	if (line->nup == 1)
		line->latched = 1;
	sim_bus_deliver(line);
}

void
sim_bus_irq_level(int irq)
{

	sim_bus_line(irq)->level = 1;
}

unsigned long
sim_bus_strays(int irq)
{

	return sim_bus_line(irq)->strays;
}

int
host_intr_establish(int irq, int (*fn)(void *), void *arg, const char *name,
    struct host_intr **ip)
{
	struct host_intr *in;

	sim_call(SIM_OP_INTR_ESTABLISH, (unsigned)irq, SIM_CTX_SLEEP);
	if (irq < 0 || irq >= SIM_BUS_LINES)
		return ENXIO;
	if (sim_fault(SIM_FAULT_ALLOC))
		return ENOMEM;
	in = sim_obj_create(SIM_INTR, sizeof(*in), name);
	in->in_irq = irq;
	in->in_fn = fn;
	in->in_arg = arg;
	*ip = in;
	sim_bus_deliver(&bus_lines[irq]);
	return 0;
}

void
host_intr_disestablish(struct host_intr *in)
{

	sim_call(SIM_OP_INTR_DISESTABLISH, (unsigned)in->in_irq,
	    SIM_CTX_SLEEP);
	while (in->in_running)
		sim_sched_wait(&in->in_waiters, "return", &in->in_obj, 0, 0);
	sim_obj_destroy(&in->in_obj);
}
