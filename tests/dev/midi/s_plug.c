/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_plug.c: devices that come and go while /dev/music is open.
 */

#include <sys/midiio.h>

#include "h_music.h"

static bool stop;
static size_t nheard, nends;

static int
put_note(struct hosted_file *f, int device, int key)
{
	seq_event_t ev = SEQ_MK_CHN(NOTEON, .device = device, .key = key,
	    .velocity = 64);
	size_t done;

	return h_write(f, &ev, sizeof(ev), false, &done);
}

static void
unplug(int n)
{

	h_hw_detach(h_music_hw[n], false);
	h_settle();
}

/* Another piece of hardware in its place. */
static void
plug(int n)
{

	h_music_hw[n] = h_hw_new(n);
	h_music_hw[n]->flags |= HOSTED_MIDI_CANONICAL;
	SIM_CHECK(h_hw_attach(h_music_hw[n]));
	SIM_CHECK_EQ(h_music_hw[n]->unit, n);
	h_settle();
}

/* Does it get the initial messages, and then the note? */
static void
check_note(struct hosted_file *f, int n, int key)
{
	const struct h_hw *hw = h_music_hw[n];
	const size_t at = hw->nwire;

	SIM_CHECK_EQ(put_note(f, n, key), 0);
	h_settle();
	SIM_CHECK(at >= H_MUSIC_RESET_BYTES);
	SIM_CHECK_EQ(hw->nwire, at + 3);
	SIM_CHECK_EQ(hw->wire[at + 1], key);
}

/* Is what the device receives the next that is read, with its number? */
static void
check_input(struct hosted_file *f, int n, int key)
{
	const uint8_t note[3] = { 0x90, (uint8_t)key, 64 };
	seq_event_t ev;
	size_t done;

	SIM_CHECK_EQ(h_hw_input(h_music_hw[n], note, 3), 3);
	do
		SIM_CHECK_EQ(h_read(f, &ev, sizeof(ev), false, &done), 0);
	while (ev.tag == SEQ_TIMING);
	SIM_CHECK_EQ(ev.tag, SEQ_CHN_VOICE);
	SIM_CHECK_EQ(ev.voice.device, n);
	SIM_CHECK_EQ(ev.voice.key, key);
}

H_CASE(back, 60, 0, 0, "a device that comes later and is not seen, or that "
    "comes back under another number, or is not played on, or sent no clock")
{
	struct sequencer_send se = { 1, SEQUENCER_SEND_CLOCK };
	struct sequencer_stats st;
	struct hosted_file *f;
	int value;

	SIM_CHECK(h_music_boot(2));
	SIM_CHECK_EQ(h_open("music", HOSTED_READ | HOSTED_WRITE, &f), 0);
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_TMR_SEND, &se), 0);
	SIM_CHECK_EQ(put_note(f, 1, 60), 0);
	unplug(1);
	check_note(f, 0, 61);
	/* Taken, and lost. */
	SIM_CHECK_EQ(put_note(f, 1, 62), 0);
	h_settle();
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_STATS, &st), 0);
	SIM_CHECK(st.ss_output_dropped >= 1);
	plug(1);
	check_note(f, 1, 63);
	check_input(f, 1, 64);
	check_input(f, 0, 65);
	sim_sleep_ns(100 * H_MS);
	SIM_CHECK_EQ(h_music_hw[1]->wire[h_music_hw[1]->nwire - 1], 0xf8);
	/* One that was never there. */
	SIM_CHECK_EQ(put_note(f, 2, 60), ENXIO);
	plug(2);
	h_music_nhw = 3;
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_NRMIDIS, &value), 0);
	SIM_CHECK_EQ(value, 3);
	check_note(f, 2, 66);
	check_input(f, 2, 67);
	h_close(f);
	h_settle();
	h_music_check_silent(sim_now_ns());
	h_music_shutdown();
}

