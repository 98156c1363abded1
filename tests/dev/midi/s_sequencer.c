/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_sequencer.c: /dev/music to the nanosecond.
 *
 * The clock of the simulation stands still while anything can run, so that
 * each event has to reach the hardware at exactly the time that h_model.c
 * computes for it, whatever the schedule is.
 */

#include <sys/midiio.h>

#include "h_music.h"

/* What has to come out, as h_hw records it. */
static struct expected {
	uint8_t		bytes[H_HW_WIRE];
	uint64_t	ns[H_HW_WIRE];
	size_t		n;
} expected[H_HWS];

#define ECHOES_MAX	H_PLAY_MAX
static struct { uint32_t cookie; uint64_t ns; } echoes[ECHOES_MAX];
static size_t nechoes, nechoed;

static void
expect(const struct h_cmd *cm, uint64_t ns)
{
	struct expected *ex = &expected[cm->device];
	unsigned i;

	if (cm->op == TMR_ECHO) {
		SIM_CHECK(nechoes < ECHOES_MAX);
		echoes[nechoes].cookie = cm->arg;
		echoes[nechoes++].ns = ns;
		return;
	}
	SIM_CHECK(ex->n + 3 <= H_HW_WIRE);
	for (i = 0; i < cm->len; i++) {
		ex->bytes[ex->n] = cm->msg[i];
		ex->ns[ex->n++] = ns;
	}
}

static void
expect_none(void)
{
	int i;

	for (i = 0; i < H_HWS; i++)
		expected[i].n = 0;
	nechoes = nechoed = 0;
}

/* All that was expected has come, and at its time. */
static void
expect_check(void)
{
	const struct expected *ex;
	const struct h_hw *hw;
	size_t i, k;
	int n;

	for (n = 0; n < h_music_nhw; n++) {
		hw = h_music_hw[n];
		ex = &expected[n];
		SIM_CHECK(hw->nwire >= H_MUSIC_RESET_BYTES + ex->n);
		for (i = 0; i < ex->n; i++) {
			k = H_MUSIC_RESET_BYTES + i;
			if (hw->wire[k] == ex->bytes[i] &&
			    hw->wire_ns[k] == ex->ns[i])
				continue;
			sim_fail("device %d, byte %zu: %02x at %llu ns, not "
			    "%02x at %llu ns", n, i, hw->wire[k],
			    (unsigned long long)hw->wire_ns[k], ex->bytes[i],
			    (unsigned long long)ex->ns[i]);
		}
	}
}

/*
 * Random scripts: writes and requests at moments that the model knows.
 */

#define SCRIPT_STEPS	25
#define SCRIPT_EVENTS	30		/* of one write, at most */

static struct h_play play;
static struct hosted_file *music;
static bool script_broken;	/* a fault has cut off a write */

static void
script_write(void)
{
	seq_event_t ev[SCRIPT_EVENTS];
	const uint64_t now_ns = sim_now_ns();
	unsigned i, n = 1 + sim_random(SCRIPT_EVENTS);
	struct h_cmd cm;
	size_t done;

	/* There must be room, or the writer would wait. */
	if (play.end - play.first + n > 900)
		return;
	for (i = 0; i < n; i++) {
		h_music_command(&cm, &play);
		h_music_record(&cm, &ev[i]);
		h_play_write(&play, &cm, now_ns);
	}
	if (!h_write_all(music, ev, n * sizeof(ev[0]), &done) ||
	    sim_now_ns() != now_ns)
		script_broken = true;
}

static void
script_ioctl(unsigned long cmd, int *value)
{
	const uint64_t now_ns = sim_now_ns();

	(void)H_REFUSED(h_ioctl(music, cmd, value));
	SIM_CHECK_EQ(sim_now_ns(), now_ns);
}

/* A tempo or a timebase at this moment. */
static void
script_tempo(void)
{
	struct h_tempo te = play.time.tempo;
	int value;

	switch (sim_random(3)) {
	case 0:
		te.bpm = value = 8 + sim_random(353);
		script_ioctl(SEQUENCER_TMR_TEMPO, &value);
		SIM_CHECK_EQ(value, te.bpm);
		break;
	case 1:
		te.bpm = 0;
		te.us = value = 1000 + sim_random(4000000);
		script_ioctl(SEQUENCER_TMR_USTEMPO, &value);
		SIM_CHECK_EQ(value, te.us);
		break;
	default:
		if (!play.time.running || h_time_ns(&play.time,
		    h_time_division(&play.time, sim_now_ns())) ==
		    sim_now_ns())
			return;
		te.timebase = value = 1 + sim_random(sim_random(2) ? 10000 :
		    100);
		script_ioctl(SEQUENCER_TMR_TIMEBASE, &value);
		SIM_CHECK_EQ(value, te.timebase);
		break;
	}
	h_time_now(&play.time, &te, sim_now_ns());
	h_play_run(&play, sim_now_ns());
}

