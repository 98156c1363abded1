/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_opl.c: a model of OPL2 and OPL3 at ports of the simulation's bus.  See
 * sim_opl.h.
 *
 * Made from the chips' manuals, not from the driver: it shares no header with
 * it.
 */

#include <string.h>

#include <hosted/sim/sim_impl.h>
#include <hosted/sim/sim_opl.h>

#define OPL_RATE	(14318180.0 / 288)
#define OPL_BANK	9
#define OPL_TIMER1_NS	80000ULL
#define OPL_TIMER2_NS	320000ULL

/* How long the chip is busy behind an address, and behind data. */
static const unsigned long long opl_busy_ns[2][2] = {
	{ 3300, 23000 }, { 2235, 2235 }
};

unsigned
sim_opl_operator(unsigned channel, unsigned operator)
{
	const unsigned place = channel % OPL_BANK;

	return (channel < OPL_BANK ? 0 : 0x100) + place / 3 * 8 + place % 3 +
	    operator * 3;
}

unsigned
sim_opl_register(unsigned channel, unsigned base)
{

	return (channel < OPL_BANK ? 0 : 0x100) + base + channel % OPL_BANK;
}

int
sim_opl_key(const struct sim_opl *so, unsigned channel)
{

	return (so->reg[sim_opl_register(channel, 0xb0)] & 0x20) != 0;
}

double
sim_opl_hz(const struct sim_opl *so, unsigned channel)
{
	const unsigned high = so->reg[sim_opl_register(channel, 0xb0)];
	const unsigned fnum = so->reg[sim_opl_register(channel, 0xa0)] |
	    (high & 3) << 8;

	return fnum * OPL_RATE / (1 << (20 - (high >> 2 & 7)));
}

double
sim_opl_db(const struct sim_opl *so, unsigned channel, unsigned operator)
{

	return 0.75 * (so->reg[0x40 + sim_opl_operator(channel, operator)] &
	    0x3f);
}

/* The channel and the operator that a register 0x20..0x95, 0xe0..0xf5 of a
 * bank belongs to, as 2 * channel + operator; -1: there is no such operator. */
static int
opl_owner(unsigned reg)
{
	const unsigned place = reg & 0x1f;

	if (place > 0x15 || place % 8 > 5)
		return -1;
	return (int)(2 * ((reg >= 0x100 ? OPL_BANK : 0) + place / 8 * 3 +
	    place % 8 % 3) + (place % 8 >= 3));
}

/* The channel whose sound a register makes, and not its level or pitch; -1:
 * none. */
static int
opl_sound_channel(unsigned reg)
{
	const unsigned base = reg & 0xe0;
	int owner;

	if ((reg & 0xff) >= 0xc0 && (reg & 0xff) <= 0xc8)
		return (int)((reg & 0xff) - 0xc0 +
		    (reg >= 0x100 ? OPL_BANK : 0));
	if (base != 0x20 && base != 0x60 && base != 0x80 && base != 0xe0)
		return -1;
	owner = opl_owner(reg);
	return owner < 0 ? -1 : owner / 2;
}

static int
opl_exists(const struct sim_opl *so, unsigned reg)
{
	const unsigned r = reg & 0xff;

	if (reg >= 0x100 && (r == 4 || r == 5))
		return so->opl3;
	if (r >= 0x20 && (r < 0xa0 || r >= 0xe0))
		return opl_owner(reg) >= 0;
	if (r >= 0xa0 && r < 0xd0)
		return (r & 0x0f) < OPL_BANK || reg == 0xbd;
	return reg == 1 || reg == 2 || reg == 3 || reg == 4 || reg == 8;
}

/* A channel that another gives its key to: the second of four operators. */
static unsigned
opl_key_channel(const struct sim_opl *so, unsigned channel)
{
	const unsigned place = channel % OPL_BANK;

	if (!so->opl3 || place < 3 || place > 5)
		return channel;
	return so->reg[0x104] >> (place - 3 + (channel < OPL_BANK ? 0 : 3)) &
	    1 ? channel - 3 : channel;
}

