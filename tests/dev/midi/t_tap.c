/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_tap.c: listening to ports by the control node, by what programs can do
 * with it; and what it tells of a port's counts.
 *
 * What is sent to rmidi0 is received at port 1.
 */

#include "h_target.h"

static int
tap_open(int flags)
{
	int fd;

	fd = t_open("midictl", O_RDWR | flags);
	T_CHECK(fd >= 0);
	return fd;
}

static int
tap_add(int fd, int unit, unsigned int dirs)
{
	struct midictl_tap ta;

	memset(&ta, 0, sizeof(ta));
	ta.mta_unit = unit;
	ta.mta_dirs = dirs;
	return t_ioctl(fd, MIDICTL_TAP, &ta);
}

/* So many bytes of the literal come, from this unit and direction, in as many
 * records as it takes, and nothing was lost. */
#define TAP_EXPECT(fd, unit, type, s)					\
	tap_expect(fd, unit, type, s, sizeof(s) - 1)

static void
tap_expect(int fd, int unit, unsigned int type, const char *bytes, size_t n)
{
	struct midictl_tap_record mr;
	size_t got;

	for (got = 0; got < n; got += mr.mtr_bytes) {
		T_EQ(t_read(fd, &mr, sizeof(mr)), sizeof(mr));
		T_EQ(mr.mtr_unit, unit);
		T_EQ(mr.mtr_type, type);
		T_EQ(mr.mtr_lost, 0);
		T_CHECK(mr.mtr_bytes != 0 && mr.mtr_bytes <= n - got);
		T_EQ(memcmp(mr.mtr_data, bytes + got, mr.mtr_bytes), 0);
	}
}

T_CASE(both_ways, "what is sent or received and is not heard, or by one who is "
    "told of the wrong port; a tap that takes bytes away")
{
	int ctl, in, out;

	ctl = tap_open(0);
	T_EQ(tap_add(ctl, 0, MIDICTL_OUT), 0);
	T_EQ(tap_add(ctl, 1, MIDICTL_IN), 0);
	in = t_open("rmidi1", O_RDONLY);
	T_CHECK(in >= 0);
	out = t_open("rmidi0", O_WRONLY);
	T_CHECK(out >= 0);
	T_WRITE(out, "\x90\x3c\x40");
	T_EXPECT(in, "\x90\x3c\x40");
	TAP_EXPECT(ctl, 0, MIDICTL_OUT, "\x90\x3c\x40");
	TAP_EXPECT(ctl, 1, MIDICTL_IN, "\x90\x3c\x40");
	/* The end of the note is nobody's write. */
	t_close(out);
	T_EXPECT(in, "\x80\x3c\x40");
	TAP_EXPECT(ctl, 0, MIDICTL_OUT, "\x80\x3c\x40");
	TAP_EXPECT(ctl, 1, MIDICTL_IN, "\x80\x3c\x40");
	t_close(in);
	t_close(ctl);
}

/* Write so many bytes of messages, more at a time. */
static void
tap_write(int fd, size_t n)
{
	static const uint8_t msg[3] = { 0xb0, 1, 2 };
	uint8_t buf[300];
	size_t i;

	for (i = 0; i < sizeof(buf); i++)
		buf[i] = msg[i % 3];
	for (; n != 0; n -= sizeof(buf))
		T_EQ(t_write(fd, buf, sizeof(buf)), sizeof(buf));
}

T_CASE(alone, "a port that only the tap has open and is not heard, or whose "
    "tap is counted as a program or holds back the sender")
{
	struct midictl_tap_record mr;
	struct midictl_port mp;
	int ctl, out;

	ctl = tap_open(0);
	T_EQ(tap_add(ctl, 1, MIDICTL_IN), 0);
	memset(&mp, 0, sizeof(mp));
	mp.mp_unit = 1;
	T_EQ(t_ioctl(ctl, MIDICTL_PORT, &mp), 0);
	T_EQ(mp.mp_readers, 0);
	T_EQ(mp.mp_nopeners, 0);
	out = t_open("rmidi0", O_WRONLY);
	/* More than any buffer holds. */
	tap_write(out, 150000);
	T_EQ(t_read(ctl, &mr, sizeof(mr)), sizeof(mr));
	T_EQ(memcmp(mr.mtr_data, "\xb0\x01\x02", 3), 0);
	t_close(out);
	t_close(ctl);
}

