/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_clock.c: MIDI clock, sent and followed by /dev/music, and time code.
 */

#include <sys/midiio.h>

#include "h_music.h"

#define CLOCK		0xf8
#define START		0xfa
#define CONTINUE	0xfb
#define STOP		0xfc

/* Real-time bytes that a device has to get, at their times. */
#define BYTES_MAX	8192
static struct { uint8_t byte; uint64_t ns; } expected[BYTES_MAX];
static size_t nexpected;

static void
expect_byte(uint8_t byte, uint64_t ns)
{

	SIM_CHECK(nexpected < BYTES_MAX);
	expected[nexpected].byte = byte;
	expected[nexpected++].ns = ns;
}

/* What the device got of these. */
static void
expect_check(const struct h_hw *hw)
{
	size_t i, n = 0;

	for (i = 0; i < hw->nwire; i++) {
		if (hw->wire[i] < CLOCK)
			continue;
		SIM_CHECK(n < nexpected);
		SIM_CHECK_EQ(hw->wire[i], expected[n].byte);
		SIM_CHECK_EQ(hw->wire_ns[i], expected[n].ns);
		n++;
	}
	SIM_CHECK_EQ(n, nexpected);
}

static int
request(struct hosted_file *f, unsigned long cmd, int value)
{

	SIM_CHECK_EQ(h_ioctl(f, cmd, &value), 0);
	return value;
}

static void
choose(struct hosted_file *f, int device, unsigned what)
{
	struct sequencer_send se = { device, what };

	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_TMR_SEND, &se), 0);
}

/*
 * Master: against the model, by which the clocks of a timebase that is a
 * multiple of 24 are whole divisions.
 */

static struct h_play play;
static uint64_t next_clock;
static bool rolling;

static void
ignore(const struct h_cmd *cm, uint64_t ns)
{

	(void)cm;
	(void)ns;
}

/* All that comes until a moment. */
static void
lead_run(uint64_t until_ns)
{
	const unsigned each = play.time.tempo.timebase / 24;
	uint64_t clock_ns, event_ns;

	for (;;) {
		clock_ns = !play.time.running || play.autostart ? H_NEVER :
		    h_time_due(&play.time, next_clock * each);
		event_ns = play.first == play.end ? H_NEVER :
		    h_time_due(&play.time, play.queue[play.first].div);
		if (clock_ns < event_ns && clock_ns <= until_ns) {
			/* A tempo that came late may have moved it. */
			if (clock_ns < sim_now_ns())
				clock_ns = sim_now_ns();
			if (next_clock++ == 0)
				expect_byte(START, clock_ns);
			rolling = true;
			expect_byte(CLOCK, clock_ns);
		} else if (event_ns != H_NEVER && event_ns <= until_ns)
			h_play_run(&play, event_ns);
		else
			return;
	}
}

/* Sleep until about then, but not when something is just due. */
static void
lead_sleep(uint64_t when_ns)
{
	const size_t before = nexpected;

	do
		lead_run(++when_ns);
	while (nexpected != before && expected[nexpected - 1].ns == when_ns);
	sim_sleep_until(when_ns);
}

static void
lead_write(struct hosted_file *f)
{
	seq_event_t ev[20];
	struct h_cmd cm;
	unsigned i, n = 1 + sim_random(20);
	size_t done;

	for (i = 0; i < n; i++) {
		memset(&cm, 0, sizeof(cm));
		switch (sim_random(4)) {
		case 0:
			h_music_tempo(&cm);
			break;
		case 1:
			h_music_message(&cm);
			break;
		default:
			cm.op = TMR_WAIT_REL;
			cm.arg = sim_random(play.time.tempo.timebase / 2);
			break;
		}
		h_music_record(&cm, &ev[i]);
		if (play.autostart)
			next_clock = 0;
		h_play_write(&play, &cm, sim_now_ns());
	}
	SIM_CHECK(h_write_all(f, ev, n * sizeof(ev[0]), &done));
}

