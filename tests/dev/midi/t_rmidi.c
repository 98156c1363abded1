/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_rmidi.c: raw MIDI devices, by what programs can do with them.
 */

#include "h_target.h"

T_CASE(cable, "bytes lost, altered or turned around on a virtual cable, in "
    "either direction")
{
	int a, b;

	a = t_open("rmidi0", O_RDWR);
	b = t_open("rmidi1", O_RDWR);
	T_CHECK(a >= 0 && b >= 0);
	T_WRITE(a, "\x90\x3c\x40");
	T_EXPECT(b, "\x90\x3c\x40");
	T_WRITE(b, "\xc5\x07\xf0\x01\x02\x03\xf7");
	T_EXPECT(a, "\xc5\x07\xf0\x01\x02\x03\xf7");
	t_close(a);
	t_close(b);
}

T_CASE(canonical, "running status or a hidden note-off that reaches a reader")
{
	int a, b;

	a = t_open("rmidi0", O_WRONLY);
	b = t_open("rmidi1", O_RDONLY);
	T_WRITE(a, "\x90\x3c\x40\x3c\x00");
	T_EXPECT(b, "\x90\x3c\x40\x80\x3c\x40");
	t_close(a);
	t_close(b);
}

T_CASE(directions, "two directions that are not opened independently, or one "
    "that is opened twice")
{
	int r, w;

	r = t_open("rmidi0", O_RDONLY);
	T_CHECK(r >= 0);
	w = t_open("rmidi0", O_WRONLY);
	T_CHECK(w >= 0);
	T_EQ(t_open("rmidi0", O_RDONLY), -EBUSY);
	T_EQ(t_open("rmidi0", O_WRONLY), -EBUSY);
	T_EQ(t_open("rmidi0", O_RDWR), -EBUSY);
	t_close(r);
	T_EQ(t_open("rmidi0", O_RDWR), -EBUSY);
	r = t_open("rmidi0", O_RDONLY);
	T_CHECK(r >= 0);
	t_close(r);
	t_close(w);
	r = t_open("rmidi0", O_RDWR);
	T_CHECK(r >= 0);
	t_close(r);
}

T_CASE(nonblock, "a non-blocking call that waits, or poll that says otherwise "
    "than the call")
{
	char buf[16];
	int a, b;

	a = t_open("rmidi0", O_WRONLY);
	b = t_open("rmidi1", O_RDONLY | O_NONBLOCK);
	T_EQ(t_read(b, buf, sizeof(buf)), -EAGAIN);
	T_EQ(t_poll(b, POLLIN, 0), 0);
	T_EQ(t_poll(a, POLLOUT, 0), POLLOUT);
	T_WRITE(a, "\x90\x3c\x40");
	T_EQ(t_poll(b, POLLIN, -1), POLLIN);
	T_EQ(t_read(b, buf, sizeof(buf)), 3);
	T_EQ(t_read(b, buf, sizeof(buf)), -EAGAIN);
	t_close(a);
	t_close(b);
}

T_CASE(protocol, "a violation of the protocol that is not told, or bytes "
    "before it that are not sent")
{
	int a, b;

	a = t_open("rmidi0", O_WRONLY);
	b = t_open("rmidi1", O_RDONLY);
	T_EQ(t_write(a, "\x01", 1), -EPROTO);
	/* The count ends before the offending byte. */
	T_EQ(t_write(a, "\x90\x3c\x40\xf6\x01", 5), 4);
	T_EQ(t_write(a, "\x01", 1), -EPROTO);
	T_EXPECT(b, "\x90\x3c\x40\xf6");
	/* A message that another cuts short. */
	T_EQ(t_write(a, "\x90\x3c\xc0\x05", 4), -EPROTO);
	T_EQ(t_write(a, "\xc0\x05", 2), 2);
	T_EXPECT(b, "\xc0\x05");
	/* The count ends before it, too. */
	T_EQ(t_write(a, "\xf6\x90\x3c\xc0\x05", 5), 1);
	T_EQ(t_write(a, "\x90\x3c\xc0\x05", 4), -EPROTO);
	T_EQ(t_write(a, "\xc0\x05", 2), 2);
	T_EXPECT(b, "\xf6\xc0\x05");
	t_close(a);
	t_close(b);
}

struct reader {
	int		fd;
	_Atomic long	result;
	char		buf[64];
};

static void
read_once(void *arg)
{
	struct reader *r = arg;

	r->result = t_read(r->fd, r->buf, sizeof(r->buf));
}

T_CASE(blocked_read, "a reader that sleeps on after a message is complete, or "
    "wakes before")
{
	struct reader r = { .result = -1 };
	struct t_thread *t;
	int a;

	a = t_open("rmidi0", O_WRONLY);
	r.fd = t_open("rmidi1", O_RDONLY);
	t = t_start(read_once, &r);
	t_sleep_ms(20);
	T_WRITE(a, "\x90");
	t_sleep_ms(20);
	T_EQ(r.result, -1);
	T_WRITE(a, "\x3c\x40");
	t_join(t);
	T_EQ(r.result, 3);
	t_close(a);
	t_close(r.fd);
}

T_CASE(signal, "a blocked read that a signal does not end")
{
	struct reader r = { .result = -1 };
	struct t_thread *t;

	r.fd = t_open("rmidi1", O_RDONLY);
	t = t_start(read_once, &r);
	t_sleep_ms(50);
	t_interrupt(t);
	t_join(t);
	T_EQ(r.result, -EINTR);
	t_close(r.fd);
}

#define FLOOD_BYTES	30000

struct flood {
	int		fd;
	_Atomic size_t	sent;
};

