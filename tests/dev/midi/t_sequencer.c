/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_sequencer.c: /dev/music, by what programs can do with it.
 */

#include <stdio.h>
#include <stdlib.h>

#include "h_target.h"

/* Timer: 1 ms per division. */
#define BASE_MS		1000
#define BEAT_BPM	60
/* What a device gets when the sequencer opens it, in bytes. */
#define RESET_BYTES	(16 * 9)

static void
put(int fd, const seq_event_t *ev)
{

	T_EQ(t_write(fd, ev, sizeof(*ev)), (long)sizeof(*ev));
}

static void
put_note(int fd, unsigned dev, unsigned chan, unsigned key, unsigned vel)
{
	seq_event_t ev = SEQ_MK_CHN(NOTEON, .device = dev, .channel = chan,
	    .key = key, .velocity = vel);

	put(fd, &ev);
}

static void
put_wait(int fd, unsigned divisions)
{
	seq_event_t ev = SEQ_MK_TIMING(WAIT_REL, .divisions = divisions);

	put(fd, &ev);
}

static int
open_music(int flags)
{
	int fd, n;

	fd = t_open("music", flags);
	T_CHECK(fd >= 0);
	n = BASE_MS;
	T_EQ(t_ioctl(fd, SEQUENCER_TMR_TIMEBASE, &n), 0);
	T_EQ(n, BASE_MS);
	n = BEAT_BPM;
	T_EQ(t_ioctl(fd, SEQUENCER_TMR_TEMPO, &n), 0);
	return fd;
}

/* Pass over the messages that a device gets at the start. */
static void
skip_reset(int fd)
{
	uint8_t buf[RESET_BYTES];
	size_t have;
	long r;

	for (have = 0; have < sizeof(buf); have += r) {
		r = t_read(fd, buf + have, sizeof(buf) - have);
		T_CHECK(r > 0);
	}
}

T_CASE(play, "an event that is early, late in simulated time, or not sent")
{
	uint64_t start_ns, now_ns;
	uint8_t buf[3];
	int m, r, i;

	r = t_open("rmidi1", O_RDONLY);
	m = open_music(O_WRONLY);
	skip_reset(r);
	start_ns = t_now_ns();
	T_EQ(t_ioctl(m, SEQUENCER_TMR_START, NULL), 0);
	for (i = 1; i <= 20; i++) {
		put_wait(m, 7);
		put_note(m, 0, i % 16, 60 + i, 64);
	}
	for (i = 1; i <= 20; i++) {
		T_EQ(t_read(r, buf, 3), 3);
		now_ns = t_now_ns();
		T_EQ(buf[0], 0x90 | i % 16);
		T_EQ(buf[1], 60 + i);
		T_CHECK(now_ns - start_ns >= i * 7000000ULL);
		if (t_exact())
			T_CHECK(now_ns - start_ns < i * 7000000ULL + 1000);
	}
	t_close(r);
	t_close(m);
}

T_CASE(record, "a message without its time, or with another device's number")
{
	seq_event_t ev[4];
	int m, w;
	long n;

	m = open_music(O_RDONLY);
	w = t_open("rmidi3", O_WRONLY);
	T_EQ(t_ioctl(m, SEQUENCER_TMR_START, NULL), 0);
	t_sleep_ms(30);
	T_WRITE(w, "\x94\x40\x50");
	n = t_read(m, ev, sizeof(ev));
	T_EQ(n, 16);
	T_EQ(ev[0].tag, SEQ_TIMING);
	T_EQ(ev[0].t_WAIT_ABS.op, TMR_WAIT_ABS);
	T_CHECK(ev[0].t_WAIT_ABS.divisions >= 30);
	if (t_exact())
		T_EQ(ev[0].t_WAIT_ABS.divisions, 30);
	T_EQ(ev[1].tag, SEQ_CHN_VOICE);
	T_EQ(ev[1].c_NOTEON.device, 2);
	T_EQ(ev[1].c_NOTEON.op, MIDI_NOTEON);
	T_EQ(ev[1].c_NOTEON.channel, 4);
	T_EQ(ev[1].c_NOTEON.key, 0x40);
	T_EQ(ev[1].c_NOTEON.velocity, 0x50);
	t_close(w);
	t_close(m);
}

