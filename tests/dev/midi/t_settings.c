/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_settings.c: the settings of raw MIDI devices, by what programs see of
 * them.  Each case leaves them as it found them.
 */

#include "h_target.h"

static int
value(int fd, unsigned long cmd, int scope, const char *name, long long *v)
{
	struct midi_setting_value msv = { .msv_scope = scope };
	int error;

	memcpy(msv.msv_name, name, strlen(name));
	msv.msv_value = *v;
	error = t_ioctl(fd, cmd, &msv);
	*v = msv.msv_value;
	return error;
}

static int
set(int fd, int scope, const char *name, long long v)
{

	return value(fd, MIDI_SETSETTING, scope, name, &v);
}

static long long
get(int fd, int scope, const char *name)
{
	long long v = 0;

	T_EQ(value(fd, MIDI_GETSETTING, scope, name, &v), 0);
	return v;
}

#define PORT	MIDI_SCOPE_PORT
#define OWN	MIDI_SCOPE_FILE
#define ALL	MIDI_SCOPE_ALL

static struct midi_stats
stats(int fd)
{
	struct midi_stats ms;

	T_EQ(t_ioctl(fd, MIDI_STATS, &ms), 0);
	return ms;
}

/* Read so many bytes. */
static void
read_all(int fd, void *buf, size_t n)
{
	size_t have = 0;
	long r;

	while (have < n) {
		r = t_read(fd, (char *)buf + have, n - have);
		T_CHECK(r > 0);
		have += r;
	}
}

static void
nothing(int fd)
{

	T_EQ(t_poll(fd, POLLIN, 20), 0);
}

/* Set to v and back, as the scope is there or not. */
static void
try_value(int fd, const struct midi_setting_info *msi, int scope,
    long long v, bool good)
{
	const bool there = scope >= 0 && (msi->msi_scopes & 1 << scope) != 0;
	long long was = 0;

	T_EQ(value(fd, MIDI_GETSETTING, scope, msi->msi_name, &was),
	    there ? 0 : -EINVAL);
	T_EQ(set(fd, scope, msi->msi_name, v), there && good ? 0 : -EINVAL);
	if (!there)
		return;
	T_EQ(get(fd, scope, msi->msi_name), good ? v : was);
	T_EQ(set(fd, scope, msi->msi_name, was), 0);
}

T_CASE(table, "a setting that cannot be read or set where it says it can, or "
    "takes a value it should not")
{
	struct midi_setting_info msi;
	int fd, i, scope;

	fd = t_open("rmidi0", O_RDWR);
	for (i = 0;; i++) {
		memset(&msi, 0, sizeof(msi));
		msi.msi_index = i;
		if (t_ioctl(fd, MIDI_SETTINGINFO, &msi) != 0)
			break;
		for (scope = -1; scope <= 3; scope++) {
			if (scope < 0 || scope > 2)
				msi.msi_scopes = 0;
			try_value(fd, &msi, scope, msi.msi_least, true);
			try_value(fd, &msi, scope, msi.msi_greatest, true);
			try_value(fd, &msi, scope, msi.msi_least - 1, false);
			try_value(fd, &msi, scope, msi.msi_greatest + 1,
			    false);
			T_EQ(t_ioctl(fd, MIDI_SETTINGINFO, &msi), 0);
		}
	}
	T_EQ(t_ioctl(fd, MIDI_SETTINGINFO, &msi), -EINVAL);
	T_CHECK(i > 20);
	T_EQ(set(fd, PORT, "colour", 1), -EINVAL);
	T_EQ(set(fd, PORT, "", 1), -EINVAL);
	T_EQ(set(fd, PORT, "in_bytes", 1025), -EINVAL);
	t_close(fd);
}

