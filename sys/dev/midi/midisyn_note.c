/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midisyn_note.c: notes begin and end.
 *
 * A key that is struck n times needs n note-offs; counts of strikes are kept
 * by key, not by voice, so that a voice stolen in between confuses nobody.
 * A melodic note ends when its key is up and neither hold nor sostenuto has
 * it.  A percussion instrument that dies away by itself counts as released
 * from its strike on, and note-offs do not concern it.
 *
 * Everything is under the driver's lock.
 */

#include <sys/param.h>
#include <sys/systm.h>

#include <dev/midi/midisyn_state.h>

/* The percussion that General MIDI has. */
#define MIDISYN_FIRST_DRUM	35
#define MIDISYN_LAST_DRUM	81

/* Percussion that silences one another; 0: it does not. */
static u_int
midisyn_note_group(u_int key)
{

	switch (key) {
	case 42: case 44: case 46:	/* hi-hat */
		return 1;
	case 71: case 72:		/* whistle */
		return 2;
	case 73: case 74:		/* guiro */
		return 3;
	case 78: case 79:		/* cuica */
		return 4;
	case 80: case 81:		/* triangle */
		return 5;
	default:
		return 0;
	}
}

static void
midisyn_note_release(midisyn *ms, u_int v, u_int velocity)
{
	struct midisyn_state *st = ms->state;
	uint64_t silent_ns = midi_alarm_now_ns();

	if (ms->mets->tailv != NULL)
		silent_ns += ms->mets->tailv(ms, v);
	if (ms->mets->releasev != NULL)
		ms->mets->releasev(ms, v, velocity);
	st->ms_more[v].mv_down = st->ms_more[v].mv_latched = false;
	syn_voice_release(&st->ms_voices, (int)v, silent_ns);
}

/* Not a sound from this voice any more. */
static void
midisyn_note_cut(midisyn *ms, u_int v)
{
	struct midisyn_state *st = ms->state;

	if (ms->mets->silencev != NULL)
		ms->mets->silencev(ms, v);
	else if (ms->mets->releasev != NULL)
		ms->mets->releasev(ms, v, 127);
	st->ms_more[v].mv_down = st->ms_more[v].mv_latched = false;
	syn_voice_release(&st->ms_voices, (int)v, 0);
}

/* A melodic note's key is up: does it end? */
static void
midisyn_note_lift(midisyn *ms, u_int v, u_int velocity)
{
	struct midisyn_state *st = ms->state;
	const struct midi_ctl *ctl =
	    &st->ms_channel[st->ms_voice[v].sv_channel].mc_ctl;

	st->ms_more[v].mv_down = false;
	if (st->ms_more[v].mv_latched || midi_ctl_on(ctl, MIDI_CTRL_HOLD_1))
		syn_voice_hold(&st->ms_voices, (int)v);
	else
		midisyn_note_release(ms, v, velocity);
}

/* Other members of the key's group end at once. */
static void
midisyn_note_exclude(midisyn *ms, const struct midisyn_note *mn)
{
	const struct midisyn_state *st = ms->state;
	const u_int group = midisyn_note_group(mn->mn_key);
	const uint64_t now_ns = midi_alarm_now_ns();
	u_int v;

	for (v = 0; group != 0 && v < (u_int)ms->nvoice; v++) {
		if (st->ms_voice[v].sv_channel == mn->mn_channel &&
		    st->ms_voice[v].sv_key != mn->mn_key &&
		    st->ms_more[v].mv_drum &&
		    midisyn_note_group(st->ms_voice[v].sv_key) == group &&
		    syn_voice_heard(&st->ms_voices, (int)v, now_ns))
			midisyn_note_cut(ms, v);
	}
}

/*
 * Make room on a voice, and on its partner if the note is wide.  What sounds
 * on the voice itself the driver ends when it strikes the next note there.
 */
static void
midisyn_note_evict(midisyn *ms, int v, const struct syn_voice_note *sn)
{
	struct midisyn_state *st = ms->state;
	const struct syn_voice *sv = &st->ms_voice[v];
	const uint64_t now_ns = midi_alarm_now_ns();
	int other = sv->sv_owner;

	if (syn_voice_sounds(&st->ms_voices, other) &&
	    (st->ms_voice[other].sv_channel != sn->sn_channel ||
	    st->ms_voice[other].sv_key != sn->sn_key))
		st->ms_stolen.ev_count++;
	if (sn->sn_wide && other == v)
		other = sv->sv_partner;
	if (other == v || !syn_voice_heard(&st->ms_voices, other, now_ns))
		return;
	if (sn->sn_wide && syn_voice_sounds(&st->ms_voices, other))
		st->ms_stolen.ev_count++;
	midisyn_note_cut(ms, (u_int)other);
}