T_CASE(refused, "a bad event that is taken, or events before it that are not")
{
	uint8_t buf[32] = { 0 };
	int m, r;

	r = t_open("rmidi1", O_RDONLY);
	m = open_music(O_WRONLY);
	skip_reset(r);
	SEQ_MK_CHN_VOICE(((seq_event_rec *)buf), 0, MIDI_NOTEON, 0, 60, 64);
	buf[8] = 0xf1;				/* no such tag */
	T_EQ(t_write(m, buf, 16), 8);
	T_EQ(t_write(m, buf + 8, 8), -EINVAL);
	SEQ_MK_CHN_VOICE(((seq_event_rec *)buf), 77, MIDI_NOTEON, 0, 60, 64);
	T_EQ(t_write(m, buf, 8), -ENXIO);
	T_EQ(t_write(m, buf, 5), -EINVAL);
	T_EXPECT(r, "\x90\x3c\x40");
	t_close(m);
	t_close(r);
}

T_CASE(exclusive, "two writers or two readers of /dev/music; a device that is "
    "taken from its raw node")
{
	int m, r, raw;

	raw = t_open("rmidi0", O_WRONLY);
	m = t_open("music", O_WRONLY);
	T_CHECK(m >= 0);
	T_EQ(t_open("music", O_WRONLY), -EBUSY);
	T_EQ(t_open("music", O_RDWR), -EBUSY);
	T_EQ(t_open("sequencer", O_WRONLY), -EBUSY);
	T_EQ(t_open("rmidi1", O_WRONLY), -EBUSY);
	r = t_open("music", O_RDONLY);
	T_CHECK(r >= 0);
	T_EQ(t_open("rmidi1", O_RDONLY), -EBUSY);
	t_close(r);
	t_close(m);
	t_close(raw);
	m = t_open("music", O_RDWR);
	T_CHECK(m >= 0);
	t_close(m);
}

T_CASE(shared, "a second writer who is let in unasked, or is not when he was "
    "asked in; who ends the notes of the first, or is not heard beside him")
{
	int a, b, r, n = -1;

	r = t_open("rmidi1", O_RDONLY);
	a = open_music(O_WRONLY);
	skip_reset(r);
	T_EQ(t_ioctl(a, SEQUENCER_SHARE, &n), 0);
	T_EQ(n, 0);
	T_EQ(t_open("music", O_WRONLY), -EBUSY);
	n = 2;
	T_EQ(t_ioctl(a, SEQUENCER_SHARE, &n), -EINVAL);
	n = 1;
	T_EQ(t_ioctl(a, SEQUENCER_SHARE, &n), 0);
	T_EQ(n, 1);
	put_note(a, 0, 0, 60, 64);
	T_EXPECT(r, "\x90\x3c\x40");
	b = open_music(O_WRONLY);
	put_note(b, 0, 1, 61, 64);
	T_EXPECT(r, "\x91\x3d\x40");
	T_EQ(t_ioctl(b, SEQUENCER_RESET, NULL), 0);
	T_EXPECT(r, "\x81\x3d\x40");
	put_note(a, 0, 0, 62, 64);
	put_note(b, 0, 1, 63, 64);
	T_EXPECT(r, "\x90\x3e\x40\x91\x3f\x40");
	t_close(a);
	T_EXPECT(r, "\x80\x3c\x40\x80\x3e\x40");
	/* A raw node is as busy as ever. */
	T_EQ(t_open("rmidi0", O_WRONLY), -EBUSY);
	a = t_open("music", O_WRONLY);
	T_CHECK(a >= 0);
	t_close(a);
	t_close(b);
	T_EXPECT(r, "\x81\x3f\x40");
	/* A node may be let go a little after the close. */
	do {
		t_sleep_ms(10);
		a = t_open("music", O_WRONLY);
		b = t_open("music", O_WRONLY);
		if (b >= 0)
			t_close(b);
		t_close(a);
	} while (!t_exact() && b >= 0);
	T_EQ(b, -EBUSY);
	t_close(r);
}

