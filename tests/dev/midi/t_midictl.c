/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midictl.c: connections between ports and the control node, by what
 * programs can do with them.
 *
 * What is sent to rmidi0 is received at port 1, and so on: the usual
 * connection is from 1 to 2, by which what is written to rmidi0 can be read
 * from rmidi3.
 */

#include "h_target.h"

#define LONG_BYTES	6000

static int
ctl_open(void)
{
	int fd;

	fd = t_open("midictl", O_RDWR);
	T_CHECK(fd >= 0);
	return fd;
}

/* Everything passes. */
static struct midictl_connection
ctl_connection(int source, int dest)
{
	struct midictl_connection mc;

	memset(&mc, 0, sizeof(mc));
	mc.mc_source = source;
	mc.mc_dest = dest;
	mc.mc_channels = MIDI_CHANNELS_ALL;
	mc.mc_kinds = MIDI_KINDS_ALL;
	return mc;
}

static int
ctl_connect(int fd, int source, int dest, unsigned int flags)
{
	struct midictl_connection mc = ctl_connection(source, dest);

	mc.mc_flags = flags;
	return t_ioctl(fd, MIDICTL_CONNECT, &mc);
}

/* Returns how many there were, or an error. */
static int
ctl_disconnect(int fd, int source, int dest)
{
	struct midictl_disconnect md;
	int error;

	memset(&md, 0, sizeof(md));
	md.md_source = source;
	md.md_dest = dest;
	error = t_ioctl(fd, MIDICTL_DISCONNECT, &md);
	return error != 0 ? error : (int)md.md_count;
}

static struct midictl_connection
ctl_get(int fd, unsigned int id)
{
	struct midictl_connection mc;

	memset(&mc, 0, sizeof(mc));
	mc.mc_id = id;
	T_EQ(t_ioctl(fd, MIDICTL_CONNECTION, &mc), 0);
	return mc;
}

T_CASE(connect, "a connection that passes nothing, or that needs the program "
    "that made it, or keeps programs from its ports, or is not undone")
{
	int ctl, in, out;

	ctl = ctl_open();
	out = t_open("rmidi1", O_RDONLY);
	T_CHECK(out >= 0);
	T_EQ(ctl_connect(ctl, 1, 2, 0), 0);
	T_EQ(ctl_connect(ctl, 1, 2, 0), -EEXIST);
	t_close(ctl);
	t_close(out);
	out = t_open("rmidi0", O_WRONLY);
	in = t_open("rmidi3", O_RDONLY);
	T_WRITE(out, "\x90\x3c\x40\x3d\x40\xf0\x01\x02\x03\xf7");
	T_EXPECT(in, "\x90\x3c\x40\x90\x3d\x40\xf0\x01\x02\x03\xf7");
	T_WRITE(out, "\x80\x3c\x40\x3d\x40");
	T_EXPECT(in, "\x80\x3c\x40\x80\x3d\x40");
	ctl = ctl_open();
	T_EQ(ctl_disconnect(ctl, 1, 2), 1);
	T_EQ(ctl_disconnect(ctl, 1, 2), -ENOENT);
	T_WRITE(out, "\xc0\x05");
	T_EQ(t_ioctl(out, MIDI_DRAIN, NULL), 0);
	T_EQ(ctl_connect(ctl, 1, 2, 0), 0);
	T_WRITE(out, "\xc0\x06");
	T_EXPECT(in, "\xc0\x06");
	T_EQ(ctl_disconnect(ctl, MIDICTL_ANY, MIDICTL_ANY), 1);
	T_EQ(ctl_disconnect(ctl, MIDICTL_ANY, MIDICTL_ANY), 0);
	t_close(in);
	t_close(out);
	t_close(ctl);
}

