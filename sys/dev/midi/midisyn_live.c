/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midisyn_live.c: what controllers do to notes that sound.
 *
 * Vibrato is made here, so that it is the same on all chips: an alarm sets
 * the pitch of the voices it is heard in anew every 10 ms or at every tick of
 * a coarser alarm; where it stands follows from the time alone.
 *
 * Everything is under the driver's lock, which the alarm's function takes.
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/intr.h>

#include <dev/midi/midisyn_state.h>

#define MIDISYN_STEP_NS		10000000ULL
/* 5.5 Hz. */
#define MIDISYN_PERIOD_NS	181818182ULL
/* What the soft pedal takes away. */
#define MIDISYN_SOFT_CB		(-30)

/* A quarter of a sine, 127 at its top. */
static const uint8_t midisyn_live_sine[17] = {
	0, 12, 25, 37, 49, 60, 71, 81, 90, 98, 106, 112, 117, 122, 125, 126,
	127
};
#define MIDISYN_SINE_STEPS	64
#define MIDISYN_SINE_TOP	127

static int32_t
midisyn_live_wave(uint64_t now_ns)
{
	const u_int step = (u_int)(now_ns % MIDISYN_PERIOD_NS *
	    MIDISYN_SINE_STEPS / MIDISYN_PERIOD_NS);
	const u_int quarter = step % 32 <= 16 ? step % 32 : 32 - step % 32;
	const int32_t value = midisyn_live_sine[quarter];

	return step < 32 ? value : -value;
}

/* Modulation and pressure together, 0..16383. */
static u_int
midisyn_live_depth(const struct midisyn_channel *mc)
{
	const u_int sum = midi_ctl_value(&mc->mc_ctl,
	    MIDI_CTRL_MODULATION_MSB) + ((u_int)mc->mc_ctl.mc_pressure << 7);

	return MIN(sum, 0x3fff);
}

static int32_t
midisyn_live_vibrato(const struct midisyn_channel *mc, uint64_t now_ns)
{
	const u_int depth = midisyn_live_depth(mc);

	if (depth == 0)
		return 0;
	return (int32_t)((int64_t)midi_ctl_modulation_range(&mc->mc_ctl) *
	    depth * midisyn_live_wave(now_ns) /
	    (0x3fff * MIDISYN_SINE_TOP));
}

int16_t
midisyn_live_level(midisyn *ms, u_int voice, bool velocity)
{
	const struct midisyn_state *st = ms->state;
	const struct midisyn_voice *mv = &st->ms_more[voice];
	const struct midi_ctl *ctl =
	    &st->ms_channel[st->ms_voice[voice].sv_channel].mc_ctl;
	int16_t cb = st->ms_master_cb;

	if (velocity)
		cb = syn_pitch_add_cb(cb,
		    syn_pitch_level_cb((u_int)mv->mv_velocity << 7));
	if ((st->ms_driver_does & MIDISYN_DOES_VOLUME) == 0)
		cb = syn_pitch_add_cb(cb, syn_pitch_level_cb(
		    midi_ctl_value(ctl, MIDI_CTRL_CHANNEL_VOLUME_MSB)));
	if ((st->ms_driver_does & MIDISYN_DOES_EXPRESSION) == 0)
		cb = syn_pitch_add_cb(cb, syn_pitch_level_cb(
		    midi_ctl_value(ctl, MIDI_CTRL_EXPRESSION_MSB)));
	return mv->mv_soft ? syn_pitch_add_cb(cb, MIDISYN_SOFT_CB) : cb;
}

midipitch_t
midisyn_live_pitch(midisyn *ms, u_int voice, uint64_t now_ns)
{
	const struct midisyn_state *st = ms->state;
	const struct syn_voice *sv = &st->ms_voice[voice];
	const struct midisyn_channel *mc = &st->ms_channel[sv->sv_channel];
	midipitch_t mp = MIDIPITCH_FROM_KEY(sv->sv_key);

	if (st->ms_more[voice].mv_drum)
		return mp;
	mp += midi_ctl_detune(&mc->mc_ctl) + st->ms_master_fine +
	    st->ms_master_coarse + midisyn_live_vibrato(mc, now_ns);
	return mp < 0 ? 0 : MIN(mp, MIDIPITCH_MAX);
}

