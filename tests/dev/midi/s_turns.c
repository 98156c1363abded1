/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_turns.c: what several programs have for a device that is slow, or takes
 * nothing.
 *
 * Device 0 is the one; device 1 is quick, and what is for it may not be late
 * because of the other.  A division is a millisecond.  Program w has channel w,
 * and the keys of its notes count up, so that each can be told; most are only
 * pressed, for thousands that sound take long to end.
 */

#include <sys/midiio.h>

#include "h_music.h"

#define PROGRAMS	3
#define EVENTS		6000
#define QUEUE		8192
#define KEYS		127		/* 1 .. */
#define OUT_BYTES	1024		/* the device's buffer */

static struct hosted_file *prog[PROGRAMS];
static unsigned nprog;

static seq_event_t ev[EVENTS];
static size_t nev;
static bool sounding;

static void
add_at(unsigned ms)
{

	ev[nev++] = SEQ_MK_TIMING(WAIT_ABS, .divisions = ms);
}

/* The i-th note of a program. */
static void
add_note(int device, unsigned w, unsigned i)
{
	seq_event_t *to = &ev[nev++];

	*to = SEQ_MK_CHN(NOTEON, .device = device, .channel = w,
	    .key = 1 + i % KEYS, .velocity = 64);
	if (!sounding)
		to->voice.op = MIDI_KEY_PRESSURE;
}

static void
add_sysex(int device, const uint8_t *bytes)
{

	SIM_CHECK(nev < EVENTS);
	memset(&ev[nev], 0, sizeof(ev[nev]));
	ev[nev].sysex.tag = SEQ_SYSEX;
	ev[nev].sysex.device = device;
	memcpy(ev[nev++].sysex.buffer, bytes, 6);
}

static bool
flush(unsigned w)
{
	const size_t n = nev;
	size_t done;

	SIM_CHECK(n <= EVENTS);
	nev = 0;
	return h_write_all(prog[w], ev, n * sizeof(ev[0]), &done);
}

/* Notes of a program, one each millisecond from there on, at either device or
 * at both. */
#define SLOW	0x1
#define QUICK	0x2

static bool
put_notes(unsigned w, unsigned devices, unsigned ms, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++) {
		add_at(ms + i);
		if (devices & SLOW)
			add_note(0, w, i);
		if (devices & QUICK)
			add_note(1, w, i);
	}
	return flush(w);
}

static int
room(unsigned w)
{
	int n = -1;

	(void)H_REFUSED(h_ioctl(prog[w], SEQUENCER_GETOUTCOUNT, &n));
	return n;
}

static void
all_close(void)
{

	while (nprog > 0)
		h_close(prog[--nprog]);
}

/* The programs, whose timers start together, and a slow device 0 that has sent
 * what the open has given it. */
static bool
all_open(unsigned n)
{
	int ms = 1000, none = 0, one = 1, events = QUEUE;
	struct hosted_file *f;
	unsigned w;

	nprog = 0;
	nev = 0;
	sounding = false;
	if (!h_music_slow(0, 1))
		return false;
	for (; nprog < n; nprog++) {
		if (H_REFUSED(h_open("music", HOSTED_WRITE, &f)))
			break;
		prog[nprog] = f;
		if (H_REFUSED(h_ioctl(f, SEQUENCER_SHARE, &one)) ||
		    H_REFUSED(h_ioctl(f, SEQUENCER_AHEAD, &none)) ||
		    H_REFUSED(h_ioctl(f, SEQUENCER_AHEAD_EVENTS, &events)) ||
		    H_REFUSED(h_ioctl(f, SEQUENCER_TMR_TIMEBASE, &ms))) {
			nprog++;
			break;
		}
	}
	sim_sleep_ns(100 * H_MS);
	for (w = 0; w < nprog; w++)
		(void)h_ioctl(prog[w], SEQUENCER_TMR_START, NULL);
	if (nprog == n && !h_fault())
		return true;
	all_close();
	return false;
}

/* All end, at once, and nothing sounds then. */
static void
finish(void)
{
	unsigned w;

	for (w = 0; w < nprog; w++)
		(void)h_ioctl(prog[w], SEQUENCER_RESET, NULL);
	all_close();
	sim_sleep_ns(5 * H_SECOND);
	h_music_check_silent(sim_now_ns());
}

/*
 * What a device got.
 */

/* How many notes of a program came, which have to be all up to there in their
 * order; and how often another's came in between. */
