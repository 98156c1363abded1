/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_writers.c: several programs that play on one /dev/music.
 *
 * Each has a model of its own (h_model.c), which says what of it becomes due
 * when.  A device gets what becomes due for it, in that order: of one time,
 * first all that the first writer has.  So much for the order; as for the time,
 * a quick device gets it just then, whatever is the matter with others, and a
 * slow one has no pause while anything waits for it.  Nothing of this depends
 * on the sizes of buffers.  Writer w uses channels 8w to 8w + 7.
 */

#include <sys/midiio.h>

#include "h_music.h"

#define WRITERS		2
#define CHANNELS	8		/* of a writer */
#define MESSAGES	8192		/* of a writer for a device */
#define QUEUE		H_PLAY_MAX	/* so that none has to wait */
#define STEPS		30
#define EVENTS		24		/* of one write, at most; but ... */
#define MANY		500		/* ... some have more */

/* What a device has to get from a writer. */
struct expected {
	struct {
		uint8_t	msg[3];
		uint64_t ns;
	}		m[MESSAGES];
	size_t		n;
	size_t		came;
};

static struct writer {
	struct h_play	play;
	struct hosted_file *f;
	bool		open;
	struct expected	to[H_HWS];
} writers[WRITERS];

static bool broken;		/* a fault has cut off a write */
static struct h_hw *slow;	/* or NULL */

static void
expect(struct writer *wr, const struct h_cmd *cm, uint64_t ns)
{
	struct expected *ex = &wr->to[cm->device];

	if (cm->op != H_MESSAGE)
		return;
	SIM_CHECK(ex->n < MESSAGES);
	memcpy(ex->m[ex->n].msg, cm->msg, 3);
	ex->m[ex->n++].ns = ns;
}

static void
expect_0(const struct h_cmd *cm, uint64_t ns)
{

	expect(&writers[0], cm, ns);
}

static void
expect_1(const struct h_cmd *cm, uint64_t ns)
{

	expect(&writers[1], cm, ns);
}

/*
 * What came.
 */

static unsigned
length(uint8_t status)
{

	return (status & 0xe0) == 0xc0 ? 2 : 3;
}

/* When a slow wire has its next byte, which was given to it then. */
static uint64_t wire_ns;

static uint64_t
wire_time(const struct h_hw *hw, uint64_t put_ns)
{

	if (hw != slow)
		return put_ns;
	wire_ns = (wire_ns > put_ns ? wire_ns : put_ns) + hw->byte_ns;
	return wire_ns;
}

/* Who has what became due first? */
static unsigned
first_writer(int n)
{
	const struct expected *ex;
	unsigned first = WRITERS, w;
	uint64_t ns = 0;

	for (w = 0; w < WRITERS; w++) {
		ex = &writers[w].to[n];
		if (ex->came == ex->n || (first != WRITERS &&
		    ex->m[ex->came].ns >= ns))
			continue;
		first = w;
		ns = ex->m[ex->came].ns;
	}
	return first;
}

/* A message of a device: it has to be the next of all, at its time. */
static void
check_message(const struct h_hw *hw, int n, size_t at)
{
	const unsigned w = first_writer(n);
	struct expected *ex;
	unsigned i;

	if (w == WRITERS)
		sim_fail("device %d, byte %zu: %02x too much", n, at,
		    hw->wire[at]);
	ex = &writers[w].to[n];
	for (i = 0; i < length(ex->m[ex->came].msg[0]); i++) {
		SIM_CHECK(at + i < hw->nwire);
		SIM_CHECK_EQ(hw->wire[at + i], ex->m[ex->came].msg[i]);
		SIM_CHECK_EQ(hw->wire_ns[at + i],
		    wire_time(hw, ex->m[ex->came].ns));
	}
	ex->came++;
}

static void
check_device(int n)
{
	const struct h_hw *hw = h_music_hw[n];
	size_t at, w;

	/* What the first open sends is on the wire already. */
	wire_ns = hw == slow ? hw->wire_ns[H_MUSIC_RESET_BYTES - 1] : 0;
	for (at = H_MUSIC_RESET_BYTES; at < hw->nwire;
	    at += length(hw->wire[at]))
		check_message(hw, n, at);
	for (w = 0; w < WRITERS; w++)
		SIM_CHECK_EQ(writers[w].to[n].came, writers[w].to[n].n);
}

/*
 * Scripts.
 */

static void
script_write(struct writer *wr)
{
	static seq_event_t ev[MANY];
	const uint64_t now_ns = sim_now_ns();
	unsigned i, n, w = wr - writers;
	struct h_cmd cm;
	size_t done;

	n = 1 + sim_random(sim_random(25) == 0 ? MANY : EVENTS);
	if (wr->play.end + n > H_PLAY_MAX)
		return;
	for (i = 0; i < n; i++) {
		h_music_command(&cm, &wr->play);
		if (cm.op == H_MESSAGE)
			cm.msg[0] = (cm.msg[0] & 0xf0) | w * CHANNELS |
			    (cm.msg[0] & (CHANNELS - 1));
		h_music_record(&cm, &ev[i]);
		h_play_write(&wr->play, &cm, now_ns);
	}
	if (!h_write_all(wr->f, ev, n * sizeof(ev[0]), &done) ||
	    sim_now_ns() != now_ns)
		broken = true;
	h_play_run(&wr->play, now_ns);
}