T_CASE(rights, "who only reads, and changes a port; or may not change his own "
    "file")
{
	int fd;

	fd = t_open("rmidi0", O_RDONLY);
	T_EQ(set(fd, PORT, "sync", 1), -EPERM);
	T_EQ(set(fd, ALL, "sync", 1), -EPERM);
	T_EQ(set(fd, OWN, "rx_kinds", MIDI_KIND_NOTE), 0);
	T_EQ(get(fd, PORT, "rx_kinds"), MIDI_KINDS_ALL);
	t_close(fd);
}

T_CASE(all, "a setting for all that does not reach a port, or is not that of "
    "later opens")
{
	int a, b;

	a = t_open("rmidi0", O_RDWR);
	b = t_open("rmidi2", O_RDWR);
	T_EQ(set(a, ALL, "sync", 1), 0);
	T_EQ(get(a, ALL, "sync"), 1);
	T_EQ(get(a, PORT, "sync"), 1);
	T_EQ(get(b, PORT, "sync"), 1);
	T_EQ(get(b, OWN, "sync"), 0);
	t_close(b);
	b = t_open("rmidi2", O_RDWR);
	T_EQ(get(b, OWN, "sync"), 1);
	T_EQ(set(a, ALL, "sync", 0), 0);
	T_EQ(get(b, PORT, "sync"), 0);
	t_close(a);
	t_close(b);
}

T_CASE(readers, "a reader who shares and misses something, or gets the rest of "
    "SysEx that began before he came")
{
	int w, r1, r2, x;

	x = t_open("rmidi1", O_WRONLY);
	T_EQ(set(x, PORT, "exclusive", 0), 0);
	w = t_open("rmidi0", O_WRONLY);
	r1 = t_open("rmidi1", O_RDONLY);
	T_WRITE(w, "\x90\x3c\x40\xf0\x01\x02");
	T_EXPECT(r1, "\x90\x3c\x40\xf0\x01\x02");
	r2 = t_open("rmidi1", O_RDONLY);
	T_CHECK(r2 >= 0);
	T_WRITE(w, "\x03\xf8\x04\xf7\x80\x3c\x40");
	T_EXPECT(r1, "\xf8\x03\x04\xf7\x80\x3c\x40");
	T_EXPECT(r2, "\xf8\x80\x3c\x40");
	t_close(r1);
	T_WRITE(w, "\xc0\x01");
	T_EXPECT(r2, "\xc0\x01");
	/* Who wants to be alone must have been first. */
	T_EQ(set(r2, OWN, "exclusive", 1), 0);
	T_EQ(t_open("rmidi1", O_RDONLY), -EBUSY);
	T_EQ(set(r2, OWN, "exclusive", 0), 0);
	r1 = t_open("rmidi1", O_RDONLY);
	T_EQ(set(r2, OWN, "exclusive", 1), -EBUSY);
	t_close(r1);
	T_EQ(set(x, PORT, "exclusive", 1), 0);
	t_close(r2);
	t_close(w);
	t_close(x);
}

T_CASE(writers, "messages of writers who share that are mixed, or SysEx that "
    "another's message gets into, or keeps real time out")
{
	int a, b, r;

	r = t_open("rmidi1", O_RDONLY);
	a = t_open("rmidi0", O_WRONLY);
	T_EQ(t_open("rmidi0", O_WRONLY), -EBUSY);
	/* The first lets others in. */
	T_EQ(set(a, OWN, "exclusive", 0), 0);
	b = t_open("rmidi0", O_WRONLY);
	T_CHECK(b >= 0);
	T_WRITE(a, "\x90\x3c");
	T_WRITE(b, "\x91\x3d\x41");
	T_WRITE(a, "\x40");
	T_EXPECT(r, "\x91\x3d\x41\x90\x3c\x40");
	T_WRITE(a, "\xf0\x01\x02");
	T_EXPECT(r, "\xf0\x01\x02");
	T_WRITE(b, "\xf8");
	T_EXPECT(r, "\xf8");
	T_WRITE(b, "\x81\x3d\x41");
	nothing(r);
	T_WRITE(a, "\x03\xf7");
	T_EXPECT(r, "\x03\xf7\x81\x3d\x41");
	/* Who goes ends what is his. */
	T_WRITE(b, "\x91\x3e\x41");
	T_EXPECT(r, "\x91\x3e\x41");
	T_WRITE(a, "\xf0\x01\x02");
	t_close(a);
	T_EXPECT(r, "\xf0\x01\x02\xf7\x80\x3c\x40");
	nothing(r);
	t_close(b);
	T_EXPECT(r, "\x81\x3e\x40");
	t_close(r);
}

