/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_com.c: a model of a 16550A and of its ancestor without FIFO.
 *
 * It knows 8 bits, no parity, one stop bit, and the trigger at the first byte;
 * to be told anything else while bytes move is a violation, and so is to be
 * given more than it has room for.  Its interrupts are the chip's: a byte, an
 * error of the first byte or an overrun, and room, which is told once when it
 * comes about or is asked for.
 */

#include <hosted/sim/sim_com.h>
#include <hosted/sim/sim_impl.h>

enum {
	COM_DATA, COM_IER, COM_FCR, COM_LCR, COM_MCR, COM_LSR, COM_MSR,
	COM_SCRATCH, COM_NPORTS
};
#define COM_IIR		COM_FCR

#define IER_RX		0x01
#define IER_TX		0x02
#define IER_LINE	0x04

#define IIR_NONE	0x01
#define IIR_TX		0x02
#define IIR_RX		0x04
#define IIR_LINE	0x06
#define IIR_FIFO	0xc0

#define FCR_ENABLE	0x01
#define FCR_RX_RESET	0x02
#define FCR_TX_RESET	0x04
#define FCR_TRIGGER	0xc0

#define LCR_8N1		0x03
#define LCR_DLAB	0x80

#define MCR_OUT2	0x08
#define MCR_LOOP	0x10

#define LSR_READY	0x01
#define LSR_OVERRUN	0x02
#define LSR_FRAMING	0x08
#define LSR_BREAK	0x10
#define LSR_EMPTY	0x20
#define LSR_IDLE	0x40
#define LSR_FIFO_ERROR	0x80

/* Ten bits of a clock of 115200 Hz. */
#define COM_BYTE_NS	86806UL

static unsigned
sim_com_depth(const struct sim_com *c)
{

	return !c->old && (c->fcr & FCR_ENABLE) != 0 ? SIM_COM_FIFO : 1;
}

unsigned long
sim_com_byte_ns(const struct sim_com *c)
{

	return COM_BYTE_NS * (c->divisor != 0 ? c->divisor : 1);
}

/* The errors of the byte that is next. */
static unsigned
sim_com_errors(const struct sim_com *c)
{
	unsigned lsr = 0;

	if (c->overrun)
		lsr |= LSR_OVERRUN;
	if (c->rx_used == 0)
		return lsr;
	if (c->rx[c->rx_first] & SIM_COM_FRAMING)
		lsr |= LSR_FRAMING;
	if (c->rx[c->rx_first] & SIM_COM_BREAK)
		lsr |= LSR_BREAK | LSR_FRAMING;
	return lsr;
}

/* Why it interrupts, in the chip's order. */
static unsigned
sim_com_reason(const struct sim_com *c)
{

	if ((c->ier & IER_LINE) != 0 && sim_com_errors(c) != 0)
		return IIR_LINE;
	if ((c->ier & IER_RX) != 0 && c->rx_used != 0)
		return IIR_RX;
	if ((c->ier & IER_TX) != 0 && c->tx_pending)
		return IIR_TX;
	return IIR_NONE;
}

static void
sim_com_line(struct sim_com *c)
{

	if (c->irq >= 0)
		sim_bus_irq(c->irq, c, !c->unplugged &&
		    (c->mcr & (MCR_OUT2 | MCR_LOOP)) == MCR_OUT2 &&
		    sim_com_reason(c) != IIR_NONE);
}

/*
 * The line.
 */

/* In an interrupt. */
static void
sim_com_arrive(void *arg)
{
	struct sim_com *c = arg;
	const unsigned depth = sim_com_depth(c);

	c->feeding = 0;
	if (c->cable_out)
		;
	else if (c->rx_used == depth) {
		c->lost++;
		c->overrun = 1;
	} else
		c->rx[(c->rx_first + c->rx_used++) % SIM_COM_FIFO] = *c->feed;
	c->feed++;
	if (--c->nfeed != 0) {
		c->feeding = 1;
		sim_bus_at(sim_now_ns() + sim_com_byte_ns(c), sim_com_arrive,
		    c);
	}
	sim_com_line(c);
}

void
sim_com_feed(struct sim_com *c, const unsigned short *bytes, unsigned long n)
{

	if (n == 0)
		return;
	if (c->nfeed == 0)
		c->feed = bytes;
	else if (c->feed + c->nfeed != bytes)
		sim_misuse("bytes fed from two places");
	c->nfeed += n;
	if (!c->feeding) {
		c->feeding = 1;
		sim_bus_at(sim_now_ns() + sim_com_byte_ns(c), sim_com_arrive,
		    c);
	}
}

static void	sim_com_shifted(void *);

/* The next byte goes to the line. */
static void
sim_com_shift(struct sim_com *c)
{

	if (c->shifting || c->tx_used == 0)
		return;
	c->shift = c->tx[c->tx_first];
	c->tx_first = (c->tx_first + 1) % SIM_COM_FIFO;
	if (--c->tx_used == 0)
		c->tx_pending = 1;
	c->shifting = 1;
	sim_bus_at(sim_now_ns() + sim_com_byte_ns(c), sim_com_shifted, c);
}

/* In an interrupt. */
static void
sim_com_shifted(void *arg)
{
	struct sim_com *c = arg;

	c->shifting = 0;
	if (c->nwire == c->wire_size)
		sim_misuse("no room for what leaves a UART");
	if (c->wire_ns != NULL)
		c->wire_ns[c->nwire] = sim_now_ns();
	c->wire[c->nwire++] = c->shift;
	sim_com_shift(c);
	sim_com_line(c);
}