static void
script_tempo(struct writer *wr)
{
	struct h_tempo te = wr->play.time.tempo;
	int value;

	te.bpm = 0;
	te.us = value = 1000 + sim_random(4000000);
	if (H_REFUSED(h_ioctl(wr->f, SEQUENCER_TMR_USTEMPO, &value)))
		broken = true;
	h_time_now(&wr->play.time, &te, sim_now_ns());
	h_play_run(&wr->play, sim_now_ns());
}

static void
script_timer(struct writer *wr, unsigned long cmd, unsigned op)
{

	if (H_REFUSED(h_ioctl(wr->f, cmd, NULL)))
		broken = true;
	h_play_timer(&wr->play, op, sim_now_ns());
}

static void
script_step(struct writer *wr)
{

	switch (sim_random(12)) {
	case 0:
		script_timer(wr, SEQUENCER_TMR_STOP, TMR_STOP);
		break;
	case 1:
	case 2:
		script_timer(wr, SEQUENCER_TMR_CONTINUE, TMR_CONTINUE);
		break;
	case 3:
		script_timer(wr, SEQUENCER_TMR_START, TMR_START);
		break;
	case 4:
		script_tempo(wr);
		break;
	default:
		script_write(wr);
		break;
	}
}

/* Is an event of the writer due just then? */
static bool
script_meets(struct writer *wr, uint64_t when_ns)
{
	size_t before;

	h_play_run(&wr->play, when_ns - 1);
	before = wr->play.first;
	h_play_run(&wr->play, when_ns);
	return wr->play.first != before || (wr->play.first != wr->play.end &&
	    h_time_due(&wr->play.time,
	    wr->play.queue[wr->play.first].div) == when_ns);
}

/* Sleep until about then, but not when an event is just due. */
static void
script_sleep(uint64_t when_ns)
{
	bool meets;
	int w;

	do {
		when_ns++;
		meets = false;
		for (w = 0; w < WRITERS; w++)
			meets |= writers[w].open &&
			    script_meets(&writers[w], when_ns);
	} while (meets);
	sim_sleep_until(when_ns);
}

static void
script_finish(struct writer *wr)
{

	while (wr->play.first != wr->play.end) {
		if (!wr->play.time.running) {
			script_sleep(sim_now_ns() + H_MS);
			script_timer(wr, SEQUENCER_TMR_CONTINUE,
			    TMR_CONTINUE);
		}
		h_play_run(&wr->play, H_NEVER);
		if (wr->play.now > sim_now_ns())
			sim_sleep_until(wr->play.now);
	}
}

static bool
script_open(int w)
{
	struct writer *wr = &writers[w];
	int none = 0, one = 1, events = QUEUE;

	h_play_init(&wr->play, w == 0 ? expect_0 : expect_1);
	if (H_REFUSED(h_open("music", HOSTED_WRITE, &wr->f)))
		return false;
	wr->open = true;
	h_time_start(&wr->play.time, sim_now_ns());
	wr->play.autostart = true;
	return !H_REFUSED(h_ioctl(wr->f, SEQUENCER_AHEAD, &none)) &&
	    !H_REFUSED(h_ioctl(wr->f, SEQUENCER_AHEAD_EVENTS, &events)) &&
	    !H_REFUSED(h_ioctl(wr->f, SEQUENCER_SHARE, &one));
}

static void
script_begin(void)
{
	int w, n;

	broken = false;
	slow = NULL;
	for (w = 0; w < WRITERS; w++) {
		writers[w].open = false;
		for (n = 0; n < H_HWS; n++)
			writers[w].to[n].n = writers[w].to[n].came = 0;
	}
}

static void
script_check(void)
{
	int n;

	for (n = 0; n < h_music_nhw; n++)
		check_device(n);
}

/* So many take half a minute; built for bugs of other kinds, a quarter does. */
#if defined(__clang__) || defined(__SANITIZE_ADDRESS__)
#define SCRIPTS	1500
#else
#define SCRIPTS	10000
#endif

H_CASE(writers, SCRIPTS, SIM_FAULT_COPY | SIM_FAULT_INTR, 1,
    "an event of one of two writers that is lost, or not played at its "
    "nanosecond, or not in the order in which all become due, or within a "
    "transaction of the other, on quick devices and on a slow one")
{
	int i, w, n = 1 + sim_random(3);

	script_begin();
	if (!h_music_boot(n))
		return;
	if (sim_random(2) && h_music_slow(n - 1, 1 + sim_random(64))) {
		slow = h_music_hw[n - 1];
		slow->byte_ns *= 1 + sim_random(10);
	}
	if (script_open(0)) {
		script_sleep(sim_now_ns() + 60 * H_MS);
		if (script_open(1)) {
			for (i = 0; i < STEPS && !broken; i++) {
				script_sleep(sim_now_ns() +
				    sim_random(30 * H_MS));
				script_step(&writers[sim_random(WRITERS)]);
			}
			for (w = 0; w < WRITERS && !broken; w++)
				script_finish(&writers[w]);
			/* A slow wire may have much to carry yet. */
			sim_sleep_ns(slow != NULL ? 30 * H_SECOND : H_MS);
			SIM_CHECK(!broken || h_fault());
			if (!broken)
				script_check();
		}
	}
	for (w = 0; w < WRITERS; w++) {
		if (!writers[w].open)
			continue;
		(void)h_ioctl(writers[w].f, SEQUENCER_RESET, NULL);
		h_close(writers[w].f);
	}
	sim_sleep_ns(20 * H_SECOND);
	h_music_check_silent(sim_now_ns());
	h_music_shutdown();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, writers);
	return atf_no_error();
}