struct opener {
	const char	*node;
	int		flags;
	_Atomic int	fd;		/* -1: still in open */
};

static void
open_once(void *arg)
{
	struct opener *o = arg;

	o->fd = t_open(o->node, o->flags);
}

T_CASE(wait_open, "an open that does not wait, waits for what is free, or is "
    "not to be ended")
{
	struct opener o = { "rmidi0", O_RDONLY, -1 };
	struct t_thread *t;
	int r, w;

	w = t_open("rmidi0", O_WRONLY);
	r = t_open("rmidi0", O_RDONLY);
	T_EQ(set(w, PORT, "wait_open", 1), 0);
	T_EQ(t_open("rmidi0", O_RDONLY | O_NONBLOCK), -EBUSY);
	t = t_start(open_once, &o);
	t_sleep_ms(50);
	T_EQ(o.fd, -1);
	t_close(r);
	t_join(t);
	T_CHECK(o.fd >= 0);
	r = o.fd;

	o.fd = -1;
	t = t_start(open_once, &o);
	t_sleep_ms(50);
	t_interrupt(t);
	t_join(t);
	T_EQ(o.fd, -EINTR);

	o.fd = -1;
	t = t_start(open_once, &o);
	t_sleep_ms(50);
	T_EQ(set(w, PORT, "wait_open", 0), 0);
	t_join(t);
	T_EQ(o.fd, -EBUSY);
	t_close(r);
	t_close(w);
}

#define BLOCKS		40
#define BLOCK_NOTES	20

struct writer {
	int		fd;
	uint8_t		channel;
};

static void
write_blocks(void *arg)
{
	struct writer *w = arg;
	uint8_t block[BLOCK_NOTES * 2 + 1];
	size_t i, n;

	for (i = 0; i < BLOCKS; i++) {
		/* With running status, which makes it grow. */
		n = 0;
		block[n++] = 0x90 | w->channel;
		while (n < sizeof(block)) {
			block[n] = n / 2;
			block[n + 1] = 1 + i;
			n += 2;
		}
		T_EQ(t_write(w->fd, block, n), n);
	}
}

T_CASE(append, "a write that another's gets into")
{
	struct writer w[3];
	struct t_thread *t[3];
	uint8_t msg[3], channel = 0, block = 0;
	int i, r, seen[3] = { 0, 0, 0 };

	r = t_open("rmidi1", O_RDONLY);
	w[0].fd = t_open("rmidi0", O_WRONLY);
	T_EQ(set(w[0].fd, PORT, "exclusive", 0), 0);
	T_EQ(set(w[0].fd, OWN, "exclusive", 0), 0);
	T_EQ(set(w[0].fd, OWN, "append", 1), 0);
	T_EQ(set(w[0].fd, PORT, "append", 1), 0);
	for (i = 0; i < 3; i++) {
		w[i].channel = i;
		if (i != 0)
			w[i].fd = t_open("rmidi0", O_WRONLY);
		T_EQ(get(w[i].fd, OWN, "append"), 1);
		t[i] = t_start(write_blocks, &w[i]);
	}
	for (i = 0; i < 3 * BLOCKS * BLOCK_NOTES; i++) {
		read_all(r, msg, sizeof(msg));
		if (i % BLOCK_NOTES == 0) {
			channel = msg[0] & 15;
			block = msg[2];
			T_CHECK(channel < 3);
			T_EQ(block, ++seen[channel]);
		}
		T_EQ(msg[0], 0x90 | channel);
		T_EQ(msg[1], i % BLOCK_NOTES);
		T_EQ(msg[2], block);
	}
	T_EQ(set(w[0].fd, PORT, "append", 0), 0);
	T_EQ(set(w[0].fd, PORT, "exclusive", 1), 0);
	t_close(r);
	for (i = 0; i < 3; i++) {
		t_join(t[i]);
		t_close(w[i].fd);
	}
}