static void
flood_write(void *arg)
{
	struct flood *f = arg;
	uint8_t buf[300];
	size_t i, n;
	long r;

	while (f->sent < FLOOD_BYTES) {
		n = FLOOD_BYTES - f->sent;
		if (n > sizeof(buf))
			n = sizeof(buf);
		for (i = 0; i < n; i++) {
			switch ((f->sent + i) % 3) {
			case 0:
				buf[i] = 0x90 | (((f->sent + i) / 3) & 15);
				break;
			default:
				buf[i] = 1 + ((f->sent + i) / 48) % 127;
				break;
			}
		}
		r = t_write(f->fd, buf, n);
		T_CHECK(r > 0);
		f->sent += r;
	}
}

T_CASE(pressure, "a message lost, torn or doubled when the writer is faster "
    "than the reader")
{
	struct flood f = { .sent = 0 };
	uint8_t buf[500];
	struct t_thread *t;
	size_t got = 0;
	long i, r;
	int b;

	f.fd = t_open("rmidi0", O_WRONLY);
	b = t_open("rmidi1", O_RDONLY);
	t = t_start(flood_write, &f);
	t_sleep_ms(100);
	T_CHECK(f.sent < FLOOD_BYTES);
	while (got < FLOOD_BYTES) {
		r = t_read(b, buf, sizeof(buf));
		T_CHECK(r > 0 && r % 3 == 0);
		for (i = 0; i < r; i++, got++) {
			if (got % 3 == 0)
				T_EQ(buf[i], 0x90 | ((got / 3) & 15));
			else
				T_EQ(buf[i], 1 + (got / 48) % 127);
		}
	}
	t_join(t);
	t_close(f.fd);
	t_close(b);
}

T_CASE(closing, "a note or a SysEx that goes on after its sender has closed")
{
	int a, b;

	a = t_open("rmidi0", O_WRONLY);
	b = t_open("rmidi1", O_RDONLY);
	T_WRITE(a, "\x93\x3c\x40\xb3\x40\x7f\xf0\x01");
	t_close(a);
	T_EXPECT(b, "\x93\x3c\x40\xb3\x40\x7f\xf0\x01\xf7"
	    "\x83\x3c\x40\xb3\x40\x00");
	t_close(b);
}

T_CASE(absent, "a node that is not there, or a request that is not known")
{
	int a, n;

	T_EQ(t_open("rmidi9", O_RDONLY), t_exact() ? -ENXIO : -ENOENT);
	a = t_open("rmidi0", O_RDWR);
	T_EQ(t_ioctl(a, MIDI_PRETIME, &n), -EINVAL);
	T_EQ(t_ioctl(a, SEQUENCER_GETINCOUNT, &n), -ENOTTY);
	T_EQ(t_ioctl(a, MIDI_FIONREAD, &n), 0);
	T_EQ(n, 0);
	t_close(a);
}

T_CASE(sizes, "a short read that loses a byte, or bytes of two messages in "
    "one read that have not room for both")
{
	char buf[16];
	int a, b, n;

	a = t_open("rmidi0", O_WRONLY);
	b = t_open("rmidi1", O_RDONLY);
	T_WRITE(a, "\x90\x3c\x40\x90\x3e\x41\xc0\x05");
	t_poll(b, POLLIN, -1);
	t_sleep_ms(5);
	T_EQ(t_ioctl(b, MIDI_FIONREAD, &n), 0);
	T_EQ(n, 8);
	T_EQ(t_read(b, buf, 2), 2);
	T_EQ(t_read(b, buf, 2), 1);
	T_EQ(t_read(b, buf, 4), 3);
	T_EQ(t_read(b, buf, 16), 2);
	t_close(a);
	t_close(b);
}

T_CASE(split, "a message that is lost or read in part when it is written in "
    "pieces, or keeps real time waiting")
{
	char buf[16];
	int a, b, n;

	a = t_open("rmidi0", O_WRONLY);
	b = t_open("rmidi1", O_RDONLY);
	T_WRITE(a, "\x90");
	T_WRITE(a, "\x3c");
	T_EQ(t_poll(b, POLLIN, 20), 0);
	T_EQ(t_ioctl(b, MIDI_FIONREAD, &n), 0);
	T_EQ(n, 0);
	T_WRITE(a, "\xf8");
	T_EQ(t_poll(b, POLLIN, -1), POLLIN);
	T_EQ(t_read(b, buf, sizeof(buf)), 1);
	T_EQ(buf[0] & 0xff, 0xf8);
	T_EQ(t_poll(b, POLLIN, 20), 0);
	T_WRITE(a, "\x40");
	T_EXPECT(b, "\x90\x3c\x40");
	/* Running status outlives the write, and real time. */
	T_WRITE(a, "\x3e");
	T_WRITE(a, "\xfa\x41");
	T_EXPECT(b, "\xfa\x90\x3e\x41");
	t_close(a);
	t_close(b);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, cable);
	ATF_TP_ADD_TC(tp, canonical);
	ATF_TP_ADD_TC(tp, directions);
	ATF_TP_ADD_TC(tp, nonblock);
	ATF_TP_ADD_TC(tp, protocol);
	ATF_TP_ADD_TC(tp, blocked_read);
	ATF_TP_ADD_TC(tp, signal);
	ATF_TP_ADD_TC(tp, pressure);
	ATF_TP_ADD_TC(tp, closing);
	ATF_TP_ADD_TC(tp, absent);
	ATF_TP_ADD_TC(tp, sizes);
	ATF_TP_ADD_TC(tp, split);
	return atf_no_error();
}