static void
share_all(int value)
{
	struct midictl_setting ms = {
		.ms_unit = MIDICTL_ANY,
		.ms_value = { .msv_name = "music_share", .msv_value = value },
	};
	const int fd = t_open("midictl", O_RDWR);

	T_EQ(t_ioctl(fd, MIDICTL_SETSETTING, &ms), 0);
	ms.ms_value.msv_value = !value;
	T_EQ(t_ioctl(fd, MIDICTL_GETSETTING, &ms), 0);
	T_EQ(ms.ms_value.msv_value, value);
	/* No port has it. */
	ms.ms_unit = 0;
	T_EQ(t_ioctl(fd, MIDICTL_GETSETTING, &ms), -EINVAL);
	T_EQ(t_ioctl(fd, MIDICTL_SETSETTING, &ms), -EINVAL);
	t_close(fd);
}

/* As soon as nobody has it any more, which may be a little after a close. */
static int
open_again(void)
{
	int fd, tries;

	for (tries = 0; tries < 500; tries++) {
		fd = t_open("music", O_WRONLY);
		if (fd >= 0)
			return fd;
		t_sleep_ms(10);
	}
	return fd;
}

T_CASE(sharing, "a sequencer that is shared by a setting and does not let "
    "another in, or lets him in though who has it says no; or for ever then")
{
	int a, b, n = -1;

	share_all(1);
	a = open_music(O_WRONLY);
	T_EQ(t_ioctl(a, SEQUENCER_SHARE, &n), 0);
	T_EQ(n, 1);
	b = open_music(O_WRONLY);
	n = 0;
	T_EQ(t_ioctl(b, SEQUENCER_SHARE, &n), 0);
	T_EQ(n, 0);
	T_EQ(t_open("music", O_WRONLY), -EBUSY);
	t_close(b);
	t_close(a);
	/* Nobody has it: the setting is in force again. */
	a = open_again();
	T_CHECK(a >= 0);
	b = open_again();
	T_CHECK(b >= 0);
	t_close(b);
	n = -1;
	share_all(0);
	T_EQ(t_ioctl(a, SEQUENCER_SHARE, &n), 0);
	T_EQ(n, 0);
	T_EQ(t_open("music", O_WRONLY), -EBUSY);
	t_close(a);
}

T_CASE(transaction, "a transaction that is begun before it has ended, or has "
    "another program's messages in it; one that is never ended and lost")
{
	int a, b, r, n = 1;

	r = t_open("rmidi1", O_RDONLY);
	a = open_music(O_WRONLY);
	skip_reset(r);
	T_EQ(t_ioctl(a, SEQUENCER_END, NULL), -EINVAL);
	T_EQ(t_ioctl(a, SEQUENCER_BEGIN, NULL), 0);
	T_EQ(t_ioctl(a, SEQUENCER_BEGIN, NULL), -EINVAL);
	T_EQ(t_ioctl(a, SEQUENCER_SHARE, &n), 0);
	b = open_music(O_WRONLY);
	put_note(a, 0, 0, 60, 64);
	put_note(b, 0, 1, 61, 64);
	put_note(a, 0, 0, 62, 64);
	put_wait(a, 400);
	put_note(a, 0, 0, 63, 64);
	T_EXPECT(r, "\x91\x3d\x40");
	T_EQ(t_ioctl(a, SEQUENCER_END, NULL), 0);
	put_note(b, 0, 1, 64, 64);
	T_EXPECT(r, "\x90\x3c\x40\x90\x3e\x40\x91\x40\x40\x90\x3f\x40");
	T_EQ(t_ioctl(a, SEQUENCER_BEGIN, NULL), 0);
	put_note(a, 0, 0, 65, 64);
	t_close(a);
	T_EXPECT(r, "\x90\x41\x40");
	t_close(b);
	a = t_open("music", O_RDONLY);
	T_EQ(t_ioctl(a, SEQUENCER_BEGIN, NULL), -EBADF);
	t_close(a);
	t_close(r);
}

T_CASE(drain, "a close that does not wait for the music to end")
{
	uint64_t start_ns;
	int m;

	m = open_music(O_WRONLY);
	start_ns = t_now_ns();
	put_wait(m, 50);
	put_note(m, 0, 0, 60, 64);
	put_wait(m, 50);
	T_EQ(t_ioctl(m, SEQUENCER_SYNC, NULL), 0);
	T_CHECK(t_now_ns() - start_ns >= 99 * 1000000ULL);
	put_wait(m, 50);
	t_close(m);
	if (t_close_waits())
		T_CHECK(t_now_ns() - start_ns >= 149 * 1000000ULL);
}