T_CASE(filters, "a message that a receive filter should keep, or keeps though "
    "it should not; SysEx cut by a change of the filter")
{
	int r, w, x;

	x = t_open("rmidi1", O_WRONLY);
	r = t_open("rmidi1", O_RDONLY);
	w = t_open("rmidi0", O_WRONLY);
	T_EQ(set(x, PORT, "rx_channels", 1 << 2 | 1 << 3), 0);
	T_EQ(set(r, OWN, "rx_channels", 1 << 3 | 1 << 4), 0);
	T_WRITE(w, "\xc2\x01\xc3\x02\xc4\x03\xf6");
	T_EXPECT(r, "\xc3\x02\xf6");
	T_EQ(set(x, PORT, "rx_channels", MIDI_CHANNELS_ALL), 0);
	T_EQ(set(r, OWN, "rx_channels", MIDI_CHANNELS_ALL), 0);
	T_EQ(set(r, OWN, "rx_kinds", MIDI_KINDS_ALL & ~(MIDI_KIND_SYSEX |
	    MIDI_KIND_CLOCK)), 0);
	T_WRITE(w, "\xf0\x01\xf8\x02\xfa\xf7\xf8\xc0\x01\xf0\x05\x06");
	T_EXPECT(r, "\xfa\xc0\x01");
	T_EQ(set(r, OWN, "rx_kinds", MIDI_KINDS_ALL), 0);
	T_WRITE(w, "\x07\xf7\xf0\x01\x02");
	T_EXPECT(r, "\xf0\x01\x02");
	T_EQ(set(r, OWN, "rx_kinds", MIDI_KIND_NOTE), 0);
	T_WRITE(w, "\x03\xf7\xf0\x01\xf7\x90\x01\x02");
	T_EXPECT(r, "\x03\xf7\x90\x01\x02");
	T_CHECK(stats(r).ms_rcv_open.mst_filtered_bytes != 0);
	t_close(r);
	t_close(w);
	t_close(x);
}

T_CASE(sense_receive, "Active Sensing that is read or acted on though it "
    "should not, or the other way round")
{
	char buf[8];
	int r, w, x;

	x = t_open("rmidi1", O_WRONLY);
	r = t_open("rmidi1", O_RDONLY);
	w = t_open("rmidi0", O_WRONLY);
	T_EQ(set(r, OWN, "asense_pass", 1), 0);
	T_EQ(set(x, PORT, "asense_tolerance_ms", 50), 0);
	T_WRITE(w, "\xfe\xc0\x01");
	T_EXPECT(r, "\xfe\xc0\x01");
	T_EQ(t_poll(r, POLLIN, -1), POLLIN);
	T_EQ(t_read(r, buf, sizeof(buf)), 0);
	T_EQ(set(x, PORT, "asense_react", 0), 0);
	T_WRITE(w, "\xfe");
	T_EXPECT(r, "\xfe");
	T_EQ(t_poll(r, POLLIN, 100), 0);
	T_EQ(set(r, OWN, "asense_pass", 0), 0);
	T_WRITE(w, "\xfe\xc0\x02");
	T_EXPECT(r, "\xc0\x02");
	T_EQ(set(x, PORT, "asense_react", 1), 0);
	T_EQ(set(x, PORT, "asense_tolerance_ms", 300), 0);
	t_close(r);
	t_close(w);
	t_close(x);
}