static void
script_position(void)
{
	int value = 0;

	script_ioctl(SEQUENCER_GETTIME, &value);
	SIM_CHECK_EQ(value, (int)h_time_division(&play.time, sim_now_ns()));
	script_ioctl(SEQUENCER_GETOUTCOUNT, &value);
	SIM_CHECK_EQ(value, 1024 - (int)(play.end - play.first));
}

static void
script_step(void)
{

	switch (sim_random(12)) {
	case 0:
		script_ioctl(SEQUENCER_TMR_STOP, NULL);
		h_play_timer(&play, TMR_STOP, sim_now_ns());
		break;
	case 1:
	case 2:
		script_ioctl(SEQUENCER_TMR_CONTINUE, NULL);
		h_play_timer(&play, TMR_CONTINUE, sim_now_ns());
		break;
	case 3:
		script_ioctl(SEQUENCER_TMR_START, NULL);
		h_play_timer(&play, TMR_START, sim_now_ns());
		break;
	case 4:
	case 5:
		script_tempo();
		break;
	case 6:
		script_position();
		break;
	default:
		script_write();
		break;
	}
}

/* Sleep until about then, but not when an event is just due: which of the
 * two would come first is left open. */
static void
script_sleep(uint64_t when_ns)
{
	const struct h_cmd *cm;
	size_t before;

	do {
		h_play_run(&play, when_ns++);
		before = play.first;
		h_play_run(&play, when_ns);
		cm = &play.queue[play.first];
	} while (play.first != before || (play.first != play.end &&
	    h_time_due(&play.time, cm->div) == when_ns));
	sim_sleep_until(when_ns);
}

/* The echoes, each at its time and in its turn. */
static void
echo_main(void *arg)
{
	struct hosted_file *f = arg;
	struct h_patience pa;
	seq_event_t ev;
	size_t done;
	int error;

	h_patience(&pa);
	for (;;) {
		error = h_read(f, &ev, sizeof(ev), false, &done);
		if (error != 0 && !h_fault())
			return;		/* the signal at the end */
		if (error != 0 && !h_again(&pa, error))
			return;
		if (error != 0)
			continue;
		SIM_CHECK(nechoed < ECHOES_MAX);
		SIM_CHECK_EQ(done, sizeof(ev));
		SIM_CHECK_EQ(ev.tag, SEQ_TIMING);
		SIM_CHECK_EQ(ev.timing.op, TMR_ECHO);
		/* The model may still have to come to it. */
		if (!h_fault() && !script_broken && nechoed < nechoes) {
			SIM_CHECK_EQ(ev.timing.arg, echoes[nechoed].cookie);
			SIM_CHECK_EQ(sim_now_ns(), echoes[nechoed].ns);
		}
		nechoed++;
	}
}

/* Let the timer go on until all is played. */
static void
script_finish(void)
{

	while (play.first != play.end) {
		if (!play.time.running) {
			script_sleep(sim_now_ns() + H_MS);
			script_ioctl(SEQUENCER_TMR_CONTINUE, NULL);
			h_play_timer(&play, TMR_CONTINUE, sim_now_ns());
		}
		h_play_run(&play, H_NEVER);
		if (play.now > sim_now_ns())
			sim_sleep_until(play.now);
	}
	h_settle();
}

