/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_conserve.c: every byte is accounted for: what came in was read or sent,
 * lost, kept back by a filter or discarded, or it waits.
 *
 * Hardware that cannot be held back (rmidi0) is read by programs that are too
 * slow, through filters and raw, and is connected to hardware that is too slow
 * or refuses (rmidi1), to which other programs write as well.
 */

#include <sys/midiio.h>

#include "h_hardware.h"

#define READERS		3
#define WRITERS		2
#define ROUNDS		25
#define CHUNK		240		/* bytes, at most */

struct user {
	struct hosted_file *f;
	unsigned long long bytes;	/* that it read or wrote */
	bool		torn;		/* a fault left it inside a message */
};

static struct h_hw *from, *to;
static struct user readers[READERS], writers[WRITERS];
static bool over;

static int
set(struct hosted_file *f, int scope, const char *name, long long v)
{
	struct midi_setting_value msv = { .msv_scope = scope, .msv_value = v };

	memcpy(msv.msv_name, name, strlen(name));
	return h_ioctl(f, MIDI_SETSETTING, &msv);
}

/* Whole messages with their status; Active Sensing, if wanted. */
static size_t
messages(uint8_t *buf, bool sense)
{
	const size_t most = 3 * sim_random(CHUNK / 3);
	size_t n = 0;

	while (n < most) {
		switch (sim_random(sense ? 6 : 5)) {
		case 0:
			memcpy(buf + n, "\xf0\x01\x02\x03\x04\xf7", 6);
			n += 6;
			break;
		case 1:
			buf[n++] = 0xf8;
			break;
		case 5:
			buf[n++] = 0xfe;
			break;
		default:
			buf[n++] = 0x80 + 0x10 * sim_random(4) + sim_random(16);
			buf[n++] = sim_random(128);
			buf[n++] = 1 + sim_random(127);
			break;
		}
	}
	return n;
}

/* What cannot be understood, and is no message that is cut short. */
static size_t
garbage(uint8_t *buf)
{
	static const uint8_t bytes[] = { 0xf4, 0x01, 0xfd, 0x70, 0xf5 };
	size_t i, n = sim_random(sizeof(bytes));

	for (i = 0; i < n; i++)
		buf[i] = bytes[i];
	return n;
}

static void
reader_main(void *arg)
{
	struct user *us = arg;
	uint8_t buf[CHUNK];
	size_t done;
	int what = 1;

	while (!over) {
		(void)h_read(us->f, buf, 1 + sim_random(sizeof(buf)), true,
		    &done);
		us->bytes += done;
		if (sim_random(10) == 0)
			(void)h_ioctl(us->f, MIDI_DISCARD, &what);
		sim_sleep_ns(sim_random(8000) * H_US);
	}
}

static void
writer_main(void *arg)
{
	struct user *us = arg;
	uint8_t buf[CHUNK + 6];
	size_t done, n;
	int what = 2;

	while (!over) {
		n = messages(buf, true);
		(void)h_write(us->f, buf, n, true, &done);
		us->bytes += done;
		us->torn |= !h_write_all(us->f, buf + done, n - done, &done);
		us->bytes += done;
		if (sim_random(10) == 0)
			(void)h_ioctl(us->f, MIDI_DISCARD, &what);
		sim_sleep_ns(sim_random(3000) * H_US);
	}
}

static void
feed(void)
{
	uint8_t buf[CHUNK + 20];
	size_t n;
	int i;

	for (i = runner_kind() != 0 ? ROUNDS / 4 : ROUNDS; i > 0; i--) {
		n = garbage(buf);
		n += messages(buf + n, false);
		(void)h_hw_input(from, buf, n);
		sim_sleep_ns(sim_random(2000) * H_US);
	}
}

static unsigned long long
accounted(const struct midi_stream_stats *mst)
{

	return mst->mst_lost_bytes + mst->mst_filtered_bytes +
	    mst->mst_discarded_bytes + mst->mst_waiting_bytes;
}

/* What has been made of all that came in, and was written. */
static void
account(struct hosted_file *ctl)
{
	struct midictl_connection mc;
	struct midi_stats ms;
	const unsigned long long in = h_count("midi0", "rcv bytes");
	unsigned long long sent;
	int i;

	for (i = 0; i < READERS; i++) {
		H_GIVES(h_ioctl(readers[i].f, MIDI_STATS, &ms), 0);
		SIM_CHECK_EQ(in, readers[i].bytes +
		    accounted(&ms.ms_rcv_open));
	}
	memset(&mc, 0, sizeof(mc));
	H_GIVES(h_ioctl(ctl, MIDICTL_CONNECTION, &mc), 0);
	SIM_CHECK_EQ(in, mc.mc_passed_bytes + mc.mc_dropped_bytes +
	    mc.mc_filtered_bytes + ms.ms_rcv_open.mst_discarded_bytes);
	/* What waits of the connection is in what all have waiting. */
	sent = mc.mc_passed_bytes;
	for (i = 0; i < WRITERS; i++) {
		H_GIVES(h_ioctl(writers[i].f, MIDI_STATS, &ms), 0);
		SIM_CHECK_EQ(writers[i].bytes, ms.ms_xmt_open.mst_bytes +
		    accounted(&ms.ms_xmt_open));
		sent += writers[i].bytes;
	}
	SIM_CHECK_EQ(sent, ms.ms_xmt_attach.mst_bytes +
	    accounted(&ms.ms_xmt_attach));
	SIM_CHECK_EQ(ms.ms_xmt_attach.mst_bytes, to->taken);
out:
	return;
}