/* Port 1 has the openers, and listeners with these directions. */
static void
tap_listed(int ctl, unsigned int openers, unsigned int n, unsigned int a,
    unsigned int b)
{
	struct midictl_port mp;
	int i;

	/* A close takes its time where there are programs. */
	for (i = 0; i == 0 || (mp.mp_nlisteners != n && i < 100); i++) {
		if (i != 0)
			t_sleep_ms(20);
		memset(&mp, 0, sizeof(mp));
		mp.mp_unit = 1;
		T_EQ(t_ioctl(ctl, MIDICTL_PORT, &mp), 0);
	}
	T_EQ(mp.mp_nopeners, openers);
	T_EQ(mp.mp_nlisteners, n);
	if (n >= 1)
		T_EQ(mp.mp_listeners[0].ml_dirs, a);
	if (n >= 2)
		T_EQ(mp.mp_listeners[1].ml_dirs, b);
}

T_CASE(listed, "one who listens and is not listed, is listed twice, or as who "
    "has the port open, or when he has gone")
{
	int ctl, in, other;

	ctl = tap_open(0);
	other = tap_open(0);
	tap_listed(ctl, 0, 0, 0, 0);
	T_EQ(tap_add(other, 1, MIDICTL_OUT), 0);
	tap_listed(ctl, 0, 1, MIDICTL_OUT, 0);
	T_EQ(tap_add(ctl, 1, MIDICTL_IN | MIDICTL_OUT), 0);
	T_EQ(tap_add(other, 0, MIDICTL_IN), 0);
	in = t_open("rmidi1", O_RDONLY);
	tap_listed(ctl, 1, 2, MIDICTL_IN | MIDICTL_OUT, MIDICTL_OUT);
	t_close(ctl);
	tap_listed(other, 1, 1, MIDICTL_OUT, 0);
	t_close(in);
	t_close(other);
}

T_CASE(exclusive, "a tap that is in the way of who wants the port for himself")
{
	int ctl, in;

	ctl = tap_open(0);
	T_EQ(tap_add(ctl, 1, MIDICTL_IN | MIDICTL_OUT), 0);
	in = t_open("rmidi1", O_RDWR);
	T_CHECK(in >= 0);
	T_EQ(t_open("rmidi1", O_RDONLY), -EBUSY);
	t_close(ctl);
	ctl = tap_open(0);
	T_EQ(tap_add(ctl, 1, MIDICTL_IN | MIDICTL_OUT), 0);
	t_close(in);
	t_close(ctl);
}

T_CASE(slow, "a tap that is not read and is not told how many bytes it missed")
{
	struct midictl_tap_record mr;
	unsigned long long heard, lost = 0;
	int ctl, out;

	ctl = tap_open(O_NONBLOCK);
	T_EQ(tap_add(ctl, 0, MIDICTL_OUT), 0);
	out = t_open("rmidi0", O_WRONLY);
	tap_write(out, 150000);
	T_EQ(t_ioctl(out, MIDI_DRAIN, NULL), 0);
	for (heard = 0; t_read(ctl, &mr, sizeof(mr)) == sizeof(mr);
	    heard += mr.mtr_bytes)
		lost += mr.mtr_lost;
	T_WRITE(out, "\xc0\x05");
	T_EQ(t_ioctl(out, MIDI_DRAIN, NULL), 0);
	T_EQ(t_read(ctl, &mr, sizeof(mr)), sizeof(mr));
	lost += mr.mtr_lost;
	T_EQ(mr.mtr_bytes, 2);
	T_CHECK(lost != 0);
	T_EQ(heard + lost, 150000);
	t_close(out);
	t_close(ctl);
}

T_CASE(long_sysex, "System Exclusive that is cut or mixed in the records, or a "
    "time that goes back")
{
	struct midictl_tap_record mr[5];
	uint8_t sysex[700];
	uint64_t last_ns = 0;
	size_t got = 0;
	int ctl, out;
	long i, n;

	memset(sysex, 0x11, sizeof(sysex));
	sysex[0] = 0xf0;
	sysex[sizeof(sysex) - 1] = 0xf7;
	ctl = tap_open(0);
	T_EQ(tap_add(ctl, 0, MIDICTL_OUT), 0);
	out = t_open("rmidi0", O_WRONLY);
	T_EQ(t_write(out, sysex, sizeof(sysex)), sizeof(sysex));
	while (got < sizeof(sysex)) {
		n = t_read(ctl, mr, sizeof(mr));
		T_CHECK(n > 0 && n % sizeof(mr[0]) == 0);
		for (i = 0; i < n / (long)sizeof(mr[0]); i++) {
			T_EQ(memcmp(mr[i].mtr_data, sysex + got,
			    mr[i].mtr_bytes), 0);
			T_CHECK(mr[i].mtr_time_ns >= last_ns);
			last_ns = mr[i].mtr_time_ns;
			got += mr[i].mtr_bytes;
		}
	}
	T_EQ(got, sizeof(sysex));
	t_close(out);
	t_close(ctl);
}