static void
script_run(bool reading)
{
	struct h_thread *t = NULL;
	int i, none = 0;

	script_broken = false;
	expect_none();
	h_play_init(&play, expect);
	if (H_REFUSED(h_open("music", reading ? HOSTED_READ | HOSTED_WRITE :
	    HOSTED_WRITE, &music)))
		return;
	/* The writer is not to be held back: no limit by time. */
	if (H_REFUSED(h_ioctl(music, SEQUENCER_AHEAD, &none))) {
		h_close(music);
		return;
	}
	h_time_start(&play.time, sim_now_ns());
	play.autostart = !reading;
	if (reading)
		t = h_start(echo_main, music);
	for (i = 0; i < SCRIPT_STEPS && !script_broken; i++) {
		script_sleep(sim_now_ns() + sim_random(30 * H_MS));
		script_step();
	}
	if (!script_broken) {
		script_finish();
		if (!script_broken)
			expect_check();
		SIM_CHECK(!reading || nechoed == nechoes || h_fault());
	}
	if (t != NULL) {
		while (!h_done(t)) {
			h_signal(t);
			sim_sleep_ns(H_MS);
		}
		h_join(t);
	}
	(void)h_ioctl(music, SEQUENCER_RESET, NULL);
	h_close(music);
	h_music_check_silent(sim_now_ns());
}

H_CASE(script, 1500, SIM_FAULT_COPY | SIM_FAULT_INTR | SIM_FAULT_WAKE, 2,
    "an event that is not played at its nanosecond, or out of order, or a "
    "position that is not the music's, over changes of tempo, timebase and "
    "timer by event and by request")
{
	const bool reading = sim_random(2);

	if (!h_music_boot(1 + sim_random(3)))
		return;
	/* Whatever fails must not fail in the open. */
	script_run(reading);
	h_music_shutdown();
}

/*
 * A song of an hour.  The plan is made with the model at hand, an event each
 * 72 ms or so; the timebase is changed from time to time by a request.
 */

#define SONG_EVENTS	50000
#define SONG_STEP_NS	(72 * H_MS)
#define SONG_REQUESTS	40

static seq_event_t song[3 * SONG_EVENTS];
static size_t nsong;
static struct { uint64_t ns; int timebase; } requests[SONG_REQUESTS];
static unsigned nrequests;

static void
song_add(const struct h_cmd *cm)
{

	h_music_record(cm, &song[nsong++]);
}

/* Plan the next change of the timebase, a little off the music. */
static void
song_request(uint64_t now_ns)
{
	struct h_tempo te = play.time.tempo;
	uint64_t when_ns = now_ns;

	while (h_time_ns(&play.time, h_time_division(&play.time, when_ns)) ==
	    when_ns)
		when_ns++;
	te.timebase = 1 + sim_random(sim_random(4) == 0 ? 100 : 10000);
	requests[nrequests].ns = when_ns;
	requests[nrequests++].timebase = te.timebase;
	h_time_now(&play.time, &te, when_ns);
}

static void
song_plan(uint64_t start_ns)
{
	const uint64_t each = SONG_EVENTS / SONG_REQUESTS;
	struct h_cmd cm;
	struct h_tempo te;
	uint64_t div = 0, last_ns = start_ns, least = 0, next, when_ns;
	size_t i;

	nsong = nrequests = 0;
	for (i = 0; i < SONG_EVENTS; i++) {
		when_ns = start_ns + i * SONG_STEP_NS +
		    sim_random(SONG_STEP_NS);
		if (i % each == each - 1 && last_ns + H_MS < when_ns) {
			song_request(last_ns + H_MS / 2);
			/* The division that it meets has been. */
			least = play.time.div + 1;
		}
		memset(&cm, 0, sizeof(cm));
		next = h_time_division(&play.time, when_ns);
		if (next < least)
			next = least;
		if (next > div) {
			cm.op = sim_random(2) ? TMR_WAIT_ABS : TMR_WAIT_REL;
			cm.arg = cm.op == TMR_WAIT_ABS ? next : next - div;
			song_add(&cm);
			div = next;
		}
		last_ns = h_time_ns(&play.time, div);
		if (sim_random(100) == 0) {
			h_music_tempo(&cm);
			song_add(&cm);
			te = play.time.tempo;
			te.bpm = cm.op == TMR_USTEMPO ? 0 : cm.arg < 8 ? 8 :
			    cm.arg > 360 ? 360 : cm.arg;
			te.us = cm.op != TMR_USTEMPO ? te.us :
			    cm.arg < 1000 ? 1000 : cm.arg;
			h_time_at(&play.time, &te, div);
		}
		h_music_message(&cm);
		song_add(&cm);
		expect(&cm, last_ns);
	}
}

