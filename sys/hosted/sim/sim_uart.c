/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_uart.c: a model of an MPU-401.
 *
 * Each byte takes 320 us on the cable, either way.  The chip takes as many
 * bytes as it has room for, and holds its line up while it has one to give:
 * what comes in, and acknowledgements, one after another.  In the intelligent
 * mode, from power-on and from a reset, bytes that come in are ignored.
 */

#include <hosted/sim/sim_impl.h>
#include <hosted/sim/sim_uart.h>

#define UART_DATA	0

#define UART_DRR	0x40
#define UART_DSR	0x80
#define UART_OTHERS	0x3f

#define UART_RESET	0xff
#define UART_ENTER	0x3f
#define UART_ACK	0xfe

static void
sim_uart_line(struct sim_uart *u)
{

	if (u->irq >= 0)
		sim_bus_irq(u->irq, u,
		    !u->unplugged && (u->in_used != 0 || u->endless));
}

static void
sim_uart_put(struct sim_uart *u, unsigned char byte, unsigned depth)
{

	if (u->in_used >= depth) {
		u->lost++;
		return;
	}
	u->in[(u->in_first + u->in_used++) % SIM_UART_FIFO] = byte;
	sim_uart_line(u);
}

/*
 * The cables.
 */

/* A byte of the cable is complete.  In an interrupt. */
static void
sim_uart_arrive(void *arg)
{
	struct sim_uart *u = arg;
	const unsigned depth = u->in_depth != 0 ? u->in_depth : 1;

	u->feeding = 0;
	if (u->unplugged)
		return;
	if (u->uart)
		sim_uart_put(u, *u->feed, depth);
	else
		u->ignored++;
	u->feed++;
	if (--u->nfeed != 0) {
		u->feeding = 1;
		sim_bus_at(sim_now_ns() + SIM_UART_BYTE_NS, sim_uart_arrive,
		    u);
	}
}

void
sim_uart_feed(struct sim_uart *u, const unsigned char *bytes, unsigned long n)
{

	if (n == 0)
		return;
	if (u->nfeed == 0)
		u->feed = bytes;
	else if (u->feed + u->nfeed != bytes)
		sim_misuse("bytes fed from two places");
	u->nfeed += n;
	if (!u->feeding) {
		u->feeding = 1;
		sim_bus_at(sim_now_ns() + SIM_UART_BYTE_NS, sim_uart_arrive,
		    u);
	}
}

/* Bytes that are not on the cable yet, or not wholly. */
static unsigned
sim_uart_pending(const struct sim_uart *u)
{
	const unsigned long long now_ns = sim_now_ns();

	if (u->out_ns <= now_ns)
		return 0;
	return (unsigned)((u->out_ns - now_ns + SIM_UART_BYTE_NS - 1) /
	    SIM_UART_BYTE_NS);
}

static int
sim_uart_takes(const struct sim_uart *u)
{
	const unsigned depth = u->out_depth != 0 ? u->out_depth : 1;

	return !u->stuck && sim_uart_pending(u) < depth;
}

static void
sim_uart_send(struct sim_uart *u, unsigned char byte)
{

	if (!sim_uart_takes(u) || !u->uart) {
		u->violations++;
		return;
	}
	if (u->nwire == u->wire_size)
		sim_misuse("no room for what leaves a UART");
	if (u->out_ns < sim_now_ns())
		u->out_ns = sim_now_ns();
	u->out_ns += SIM_UART_BYTE_NS;
	if (u->wire_ns != NULL)
		u->wire_ns[u->nwire] = u->out_ns;
	u->wire[u->nwire++] = byte;
}

/*
 * Commands.
 */

/* In an interrupt. */
static void
sim_uart_acknowledge(void *arg)
{
	struct sim_uart *u = arg;

	u->acks--;
	if (!u->unplugged)
		sim_uart_put(u, UART_ACK, SIM_UART_FIFO);
}

static void
sim_uart_ack(struct sim_uart *u)
{

	if (u->acks_lost != 0) {
		u->acks_lost--;
		return;
	}
	u->acks++;
	sim_bus_at(sim_now_ns() + u->ack_ns, sim_uart_acknowledge, u);
}

static void
sim_uart_command(struct sim_uart *u, unsigned char command)
{
	const int was = u->uart;

	if (!sim_uart_takes(u)) {
		u->violations++;
		return;
	}
	switch (command) {
	case UART_RESET:
		u->resets++;
		u->uart = 0;
		if (!was || !u->quiet_reset)
			sim_uart_ack(u);
		break;
	case UART_ENTER:
		/* In UART mode a reset is all that it knows. */
		if (was)
			break;
		u->uart = 1;
		sim_uart_ack(u);
		break;
	default:
		u->violations++;
	}
}

/*
 * Ports.
 */

static unsigned char
sim_uart_read(void *arg, unsigned long off)
{
	struct sim_uart *u = arg;
	unsigned char byte = UART_OTHERS;

	if (u->unplugged)
		return 0xff;
	if (off != UART_DATA) {
		if (!sim_uart_takes(u))
			byte |= UART_DRR;
		if (u->in_used == 0 && !u->endless)
			byte |= UART_DSR;
		return byte;
	}
	byte = u->in[u->in_first];
	if (u->in_used != 0) {
		u->in_first = (u->in_first + 1) % SIM_UART_FIFO;
		u->in_used--;
	}
	sim_uart_line(u);
	return byte;
}

static void
sim_uart_write(void *arg, unsigned long off, unsigned char byte)
{
	struct sim_uart *u = arg;

	if (u->unplugged)
		return;
	if (off == UART_DATA)
		sim_uart_send(u, byte);
	else
		sim_uart_command(u, byte);
}

static const struct sim_bus_ops sim_uart_ops = {
	.read = sim_uart_read,
	.write = sim_uart_write,
};

void
sim_uart_plug(struct sim_uart *u)
{
	unsigned i;

	for (i = 0; i < u->stale; i++)
		sim_uart_put(u, (unsigned char)(i & 0x7f), SIM_UART_FIFO);
	sim_bus_plug(u->port, 2, &sim_uart_ops, u);
	sim_uart_line(u);
}

void
sim_uart_unplug(struct sim_uart *u)
{

	u->unplugged = 1;
	sim_uart_line(u);
}

void
sim_uart_spurious(struct sim_uart *u)
{

	if (u->irq < 0 || u->in_used != 0 || u->endless)
		return;
	sim_bus_irq(u->irq, u, 1);
	sim_bus_irq(u->irq, u, 0);
}