static unsigned
heard(const struct h_hw *hw, unsigned w, unsigned *gaps)
{
	unsigned n = 0;
	bool before = false;
	size_t at;

	*gaps = 0;
	for (at = H_MUSIC_RESET_BYTES; at + 3 <= hw->nwire; at += 3) {
		SIM_CHECK((hw->wire[at] & 0xf0) == 0xa0);
		if ((hw->wire[at] & 0x0f) != w) {
			before = false;
			continue;
		}
		SIM_CHECK_EQ(hw->wire[at + 1], 1 + n % KEYS);
		if (n++ != 0 && !before)
			(*gaps)++;
		before = true;
	}
	return n;
}

/* Those of a program at the quick device came in their milliseconds. */
static void
check_quick(unsigned w, uint64_t start_ns, unsigned ms, unsigned n)
{
	const struct h_hw *hw = h_music_hw[1];
	unsigned i = 0;
	size_t at;

	for (at = H_MUSIC_RESET_BYTES; at + 3 <= hw->nwire; at += 3) {
		if ((hw->wire[at] & 0x0f) != w)
			continue;
		SIM_CHECK_EQ(hw->wire[at + 1], 1 + i % KEYS);
		SIM_CHECK_EQ(hw->wire_ns[at],
		    start_ns + (ms + i) * (uint64_t)H_MS);
		i++;
	}
	SIM_CHECK_EQ(i, n);
}

/*
 * A transaction of thrice what the device's buffer holds, while another plays.
 */

#define WHOLE_NOTES	1100
#define WHOLE_MS	20
#define WHOLE_OTHER	1500

static bool
whole_write(bool begun)
{
	unsigned i;

	if (begun && H_REFUSED(h_ioctl(prog[0], SEQUENCER_BEGIN, NULL)))
		return false;
	add_at(WHOLE_MS);
	for (i = 0; i < WHOLE_NOTES; i++) {
		add_note(0, 0, i);
		if (begun && sim_random(100) == 0) {
			if (!flush(0))
				return false;
			sim_sleep_ns(sim_random(5) * H_MS);
		}
	}
	return flush(0) && (!begun ||
	    !H_REFUSED(h_ioctl(prog[0], SEQUENCER_END, NULL)));
}

H_CASE(whole, 40, SIM_FAULT_INTR, 1, "a transaction of three "
    "times out_bytes with messages of another writer in between, or one of "
    "these lost, or late at another device")
{
	const bool begun = sim_random(2);
	uint64_t start_ns;
	unsigned gaps;

	SIM_CHECK(WHOLE_NOTES * 3 > 3 * OUT_BYTES);
	if (!h_music_boot(2))
		return;
	if (!all_open(2))
		goto down;
	start_ns = sim_now_ns();
	H_GIVES(put_notes(1, SLOW | QUICK, 1, WHOLE_OTHER), true);
	H_GIVES(whole_write(begun), true);
	sim_sleep_ns(5 * H_SECOND);
	H_HOLDS(heard(h_music_hw[0], 0, &gaps) == WHOLE_NOTES);
	H_HOLDS(gaps == 0);
	H_HOLDS(heard(h_music_hw[0], 1, &gaps) == WHOLE_OTHER);
	H_HOLDS(gaps == 1);
	check_quick(1, start_ns, 1, WHOLE_OTHER);
out:
	finish();
down:
	h_music_shutdown();
}

/*
 * A SysEx message in pieces, while others play: they wait for its end, but
 * real time does not, nor does the other device.
 */

#define SYSEX_END_MS	300
#define SYSEX_NOTES	200
#define SYSEX_AT	10		/* ms, and notes before it */

static bool
sysex_write(void)
{
	static const uint8_t first[] = { 0xf0, 1, 2, 3, 4, 5 };
	static const uint8_t second[] = { 6, 7, 8, 9, 10, 11 };
	static const uint8_t last[] = { 12, 13, 14, 15, 16, 0xf7 };

	add_at(SYSEX_AT);
	add_sysex(0, first);
	if (!flush(0))
		return false;
	add_at(SYSEX_END_MS / 2);
	add_sysex(0, second);
	if (!flush(0))
		return false;
	add_at(SYSEX_END_MS);
	add_sysex(0, last);
	return flush(0);
}