/* Is a note of the channel's to be heard there? */
static bool
midisyn_live_has(const struct midisyn_state *st, u_int voice, u_int channel,
    uint64_t now_ns)
{

	return st->ms_voice[voice].sv_channel == channel &&
	    syn_voice_heard(&st->ms_voices, (int)voice, now_ns);
}

void
midisyn_live_levels(midisyn *ms, u_int channel)
{
	const uint64_t now_ns = midi_alarm_now_ns();
	const bool velocity = ms->mets->attackn != NULL ||
	    ms->mets->attackv_vel == NULL;
	u_int v;

	KASSERT(mutex_owned(ms->lock));
	if (ms->mets->relevelv == NULL)
		return;
	for (v = 0; v < (u_int)ms->nvoice; v++) {
		if (midisyn_live_has(ms->state, v, channel, now_ns))
			ms->mets->relevelv(ms, v,
			    midisyn_live_level(ms, v, velocity));
	}
}

void
midisyn_live_pitches(midisyn *ms, u_int channel)
{
	struct midisyn_state *st = ms->state;
	const uint64_t now_ns = midi_alarm_now_ns();
	u_int v;

	KASSERT(mutex_owned(ms->lock));
	if (ms->mets->repitchv == NULL)
		return;
	for (v = 0; v < (u_int)ms->nvoice; v++) {
		if (midisyn_live_has(st, v, channel, now_ns) &&
		    !st->ms_more[v].mv_drum)
			ms->mets->repitchv(ms, v,
			    midisyn_live_pitch(ms, v, now_ns));
	}
}

void
midisyn_live_pans(midisyn *ms, u_int channel)
{
	const uint64_t now_ns = midi_alarm_now_ns();
	const struct midi_ctl *ctl = &ms->state->ms_channel[channel].mc_ctl;
	u_int v;

	KASSERT(mutex_owned(ms->lock));
	if (ms->mets->panv == NULL)
		return;
	for (v = 0; v < (u_int)ms->nvoice; v++) {
		if (midisyn_live_has(ms->state, v, channel, now_ns))
			ms->mets->panv(ms, v,
			    ctl->mc_value[MIDI_CTRL_PAN_MSB]);
	}
}

/* Does a note sound that vibrato is to be heard in? */
static bool
midisyn_live_wobbles(const struct midisyn_state *st, u_int nvoice)
{
	const struct syn_voice *sv;
	u_int v;

	for (v = 0; v < nvoice; v++) {
		sv = &st->ms_voice[v];
		if (syn_voice_sounds(&st->ms_voices, (int)v) &&
		    !st->ms_more[v].mv_drum &&
		    midisyn_live_depth(&st->ms_channel[sv->sv_channel]) != 0)
			return true;
	}
	return false;
}

void
midisyn_live_start(midisyn *ms)
{
	struct midisyn_state *st = ms->state;

	KASSERT(mutex_owned(ms->lock));
	if (st->ms_wobbles || st->ms_sih == NULL || !st->ms_open ||
	    ms->mets->repitchv == NULL ||
	    !midisyn_live_wobbles(st, (u_int)ms->nvoice))
		return;
	st->ms_wobbles = true;
	kpreempt_disable();
	softint_schedule(st->ms_sih);
	kpreempt_enable();
}

/* The driver's lock may be one of interrupts, below which no alarm is set. */
void
midisyn_live_softint(void *arg)
{
	midisyn *ms = arg;

	midi_alarm_at(ms->state->ms_alarm,
	    midi_alarm_now_ns() + MIDISYN_STEP_NS);
}

void
midisyn_live_alarm(void *arg)
{
	midisyn *ms = arg;
	struct midisyn_state *st = ms->state;
	u_int channel;

	mutex_enter(ms->lock);
	st->ms_wobbles = false;
	if (st->ms_open) {
		for (channel = 0; channel < MIDI_MAX_CHANS; channel++) {
			if (midisyn_live_depth(&st->ms_channel[channel]) != 0)
				midisyn_live_pitches(ms, channel);
		}
		midisyn_live_start(ms);
	}
	mutex_exit(ms->lock);
}