static void
opl_check_sound(struct sim_opl *so, unsigned reg, unsigned value)
{
	const int channel = opl_sound_channel(reg);
	unsigned key;

	if (channel < 0 || so->reg[reg] == value)
		return;
	/* The fastest release begins, or only the place is another. */
	if ((reg & 0xe0) == 0x80 && value == (so->reg[reg] | 0x0fU))
		return;
	if ((reg & 0xf0) == 0xc0 && ((so->reg[reg] ^ value) & 0x0f) == 0)
		return;
	key = opl_key_channel(so, (unsigned)channel);
	if (sim_opl_key(so, key))
		sim_fail("opl: register 0x%x of channel %d is changed to "
		    "0x%x while it sounds", reg, channel, value);
	if (so->off_ns[key] != 0 && sim.now_ns < so->off_ns[key] +
	    so->fade_ns && (so->reg[0x83 + sim_opl_operator(key, 0)] & 0x0f)
	    == 0x0f)
		sim_fail("opl: register 0x%x of channel %d is changed %llu "
		    "ns after its key went off", reg, channel,
		    sim.now_ns - so->off_ns[key]);
}

static void
opl_check_key(struct sim_opl *so, unsigned reg, unsigned value)
{
	const unsigned r = reg & 0xff;
	unsigned channel;

	if (r < 0xb0 || r > 0xb8)
		return;
	channel = r - 0xb0 + (reg >= 0x100 ? OPL_BANK : 0);
	if (sim_opl_key(so, channel) && (value & 0x20) == 0)
		so->off_ns[channel] = sim.now_ns;
}

/* Writes to the timers' control. */
static void
opl_timers(struct sim_opl *so, unsigned value)
{
	static const unsigned long long step_ns[2] = {
		OPL_TIMER1_NS, OPL_TIMER2_NS
	};
	unsigned i;

	if (value & 0x80) {
		so->flags = 0;
		return;
	}
	for (i = 0; i < 2; i++) {
		if ((value & 1U << i) == 0)
			so->timer_ns[i] = 0;
		else if (so->timer_ns[i] == 0)
			so->timer_ns[i] = sim.now_ns +
			    step_ns[i] * (256 - so->reg[2 + i]);
	}
}

static void
opl_take(struct sim_opl *so, unsigned reg, unsigned value)
{

	if (!opl_exists(so, reg))
		sim_fail("opl: there is no register 0x%x", reg);
	/* Whoever looks for the chip may write there, without effect. */
	if (reg == 0x104 && (so->reg[0x105] & 1) == 0)
		return;
	if (reg >= 0x100 && reg != 0x105 && (so->reg[0x105] & 1) == 0)
		sim_fail("opl: register 0x%x before the OPL3's mode", reg);
	opl_check_sound(so, reg, value);
	opl_check_key(so, reg, value);
	so->reg[reg] = (unsigned char)value;
	if (reg == 4)
		opl_timers(so, value);
	so->writes++;
	if (so->written != NULL)
		so->written(so->arg, reg, value, sim.now_ns);
}

static void
opl_write(void *arg, unsigned long off, unsigned char byte)
{
	struct sim_opl *so = arg;
	const int bank = so->opl3 && off >= 2;
	const int data = off & 1;

	if (sim.now_ns < so->ready_ns)
		sim_fail("opl: written to %llu ns before it is ready",
		    so->ready_ns - sim.now_ns);
	so->ready_ns = sim.now_ns + opl_busy_ns[so->opl3 != 0][data];
	if (!data) {
		so->bank = bank;
		so->address[bank] = byte;
		return;
	}
	if (so->bank != bank)
		sim_fail("opl: data without an address");
	so->bank = -1;
	opl_take(so, so->address[bank] + (bank ? 0x100 : 0), byte);
}

static unsigned char
opl_read(void *arg, unsigned long off)
{
	struct sim_opl *so = arg;
	unsigned i;

	if (off & 1)
		return 0xff;
	for (i = 0; i < 2; i++) {
		if (so->timer_ns[i] != 0 && sim.now_ns >= so->timer_ns[i] &&
		    (so->reg[4] & 0x40 >> i) == 0)
			so->flags |= (unsigned char)(0x80 | 0x40 >> i);
	}
	return so->flags | (so->opl3 || so->imitation ? 0 : 0x06);
}

static const struct sim_bus_ops sim_opl_ops = { opl_read, opl_write };

void
sim_opl_plug(struct sim_opl *so, unsigned long port)
{

	memset(so->reg, 0, sizeof(so->reg));
	memset(so->off_ns, 0, sizeof(so->off_ns));
	so->writes = 0;
	so->bank = -1;
	so->ready_ns = 0;
	so->flags = 0;
	so->timer_ns[0] = so->timer_ns[1] = 0;
	sim_bus_plug(port, so->opl3 || so->imitation ? 4 : 2, &sim_opl_ops,
	    so);
}