/* The message with a clock in it somewhere, which came at its time. */
static size_t
sysex_check(const struct h_hw *hw, size_t at, uint64_t clock_ns)
{
	unsigned i, n = 0, clocks = 0;

	for (i = 0; n < 18; i++) {
		SIM_CHECK(at + i < hw->nwire);
		if (hw->wire[at + i] == 0xf8) {
			clocks++;
			SIM_CHECK_EQ(hw->wire_ns[at + i],
			    clock_ns + hw->byte_ns);
			continue;
		}
		SIM_CHECK_EQ(hw->wire[at + i], n == 0 ? 0xf0 : n == 17 ?
		    0xf7 : n);
		n++;
	}
	SIM_CHECK_EQ(clocks, 1);
	return at + i;
}

H_CASE(sysex, 40, SIM_FAULT_INTR, 1, "SysEx of one writer "
    "that is broken by another, or makes him late at another device, or holds "
    "back real time, or what waited for it and does not come then, in order")
{
	const struct h_hw *hw;
	uint64_t start_ns;
	unsigned i;
	size_t at;

	if (!h_music_boot(2))
		return;
	hw = h_music_hw[0];
	if (!all_open(3))
		goto down;
	start_ns = sim_now_ns();
	H_GIVES(put_notes(1, SLOW | QUICK, 1, SYSEX_NOTES), true);
	H_GIVES(sysex_write(), true);
	add_at(SYSEX_END_MS / 2 + 20);
	ev[nev++] = (seq_event_t){ .system.tag = SEQ_SYSTEM,
	    .system.status = 0xf8 };
	H_GIVES(flush(2), true);
	sim_sleep_ns(2 * H_SECOND);
	H_HOLDS(hw->nwire == H_MUSIC_RESET_BYTES + 3 * SYSEX_NOTES + 19);
	for (i = 0, at = H_MUSIC_RESET_BYTES; i < SYSEX_NOTES; i++, at += 3) {
		if (i == SYSEX_AT - 1)
			at = sysex_check(hw, at, start_ns +
			    (SYSEX_END_MS / 2 + 20) * H_MS);
		SIM_CHECK_EQ(hw->wire[at], 0xa1);
		SIM_CHECK_EQ(hw->wire[at + 1], 1 + i % KEYS);
	}
	check_quick(1, start_ns, 1, SYSEX_NOTES);
out:
	finish();
down:
	h_music_shutdown();
}

/*
 * A device that is pulled out, at any moment.
 */

#define PULL_NOTES	600		/* of each, more than it holds */
#define PULL_MS		100

/* How many of a program's events were given to a device? */
static unsigned
pulled_stats(unsigned w, unsigned events)
{
	struct sequencer_stats st;

	SIM_CHECK_EQ(h_ioctl(prog[w], SEQUENCER_STATS, &st), 0);
	SIM_CHECK_EQ(st.ss_events_played, events);
	SIM_CHECK_EQ(st.ss_output_dropped, events - st.ss_late_count);
	SIM_CHECK_EQ(room(w), QUEUE);
	return st.ss_late_count;
}

static void
pulled_write(void)
{
	unsigned i, w;

	for (w = 0; w < 2; w++) {
		for (i = 0; i < PULL_NOTES; i++) {
			add_at(i * PULL_MS / PULL_NOTES);
			add_note(0, w, i);
		}
		for (i = 0; i < 20; i++) {
			add_at(PULL_MS + i);
			add_note(1, w, i);
		}
		SIM_CHECK(flush(w));
	}
}

H_CASE(pulled, 400, 0, 0, "an event that waits for a device that is pulled out "
    "and is not dropped, or not counted, or is there when it comes back, or "
    "keeps another from being played or the end from coming")
{
	uint64_t start_ns;
	unsigned w, given = 0, gaps;

	SIM_CHECK(h_music_boot(2));
	SIM_CHECK(all_open(2));
	start_ns = sim_now_ns();
	h_music_hw[0]->stuck = sim_random(2);
	pulled_write();
	sim_sleep_ns(sim_random(400) * H_MS);
	sim_sleep_ns(sim_random(2));
	h_hw_detach(h_music_hw[0], false);
	for (w = 0; w < 2; w++)
		SIM_CHECK_EQ(h_ioctl(prog[w], SEQUENCER_SYNC, NULL), 0);
	SIM_CHECK(sim_now_ns() <= start_ns + 500 * H_MS);
	for (w = 0; w < 2; w++) {
		given += pulled_stats(w, PULL_NOTES + 20) - 20;
		check_quick(w, start_ns, PULL_MS, 20);
	}
	SIM_CHECK(given >= heard(h_music_hw[0], 0, &gaps) +
	    heard(h_music_hw[0], 1, &gaps));
	h_music_hw[0] = h_hw_new(0);
	h_music_hw[0]->flags |= HOSTED_MIDI_CANONICAL;
	SIM_CHECK(h_hw_attach(h_music_hw[0]));
	SIM_CHECK_EQ(h_music_hw[0]->unit, 0);
	h_settle();
	SIM_CHECK_EQ(h_music_hw[0]->nwire, H_MUSIC_RESET_BYTES);
	for (w = 0; w < 2; w++)
		SIM_CHECK(put_notes(w, SLOW, 1, 1));
	h_settle();
	SIM_CHECK_EQ(heard(h_music_hw[0], 0, &gaps), 1);
	SIM_CHECK_EQ(heard(h_music_hw[0], 1, &gaps), 1);
	finish();
	h_music_shutdown();
}