static void
song_requests(void *arg)
{
	struct hosted_file *f = arg;
	unsigned i;

	for (i = 0; i < nrequests; i++) {
		sim_sleep_until(requests[i].ns);
		SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_TMR_TIMEBASE,
		    &requests[i].timebase), 0);
	}
}

static void
song_play(void)
{
	struct sequencer_stats st;
	struct hosted_file *f;
	struct h_thread *t;
	uint64_t start_ns;
	size_t done;
	int timebase = 480;

	SIM_CHECK_EQ(h_open("music", HOSTED_WRITE, &f), 0);
	start_ns = sim_now_ns();
	expect_none();
	h_play_init(&play, expect);
	play.time.tempo.timebase = timebase;
	h_time_start(&play.time, start_ns);
	song_plan(start_ns);
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_TMR_TIMEBASE, &timebase), 0);
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_TMR_START, NULL), 0);
	t = h_start(song_requests, f);
	SIM_CHECK(h_write_all(f, song, nsong * sizeof(song[0]), &done));
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_SYNC, NULL), 0);
	h_join(t);
	expect_check();
	SIM_CHECK(sim_now_ns() - start_ns > 3590 * H_SECOND);
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_STATS, &st), 0);
	SIM_CHECK_EQ(st.ss_events_played, SONG_EVENTS);
	SIM_CHECK_EQ(st.ss_late_max_ns, 0);
	SIM_CHECK_EQ(st.ss_output_dropped, 0);
	h_close(f);
	h_music_check_silent(sim_now_ns());
}

H_CASE(hour, 0, 0, 0, "an event of 50 000 in an hour that is not at its "
    "nanosecond: an error that grows with the song")
{

	SIM_CHECK(h_music_boot(2));
	song_play();
	h_music_shutdown();
}

/*
 * Music that is cut off.
 */

/* Notes to come for so long, in steps of about 1 ms. */
static bool
cut_write(struct hosted_file *f, unsigned n)
{
	struct h_cmd cm, wait = { .op = TMR_WAIT_REL };
	seq_event_t ev[2];
	size_t done;
	int timebase = 1000;

	if (H_REFUSED(h_ioctl(f, SEQUENCER_TMR_TIMEBASE, &timebase)))
		return false;
	while (n-- > 0) {
		h_music_message(&cm);
		cm.msg[0] = 0x90 | (cm.msg[0] & 0x0f);
		cm.len = 3;
		h_music_record(&cm, &ev[0]);
		wait.arg = sim_random(3);
		h_music_record(&wait, &ev[1]);
		if (!h_write_all(f, ev, sizeof(ev), &done))
			return false;
	}
	return true;
}

H_CASE(cut, 800, SIM_FAULT_COPY | SIM_FAULT_INTR | SIM_FAULT_WAKE, 1,
    "music that goes on, a note that sounds, or silence that comes late after "
    "a reset, or after a close that a signal cut short")
{
	const bool closing = sim_random(2);
	struct hosted_file *f;
	uint64_t cut_ns;

	if (!h_music_boot(1 + sim_random(3)))
		return;
	if (!H_REFUSED(h_open("music", HOSTED_WRITE, &f))) {
		(void)cut_write(f, 100 + sim_random(200));
		sim_sleep_ns(sim_random(300) * H_MS);
		cut_ns = sim_now_ns();
		if (closing) {
			sim_signal(host_thread_self());
			h_close(f);
			SIM_CHECK(sim_now_ns() <= cut_ns + 10 * H_MS);
		} else
			SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_RESET, NULL), 0);
		sim_sleep_ns(500 * H_MS);
		h_music_check_silent(cut_ns + 10 * H_MS);
		if (!closing)
			h_close(f);
	}
	h_music_shutdown();
}

/*
 * A writer who is held back: each note is to be taken at the limit before its
 * time, which is the one at which the hardware gets it, or at once.
 */

#define AHEAD_NOTES	60

static struct { uint64_t begun_ns, taken_ns; } ahead[AHEAD_NOTES];

/* Something that moves the notes behind it. */
static void
ahead_command(struct h_cmd *cm)
{

	memset(cm, 0, sizeof(*cm));
	switch (sim_random(12)) {
	case 0:
		cm->op = TMR_START;
		break;
	case 1:
		cm->op = TMR_RESET;
		break;
	case 2:
	case 3:
		h_music_tempo(cm);
		break;
	default:
		cm->op = TMR_WAIT_REL;
		cm->arg = sim_random(60);
		break;
	}
}

