/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_music.c: hardware to be played on by /dev/music, and music by chance.
 */

#include <sys/midiio.h>

#include "h_music.h"

struct h_hw *h_music_hw[H_HWS];
int h_music_nhw;

bool
h_music_boot(int n)
{

	h_music_nhw = 0;
	if (!h_boot(0))
		return false;
	for (; h_music_nhw < n; h_music_nhw++) {
		h_music_hw[h_music_nhw] = h_hw_new(h_music_nhw);
		h_music_hw[h_music_nhw]->flags |= HOSTED_MIDI_CANONICAL;
		if (!h_hw_attach(h_music_hw[h_music_nhw]))
			break;
		SIM_CHECK_EQ(h_music_hw[h_music_nhw]->unit, h_music_nhw);
	}
	if (h_music_nhw == n)
		return true;
	while (h_music_nhw > 0)
		h_hw_detach(h_music_hw[--h_music_nhw], false);
	h_shutdown();
	return false;
}

void
h_music_shutdown(void)
{
	int i;

	for (i = 0; i < h_music_nhw; i++)
		h_hw_detach(h_music_hw[i], false);
	h_shutdown();
}

bool
h_music_slow(int n, size_t fifo)
{
	struct midictl_setting ms = {
		.ms_unit = n,
		.ms_value = { .msv_name = "asense_generate" },
	};
	struct hosted_file *f;
	bool done;

	if (H_REFUSED(h_open("midictl", HOSTED_WRITE, &f)))
		return false;
	done = !H_REFUSED(h_ioctl(f, MIDICTL_SETSETTING, &ms));
	h_close(f);
	if (!done)
		return false;
	h_music_hw[n]->fifo = fifo;
	h_music_hw[n]->byte_ns = H_HW_BYTE_NS;
	return true;
}

/* The devices are silent, since this moment at the latest. */
void
h_music_check_silent(uint64_t since_ns)
{
	static struct h_ear ear;
	const struct h_hw *hw;
	int i;

	for (i = 0; i < h_music_nhw; i++) {
		hw = h_music_hw[i];
		h_ear_init(&ear);
		h_ear_take(&ear, hw->wire, hw->nwire);
		SIM_CHECK(h_ear_silent(&ear));
		if (hw->nwire != 0)
			SIM_CHECK(hw->wire_ns[hw->nwire - 1] <= since_ns);
	}
}

/*
 * Commands and their records.
 */

void
h_music_record(const struct h_cmd *cm, seq_event_t *ev)
{

	memset(ev, 0, sizeof(*ev));
	if (cm->op != H_MESSAGE) {
		ev->timing.tag = SEQ_TIMING;
		ev->timing.op = cm->op;
		ev->timing.arg = cm->arg;
		return;
	}
	ev->common.device = cm->device;
	ev->common.op = cm->msg[0] & 0xf0;
	ev->common.channel = cm->msg[0] & 0x0f;
	ev->common.tag = SEQ_CHN_COMMON;
	switch (cm->msg[0] & 0xf0) {
	case MIDI_NOTEOFF:
	case MIDI_NOTEON:
	case MIDI_KEY_PRESSURE:
		ev->voice.tag = SEQ_CHN_VOICE;
		ev->voice.key = cm->msg[1];
		ev->voice.parm = cm->msg[2];
		break;
	case MIDI_CTL_CHANGE:
		ev->c_CTL_CHANGE.controller = cm->msg[1];
		ev->c_CTL_CHANGE.value = cm->msg[2];
		break;
	case MIDI_PITCH_BEND:
		ev->c_PITCH_BEND.value = cm->msg[1] | cm->msg[2] << 7;
		break;
	default:
		ev->common.p1 = cm->msg[1];
		break;
	}
}

void
h_music_message(struct h_cmd *cm)
{
	static const uint8_t kinds[] = {
		0x80, 0x90, 0x90, 0x90, 0xa0, 0xb0, 0xc0, 0xd0, 0xe0
	};

	cm->op = H_MESSAGE;
	cm->arg = 0;
	cm->device = sim_random(h_music_nhw);
	cm->msg[0] = kinds[sim_random(sizeof(kinds))] | sim_random(16);
	cm->msg[1] = sim_random(120);
	cm->msg[2] = 1 + sim_random(127);
	cm->len = (cm->msg[0] & 0xe0) == 0xc0 ? 2 : 3;
}

/* A tempo of any kind; bpm in a third of the cases out of range. */
void
h_music_tempo(struct h_cmd *cm)
{

	cm->op = sim_random(2) ? TMR_TEMPO : TMR_USTEMPO;
	cm->arg = cm->op == TMR_TEMPO ? 1 + sim_random(370) :
	    500 + sim_random(sim_random(2) ? 1000000 : 7500000);
}

/* Divisions that take about so long, now. */
static uint32_t
h_music_divisions(const struct h_play *play, uint64_t ns)
{
	const struct h_tempo *te = &play->time.tempo;
	const uint64_t beat_ns = te->bpm != 0 ? 60000000000ULL / te->bpm :
	    te->us * 1000ULL;

	return (uint32_t)((unsigned __int128)ns * te->timebase / beat_ns);
}

void
h_music_command(struct h_cmd *cm, const struct h_play *play)
{
	static const unsigned ops[] = {
		TMR_STOP, TMR_CONTINUE, TMR_START, TMR_RESET
	};
	const unsigned k = sim_random(40);

	memset(cm, 0, sizeof(*cm));
	if (k < 12) {
		cm->op = k < 10 ? TMR_WAIT_REL : TMR_WAIT_ABS;
		cm->arg = h_music_divisions(play, sim_random(20) * H_MS) +
		    sim_random(2);
		if (k >= 10)
			cm->arg += play->cursor;
	} else if (k < 15)
		h_music_tempo(cm);
	else if (k < 17) {
		cm->op = TMR_ECHO;
		cm->arg = sim_random(1u << 31);
	} else if (k == 17)
		cm->op = ops[sim_random(4)];
	else
		h_music_message(cm);
}