/*
 * One that resets, or closes in a hurry, while all have much waiting.
 */

#define CUT_NOTES	700

/* Note-ons of the program, from a place on. */
static unsigned
strikes(const struct h_hw *hw, size_t at, unsigned w)
{
	unsigned n = 0;

	for (; at + 3 <= hw->nwire; at += 3)
		n += hw->wire[at] == (0x90 | w);
	return n;
}

H_CASE(cut, 200, 0, 0, "an event that waits for a device and is played "
    "after a reset or a close, or silence that comes late, or what another has "
    "waiting and does not come")
{
	const struct h_hw *hw;
	unsigned w, i;
	size_t at;

	if (!h_music_boot(2))
		return;
	hw = h_music_hw[0];
	if (!all_open(2))
		goto down;
	sounding = true;
	for (w = 0; w < 2; w++)
		H_GIVES(put_notes(w, SLOW | QUICK, 1, CUT_NOTES), true);
	sim_sleep_ns(sim_random(2000) * H_MS);
	at = hw->nwire - hw->nwire % 3;
	i = strikes(hw, at, 0);
	if (sim_random(2)) {
		SIM_CHECK_EQ(h_ioctl(prog[0], SEQUENCER_RESET, NULL), 0);
		H_HOLDS(room(0) == QUEUE);
	} else {
		sim_signal(host_thread_self());
		h_close(prog[0]);
		prog[0] = prog[1];
		nprog = 1;
	}
	i = strikes(h_music_hw[1], H_MUSIC_RESET_BYTES, 0);
	sim_sleep_ns(5 * H_SECOND);
	SIM_CHECK_EQ(strikes(h_music_hw[1], H_MUSIC_RESET_BYTES, 0), i);
	/* What the chip had, and the wire. */
	SIM_CHECK(strikes(hw, at, 0) <= 3);
	H_HOLDS(strikes(hw, H_MUSIC_RESET_BYTES, 1) == CUT_NOTES);
	H_HOLDS(strikes(h_music_hw[1], H_MUSIC_RESET_BYTES, 1) == CUT_NOTES);
out:
	finish();
down:
	h_music_shutdown();
}

/*
 * The end is waited for, and how many wait is told.
 */

#define DRAIN_NOTES	500

H_CASE(drain, 40, SIM_FAULT_INTR, 1, "an end that comes before what waits for "
    "a device has left, for SEQUENCER_SYNC or for a close")
{
	const bool closing = sim_random(2);
	/* Each wake-up is one more run. */
	const unsigned n = runner_kind() != 0 ? 20 : DRAIN_NOTES;
	unsigned gaps;

	if (!h_music_boot(2))
		return;
	if (!all_open(2))
		goto down;
	H_GIVES(put_notes(1, SLOW, 1, n), true);
	H_GIVES(put_notes(0, SLOW, 1, n), true);
	if (closing) {
		h_close(prog[0]);
		prog[0] = prog[1];
		nprog = 1;
	} else
		H_GIVES(h_ioctl(prog[0], SEQUENCER_SYNC, NULL), 0);
	/* The chip holds a byte. */
	H_HOLDS(h_music_hw[0]->nwire + 1 >= H_MUSIC_RESET_BYTES +
	    2 * 3 * n - 3);
	sim_sleep_ns(10 * H_MS);
	if (!closing) {
		H_HOLDS(heard(h_music_hw[0], 0, &gaps) == n);
		H_HOLDS(heard(h_music_hw[0], 1, &gaps) == n);
	}
out:
	finish();
down:
	h_music_shutdown();
}