T_CASE(reset, "music that goes on after a reset, or a note that sounds on")
{
	int m, r, none = 0;

	r = t_open("rmidi1", O_RDONLY | O_NONBLOCK);
	m = open_music(O_WRONLY);
	T_EQ(t_ioctl(m, SEQUENCER_AHEAD, &none), 0);
	t_sleep_ms(20);
	put_note(m, 0, 2, 60, 64);
	put_wait(m, 100000);
	put_note(m, 0, 2, 61, 64);
	t_sleep_ms(20);
	T_EQ(t_ioctl(m, SEQUENCER_RESET, NULL), 0);
	t_sleep_ms(20);
	skip_reset(r);
	T_EXPECT(r, "\x92\x3c\x40\x82\x3c\x40");
	skip_reset(r);
	T_EQ(t_read(r, &(char[8]){ 0 }, 8), -EAGAIN);
	t_close(m);
	t_close(r);
}

struct sleeper {
	int		fd;
	_Atomic long	result;
	_Atomic long	events;
};

static void
write_ahead(void *arg)
{
	struct sleeper *s = arg;
	seq_event_t ev = SEQ_MK_TIMING(ECHO, .cookie = 1);

	put_wait(s->fd, 100000);
	do {
		s->result = t_write(s->fd, &ev, sizeof(ev));
		if (s->result == sizeof(ev))
			s->events++;
	} while (s->result == sizeof(ev));
}

/* One event that is too far ahead. */
static void
write_once(void *arg)
{
	struct sleeper *s = arg;
	seq_event_t ev = SEQ_MK_TIMING(ECHO, .cookie = 1);

	put_wait(s->fd, 100000);
	s->result = t_write(s->fd, &ev, sizeof(ev));
}

T_CASE(full, "a full queue that loses an event or keeps a request waiting")
{
	struct sleeper s = { .result = 0 };
	struct t_thread *t;
	int n = 0;

	s.fd = open_music(O_WRONLY);
	T_EQ(t_ioctl(s.fd, SEQUENCER_AHEAD, &n), 0);
	T_EQ(n, 0);
	T_EQ(t_ioctl(s.fd, SEQUENCER_GETOUTCOUNT, &n), 0);
	t = t_start(write_ahead, &s);
	t_sleep_ms(t_exact() ? 50 : 1000);
	T_EQ(s.events, n);
	T_EQ(t_ioctl(s.fd, SEQUENCER_GETOUTCOUNT, &n), 0);
	T_EQ(n, 0);
	t_interrupt(t);
	t_join(t);
	T_EQ(s.result, -EINTR);
	T_EQ(t_ioctl(s.fd, SEQUENCER_RESET, NULL), 0);
	t_close(s.fd);
}

T_CASE(ahead, "a writer who runs further ahead than he may, a poll that says "
    "otherwise, or a reset that does not free him")
{
	struct sleeper s = { .result = 0 };
	struct t_thread *t;
	uint64_t start_ns;
	int n = 100;

	s.fd = open_music(O_WRONLY | O_NONBLOCK);
	T_EQ(t_ioctl(s.fd, SEQUENCER_AHEAD, &n), 0);
	T_EQ(n, 100);
	T_EQ(t_poll(s.fd, POLLOUT, 0), POLLOUT);
	start_ns = t_now_ns();
	put_note(s.fd, 0, 0, 60, 64);
	put_wait(s.fd, 300);
	T_EQ(t_write(s.fd, "\x92\0\xc0\0\1\0\0\0", 8), -EAGAIN);
	T_EQ(t_poll(s.fd, POLLOUT, 0), 0);
	T_EQ(t_poll(s.fd, POLLOUT, 10000), POLLOUT);
	T_CHECK(t_now_ns() - start_ns >= 199 * 1000000ULL);
	put_note(s.fd, 0, 0, 61, 64);
	T_EQ(t_ioctl(s.fd, SEQUENCER_RESET, NULL), 0);
	t_close(s.fd);

	s.fd = open_music(O_WRONLY);
	t = t_start(write_once, &s);
	t_sleep_ms(50);
	T_EQ(s.result, 0);
	T_EQ(t_ioctl(s.fd, SEQUENCER_RESET, NULL), 0);
	t_join(t);
	T_EQ(s.result, (long)sizeof(seq_event_t));
	t_close(s.fd);
}