static void
lead_step(struct hosted_file *f)
{
	const uint64_t now_ns = sim_now_ns();

	switch (sim_random(8)) {
	case 0:
		SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_TMR_STOP, NULL), 0);
		if (rolling)
			expect_byte(STOP, now_ns);
		rolling = false;
		h_play_timer(&play, TMR_STOP, now_ns);
		break;
	case 1:
	case 2:
		SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_TMR_CONTINUE, NULL), 0);
		h_play_timer(&play, TMR_CONTINUE, now_ns);
		if (!rolling && next_clock != 0) {
			expect_byte(CONTINUE, now_ns);
			rolling = true;
		}
		break;
	case 3:
		SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_TMR_START, NULL), 0);
		if (rolling)
			expect_byte(STOP, now_ns);
		rolling = false;
		next_clock = 0;
		h_play_timer(&play, TMR_START, now_ns);
		break;
	default:
		lead_write(f);
		break;
	}
	lead_run(now_ns);
}

H_CASE(lead, 250, 0, 0, "a clock that is not at its nanosecond, one too many "
    "or too few, a start, stop or continue that is missing")
{
	struct hosted_file *f;
	int i;

	nexpected = 0;
	next_clock = 0;
	rolling = false;
	SIM_CHECK(h_music_boot(2));
	SIM_CHECK_EQ(h_open("music", HOSTED_WRITE, &f), 0);
	h_play_init(&play, ignore);
	h_time_start(&play.time, sim_now_ns());
	play.autostart = true;
	play.time.tempo.timebase = 24 * (1 + sim_random(80));
	(void)request(f, SEQUENCER_TMR_TIMEBASE, play.time.tempo.timebase);
	(void)request(f, SEQUENCER_AHEAD, 0);
	choose(f, 1, SEQUENCER_SEND_CLOCK | SEQUENCER_SEND_TRANSPORT);
	lead_write(f);
	lead_run(sim_now_ns());
	for (i = 0; i < 30 && play.end - play.first < 900; i++) {
		lead_sleep(sim_now_ns() + sim_random(200 * H_MS));
		lead_step(f);
	}
	lead_sleep(sim_now_ns() + H_MS);
	if (rolling)
		expect_byte(STOP, sim_now_ns());
	choose(f, 1, 0);
	sim_sleep_ns(H_SECOND);
	expect_check(h_music_hw[1]);
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_RESET, NULL), 0);
	h_close(f);
	h_music_check_silent(sim_now_ns());
	h_music_shutdown();
}

/* The bytes of a device behind what it gets at the open. */
static void
expect_wire(const struct h_hw *hw, const char *bytes, size_t n)
{

	SIM_CHECK_EQ(hw->nwire, H_MUSIC_RESET_BYTES + n);
	SIM_CHECK(memcmp(hw->wire + H_MUSIC_RESET_BYTES, bytes, n) == 0);
}
#define EXPECT_WIRE(hw, s)	expect_wire(hw, s, sizeof(s) - 1)

static void
put_timing(struct hosted_file *f, unsigned op, unsigned arg)
{
	seq_event_t ev;
	size_t done;

	memset(&ev, 0, sizeof(ev));
	ev.timing.tag = SEQ_TIMING;
	ev.timing.op = op;
	ev.timing.arg = arg;
	SIM_CHECK(h_write_all(f, &ev, sizeof(ev), &done));
}

static void
put_note(struct hosted_file *f, int device, int key)
{
	seq_event_t ev = SEQ_MK_CHN(NOTEON, .device = device, .key = key,
	    .velocity = 64);
	size_t done;

	SIM_CHECK(h_write_all(f, &ev, sizeof(ev), &done));
}

/* A division is a clock of 20 ms. */
static struct hosted_file *
open_clocked(int flags)
{
	struct hosted_file *f;

	SIM_CHECK_EQ(h_open("music", flags, &f), 0);
	(void)request(f, SEQUENCER_TMR_TIMEBASE, 24);
	(void)request(f, SEQUENCER_TMR_USTEMPO, 480000);
	(void)request(f, SEQUENCER_AHEAD, 0);
	return f;
}