T_CASE(beside, "a program that does not hear what a connection hears, or whose "
    "own messages are mixed with it")
{
	int ctl, both, in, out;

	ctl = ctl_open();
	T_EQ(ctl_connect(ctl, 1, 2, 0), 0);
	out = t_open("rmidi0", O_WRONLY);
	both = t_open("rmidi1", O_RDONLY);
	T_CHECK(both >= 0);
	T_EQ(t_open("rmidi1", O_RDONLY), -EBUSY);
	in = t_open("rmidi3", O_RDONLY);
	T_WRITE(out, "\xc0\x05");
	T_EXPECT(in, "\xc0\x05");
	T_EXPECT(both, "\xc0\x05");
	t_close(both);
	both = t_open("rmidi2", O_WRONLY);
	T_CHECK(both >= 0);
	T_EQ(t_open("rmidi2", O_WRONLY), -EBUSY);
	T_WRITE(both, "\xc1\x07");
	T_EXPECT(in, "\xc1\x07");
	/* The note of the connection is not the program's to end. */
	T_WRITE(out, "\x90\x3c\x40");
	T_EXPECT(in, "\x90\x3c\x40");
	t_close(both);
	T_WRITE(out, "\xc0\x08");
	T_EXPECT(in, "\xc0\x08");
	T_EQ(ctl_disconnect(ctl, 1, 2), 1);
	T_EXPECT(in, "\x80\x3c\x40");
	t_close(in);
	t_close(out);
	t_close(ctl);
}

T_CASE(fan_out, "a destination that misses what the others get, or its "
    "connection's end that is another's")
{
	int a, b, ctl, out;

	ctl = ctl_open();
	T_EQ(ctl_connect(ctl, 1, 2, 0), 0);
	T_EQ(ctl_connect(ctl, 1, 3, 0), 0);
	out = t_open("rmidi0", O_WRONLY);
	a = t_open("rmidi3", O_RDONLY);
	b = t_open("rmidi2", O_RDONLY);
	T_WRITE(out, "\x90\x3c\x40\xf0\x01\x02\xf7");
	T_EXPECT(a, "\x90\x3c\x40\xf0\x01\x02\xf7");
	T_EXPECT(b, "\x90\x3c\x40\xf0\x01\x02\xf7");
	T_EQ(ctl_disconnect(ctl, 1, 3), 1);
	T_EXPECT(b, "\x80\x3c\x40");
	T_WRITE(out, "\xc0\x05");
	T_EXPECT(a, "\xc0\x05");
	T_EQ(ctl_disconnect(ctl, 1, MIDICTL_ANY), 1);
	T_EXPECT(a, "\x80\x3c\x40");
	t_close(a);
	t_close(b);
	t_close(out);
	t_close(ctl);
}

struct sysex {
	int		fd;
	uint8_t		fill;
	uint8_t		bytes[LONG_BYTES];
};

static void
write_sysex(void *arg)
{
	struct sysex *s = arg;
	size_t done;
	long n;

	memset(s->bytes, s->fill, sizeof(s->bytes));
	s->bytes[0] = 0xf0;
	s->bytes[LONG_BYTES - 1] = 0xf7;
	for (done = 0; done < LONG_BYTES; done += n) {
		n = LONG_BYTES - done < 700 ? LONG_BYTES - done : 700;
		n = t_write(s->fd, s->bytes + done, n);
		T_CHECK(n > 0);
	}
}