/* A voice for the note, or SYN_VOICE_NONE. */
static int
midisyn_note_voice(midisyn *ms, const struct syn_voice_note *sn)
{
	struct midisyn_state *st = ms->state;
	int v;

	if (ms->mets->allocv != NULL) {
		v = (int)ms->mets->allocv(ms, sn->sn_channel, sn->sn_key);
		return v < ms->nvoice ? v : SYN_VOICE_NONE;
	}
	v = syn_voice_choose(&st->ms_voices, sn, midi_alarm_now_ns());
	if (v != SYN_VOICE_NONE)
		midisyn_note_evict(ms, v, sn);
	return v;
}

static void
midisyn_note_attack(midisyn *ms, u_int v, struct midisyn_note *mn)
{
	const struct midisyn_methods *mets = ms->mets;

	mn->mn_pitch = midisyn_live_pitch(ms, v, midi_alarm_now_ns());
	mn->mn_level_cb = midisyn_live_level(ms, v, mets->attackn != NULL ||
	    mets->attackv_vel == NULL);
	if (mets->attackn != NULL)
		mets->attackn(ms, v, mn);
	else if (mets->attackv_vel != NULL)
		mets->attackv_vel(ms, v, mn->mn_pitch, mn->mn_level_cb,
		    mn->mn_velocity);
	else
		mets->attackv(ms, v, mn->mn_pitch, mn->mn_level_cb);
}

static void
midisyn_note_strike(midisyn *ms, struct midisyn_note *mn, int flags,
    uint32_t patch)
{
	struct midisyn_state *st = ms->state;
	const struct syn_voice_note sn = {
		.sn_channel = mn->mn_channel,
		.sn_key = mn->mn_key,
		.sn_wide = (flags & MIDISYN_WIDE) != 0,
		.sn_patch = patch,
	};
	struct midisyn_voice *mv;
	const int v = midisyn_note_voice(ms, &sn);
	bool again;

	if (v == SYN_VOICE_NONE) {
		st->ms_refused.ev_count++;
		return;
	}
	mv = &st->ms_more[v];
	again = mv->mv_latched && syn_voice_sounds(&st->ms_voices, v) &&
	    st->ms_voice[v].sv_channel == sn.sn_channel &&
	    st->ms_voice[v].sv_key == sn.sn_key;
	syn_voice_strike(&st->ms_voices, v, &sn);
	ms->voices[v].chan_note = MS_CHANNOTE(mn->mn_channel, mn->mn_key);
	*mv = (struct midisyn_voice){ .mv_velocity = mn->mn_velocity,
	    .mv_down = true, .mv_latched = again,
	    .mv_drum = mn->mn_percussion, .mv_soft = mn->mn_soft };
	midisyn_note_attack(ms, (u_int)v, mn);
	if (flags & MIDISYN_ONESHOT) {
		mv->mv_down = false;
		syn_voice_release(&st->ms_voices, v, midi_alarm_now_ns() +
		    (ms->mets->tailv != NULL ? ms->mets->tailv(ms,
		    (u_int)v) : 0));
	}
	midisyn_live_start(ms);
}

void
midisyn_note_on(midisyn *ms, u_int channel, u_int key, u_int velocity)
{
	struct midisyn_channel *mc = &ms->state->ms_channel[channel];
	struct midisyn_note mn = {
		.mn_channel = (uint8_t)channel,
		.mn_key = (uint8_t)key,
		.mn_velocity = (uint8_t)velocity,
		.mn_program = (uint8_t)ms->pgms[channel],
		.mn_bank = mc->mc_bank,
		.mn_percussion = mc->mc_drums,
		.mn_soft = midi_ctl_on(&mc->mc_ctl, MIDI_CTRL_SOFT_PEDAL),
		.mn_pan = mc->mc_ctl.mc_value[MIDI_CTRL_PAN_MSB],
	};
	uint32_t patch;
	int flags;

	KASSERT(mutex_owned(ms->lock));
	patch = mn.mn_program;
	flags = mn.mn_percussion ? MIDISYN_MUTE : 0;
	if (ms->mets->instrument != NULL)
		flags = ms->mets->instrument(ms, &mn, &patch);
	if (mn.mn_percussion && (key < MIDISYN_FIRST_DRUM ||
	    key > MIDISYN_LAST_DRUM))
		flags |= MIDISYN_MUTE;
	if (flags & MIDISYN_MUTE)
		return;
	if (mc->mc_strikes[key] < UINT8_MAX)
		mc->mc_strikes[key]++;
	if (mn.mn_percussion) {
		mn.mn_soft = false;
		midisyn_note_exclude(ms, &mn);
	}
	midisyn_note_strike(ms, &mn, flags, patch);
}