H_CASE(join, 50, 0, 0, "a device that is chosen in the midst of a song, and "
    "not told where; a song position that is not one; a clock by hand")
{
	struct hosted_file *f;

	SIM_CHECK(h_music_boot(2));
	f = open_clocked(HOSTED_WRITE);
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_TMR_START, NULL), 0);
	sim_sleep_ns(7 * 20 * H_MS + H_MS);
	/* Clock 8 is next, and 12 the next that can be told. */
	choose(f, 0, SEQUENCER_SEND_CLOCK | SEQUENCER_SEND_TRANSPORT);
	choose(f, 1, SEQUENCER_SEND_CLOCK);
	sim_sleep_ns(20 * H_MS);
	EXPECT_WIRE(h_music_hw[0], "\xf2\x02\x00\xfb");
	EXPECT_WIRE(h_music_hw[1], "\xf8");
	sim_sleep_ns(5 * 20 * H_MS);
	EXPECT_WIRE(h_music_hw[0], "\xf2\x02\x00\xfb\xf8\xf8");
	/* At division 20, to unit 300; a note there, and one 2 behind. */
	put_timing(f, TMR_WAIT_ABS, 20);
	put_timing(f, TMR_SPP, 300);
	put_note(f, 1, 60);
	put_timing(f, TMR_WAIT_ABS, 1802);
	put_note(f, 1, 61);
	sim_sleep_ns(7 * 20 * H_MS);
	EXPECT_WIRE(h_music_hw[0], "\xf2\x02\x00\xfb\xf8\xf8\xf8\xf8\xf8\xf8"
	    "\xf8\xf8\xfc\xf2\x2c\x02\xfb\xf8");
	sim_sleep_ns(2 * 20 * H_MS);
	EXPECT_WIRE(h_music_hw[1], "\xf8\xf8\xf8\xf8\xf8\xf8\xf8\xf8\xf8\xf8"
	    "\xf8\xf8\xf8\x90\x3c\x40\xf8\xf8\x90\x3d\x40");
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_TMR_STOP, NULL), 0);
	choose(f, 1, SEQUENCER_SEND_TRANSPORT);
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_TMR_CONTINUE, NULL), 0);
	put_timing(f, TMR_CLOCK, 0);
	sim_sleep_ns(H_MS);
	EXPECT_WIRE(h_music_hw[1], "\xf8\xf8\xf8\xf8\xf8\xf8\xf8\xf8\xf8\xf8"
	    "\xf8\xf8\xf8\x90\x3c\x40\xf8\xf8\x90\x3d\x40\xf2\x2d\x02\xfb\xf8");
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_RESET, NULL), 0);
	h_close(f);
	h_music_shutdown();
}

/*
 * Slave.
 */

#define NOTES	400

static void
follow(struct hosted_file *f, int device, int source, long long offset_ns)
{
	struct sequencer_follow sf = { device, source, offset_ns };

	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_TMR_FOLLOW, &sf), 0);
}

static struct sequencer_sync
state(struct hosted_file *f)
{
	struct sequencer_sync sy;

	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_TMR_SYNC, &sy), 0);
	return sy;
}

static void
master(const char *bytes, size_t n)
{

	SIM_CHECK_EQ(h_hw_input(h_music_hw[0], (const uint8_t *)bytes, n),
	    (int)n);
}
#define MASTER(s)	master(s, sizeof(s) - 1)

/* So many clocks of this period and jitter, the first at *when_ns; that is
 * when the next would be. */
static void
clocks(unsigned n, uint64_t *when_ns, uint64_t period_ns, uint64_t jitter_ns)
{
	uint64_t at_ns;

	for (; n > 0; n--) {
		at_ns = *when_ns;
		if (jitter_ns != 0)
			at_ns += sim_random(jitter_ns);
		sim_sleep_until(at_ns);
		MASTER("\xf8");
		*when_ns += period_ns;
	}
}

/* The notes on device 1: from the first-th on, one a clock; how far from
 * evenly, in ns squared. */
static uint64_t
unevenness(size_t first, size_t n, uint64_t period_ns)
{
	const struct h_hw *hw = h_music_hw[1];
	const size_t at = H_MUSIC_RESET_BYTES;
	int64_t mean = 0, off;
	uint64_t sum = 0;
	size_t i;

	SIM_CHECK(hw->nwire >= at + 3 * (first + n));
	for (i = 0; i < n; i++)
		mean += (int64_t)(hw->wire_ns[at + 3 * (first + i)] -
		    hw->wire_ns[at + 3 * first]) - (int64_t)(i * period_ns);
	mean /= (int64_t)n;
	for (i = 0; i < n; i++) {
		off = (int64_t)(hw->wire_ns[at + 3 * (first + i)] -
		    hw->wire_ns[at + 3 * first]) -
		    (int64_t)(i * period_ns) - mean;
		sum += (uint64_t)(off * off);
	}
	return sum / n;
}