static void
reader(void *arg)
{
	struct hosted_file *f = arg;
	seq_event_t ev;
	size_t done;
	int error;

	for (;;) {
		error = h_read(f, &ev, sizeof(ev), false, &done);
		if (error != 0)
			return;
		if (done == 0)
			nends++;
		else
			nheard++;
	}
}

H_CASE(last, 60, 0, 0, "a reader who is not told that nothing can come any "
    "more, is told too often, or hears nothing when it is back")
{
	struct hosted_file *f;
	struct h_thread *t;

	nheard = nends = 0;
	SIM_CHECK(h_music_boot(2));
	SIM_CHECK_EQ(h_open("music", HOSTED_READ, &f), 0);
	t = h_start(reader, f);
	unplug(0);
	SIM_CHECK_EQ(nends, 0);
	unplug(1);
	SIM_CHECK_EQ(nends, 1);
	SIM_CHECK_EQ(h_poll(f, HOSTED_POLLIN, sim_now_ns() + H_MS), 0);
	plug(0);
	plug(1);
	SIM_CHECK_EQ(h_hw_input(h_music_hw[1], (const uint8_t *)"\x90\x3c\x40",
	    3), 3);
	h_settle();
	SIM_CHECK_EQ(nends, 1);
	SIM_CHECK(nheard >= 1);
	unplug(1);
	unplug(0);
	SIM_CHECK_EQ(nends, 2);
	plug(0);
	plug(1);
	while (!h_done(t)) {
		h_signal(t);
		sim_sleep_ns(H_MS);
	}
	h_join(t);
	h_close(f);
	h_music_shutdown();
}

/* The next record says this of a device. */
static void
check_told(struct hosted_file *f, int what, int n)
{
	seq_event_t ev;
	size_t done;

	do
		SIM_CHECK_EQ(h_read(f, &ev, sizeof(ev), true, &done), 0);
	while (ev.tag == SEQ_TIMING && ev.timing.op == TMR_WAIT_ABS);
	SIM_CHECK_EQ(ev.tag, SEQ_TIMING);
	SIM_CHECK_EQ(ev.timing.op, TMR_DEVICE);
	SIM_CHECK_EQ(SEQUENCER_DEVICE_WHAT(ev.timing.arg), what);
	SIM_CHECK_EQ(SEQUENCER_DEVICE_WHICH(ev.timing.arg), n);
}

static void
sense(int n)
{

	SIM_CHECK_EQ(h_hw_input(h_music_hw[n], (const uint8_t *)"\xfe", 1), 1);
	sim_sleep_ns(H_SECOND);
}

H_CASE(told, 60, 0, 0, "a device that comes, goes or falls silent and of which "
    "a reader is not told, though he has asked, or told twice, or unasked")
{
	struct hosted_file *f, *w;
	int one = 1;

	SIM_CHECK(h_music_boot(2));
	SIM_CHECK_EQ(h_open("music", HOSTED_WRITE, &w), 0);
	SIM_CHECK_EQ(h_ioctl(w, SEQUENCER_DEVICE_ENABLE, NULL), EBADF);
	SIM_CHECK_EQ(h_ioctl(w, SEQUENCER_SHARE, &one), 0);
	SIM_CHECK_EQ(h_open("music", sim_random(2) ? HOSTED_READ :
	    HOSTED_READ | HOSTED_WRITE, &f), 0);
	sense(0);
	unplug(1);
	plug(1);
	SIM_CHECK_EQ(h_poll(f, HOSTED_POLLIN, sim_now_ns() + H_MS), 0);
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_DEVICE_ENABLE, NULL), 0);
	unplug(1);
	check_told(f, SEQUENCER_DEVICE_WENT, 1);
	sense(0);
	check_told(f, SEQUENCER_DEVICE_SILENT, 0);
	plug(1);
	check_told(f, SEQUENCER_DEVICE_CAME, 1);
	check_input(f, 1, 60);
	sense(1);
	unplug(1);
	unplug(0);
	check_told(f, SEQUENCER_DEVICE_SILENT, 1);
	check_told(f, SEQUENCER_DEVICE_WENT, 1);
	check_told(f, SEQUENCER_DEVICE_WENT, 0);
	plug(0);
	plug(1);
	check_told(f, SEQUENCER_DEVICE_CAME, 0);
	check_told(f, SEQUENCER_DEVICE_CAME, 1);
	h_close(f);
	h_close(w);
	h_music_shutdown();
}