/* Write a record, with or without poll(2). */
static void
ahead_write(struct hosted_file *f, const struct h_cmd *cm, bool polling)
{
	seq_event_t ev;
	size_t done;
	int error;

	h_music_record(cm, &ev);
	error = h_write(f, &ev, sizeof(ev), polling, &done);
	if (error == EAGAIN && polling) {
		SIM_CHECK_EQ(h_poll(f, HOSTED_POLLOUT, 0), HOSTED_POLLOUT);
		error = h_write(f, &ev, sizeof(ev), true, &done);
	}
	SIM_CHECK_EQ(error, 0);
	SIM_CHECK_EQ(done, sizeof(ev));
}

static void
ahead_play(struct hosted_file *f)
{
	const bool polling = sim_random(2);
	struct h_cmd cm;
	unsigned i;

	for (i = 0; i < AHEAD_NOTES; i++) {
		if (sim_random(8) == 0)
			sim_sleep_ns(sim_random(500) * H_MS);
		ahead_command(&cm);
		ahead_write(f, &cm, polling);
		h_music_message(&cm);
		cm.msg[0] = 0x90 | (cm.msg[0] & 0x0f);
		cm.len = 3;
		ahead[i].begun_ns = sim_now_ns();
		ahead_write(f, &cm, polling);
		ahead[i].taken_ns = sim_now_ns();
	}
}

H_CASE(ahead, 600, 0, 0, "an event that is taken earlier than the limit "
    "before its time, or later, over changes of tempo and timer in the queue; "
    "a poll that says so")
{
	struct hosted_file *f;
	uint64_t due_ns, limit_ns;
	int i, limit_ms = 1 + sim_random(3000);

	SIM_CHECK(h_music_boot(1));
	SIM_CHECK_EQ(h_open("music", HOSTED_WRITE, &f), 0);
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_AHEAD, &limit_ms), 0);
	limit_ns = limit_ms * (uint64_t)H_MS;
	ahead_play(f);
	SIM_CHECK_EQ(h_ioctl(f, SEQUENCER_SYNC, NULL), 0);
	for (i = 0; i < AHEAD_NOTES; i++) {
		due_ns = h_music_hw[0]->wire_ns[H_MUSIC_RESET_BYTES + 3 * i];
		if (due_ns - limit_ns > ahead[i].begun_ns &&
		    due_ns > limit_ns)
			SIM_CHECK_EQ(ahead[i].taken_ns, due_ns - limit_ns);
		else
			SIM_CHECK_EQ(ahead[i].taken_ns, ahead[i].begun_ns);
	}
	h_close(f);
	h_music_shutdown();
}

/*
 * Input, with its stamps, by a reader that is there beside a writer.
 */

#define STAMP_NOTES	60
/* What a reader who does not read holds back, and not too much of it. */
#define HELD_NOTES	420

static struct {
	uint8_t		msg[3];
	unsigned	device;
	uint64_t	div;
} notes[HELD_NOTES];
static size_t nnotes, nheard;
static uint64_t heard_div;
static bool heard_stamp;

static void
stamp_record(const seq_event_t *ev)
{

	if (ev->tag == SEQ_TIMING) {
		SIM_CHECK_EQ(ev->timing.op, TMR_WAIT_ABS);
		SIM_CHECK(!heard_stamp || ev->timing.arg > heard_div);
		heard_stamp = true;
		heard_div = ev->timing.arg;
		return;
	}
	SIM_CHECK(nheard < nnotes && heard_stamp);
	SIM_CHECK_EQ(ev->tag, SEQ_CHN_VOICE);
	SIM_CHECK_EQ(ev->voice.device, notes[nheard].device);
	SIM_CHECK_EQ(ev->voice.op | ev->voice.channel, notes[nheard].msg[0]);
	SIM_CHECK_EQ(ev->voice.key, notes[nheard].msg[1]);
	SIM_CHECK_EQ(ev->voice.parm, notes[nheard].msg[2]);
	SIM_CHECK_EQ(heard_div, notes[nheard].div);
	nheard++;
}