T_CASE(fan_in, "System Exclusive of two sources that is mixed, cut or not "
    "whole when both go to one destination")
{
	static struct sysex s[2];
	struct t_thread *t[2];
	uint8_t buf[500], fill = 0;
	size_t got = 0, i, len = 0, messages = 0;
	int ctl, in;
	long n;

	ctl = ctl_open();
	T_EQ(ctl_connect(ctl, 1, 2, 0), 0);
	T_EQ(ctl_connect(ctl, 0, 2, 0), 0);
	in = t_open("rmidi3", O_RDONLY);
	s[0].fd = t_open("rmidi0", O_WRONLY);
	s[1].fd = t_open("rmidi1", O_WRONLY);
	for (i = 0; i < 2; i++) {
		s[i].fill = 1 + i;
		t[i] = t_start(write_sysex, &s[i]);
	}
	for (got = 0; got < 2 * LONG_BYTES; got += n) {
		n = t_read(in, buf, sizeof(buf));
		T_CHECK(n > 0);
		for (i = 0; i < (size_t)n; i++, len++) {
			if (buf[i] == 0xf0) {
				T_EQ(len, 0);
			} else if (buf[i] == 0xf7) {
				T_EQ(len, LONG_BYTES - 1);
				len = (size_t)-1;
				messages++;
			} else if (len == 1)
				fill = buf[i];
			else
				T_EQ(buf[i], fill);
		}
	}
	T_EQ(messages, 2);
	for (i = 0; i < 2; i++) {
		t_join(t[i]);
		t_close(s[i].fd);
	}
	T_EQ(ctl_disconnect(ctl, MIDICTL_ANY, 2), 2);
	t_close(in);
	t_close(ctl);
}

T_CASE(filter, "a filter that lets pass what it should not, a note that is "
    "transposed and ended otherwise, or counts that say something else")
{
	struct midictl_connection mc = ctl_connection(1, 2);
	int ctl, in, out;

	ctl = ctl_open();
	mc.mc_channels = 0x0003;
	mc.mc_kinds = MIDI_KIND_NOTE | MIDI_KIND_CLOCK;
	mc.mc_transpose = -12;
	T_EQ(t_ioctl(ctl, MIDICTL_CONNECT, &mc), 0);
	out = t_open("rmidi0", O_WRONLY);
	in = t_open("rmidi3", O_RDONLY);
	T_WRITE(out, "\x90\x3c\x40\x91\x40\x40\x92\x3c\x40\xc0\x05\xf8\xfa"
	    "\xf0\x01\xf7\xb0\x07\x7f\xb0\x7b\x00\x90\x08\x40\x80\x3c\x40");
	T_EXPECT(in, "\x90\x30\x40\x91\x34\x40\xf8\xb0\x7b\x00\x80\x30\x40");
	mc = ctl_get(ctl, mc.mc_id);
	T_EQ(mc.mc_passed_bytes, 13);
	T_EQ(mc.mc_passed_msgs, 5);
	T_EQ(mc.mc_filtered_bytes, 3 + 2 + 1 + 3 + 3 + 3);
	T_EQ(mc.mc_dropped_bytes, 0);
	T_EQ(ctl_disconnect(ctl, 1, 2), 1);
	T_EXPECT(in, "\x81\x34\x40");
	t_close(in);
	t_close(out);
	t_close(ctl);
}

T_CASE(joining, "a connection made inside System Exclusive that passes the "
    "rest of it")
{
	int both, ctl, in, out;

	ctl = ctl_open();
	out = t_open("rmidi0", O_WRONLY);
	both = t_open("rmidi1", O_RDONLY);
	in = t_open("rmidi3", O_RDONLY);
	T_WRITE(out, "\xf0\x01\x02\x03\x04\x05");
	T_EXPECT(both, "\xf0\x01\x02\x03\x04\x05");
	T_EQ(ctl_connect(ctl, 1, 2, 0), 0);
	T_WRITE(out, "\x06\xf8\x07\xf7\xf6");
	T_EXPECT(in, "\xf8\xf6");
	T_EQ(ctl_disconnect(ctl, 1, 2), 1);
	t_close(both);
	t_close(in);
	t_close(out);
	t_close(ctl);
}