H_CASE(stuck, 20, 0, 0, "a device that takes nothing and keeps a close for "
    "ever, or less than five seconds, or another device from its music")
{
	uint64_t start_ns, end_ns;

	SIM_CHECK(h_music_boot(2));
	SIM_CHECK(all_open(1));
	start_ns = sim_now_ns();
	h_music_hw[0]->stuck = true;
	SIM_CHECK(put_notes(0, SLOW | QUICK, 1, 1000));
	sim_sleep_ns(2 * H_SECOND);
	check_quick(0, start_ns, 1, 1000);
	end_ns = sim_now_ns();
	all_close();
	SIM_CHECK(sim_now_ns() >= end_ns + 5 * H_SECOND);
	SIM_CHECK(sim_now_ns() <= end_ns + 8 * H_SECOND);
	h_hw_free(h_music_hw[0]);
	finish();
	h_music_shutdown();
}

H_CASE(count, 20, 0, 0, "an event that waits for a device and is not "
    "counted as one in the queue, by SEQUENCER_GETOUTCOUNT, poll or write, or "
    "is lost")
{
	unsigned gaps, i, given = 0;
	size_t done;
	int events = 300;

	SIM_CHECK(h_music_boot(2));
	SIM_CHECK(all_open(1));
	SIM_CHECK_EQ(h_ioctl(prog[0], SEQUENCER_AHEAD_EVENTS, &events), 0);
	h_music_hw[0]->stuck = true;
	for (i = 0; room(0) != 0; i++) {
		SIM_CHECK_EQ(h_poll(prog[0], HOSTED_POLLOUT, sim_now_ns() +
		    H_MS), i - given < 128 ? HOSTED_POLLOUT : 0);
		add_note(0, 0, i);
		SIM_CHECK(flush(0));
		if (room(0) == events)
			given = i + 1;
		SIM_CHECK_EQ(room(0), events - (int)(i + 1 - given));
	}
	/* What is in the buffer and on the wire. */
	SIM_CHECK(given * 3 >= OUT_BYTES - 45 && given * 3 <= OUT_BYTES + 9);
	add_note(1, 0, 0);
	SIM_CHECK_EQ(h_write(prog[0], ev, sizeof(ev[0]), true, &done), EAGAIN);
	nev = 0;
	h_hw_free(h_music_hw[0]);
	sim_sleep_ns(2 * H_SECOND);
	SIM_CHECK_EQ(room(0), events);
	SIM_CHECK_EQ(heard(h_music_hw[0], 0, &gaps), i);
	finish();
	h_music_shutdown();
}

/*
 * Past the queue: ahead of what its program has waiting, but not into
 * another's transaction.
 */

#define URGENT_NOTES	500

static void
urgent(unsigned w)
{

	add_note(0, w + 8, 0);
	nev = 0;
	SIM_CHECK_EQ(h_ioctl(prog[w], SEQUENCER_OUTOFBAND, &ev[0]), 0);
}

/* Where the note on the channel came, in messages. */
static unsigned
place(unsigned channel)
{
	const struct h_hw *hw = h_music_hw[0];
	unsigned i;

	for (i = 0; H_MUSIC_RESET_BYTES + 3 * i < hw->nwire; i++) {
		if (hw->wire[H_MUSIC_RESET_BYTES + 3 * i] == (0xa0 | channel))
			return i;
	}
	sim_fail("channel %u is not there", channel);
}

H_CASE(urgent, 20, 0, 0, "an event past the queue that waits behind others of "
    "its program, or comes into a transaction of another")
{
	unsigned i;

	SIM_CHECK(h_music_boot(2));
	SIM_CHECK(all_open(2));
	h_music_hw[0]->stuck = true;
	for (i = 0; i < URGENT_NOTES; i++)
		add_note(0, 0, i);
	SIM_CHECK(flush(0));
	urgent(0);
	urgent(1);
	h_hw_free(h_music_hw[0]);
	sim_sleep_ns(5 * H_SECOND);
	SIM_CHECK(place(8) < URGENT_NOTES - 100);
	SIM_CHECK_EQ(place(9), URGENT_NOTES + 1);
	finish();
	h_music_shutdown();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, whole);
	ATF_TP_ADD_TC(tp, sysex);
	ATF_TP_ADD_TC(tp, pulled);
	ATF_TP_ADD_TC(tp, cut);
	ATF_TP_ADD_TC(tp, drain);
	ATF_TP_ADD_TC(tp, stuck);
	ATF_TP_ADD_TC(tp, count);
	ATF_TP_ADD_TC(tp, urgent);
	return atf_no_error();
}