static void
stamp_reader(void *arg)
{
	struct hosted_file *f = arg;
	struct h_patience pa;
	seq_event_t ev[4];
	size_t done, i;
	int error;

	h_patience(&pa);
	for (;;) {
		error = h_read(f, ev, sizeof(ev[0]) * (1 + sim_random(4)),
		    false, &done);
		if (error != 0 && (!h_fault() || !h_again(&pa, error)))
			return;
		SIM_CHECK(done % sizeof(ev[0]) == 0);
		for (i = 0; i < done / sizeof(ev[0]); i++)
			stamp_record(&ev[i]);
	}
}

/* Strike a key. */
static void
stamp_note(void)
{
	const size_t n = nnotes++;

	notes[n].device = sim_random(h_music_nhw);
	notes[n].msg[0] = 0x90 | sim_random(16);
	notes[n].msg[1] = sim_random(128);
	notes[n].msg[2] = 1 + sim_random(127);
	notes[n].div = h_time_division(&play.time, sim_now_ns());
	SIM_CHECK_EQ(h_hw_input(h_music_hw[notes[n].device], notes[n].msg, 3),
	    3);
}

/* Strike keys at moments that the model knows; the timer's changes do not
 * fall together with them. */
static void
stamp_notes(struct hosted_file *f)
{
	struct h_tempo te = play.time.tempo;
	uint64_t now_ns;
	int value;

	while (nnotes < STAMP_NOTES) {
		sim_sleep_ns(1 + sim_random(sim_random(2) ? 1000 :
		    50 * H_MS));
		now_ns = sim_now_ns();
		if (sim_random(10) == 0) {
			value = te.bpm = 8 + sim_random(353);
			(void)H_REFUSED(h_ioctl(f, SEQUENCER_TMR_TEMPO,
			    &value));
			h_time_now(&play.time, &te, now_ns);
			continue;
		}
		stamp_note();
	}
}

H_CASE(stamps, 400, SIM_FAULT_INTR | SIM_FAULT_WAKE, 1,
    "a received event whose stamp is not the division of its nanosecond, or "
    "a reader and a writer of /dev/music who are not independent")
{
	struct hosted_file *f, *w;
	struct h_thread *t;

	nnotes = nheard = 0;
	heard_stamp = false;
	if (!h_music_boot(1 + sim_random(3)))
		return;
	if (H_REFUSED(h_open("music", HOSTED_READ, &f)))
		goto out;
	h_play_init(&play, expect);
	h_time_start(&play.time, sim_now_ns());
	if (H_REFUSED(h_open("music", HOSTED_WRITE, &w))) {
		h_close(f);
		goto out;
	}
	t = h_start(stamp_reader, f);
	(void)cut_write(w, 200);
	stamp_notes(f);
	h_settle();
	SIM_CHECK(nheard == nnotes || h_fault());
	while (!h_done(t)) {
		h_signal(t);
		sim_sleep_ns(H_MS);
	}
	h_join(t);
	h_close(f);
	h_close(w);
	h_music_check_silent(sim_now_ns());
out:
	h_music_shutdown();
}

H_CASE(held, 100, SIM_FAULT_WAKE, 1, "a stamp of when an event was "
    "taken from hardware that was held back, not of when it came")
{
	struct hosted_file *f;
	struct h_thread *t;

	nnotes = nheard = 0;
	heard_stamp = false;
	if (!h_boot(0))
		return;
	h_music_hw[0] = h_hw_new(0);
	h_music_hw[0]->flags |= HOSTED_MIDI_FLOW;
	SIM_CHECK(h_hw_attach(h_music_hw[0]));
	h_music_nhw = 1;
	SIM_CHECK_EQ(h_open("music", HOSTED_READ, &f), 0);
	h_play_init(&play, expect);
	h_time_start(&play.time, sim_now_ns());
	while (nnotes < HELD_NOTES) {
		sim_sleep_ns(10 * H_MS + sim_random(10 * H_MS));
		stamp_note();
	}
	/* The reader comes late. */
	t = h_start(stamp_reader, f);
	h_settle();
	SIM_CHECK_EQ(nheard, nnotes);
	while (!h_done(t)) {
		h_signal(t);
		sim_sleep_ns(H_MS);
	}
	h_join(t);
	h_close(f);
	h_music_shutdown();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, script);
	ATF_TP_ADD_TC(tp, hour);
	ATF_TP_ADD_TC(tp, cut);
	ATF_TP_ADD_TC(tp, ahead);
	ATF_TP_ADD_TC(tp, stamps);
	ATF_TP_ADD_TC(tp, held);
	return atf_no_error();
}