T_CASE(loops, "a circle that is let in: by a cable, through itself or several "
    "hops; or a connection that is refused and closes none")
{
	int ctl;

	ctl = ctl_open();
	T_EQ(ctl_connect(ctl, 1, 0, 0), -ELOOP);
	T_EQ(ctl_connect(ctl, 1, 0, MIDICTL_DUPLEX), -ELOOP);
	T_EQ(ctl_connect(ctl, 1, 1, 0), -ELOOP);
	T_EQ(ctl_connect(ctl, 1, 2, 0), 0);
	T_EQ(ctl_connect(ctl, 3, 0, 0), -ELOOP);
	T_EQ(ctl_connect(ctl, 3, 0, MIDICTL_DUPLEX), -ELOOP);
	T_EQ(ctl_connect(ctl, 2, 1, 0), -ELOOP);
	T_EQ(ctl_connect(ctl, 2, 1, MIDICTL_DUPLEX), 0);
	T_EQ(ctl_disconnect(ctl, MIDICTL_ANY, MIDICTL_ANY), 2);
	T_EQ(ctl_connect(ctl, 2, 1, 0), 0);
	T_EQ(ctl_disconnect(ctl, MIDICTL_ANY, MIDICTL_ANY), 1);
	t_close(ctl);
}

T_CASE(refused, "a senseless request that is carried out, or one of a program "
    "that may only look")
{
	struct midictl_connection mc;
	int ctl, unit = 0;
	char byte = 0;

	ctl = t_open("midictl", O_RDONLY);
	T_EQ(ctl_connect(ctl, 1, 2, 0), -EPERM);
	T_EQ(ctl_disconnect(ctl, 1, 2), -EPERM);
	T_EQ(t_ioctl(ctl, MIDICTL_PANIC, &unit), -EPERM);
	mc = ctl_connection(0, 0);
	T_EQ(t_ioctl(ctl, MIDICTL_CONNECTION, &mc), -ENOENT);
	t_close(ctl);
	ctl = ctl_open();
	T_EQ(ctl_connect(ctl, 1, 99, 0), -ENXIO);
	T_EQ(ctl_connect(ctl, 99, 1, 0), -ENXIO);
	T_EQ(ctl_connect(ctl, 1, -1, 0), -EINVAL);
	T_EQ(ctl_connect(ctl, 1, 2, 0x80), -EINVAL);
	mc = ctl_connection(1, 2);
	mc.mc_channels = 0x10000;
	T_EQ(t_ioctl(ctl, MIDICTL_CONNECT, &mc), -EINVAL);
	mc = ctl_connection(1, 2);
	mc.mc_kinds |= 0x8000;
	T_EQ(t_ioctl(ctl, MIDICTL_CONNECT, &mc), -EINVAL);
	mc = ctl_connection(1, 2);
	mc.mc_transpose = 128;
	T_EQ(t_ioctl(ctl, MIDICTL_CONNECT, &mc), -EINVAL);
	T_EQ(ctl_disconnect(ctl, -2, 1), -EINVAL);
	unit = 99;
	T_EQ(t_ioctl(ctl, MIDICTL_PANIC, &unit), -ENXIO);
	T_EQ(t_write(ctl, &byte, 1), -ENODEV);
	t_close(ctl);
}

/* The next event is this. */
static void
expect_event(int fd, unsigned int type, int unit, int dest)
{
	struct midictl_event me;

	T_EQ(t_read(fd, &me, sizeof(me)), sizeof(me));
	T_EQ(me.me_type, type);
	T_EQ(me.me_unit, unit);
	T_EQ(me.me_dest, dest);
	T_EQ(me.me_lost, 0);
}

struct waiter {
	int		fd;
	_Atomic long	result;
};

static void
wait_event(void *arg)
{
	struct waiter *w = arg;
	struct midictl_event me;

	w->result = t_read(w->fd, &me, sizeof(me));
}