T_CASE(sense_send, "Active Sensing that is sent though it should not, not in "
    "time, or written and not dropped")
{
	uint64_t start_ns;
	int r, w;

	r = t_open("rmidi1", O_RDONLY);
	w = t_open("rmidi0", O_WRONLY);
	T_EQ(get(w, PORT, "asense_generate"), 0);
	T_EQ(set(r, OWN, "asense_pass", 1), 0);
	T_EQ(set(w, PORT, "asense_generate", 1), 0);
	T_EQ(set(w, PORT, "asense_interval_ms", 40), 0);
	start_ns = t_now_ns();
	T_WRITE(w, "\xc0\x01");
	T_EXPECT(r, "\xc0\x01\xfe\xfe\xfe");
	T_CHECK(t_now_ns() - start_ns >= 120000000);
	if (t_exact())
		T_EQ(t_now_ns() - start_ns, 120000000);
	T_EQ(set(w, PORT, "asense_generate", 0), 0);
	T_EQ(t_poll(r, POLLIN, 100), 0);
	T_EQ(set(w, PORT, "asense_filter", 1), 0);
	T_WRITE(w, "\xfe\xc0\xfe\x01\xfe");
	T_EXPECT(r, "\xc0\x01");
	nothing(r);
	T_EQ(set(w, PORT, "asense_filter", 0), 0);
	T_EQ(set(w, PORT, "asense_interval_ms", 275), 0);
	t_close(r);
	t_close(w);
}

T_CASE(pace, "bytes that leave faster than they may, or later than they "
    "could; real time that waits for a gap")
{
	uint64_t start_ns, at_ns[4];
	uint8_t msg[4];
	int i, r, w;

	r = t_open("rmidi1", O_RDONLY);
	w = t_open("rmidi0", O_WRONLY);
	T_EQ(set(w, PORT, "rate", 300), 0);
	start_ns = t_now_ns();
	T_WRITE(w, "\x90\x01\x01\x02\x02\xc0\x03\x04");
	for (i = 0; i < 4; i++) {
		read_all(r, msg, i < 2 ? 3 : 2);
		at_ns[i] = t_now_ns() - start_ns;
		T_CHECK(at_ns[i] + 1000000 >= (i < 3 ? i * 10 : 26) *
		    1000000ULL);
	}
	if (t_exact()) {
		T_EQ(at_ns[0], 0);
		T_EQ(at_ns[1], 10000000);
		T_EQ(at_ns[2], 20000000);
		T_EQ(at_ns[3], 26666666);
	}
	T_EQ(set(w, PORT, "rate", 0), 0);
	T_EQ(set(w, PORT, "sysex_gap_us", 50000), 0);
	start_ns = t_now_ns();
	T_WRITE(w, "\xf0\x01\xf7\xf8\x90\x01\x02");
	T_EXPECT(r, "\xf0\x01\xf7\xf8");
	if (t_exact())
		T_EQ(t_now_ns(), start_ns);
	T_EXPECT(r, "\x90\x01\x02");
	T_CHECK(t_now_ns() - start_ns >= 50000000);
	if (t_exact())
		T_EQ(t_now_ns() - start_ns, 50000000);
	T_EQ(set(w, PORT, "sysex_gap_us", 0), 0);
	t_close(r);
	t_close(w);
}

T_CASE(raw, "a byte that raw files alter, add or keep back")
{
	static const char in[] = "\x90\x01\xf4\x3c\xfd\xf9\x90\x00\xf7\x01"
	    "\xf0\x01\x90\x00\xfe\x3c\x40\xff\x80";
	int r, w, x;

	x = t_open("rmidi1", O_WRONLY);
	r = t_open("rmidi1", O_RDONLY);
	w = t_open("rmidi0", O_WRONLY);
	T_WRITE(w, "\xf0\x01\x02");
	T_EXPECT(r, "\xf0\x01\x02");
	T_EQ(set(r, OWN, "raw", 1), 0);
	T_EQ(set(w, OWN, "raw", 1), 0);
	/* What was begun has been ended. */
	T_EXPECT(r, "\xf7");
	T_WRITE(w, in);
	T_EXPECT(r, in);
	T_WRITE(w, "\x90\x3c\x40\xf0");
	T_EXPECT(r, "\x90\x3c\x40\xf0");
	t_close(w);
	nothing(r);
	t_close(r);
	/* Later opens begin so. */
	T_EQ(set(x, PORT, "raw", 1), 0);
	r = t_open("rmidi1", O_RDONLY);
	w = t_open("rmidi0", O_WRONLY);
	T_WRITE(w, "\x90\x3c\x00");
	T_EXPECT(r, "\x80\x3c\x40");
	T_EQ(set(w, OWN, "raw", 1), 0);
	T_WRITE(w, in);
	T_EXPECT(r, in);
	T_EQ(set(x, PORT, "raw", 0), 0);
	t_close(r);
	t_close(w);
	t_close(x);
}