static void
conserve_run(struct hosted_file *ctl)
{
	struct midictl_connection mc;
	struct h_thread *t[READERS + WRITERS];
	int i;

	memset(&mc, 0, sizeof(mc));
	mc.mc_source = from->unit;
	mc.mc_dest = to->unit;
	mc.mc_channels = 0xfff0;
	mc.mc_kinds = MIDI_KINDS_ALL & ~MIDI_KIND_KEY_PRESSURE;
	mc.mc_transpose = 20;
	if (H_REFUSED(h_ioctl(ctl, MIDICTL_CONNECT, &mc)))
		return;
	over = false;
	for (i = 0; i < READERS; i++)
		t[i] = h_start(reader_main, &readers[i]);
	for (i = 0; i < WRITERS; i++)
		t[READERS + i] = h_start(writer_main, &writers[i]);
	feed();
	over = true;
	for (i = 0; i < READERS + WRITERS; i++)
		h_join(t[i]);
	/* Nothing half way any more: in the hardware, or on its wire. */
	to->refuse_permille = 0;
	h_settle();
	for (i = 0; i < WRITERS; i++) {
		/* The others would wait for the end of its message. */
		H_HOLDS(!writers[i].torn);
		H_HOLDS(h_drain(writers[i].f));
	}
	account(ctl);
out:
	return;
}

static void
close_all(struct user *us, int n)
{

	for (; n > 0; n--, us++) {
		if (us->f != NULL)
			h_close(us->f);
		us->f = NULL;
	}
}

/* Open all, one reader raw; as they are to be set. */
static void
conserve_open(void)
{
	struct hosted_file *ctl = NULL;
	int i;

	memset(readers, 0, sizeof(readers));
	memset(writers, 0, sizeof(writers));
	H_GIVES(h_open("midictl", HOSTED_READ | HOSTED_WRITE, &ctl), 0);
	for (i = 0; i < READERS; i++) {
		H_GIVES(h_open("rmidi0", HOSTED_READ, &readers[i].f), 0);
		H_GIVES(set(readers[i].f, MIDI_SCOPE_FILE, "exclusive", 0), 0);
	}
	H_GIVES(set(readers[1].f, MIDI_SCOPE_FILE, "rx_channels", 0x0ff0), 0);
	H_GIVES(set(readers[1].f, MIDI_SCOPE_FILE, "rx_kinds",
	    MIDI_KINDS_ALL & ~MIDI_KIND_SYSEX & ~MIDI_KIND_CLOCK), 0);
	H_GIVES(set(readers[0].f, MIDI_SCOPE_FILE, "raw", 1), 0);
	for (i = 0; i < WRITERS; i++) {
		H_GIVES(h_open("rmidi1", HOSTED_WRITE, &writers[i].f), 0);
		H_GIVES(set(writers[i].f, MIDI_SCOPE_FILE, "exclusive", 0), 0);
	}
	H_GIVES(set(writers[0].f, MIDI_SCOPE_PORT, "asense_filter",
	    sim_random(2)), 0);
	H_GIVES(set(writers[0].f, MIDI_SCOPE_PORT, "asense_generate", 0), 0);
	conserve_run(ctl);
out:
	close_all(readers, READERS);
	close_all(writers, WRITERS);
	if (ctl != NULL)
		h_close(ctl);
}

H_CASE(all, 400, SIM_FAULT_ALL, 1, "a byte that is lost and not counted, or "
    "counted and not lost, by slow readers, filters, connections, writers who "
    "share a slow device, or hardware that refuses")
{

	from = h_hw_new(0);
	to = h_hw_new(1);
	from->flags = HOSTED_MIDI_IN;
	to->flags = HOSTED_MIDI_OUT | HOSTED_MIDI_CANONICAL;
	to->byte_ns = 1 + sim_random(200) * H_US;
	to->fifo = sim_random(20);
	to->refuse_permille = sim_random(2) * 100;
	if (!h_boot(0))
		return;
	if (h_hw_attach(from)) {
		if (h_hw_attach(to)) {
			conserve_open();
			h_hw_detach(to, false);
		}
		h_hw_detach(from, false);
	}
	h_shutdown();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, all);
	return atf_no_error();
}