T_CASE(events, "an event that is not told, told twice or to one who came "
    "later; a watcher that sleeps on; poll that is wrong")
{
	struct waiter w = { .result = -1 };
	struct midictl_event me[3];
	struct t_thread *t;
	int ctl, later, unit;

	ctl = t_open("midictl", O_RDWR | O_NONBLOCK);
	w.fd = t_open("midictl", O_RDONLY);
	T_EQ(t_read(ctl, me, sizeof(me)), -EAGAIN);
	T_EQ(t_read(ctl, me, sizeof(me[0]) - 1), -EINVAL);
	T_EQ(t_poll(ctl, POLLIN, 0), 0);
	t = t_start(wait_event, &w);
	t_sleep_ms(20);
	T_EQ(w.result, -1);
	T_EQ(ctl_connect(ctl, 1, 2, 0), 0);
	t_join(t);
	T_EQ(w.result, sizeof(me[0]));
	T_EQ(t_poll(ctl, POLLIN, -1), POLLIN);
	later = t_open("midictl", O_RDONLY | O_NONBLOCK);
	T_EQ(t_read(later, me, sizeof(me)), -EAGAIN);
	T_EQ(ctl_disconnect(ctl, 1, 2), 1);
	expect_event(later, MIDICTL_DISCONNECTED, 1, 2);
	T_EQ(t_ioctl(ctl, MIDI_FIONREAD, &unit), 0);
	T_EQ(unit, 2 * sizeof(me[0]));
	T_EQ(t_read(ctl, me, sizeof(me)), 2 * sizeof(me[0]));
	T_EQ(me[0].me_type, MIDICTL_CONNECTED);
	T_EQ(me[1].me_type, MIDICTL_DISCONNECTED);
	T_EQ(me[1].me_number, me[0].me_number + 1);
	T_EQ(me[1].me_id, me[0].me_id);
	T_EQ(t_poll(ctl, POLLIN, 0), 0);
	expect_event(w.fd, MIDICTL_DISCONNECTED, 1, 2);
	t_close(ctl);
	t_close(later);
	t_close(w.fd);
}

T_CASE(settings, "a setting of a port that the node cannot read or set, or "
    "that is not told to watchers; one set by who may only look")
{
	struct midictl_setting ms;
	struct midictl_event me;
	int ctl, look;

	ctl = ctl_open();
	look = t_open("midictl", O_RDONLY | O_NONBLOCK);
	memset(&ms, 0, sizeof(ms));
	ms.ms_unit = 1;
	strcpy(ms.ms_value.msv_name, "rx_channels");
	T_EQ(t_ioctl(look, MIDICTL_GETSETTING, &ms), 0);
	T_EQ(ms.ms_value.msv_value, MIDI_CHANNELS_ALL);
	ms.ms_value.msv_value = 1;
	T_EQ(t_ioctl(look, MIDICTL_SETSETTING, &ms), -EPERM);
	T_EQ(t_read(look, &me, sizeof(me)), -EAGAIN);
	T_EQ(t_ioctl(ctl, MIDICTL_SETSETTING, &ms), 0);
	T_EQ(t_read(look, &me, sizeof(me)), sizeof(me));
	T_EQ(me.me_type, MIDICTL_SETTING);
	T_EQ(me.me_unit, 1);
	T_EQ(me.me_value, 1);
	T_EQ(strcmp(me.me_name, "rx_channels"), 0);
	ms.ms_value.msv_value = 0;
	T_EQ(t_ioctl(look, MIDICTL_GETSETTING, &ms), 0);
	T_EQ(ms.ms_value.msv_value, 1);
	/* The others have not changed; now they do. */
	ms.ms_unit = 2;
	T_EQ(t_ioctl(look, MIDICTL_GETSETTING, &ms), 0);
	T_EQ(ms.ms_value.msv_value, MIDI_CHANNELS_ALL);
	ms.ms_unit = MIDICTL_ANY;
	T_EQ(t_ioctl(ctl, MIDICTL_SETSETTING, &ms), 0);
	ms.ms_unit = 1;
	T_EQ(t_ioctl(look, MIDICTL_GETSETTING, &ms), 0);
	T_EQ(ms.ms_value.msv_value, MIDI_CHANNELS_ALL);
	ms.ms_unit = 99;
	T_EQ(t_ioctl(ctl, MIDICTL_SETSETTING, &ms), -ENXIO);
	ms.ms_unit = 1;
	ms.ms_value.msv_name[0] = 'x';
	T_EQ(t_ioctl(ctl, MIDICTL_SETSETTING, &ms), -EINVAL);
	t_close(look);
	t_close(ctl);
}