static void
sim_com_send(struct sim_com *c, unsigned char byte)
{

	if (c->lcr != LCR_8N1 || c->tx_used == sim_com_depth(c)) {
		c->violations++;
		return;
	}
	c->tx_pending = 0;
	c->tx[(c->tx_first + c->tx_used++) % SIM_COM_FIFO] = byte;
	sim_com_shift(c);
}

/*
 * Ports.
 */

static unsigned char
sim_com_read_data(struct sim_com *c)
{
	unsigned char byte = (unsigned char)c->rx[c->rx_first];

	if (c->rx_used != 0) {
		c->rx_first = (c->rx_first + 1) % SIM_COM_FIFO;
		c->rx_used--;
	}
	return byte;
}

static unsigned char
sim_com_read_iir(struct sim_com *c)
{
	const unsigned why = sim_com_reason(c);

	if (why == IIR_TX)
		c->tx_pending = 0;
	return (unsigned char)(why | (sim_com_depth(c) > 1 ? IIR_FIFO : 0));
}

/* Errors are told once. */
static unsigned char
sim_com_read_lsr(struct sim_com *c)
{
	unsigned lsr = sim_com_errors(c);

	if (lsr & (LSR_FRAMING | LSR_BREAK) && sim_com_depth(c) > 1)
		lsr |= LSR_FIFO_ERROR;
	if (c->rx_used != 0)
		lsr |= LSR_READY;
	if (c->tx_used == 0)
		lsr |= LSR_EMPTY | (c->shifting ? 0 : LSR_IDLE);
	c->overrun = 0;
	c->rx[c->rx_first] &= 0xff;
	return (unsigned char)lsr;
}

static unsigned char
sim_com_read(void *arg, unsigned long off)
{
	struct sim_com *c = arg;
	unsigned char byte = 0;

	if (c->unplugged)
		return 0xff;
	if ((c->lcr & LCR_DLAB) != 0 && off <= COM_IER)
		return (unsigned char)(c->divisor >> (8 * off));
	switch (off) {
	case COM_DATA:
		byte = sim_com_read_data(c);
		break;
	case COM_IER:
		return (unsigned char)c->ier;
	case COM_IIR:
		byte = sim_com_read_iir(c);
		break;
	case COM_LCR:
		return (unsigned char)c->lcr;
	case COM_MCR:
		return (unsigned char)c->mcr;
	case COM_LSR:
		byte = sim_com_read_lsr(c);
		break;
	case COM_MSR:
		/* RTS, DTR, OUT1, OUT2 come back as CTS, DSR, RI, DCD. */
		if ((c->mcr & MCR_LOOP) == 0)
			return 0xb0;
		return (unsigned char)((c->mcr & 0x02) << 3 |
		    (c->mcr & 0x01) << 5 | (c->mcr & 0x0c) << 4);
	case COM_SCRATCH:
		return (unsigned char)c->scratch;
	}
	sim_com_line(c);
	return byte;
}

static void
sim_com_write_fcr(struct sim_com *c, unsigned char byte)
{

	if (c->old)
		return;
	if ((byte & FCR_TRIGGER) != 0)
		c->violations++;
	/* To switch the FIFO on or off empties it. */
	if ((byte ^ c->fcr) & FCR_ENABLE)
		byte |= FCR_RX_RESET | FCR_TX_RESET;
	if ((byte & FCR_RX_RESET) != 0)
		c->rx_used = 0;
	if ((byte & FCR_TX_RESET) != 0)
		c->tx_used = 0;
	c->fcr = byte & FCR_ENABLE;
}

static void
sim_com_write_ier(struct sim_com *c, unsigned char byte)
{

	/* To ask for room that is there is to be told. */
	if ((byte & ~c->ier & IER_TX) != 0 && c->tx_used == 0)
		c->tx_pending = 1;
	c->ier = byte & 0x0f;
}

static void
sim_com_write_divisor(struct sim_com *c, unsigned long off,
    unsigned char byte)
{

	if (off == COM_DATA)
		c->divisor = (c->divisor & 0xff00) | byte;
	else
		c->divisor = (c->divisor & 0x00ff) | (unsigned)byte << 8;
}

static void
sim_com_write(void *arg, unsigned long off, unsigned char byte)
{
	struct sim_com *c = arg;

	if (c->unplugged)
		return;
	if ((c->lcr & LCR_DLAB) != 0 && off <= COM_IER) {
		sim_com_write_divisor(c, off, byte);
		return;
	}
	switch (off) {
	case COM_DATA:
		sim_com_send(c, byte);
		break;
	case COM_IER:
		sim_com_write_ier(c, byte);
		break;
	case COM_FCR:
		sim_com_write_fcr(c, byte);
		break;
	case COM_LCR:
		c->lcr = byte;
		break;
	case COM_MCR:
		c->mcr = byte & 0x1f;
		break;
	case COM_SCRATCH:
		c->scratch = byte;
		break;
	default:
		c->violations++;
	}
	sim_com_line(c);
}

static const struct sim_bus_ops sim_com_ops = {
	.read = sim_com_read,
	.write = sim_com_write,
};

void
sim_com_plug(struct sim_com *c)
{

	sim_bus_plug(c->port, COM_NPORTS, &sim_com_ops, c);
	sim_com_line(c);
}

void
sim_com_unplug(struct sim_com *c)
{

	c->unplugged = 1;
	sim_com_line(c);
}

void
sim_com_spurious(struct sim_com *c)
{

	if (c->irq < 0 || sim_com_reason(c) != IIR_NONE)
		return;
	sim_bus_irq(c->irq, c, 1);
	sim_bus_irq(c->irq, c, 0);
}