T_CASE(refused, "a senseless tap that is taken, one of a program that may only "
    "look, or the same twice")
{
	int ctl;

	ctl = t_open("midictl", O_RDONLY);
	T_EQ(tap_add(ctl, 0, MIDICTL_OUT), -EPERM);
	t_close(ctl);
	ctl = tap_open(O_NONBLOCK);
	T_EQ(tap_add(ctl, -1, MIDICTL_OUT), -EINVAL);
	T_EQ(tap_add(ctl, 0, 0), -EINVAL);
	T_EQ(tap_add(ctl, 0, 4), -EINVAL);
	T_EQ(tap_add(ctl, 99, MIDICTL_OUT), -ENXIO);
	T_EQ(tap_add(ctl, 99, MIDICTL_IN), -ENXIO);
	T_EQ(tap_add(ctl, 0, MIDICTL_OUT), 0);
	T_EQ(tap_add(ctl, 0, MIDICTL_IN), -EEXIST);
	t_close(ctl);
}

struct listener {
	int		fd;
	_Atomic long	result;
};

static void
listen_once(void *arg)
{
	struct listener *l = arg;
	struct midictl_tap_record mr;

	l->result = t_read(l->fd, &mr, sizeof(mr));
}

T_CASE(waiting, "a listener that sleeps on, or poll that is wrong, or events "
    "among the records")
{
	struct listener l = { .result = -1 };
	struct midictl_tap_record mr[2];
	struct t_thread *t;
	int n, out;

	l.fd = tap_open(0);
	T_EQ(tap_add(l.fd, 0, MIDICTL_OUT), 0);
	T_EQ(t_poll(l.fd, POLLIN, 0), 0);
	t = t_start(listen_once, &l);
	t_sleep_ms(20);
	T_EQ(l.result, -1);
	out = t_open("rmidi0", O_WRONLY);
	T_WRITE(out, "\xc0\x05");
	t_join(t);
	T_EQ(l.result, sizeof(mr[0]));
	T_EQ(t_poll(l.fd, POLLIN, 0), 0);
	T_WRITE(out, "\xc0\x06");
	T_EQ(t_poll(l.fd, POLLIN, -1), POLLIN);
	T_EQ(t_ioctl(l.fd, MIDI_FIONREAD, &n), 0);
	T_EQ(n, sizeof(mr[0]));
	T_EQ(t_read(l.fd, mr, sizeof(mr[0]) - 1), -EINVAL);
	T_EQ(t_read(l.fd, mr, sizeof(mr)), sizeof(mr[0]));
	T_EQ(mr[0].mtr_data[1], 6);
	t_close(out);
	t_close(l.fd);
}

T_CASE(stats, "counts of a port that the control node does not tell, or tells "
    "of another")
{
	struct midictl_stats mcs;
	int ctl, out, in;

	ctl = t_open("midictl", O_RDONLY);
	in = t_open("rmidi1", O_RDONLY);
	out = t_open("rmidi0", O_WRONLY);
	T_WRITE(out, "\xc0\x05\xb0\x07\x40");
	T_EXPECT(in, "\xc0\x05\xb0\x07\x40");
	memset(&mcs, 0, sizeof(mcs));
	T_EQ(t_ioctl(ctl, MIDICTL_STATS, &mcs), 0);
	T_EQ(mcs.mcs_stats.ms_xmt_attach.mst_bytes, 5);
	T_EQ(mcs.mcs_stats.ms_xmt_attach.mst_msgs, 2);
	T_EQ(mcs.mcs_stats.ms_rcv_attach.mst_bytes, 0);
	mcs.mcs_unit = 1;
	T_EQ(t_ioctl(ctl, MIDICTL_STATS, &mcs), 0);
	T_EQ(mcs.mcs_stats.ms_rcv_attach.mst_bytes, 5);
	T_EQ(mcs.mcs_stats.ms_rcv_attach.mst_msgs, 2);
	T_EQ(mcs.mcs_stats.ms_rcv_open.mst_bytes, 0);
	mcs.mcs_unit = 99;
	T_EQ(t_ioctl(ctl, MIDICTL_STATS, &mcs), -ENXIO);
	mcs.mcs_unit = -1;
	T_EQ(t_ioctl(ctl, MIDICTL_STATS, &mcs), -EINVAL);
	t_close(out);
	t_close(in);
	t_close(ctl);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, both_ways);
	ATF_TP_ADD_TC(tp, alone);
	ATF_TP_ADD_TC(tp, listed);
	ATF_TP_ADD_TC(tp, exclusive);
	ATF_TP_ADD_TC(tp, slow);
	ATF_TP_ADD_TC(tp, long_sysex);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, waiting);
	ATF_TP_ADD_TC(tp, stats);
	return atf_no_error();
}