T_CASE(missed, "a slow watcher who is not told how much he has missed")
{
	struct midictl_event me;
	unsigned long long first, number;
	int ctl, i, watch;

	ctl = ctl_open();
	watch = t_open("midictl", O_RDONLY | O_NONBLOCK);
	T_EQ(ctl_connect(ctl, 1, 2, 0), 0);
	T_EQ(t_read(watch, &me, sizeof(me)), sizeof(me));
	first = number = me.me_number;
	T_EQ(ctl_disconnect(ctl, 1, 2), 1);
	for (i = 0; i < 200; i++) {
		T_EQ(ctl_connect(ctl, 1, 2, 0), 0);
		T_EQ(ctl_disconnect(ctl, 1, 2), 1);
	}
	T_EQ(t_read(watch, &me, sizeof(me)), sizeof(me));
	T_CHECK(me.me_lost != 0);
	T_EQ(me.me_number, number + me.me_lost + 1);
	do {
		number = me.me_number;
		T_EQ(t_read(watch, &me, sizeof(me)), sizeof(me));
		T_EQ(me.me_lost, 0);
		T_EQ(me.me_number, number + 1);
	} while (me.me_number != first + 401);
	T_EQ(t_read(watch, &me, sizeof(me)), -EAGAIN);
	t_close(ctl);
	t_close(watch);
}

T_CASE(ports, "a port that is not listed, or who has it open, or its "
    "connections")
{
	struct midictl_port mp;
	int ctl, i, r, w;

	ctl = ctl_open();
	r = t_open("rmidi1", O_RDONLY);
	w = t_open("rmidi1", O_WRONLY);
	T_EQ(ctl_connect(ctl, 1, 2, 0), 0);
	for (i = 0; i < 4; i++) {
		memset(&mp, 0, sizeof(mp));
		mp.mp_unit = i;
		T_EQ(t_ioctl(ctl, MIDICTL_PORT, &mp), 0);
		T_EQ(mp.mp_unit, i);
		T_EQ(mp.mp_far, i ^ 1);
		T_EQ(mp.mp_dirs, MIDICTL_IN | MIDICTL_OUT);
		T_EQ(mp.mp_readers, i == 1);
		T_EQ(mp.mp_writers, i == 1);
		T_EQ(mp.mp_nopeners, i == 1 ? 2 : 0);
		T_EQ(mp.mp_dests, i == 1);
		T_EQ(mp.mp_sources, i == 2);
		T_CHECK(mp.mp_name[0] != '\0');
		T_EQ(strncmp(mp.mp_xname, "midi", 4), 0);
		T_EQ(strncmp(mp.mp_parent, "vmidi", 5), 0);
	}
	mp.mp_unit = 4;
	T_EQ(t_ioctl(ctl, MIDICTL_PORT, &mp), -ENOENT);
	T_EQ(ctl_disconnect(ctl, 1, 2), 1);
	t_close(r);
	t_close(w);
	t_close(ctl);
}