H_CASE(slave, 20, 0, 0, "a follower that does not start, stop and go on with "
    "its master, is uneven by more than 0.1 ms, or not told of a loss")
{
	const uint64_t period_ns = 60 * H_SECOND / (120 * 24);
	const size_t reset = H_MUSIC_RESET_BYTES;
	struct hosted_file *f;
	uint64_t when_ns;
	size_t n, i;

	SIM_CHECK(h_music_boot(2));
	f = open_clocked(HOSTED_READ | HOSTED_WRITE);
	follow(f, 0, SEQUENCER_FOLLOW_CLOCK, 0);
	SIM_CHECK_EQ(request(f, SEQUENCER_TMR_SOURCE, 0),
	    SEQUENCER_TMR_EXTERNAL | SEQUENCER_TMR_MODE_MIDI);
	for (i = 0; i < NOTES; i++) {
		put_note(f, 1, 1 + i % 100);
		put_timing(f, TMR_WAIT_REL, 1);
	}
	sim_sleep_ns(H_SECOND);
	SIM_CHECK_EQ(h_music_hw[1]->nwire, reset);
	SIM_CHECK_EQ(state(f).sy_state, SEQUENCER_TMR_STOPPED);
	MASTER("\xfa");
	sim_sleep_ns(H_MS);
	SIM_CHECK_EQ(h_music_hw[1]->nwire, reset);
	when_ns = sim_now_ns();
	clocks(24, &when_ns, period_ns, H_MS);
	SIM_CHECK_EQ(state(f).sy_state, SEQUENCER_TMR_LOCKED);
	clocks(196, &when_ns, period_ns, H_MS);
	sim_sleep_ns(2 * H_MS);
	SIM_CHECK_EQ(h_music_hw[1]->nwire, reset + 3 * 220);
	/* 0.1 ms, squared. */
	SIM_CHECK(unevenness(100, 120, period_ns) < 10000000000ULL);
	i = state(f).sy_beat_us;
	SIM_CHECK(i > 498000 && i < 502000);

	/* Stop, silence, and on. */
	MASTER("\xfc");
	clocks(50, &when_ns, period_ns, 0);
	n = h_music_hw[1]->nwire;
	SIM_CHECK_EQ(n, reset + 3 * 220);
	MASTER("\xfb");
	clocks(20, &when_ns, period_ns, 0);
	sim_sleep_ns(2 * H_MS);
	SIM_CHECK_EQ(h_music_hw[1]->nwire, n + 3 * 20);

	/* The master is lost; the music is not. */
	sim_sleep_until(when_ns + 50 * period_ns);
	SIM_CHECK_EQ(state(f).sy_state, SEQUENCER_TMR_FREE);
	SIM_CHECK_EQ(state(f).sy_losses, 1);
	n = h_music_hw[1]->nwire;
	SIM_CHECK(n >= reset + 3 * 288 && n <= reset + 3 * 292);

	/* And alone, at that tempo. */
	follow(f, -1, SEQUENCER_FOLLOW_NONE, 0);
	sim_sleep_ns(10 * period_ns);
	i = h_music_hw[1]->nwire;
	SIM_CHECK(i >= n + 3 * 9 && i <= n + 3 * 11);
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_RESET, NULL), 0);
	h_close(f);
	h_music_check_silent(sim_now_ns());
	h_music_shutdown();
}

H_CASE(jump, 40, 0, 0, "a song position that is not gone to, or a change of "
    "state that the reader is not told")
{
	const uint64_t period_ns = 20 * H_MS;
	struct hosted_file *f;
	seq_event_t ev[16];
	uint64_t when_ns;
	size_t done, i;
	unsigned states = 0;
	int value = 0;

	SIM_CHECK(h_music_boot(2));
	f = open_clocked(HOSTED_READ | HOSTED_WRITE);
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_TIMING_ENABLE, NULL), 0);
	follow(f, 0, SEQUENCER_FOLLOW_CLOCK, 0);
	when_ns = sim_now_ns() + H_MS;
	MASTER("\xfa");
	clocks(30, &when_ns, period_ns, 0);
	MASTER("\xfc\xf2\x10\x00");
	sim_sleep_ns(H_MS);
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_GETTIME, &value), 0);
	SIM_CHECK_EQ(value, 96);
	put_timing(f, TMR_WAIT_ABS, 100);
	put_note(f, 1, 60);
	MASTER("\xfb");
	when_ns = sim_now_ns() + 5 * period_ns;
	clocks(4, &when_ns, period_ns, 0);
	sim_sleep_ns(H_MS);
	SIM_CHECK_EQ(h_music_hw[1]->nwire, H_MUSIC_RESET_BYTES);
	clocks(1, &when_ns, period_ns, 0);
	sim_sleep_ns(H_MS);
	SIM_CHECK_EQ(h_music_hw[1]->nwire, H_MUSIC_RESET_BYTES + 3);
	sim_sleep_ns(H_SECOND);
	while (h_read(f, ev, sizeof(ev), true, &done) == 0) {
		for (i = 0; i < done / sizeof(ev[0]); i++) {
			if (ev[i].tag == SEQ_TIMING &&
			    ev[i].timing.op == TMR_SYNC)
				states |= 1u << ev[i].timing.arg;
		}
	}
	SIM_CHECK_EQ(states, 1u << SEQUENCER_TMR_LOCKING |
	    1u << SEQUENCER_TMR_LOCKED | 1u << SEQUENCER_TMR_FREE |
	    1u << SEQUENCER_TMR_STOPPED | 1u << SEQUENCER_TMR_WAITING);
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_RESET, NULL), 0);
	h_close(f);
	h_music_shutdown();
}