/*
 * Everything at once: two writers and a reader who come and go, resets, and
 * devices that are pulled out and put back meanwhile.
 */

static void
storm_writer(void *arg)
{
	struct h_cmd cm, wait = { .op = TMR_WAIT_REL };
	struct hosted_file *f;
	seq_event_t ev[2];
	size_t done;
	int one = 1;

	(void)arg;
	while (!stop) {
		if (h_open("music", HOSTED_WRITE, &f) != 0) {
			sim_sleep_ns(sim_random(H_MS));
			continue;
		}
		(void)h_ioctl(f, SEQUENCER_SHARE, &one);
		while (!stop && sim_random(30) != 0) {
			h_music_message(&cm);
			h_music_record(&cm, &ev[0]);
			wait.arg = sim_random(2);
			h_music_record(&wait, &ev[1]);
			/* It may not have been there at the open. */
			(void)h_write(f, ev, sizeof(ev), false, &done);
			if (sim_random(20) == 0)
				(void)h_ioctl(f, SEQUENCER_RESET, NULL);
		}
		if (sim_random(2))
			(void)h_ioctl(f, SEQUENCER_RESET, NULL);
		h_close(f);
	}
}

static void
storm_reader(void *arg)
{
	struct sequencer_follow sf = { 0, SEQUENCER_FOLLOW_CLOCK, 0 };
	struct hosted_file *f;
	seq_event_t ev[8];
	size_t done;

	(void)arg;
	while (!stop) {
		if (h_open("music", HOSTED_READ, &f) != 0) {
			sim_sleep_ns(sim_random(H_MS));
			continue;
		}
		(void)h_ioctl(f, SEQUENCER_TMR_FOLLOW, &sf);
		while (!stop && sim_random(10) != 0) {
			(void)h_read(f, ev, sizeof(ev), true, &done);
			sim_sleep_ns(sim_random(H_MS));
		}
		h_close(f);
	}
}

H_CASE(storm, 60, 0, 0, "a device that goes, a writer, a reader and a reset "
    "who meet in a way that hangs, leaks or leaves something sounding")
{
	struct h_thread *t[3];
	int i, n;

	stop = false;
	SIM_CHECK(h_music_boot(3));
	t[0] = h_start(storm_writer, NULL);
	t[1] = h_start(storm_writer, NULL);
	t[2] = h_start(storm_reader, NULL);
	for (i = 0; i < 6; i++) {
		n = sim_random(3);
		sim_sleep_ns(sim_random(20 * H_MS));
		h_hw_detach(h_music_hw[n], false);
		sim_sleep_ns(sim_random(3) * H_MS);
		h_music_hw[n] = h_hw_new(n);
		h_music_hw[n]->flags |= HOSTED_MIDI_CANONICAL;
		SIM_CHECK(h_hw_attach(h_music_hw[n]));
		SIM_CHECK_EQ(h_music_hw[n]->unit, n);
		(void)h_hw_input(h_music_hw[0],
		    (const uint8_t *)"\xfa\xf8\xf8", 3);
	}
	stop = true;
	for (i = 0; i < 3; i++) {
		while (!h_done(t[i])) {
			h_signal(t[i]);
			sim_sleep_ns(H_MS);
		}
		h_join(t[i]);
	}
	h_settle();
	h_music_check_silent(sim_now_ns());
	h_music_shutdown();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, back);
	ATF_TP_ADD_TC(tp, last);
	ATF_TP_ADD_TC(tp, told);
	ATF_TP_ADD_TC(tp, storm);
	return atf_no_error();
}