T_CASE(panic, "a note or a pedal that sounds on after a panic, or a port that "
    "nobody has open and is not silenced")
{
	uint8_t buf[16 * 6];
	int ctl, i, in, out, unit = 0;

	ctl = ctl_open();
	in = t_open("rmidi1", O_RDONLY);
	out = t_open("rmidi0", O_WRONLY);
	T_WRITE(out, "\x90\x3c\x40\xb1\x40\x7f");
	T_EXPECT(in, "\x90\x3c\x40\xb1\x40\x7f");
	T_EQ(t_ioctl(ctl, MIDICTL_PANIC, &unit), 0);
	T_EXPECT(in, "\x80\x3c\x40\xb1\x40\x00");
	for (i = 0; i < 16; i++) {
		buf[6 * i] = buf[6 * i + 3] = 0xb0 + i;
		buf[6 * i + 1] = 123;
		buf[6 * i + 4] = 120;
		buf[6 * i + 2] = buf[6 * i + 5] = 0;
	}
	t_expect(in, buf, sizeof(buf));
	t_close(out);
	unit = MIDICTL_ANY;
	T_EQ(t_ioctl(ctl, MIDICTL_PANIC, &unit), 0);
	t_expect(in, buf, sizeof(buf));
	t_close(in);
	t_close(ctl);
}

T_CASE(held_back, "a sender that a full destination does not hold back, or who "
    "does not go on; a byte that is lost on the way")
{
	uint8_t msg[3] = { 0xb0, 0, 0 }, buf[64];
	size_t got, i, sent = 0;
	int ctl, in, out;
	long n;

	ctl = ctl_open();
	T_EQ(ctl_connect(ctl, 1, 2, 0), 0);
	in = t_open("rmidi3", O_RDONLY);
	out = t_open("rmidi0", O_WRONLY | O_NONBLOCK);
	/* Settles when nothing more fits anywhere. */
	for (i = 0; i < 3; i++) {
		while ((n = t_write(out, msg, sizeof(msg))) == sizeof(msg)) {
			sent += n;
			msg[1] = sent / 3 % 64;
			T_CHECK(sent < 100000);
		}
		T_EQ(n, -EAGAIN);
		t_sleep_ms(20);
	}
	T_CHECK(sent > 1024);
	for (got = 0; got < sent; got += n) {
		n = t_read(in, buf, sizeof(buf) / 3 * 3);
		T_CHECK(n > 0 && n % 3 == 0);
		for (i = 0; i < (size_t)n; i += 3)
			T_EQ(buf[i + 1], (got + i) / 3 % 64);
	}
	T_EQ(t_poll(out, POLLOUT, -1), POLLOUT);
	T_EQ(ctl_get(ctl, 0).mc_dropped_bytes, 0);
	T_EQ(ctl_get(ctl, 0).mc_passed_bytes, sent);
	T_EQ(ctl_disconnect(ctl, 1, 2), 1);
	t_close(in);
	t_close(out);
	t_close(ctl);
}

T_CASE(freed, "a sender that was held back by a connection and is not free "
    "when it is undone")
{
	static const uint8_t msg[3] = { 0xb0, 1, 2 };
	struct t_thread *t;
	struct sysex s = { .fill = 3 };
	int ctl, in;

	ctl = ctl_open();
	T_EQ(ctl_connect(ctl, 1, 2, 0), 0);
	in = t_open("rmidi3", O_RDONLY);
	s.fd = t_open("rmidi0", O_WRONLY);
	t = t_start(write_sysex, &s);
	t_sleep_ms(50);
	t_close(in);
	T_EQ(ctl_disconnect(ctl, 1, 2), 1);
	t_join(t);
	T_EQ(t_write(s.fd, msg, sizeof(msg)), 3);
	t_close(s.fd);
	t_close(ctl);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, connect);
	ATF_TP_ADD_TC(tp, beside);
	ATF_TP_ADD_TC(tp, fan_out);
	ATF_TP_ADD_TC(tp, fan_in);
	ATF_TP_ADD_TC(tp, filter);
	ATF_TP_ADD_TC(tp, joining);
	ATF_TP_ADD_TC(tp, loops);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, events);
	ATF_TP_ADD_TC(tp, settings);
	ATF_TP_ADD_TC(tp, missed);
	ATF_TP_ADD_TC(tp, ports);
	ATF_TP_ADD_TC(tp, panic);
	ATF_TP_ADD_TC(tp, held_back);
	ATF_TP_ADD_TC(tp, freed);
	return atf_no_error();
}