T_CASE(asked, "system messages that come unasked, or asked for and do not")
{
	seq_event_t ev[8];
	int m, w;

	m = open_music(O_RDONLY | O_NONBLOCK);
	w = t_open("rmidi1", O_WRONLY);
	T_WRITE(w, "\xf8\xf2\x01\x02\xf6");
	t_sleep_ms(50);
	T_EQ(t_read(m, ev, sizeof(ev)), -EAGAIN);
	T_EQ(t_ioctl(m, SEQUENCER_TIMING_ENABLE, NULL), 0);
	T_WRITE(w, "\xf2\x01\x02\xf6");
	t_sleep_ms(50);
	T_EQ(t_read(m, ev, sizeof(ev)), 16);
	T_CHECK(memcmp(&ev[1], "\x95\0\xf2\1\2\0\0\0", 8) == 0);
	T_EQ(t_ioctl(m, SEQUENCER_RT_ENABLE, NULL), 0);
	T_EQ(t_ioctl(m, SEQUENCER_ACTSENSE_ENABLE, NULL), 0);
	T_WRITE(w, "\xf6");
	t_sleep_ms(50);
	T_EQ(t_read(m, ev, sizeof(ev)), 16);
	T_CHECK(memcmp(&ev[1], "\x95\0\xf6\0\0\0\0\0", 8) == 0);
	T_WRITE(w, "\xfe");
	t_sleep_ms(50);
	T_EQ(t_read(m, ev, sizeof(ev)), 16);
	T_CHECK(memcmp(&ev[1], "\x95\0\xfe\0\0\0\0\0", 8) == 0);
	t_close(w);
	t_close(m);
}

T_CASE(old, "/dev/sequencer whose time is not 1/100 s, or a take of it that is "
    "not the same when it is written again")
{
	uint8_t take[64], buf[8];
	uint64_t start_ns;
	int m, w, r, i;
	long n;

	m = t_open("sequencer", O_RDONLY);
	w = t_open("rmidi1", O_WRONLY);
	t_sleep_ms(200);
	T_WRITE(w, "\x91\x3c\x40");
	for (n = 0; n < 16; n += i) {
		i = t_read(m, take + n, sizeof(take) - n);
		T_CHECK(i > 0);
	}
	T_EQ(n, 16);
	T_CHECK(memcmp(take + 4, "\5\x91\0\0\5\x3c\0\0\5\x40\0\0", 12) == 0);
	T_EQ(take[0], SEQOLD_WAIT);
	T_CHECK(take[1] >= 20);
	if (t_exact())
		T_EQ(take[1], 20);
	t_close(w);
	t_close(m);

	r = t_open("rmidi1", O_RDONLY);
	m = t_open("sequencer", O_WRONLY);
	skip_reset(r);
	start_ns = t_now_ns();
	T_EQ(t_write(m, take, n), n);
	T_EQ(t_read(r, buf, sizeof(buf)), 3);
	T_CHECK(memcmp(buf, "\x91\x3c\x40", 3) == 0);
	T_CHECK(t_now_ns() - start_ns >= take[1] * 10000000ULL - 1000000);
	t_close(m);
	t_close(r);
}

T_CASE(oss, "a device that is described in OSS's words other than in ours")
{
	struct oss_synth_info oi = { .device = 2 };
	struct sequencer_midi_info mi = { .device = 2 };
	struct synth_info si = { .device = 2 };
	int m, n;

	m = open_music(O_RDWR);
	T_EQ(t_ioctl(m, SEQUENCER_INFO, &si), 0);
	T_EQ(t_ioctl(m, SEQUENCER_SYNTH_INFO, &oi), 0);
	T_EQ(oi.device, 2);
	T_EQ(oi.synth_type, SYNTH_TYPE_MIDI);
	T_EQ(oi.nr_voices, si.nr_voices);
	T_EQ(oi.capabilities, si.capabilities);
	T_CHECK(strcmp(oi.name, si.name) == 0);
	memset(oi.name, 0, sizeof(oi.name));
	T_EQ(t_ioctl(m, SEQUENCER_SYNTH_ID, &oi), 0);
	T_CHECK(strcmp(oi.name, si.name) == 0);
	T_EQ(t_ioctl(m, SEQUENCER_MIDI_INFO, &mi), 0);
	T_EQ(mi.device, 2);
	T_CHECK(strcmp(mi.name, si.name) == 0);
	n = 3;
	T_EQ(t_ioctl(m, SEQUENCER_TESTMIDI, &n), 0);
	T_EQ(t_ioctl(m, SEQUENCER_MEMAVL, &n), 0);
	T_EQ(n, 0);
	oi.device = mi.device = n = 99;
	T_EQ(t_ioctl(m, SEQUENCER_SYNTH_INFO, &oi), -EINVAL);
	T_EQ(t_ioctl(m, SEQUENCER_MIDI_INFO, &mi), -EINVAL);
	T_EQ(t_ioctl(m, SEQUENCER_TESTMIDI, &n), -EINVAL);
	t_close(m);
}