void
midisyn_note_off(midisyn *ms, u_int channel, u_int key, u_int velocity)
{
	struct midisyn_state *st = ms->state;
	uint8_t *strikes = &st->ms_channel[channel].mc_strikes[key];
	u_int v;

	KASSERT(mutex_owned(ms->lock));
	if (*strikes == 0 || --*strikes != 0)
		return;
	for (v = 0; v < (u_int)ms->nvoice; v++) {
		if (st->ms_voice[v].sv_channel != channel ||
		    st->ms_voice[v].sv_key != key || !st->ms_more[v].mv_down ||
		    !syn_voice_sounds(&st->ms_voices, (int)v))
			continue;
		if (st->ms_more[v].mv_drum)
			midisyn_note_release(ms, v, velocity);
		else
			midisyn_note_lift(ms, v, velocity);
	}
}

void
midisyn_note_pedals(midisyn *ms, u_int channel)
{
	struct midisyn_state *st = ms->state;
	const struct midi_ctl *ctl = &st->ms_channel[channel].mc_ctl;
	u_int v;

	KASSERT(mutex_owned(ms->lock));
	if (midi_ctl_on(ctl, MIDI_CTRL_HOLD_1))
		return;
	for (v = 0; v < (u_int)ms->nvoice; v++) {
		if (st->ms_voice[v].sv_channel == channel &&
		    st->ms_voice[v].sv_state == SYN_VOICE_HELD &&
		    syn_voice_sounds(&st->ms_voices, (int)v) &&
		    !st->ms_more[v].mv_latched)
			midisyn_note_release(ms, v, MIDI_HALF_VEL);
	}
}

void
midisyn_note_latch(midisyn *ms, u_int channel)
{
	struct midisyn_state *st = ms->state;
	u_int v;

	KASSERT(mutex_owned(ms->lock));
	for (v = 0; v < (u_int)ms->nvoice; v++) {
		if (st->ms_voice[v].sv_channel == channel &&
		    syn_voice_sounds(&st->ms_voices, (int)v) &&
		    !st->ms_more[v].mv_drum)
			st->ms_more[v].mv_latched = st->ms_more[v].mv_down;
	}
}

void
midisyn_note_unlatch(midisyn *ms, u_int channel)
{
	struct midisyn_state *st = ms->state;
	u_int v;

	KASSERT(mutex_owned(ms->lock));
	for (v = 0; v < (u_int)ms->nvoice; v++) {
		if (st->ms_voice[v].sv_channel == channel)
			st->ms_more[v].mv_latched = false;
	}
	midisyn_note_pedals(ms, channel);
}

void
midisyn_note_all_off(midisyn *ms, u_int channel)
{
	struct midisyn_channel *mc = &ms->state->ms_channel[channel];
	u_int key;

	KASSERT(mutex_owned(ms->lock));
	for (key = 0; key < __arraycount(mc->mc_strikes); key++) {
		if (mc->mc_strikes[key] == 0)
			continue;
		mc->mc_strikes[key] = 1;
		midisyn_note_off(ms, channel, key, MIDI_HALF_VEL);
	}
}

void
midisyn_note_silence(midisyn *ms, u_int channel)
{
	struct midisyn_state *st = ms->state;
	u_int v;

	KASSERT(mutex_owned(ms->lock));
	memset(st->ms_channel[channel].mc_strikes, 0,
	    sizeof(st->ms_channel[channel].mc_strikes));
	for (v = 0; v < (u_int)ms->nvoice; v++) {
		/* Also what should have died away by now. */
		if (st->ms_voice[v].sv_channel == channel &&
		    st->ms_voice[v].sv_used &&
		    st->ms_voice[v].sv_owner == (int)v)
			midisyn_note_cut(ms, v);
	}
}