T_CASE(closing, "a close that ends what it should not, or does not silence "
    "what it should")
{
	int r, w;

	r = t_open("rmidi1", O_RDONLY);
	w = t_open("rmidi0", O_WRONLY);
	T_EQ(set(w, OWN, "close_notes", 0), 0);
	T_WRITE(w, "\x95\x3c\x40");
	T_EXPECT(r, "\x95\x3c\x40");
	t_close(w);
	nothing(r);
	w = t_open("rmidi0", O_WRONLY);
	T_EQ(get(w, OWN, "close_notes"), 1);
	T_EQ(set(w, OWN, "close_off", 1), 0);
	T_WRITE(w, "\x95\x3c\x40\xb7\x40\x7f");
	T_EXPECT(r, "\x95\x3c\x40\xb7\x40\x7f");
	t_close(w);
	T_EXPECT(r, "\x85\x3c\x40\xb7\x40\x00"
	    "\xb5\x7b\x00\xb5\x78\x00\xb7\x7b\x00\xb7\x78\x00");
	nothing(r);
	t_close(r);
}

T_CASE(discard, "what was thrown away and comes all the same, is not counted, "
    "or takes its neighbours with it")
{
	uint8_t buf[4096];
	struct midi_stats ms;
	long done = 0, n;
	int both = 3, in = 1, out = 2, none = 0, r, w;

	r = t_open("rmidi1", O_RDONLY | O_NONBLOCK);
	w = t_open("rmidi0", O_WRONLY | O_NONBLOCK);
	T_EQ(t_ioctl(w, MIDI_DISCARD, &none), -EINVAL);
	memset(buf, 0x40, sizeof(buf));
	buf[0] = 0xf0;
	while ((n = t_write(w, buf, done == 0 ? 512 : 256)) > 0) {
		done += n;
		buf[0] = 0x40;
	}
	T_EQ(n, -EAGAIN);
	T_EQ(t_ioctl(w, MIDI_DISCARD, &out), 0);
	T_EQ(t_poll(w, POLLOUT, -1), POLLOUT);
	ms = stats(w);
	T_CHECK(ms.ms_xmt_open.mst_lost_bytes != 0);
	T_EQ(ms.ms_xmt_open.mst_bytes + ms.ms_xmt_open.mst_lost_bytes +
	    ms.ms_xmt_open.mst_waiting_bytes, done + 1);
	T_EQ(t_poll(r, POLLIN, -1), POLLIN);
	T_EQ(t_ioctl(r, MIDI_DISCARD, &in), 0);
	T_CHECK(stats(r).ms_rcv_open.mst_lost_bytes != 0);
	while (t_poll(r, POLLIN, 50) != 0)
		(void)t_read(r, buf, sizeof(buf));
	T_WRITE(w, "\x41\xf7\xc0\x01");
	T_EQ(t_poll(r, POLLIN, -1), POLLIN);
	n = t_read(r, buf, sizeof(buf));
	T_CHECK(n >= 2 && buf[n - 2] == 0xc0 && buf[n - 1] == 1);
	T_EQ(t_ioctl(w, MIDI_DISCARD, &both), 0);
	t_close(r);
	t_close(w);
}