T_CASE(take, "a performance that is not the same when what was read is "
    "written again")
{
	uint8_t take[1024], buf[64];
	uint64_t start_ns, at_ns[4];
	int i, m, r, w;
	long n = 0, got;

	m = t_open("music", O_RDONLY | O_NONBLOCK);
	w = t_open("rmidi1", O_WRONLY);
	for (i = 0; i < 4; i++) {
		t_sleep_ms(40);
		T_WRITE(w, "\x90\x3c\x40");
	}
	t_sleep_ms(10);
	while ((got = t_read(m, take + n, sizeof(take) - n)) > 0)
		n += got;
	t_close(m);
	t_close(w);
	r = t_open("rmidi1", O_RDONLY);
	m = t_open("music", O_WRONLY);
	skip_reset(r);
	start_ns = t_now_ns();
	T_EQ(t_write(m, take, n), n);
	for (i = 0; i < 4; i++) {
		T_EQ(t_read(r, buf, 3), 3);
		at_ns[i] = t_now_ns() - start_ns;
	}
	/* Ten milliseconds is the step of the timer as opened. */
	for (i = 0; i < 4; i++) {
		T_CHECK(at_ns[i] >= (i + 1) * 40000000ULL - 11000000);
		if (t_exact())
			T_CHECK(at_ns[i] <= (i + 1) * 40000000ULL + 1000);
	}
	t_close(m);
	t_close(r);
}

/* The next record that is no wait: time may pass anywhere. */
static void
read_event(int m, seq_event_t *ev)
{

	do
		T_EQ(t_read(m, ev, sizeof(*ev)), (long)sizeof(*ev));
	while (ev->tag == SEQ_TIMING);
}

T_CASE(sysex, "SysEx through the sequencer that is cut or has a hole")
{
	static const char text[] =
	    "\xf0\x01\x02\x03\x04\x05\x06\x07\x08\x09\xf7";
	seq_event_t ev[2];
	int m, r, w;

	r = t_open("rmidi1", O_RDONLY);
	m = open_music(O_WRONLY);
	skip_reset(r);
	T_WRITE(m, "\x94\x00\xf0\x01\x02\x03\x04\x05"
	    "\x94\x00\x06\x07\x08\x09\xf7\xff");
	T_EXPECT(r, "\xf0\x01\x02\x03\x04\x05\x06\x07\x08\x09\xf7");
	t_close(m);
	t_close(r);

	m = open_music(O_RDONLY);
	w = t_open("rmidi1", O_WRONLY);
	T_EQ(t_write(w, text, sizeof(text) - 1), (long)sizeof(text) - 1);
	read_event(m, &ev[0]);
	read_event(m, &ev[1]);
	T_CHECK(memcmp(ev, "\x94\x00\xf0\x01\x02\x03\x04\x05"
	    "\x94\x00\x06\x07\x08\x09\xf7\xff", 16) == 0);
	t_close(m);
	t_close(w);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, play);
	ATF_TP_ADD_TC(tp, record);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, exclusive);
	ATF_TP_ADD_TC(tp, shared);
	ATF_TP_ADD_TC(tp, sharing);
	ATF_TP_ADD_TC(tp, transaction);
	ATF_TP_ADD_TC(tp, drain);
	ATF_TP_ADD_TC(tp, reset);
	ATF_TP_ADD_TC(tp, full);
	ATF_TP_ADD_TC(tp, ahead);
	ATF_TP_ADD_TC(tp, asked);
	ATF_TP_ADD_TC(tp, old);
	ATF_TP_ADD_TC(tp, oss);
	ATF_TP_ADD_TC(tp, take);
	ATF_TP_ADD_TC(tp, sysex);
	return atf_no_error();
}