/*
 * Time code, 25 frames a second: a quarter is 10 ms.
 */

#define QUARTER_NS	(10 * H_MS)

/* Quarters from a frame on, an even one, for so many frames. */
static void
tape(unsigned frame, unsigned frames, uint64_t *when_ns, uint64_t quarter_ns)
{
	unsigned piece, q;
	uint8_t data[8], bytes[2] = { 0xf1 };

	for (q = 0; q < 4 * frames; q++) {
		piece = q % 8;
		if (piece == 0) {
			data[0] = frame % 25 & 15;
			data[1] = frame % 25 >> 4;
			data[2] = frame / 25 % 60 & 15;
			data[3] = frame / 25 % 60 >> 4;
			data[4] = data[5] = 0;		/* minute 0 */
			data[6] = 1;			/* hour 1 */
			data[7] = 1 << 1;		/* 25 a second */
			frame += 2;
		}
		bytes[1] = piece << 4 | data[piece];
		sim_sleep_until(*when_ns);
		master((const char *)bytes, 2);
		*when_ns += quarter_ns;
	}
}

H_CASE(tape, 20, 0, 0, "a tape that is not followed to its time, at its "
    "speed; or music that goes on when it has stopped")
{
	const long long hour_ns = 3600 * H_SECOND;
	const size_t reset = H_MUSIC_RESET_BYTES;
	struct hosted_file *f;
	uint64_t at_ns, start_ns, when_ns;
	int i;

	SIM_CHECK(h_music_boot(2));
	f = open_clocked(HOSTED_READ | HOSTED_WRITE);
	follow(f, 0, SEQUENCER_FOLLOW_MTC, hour_ns);
	/* A note each 20 ms of the tape. */
	for (i = 0; i < 300; i++) {
		put_note(f, 1, 1 + i % 100);
		put_timing(f, TMR_WAIT_REL, 1);
	}
	sim_sleep_ns(100 * H_MS);
	SIM_CHECK_EQ(h_music_hw[1]->nwire, reset);
	start_ns = when_ns = sim_now_ns() + H_MS;
	tape(0, 60, &when_ns, QUARTER_NS);
	SIM_CHECK_EQ(state(f).sy_state, SEQUENCER_TMR_LOCKED);
	/* Note i is at tape time 20 ms * i, but for those before it ran. */
	for (i = 10; i < 110; i++) {
		at_ns = h_music_hw[1]->wire_ns[reset + 3 * i];
		SIM_CHECK(at_ns + H_MS / 100 >= start_ns + i * 20 * H_MS);
		SIM_CHECK(at_ns <= start_ns + i * 20 * H_MS + H_MS / 100);
	}
	/* It stands, and a second later the music does, too. */
	sim_sleep_ns(2 * H_SECOND);
	SIM_CHECK_EQ(state(f).sy_state, SEQUENCER_TMR_STOPPED);
	i = (h_music_hw[1]->nwire - reset) / 3;
	SIM_CHECK(i >= 170 && i <= 176);
	sim_sleep_ns(2 * H_SECOND);
	SIM_CHECK_EQ(h_music_hw[1]->nwire, reset + 3 * i);
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_RESET, NULL), 0);
	h_close(f);
	h_music_check_silent(sim_now_ns());
	h_music_shutdown();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, lead);
	ATF_TP_ADD_TC(tp, join);
	ATF_TP_ADD_TC(tp, slave);
	ATF_TP_ADD_TC(tp, jump);
	ATF_TP_ADD_TC(tp, tape);
	return atf_no_error();
}