T_CASE(counts, "statistics that do not add up, or do not begin with the open")
{
	struct midi_stats ms, before;
	int r, w;

	r = t_open("rmidi1", O_RDONLY);
	w = t_open("rmidi0", O_WRONLY);
	before = stats(r);
	T_EQ(before.ms_rcv_open.mst_bytes, 0);
	T_WRITE(w, "\x90\x3c\x40\x3d\x41\xf0\x01\x02\xf7\xf8");
	T_EQ(t_poll(r, POLLIN, -1), POLLIN);
	T_EQ(t_write(w, "\x01", 1), -EPROTO);
	ms = stats(w);
	T_EQ(ms.ms_xmt_open.mst_bytes, 11);
	T_EQ(ms.ms_xmt_open.mst_msgs, 4);
	T_EQ(ms.ms_xmt_open.mst_discarded_bytes, 1);
	T_EXPECT(r, "\x90\x3c\x40\x90\x3d\x41\xf0\x01\x02\xf7\xf8");
	ms = stats(r);
	T_EQ(ms.ms_rcv_open.mst_bytes, 11);
	T_EQ(ms.ms_rcv_open.mst_msgs, 4);
	T_EQ(ms.ms_rcv_open.mst_waiting_bytes, 0);
	T_CHECK(ms.ms_rcv_open.mst_high_bytes >= 3);
	T_EQ(ms.ms_rcv_attach.mst_bytes - before.ms_rcv_attach.mst_bytes, 11);
	T_EQ(ms.ms_rcv_attach.mst_msgs - before.ms_rcv_attach.mst_msgs, 4);
	t_close(r);
	r = t_open("rmidi1", O_RDONLY);
	T_EQ(stats(r).ms_rcv_open.mst_bytes, 0);
	T_CHECK(stats(r).ms_rcv_attach.mst_bytes >= 11);
	t_close(r);
	t_close(w);
}

T_CASE(sizes, "a buffer that is not as large as was set, or is without being "
    "opened anew")
{
	uint8_t buf[4096];
	int fd, n, r, w, x;

	x = t_open("rmidi1", O_WRONLY);
	T_EQ(set(x, PORT, "in_bytes", 32768), 0);
	r = t_open("rmidi1", O_RDONLY);
	w = t_open("rmidi0", O_WRONLY);
	memset(buf, 0x40, sizeof(buf));
	for (n = 0; n < 4096; n += 2)
		buf[n] = 0xc0;
	for (n = 0; n < 7; n++)
		T_EQ(t_write(w, buf, sizeof(buf)), sizeof(buf));
	T_EQ(t_ioctl(w, MIDI_DRAIN, &fd), 0);
	while (t_poll(r, POLLIN, 10) != 0 &&
	    stats(r).ms_rcv_open.mst_waiting_bytes != 7 * sizeof(buf))
		t_sleep_ms(10);
	T_EQ(t_ioctl(r, MIDI_FIONREAD, &n), 0);
	T_EQ(n, 7 * sizeof(buf));
	T_EQ(set(x, PORT, "in_bytes", 1024), 0);
	t_close(r);
	t_close(w);
	t_close(x);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, table);
	ATF_TP_ADD_TC(tp, rights);
	ATF_TP_ADD_TC(tp, all);
	ATF_TP_ADD_TC(tp, readers);
	ATF_TP_ADD_TC(tp, writers);
	ATF_TP_ADD_TC(tp, wait_open);
	ATF_TP_ADD_TC(tp, append);
	ATF_TP_ADD_TC(tp, filters);
	ATF_TP_ADD_TC(tp, sense_receive);
	ATF_TP_ADD_TC(tp, sense_send);
	ATF_TP_ADD_TC(tp, pace);
	ATF_TP_ADD_TC(tp, raw);
	ATF_TP_ADD_TC(tp, closing);
	ATF_TP_ADD_TC(tp, discard);
	ATF_TP_ADD_TC(tp, counts);
	ATF_TP_ADD_TC(tp, sizes);
	return atf_no_error();
}
