/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midisyn.c: MIDI messages for synthesizer chips.  See midi(9).
 *
 * To midi(4) this is hardware, to the driver of a chip it is the player of
 * its voices: General MIDI level 1, and what of GS and XG concerns what there
 * is.  Bytes of any kind may come (a device can be raw), and go through a
 * parser of its own; messages change the state of their channel, and what
 * can be heard of that goes to the driver's methods at once:
 *
 *	midisyn_note.c	notes begin and end
 *	midisyn_live.c	controllers move notes that sound
 *
 * State is as after power-up at each first open.  Everything is under the
 * driver's lock, the hardware lock of midi(4), which its methods are called
 * with.  Nothing waits, and nothing is allocated but by midisyn_init().
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kmem.h>

#include <dev/midi_if.h>
#include <dev/midi/midisyn_state.h>

#define MIDISYN_CHUNK	32	/* bytes parsed at a time */
#define MIDISYN_KEY	16384	/* midipitch units */

static int	midisyn_open(void *, int, void (*)(void *, int),
		    void (*)(void *), void *);
static void	midisyn_close(void *);
static int	midisyn_output(void *, int);
static void	midisyn_getinfo(void *, struct midi_info *);
static int	midisyn_ioctl(void *, u_long, void *, int, struct lwp *);
static void	midisyn_get_locks(void *, kmutex_t **, kmutex_t **);
static int	midisyn_outputn(void *, const uint8_t *, int);

static const struct midi_hw_if_run midisyn_hw_if_run = {
	.outputn = midisyn_outputn,
};

const struct midi_hw_if midisyn_hw_if = {
	.open = midisyn_open,
	.close = midisyn_close,
	.output = midisyn_output,
	.getinfo = midisyn_getinfo,
	.ioctl = midisyn_ioctl,
	.get_locks = midisyn_get_locks,
};

/*
 * For drivers.
 */

void
midisyn_init(midisyn *ms)
{
	struct midisyn_state *st;
	const size_t n = (size_t)ms->nvoice;

	KASSERT(ms->lock != NULL && ms->nvoice > 0);
	KASSERT(ms->mets->attackv != NULL || ms->mets->attackn != NULL ||
	    ms->mets->attackv_vel != NULL);
	st = kmem_zalloc(sizeof(*st), KM_SLEEP);
	st->ms_voice = kmem_zalloc(n * sizeof(*st->ms_voice), KM_SLEEP);
	st->ms_more = kmem_zalloc(n * sizeof(*st->ms_more), KM_SLEEP);
	ms->voices = kmem_zalloc(n * sizeof(*ms->voices), KM_SLEEP);
	ms->state = st;
	syn_voice_init(&st->ms_voices, st->ms_voice, (u_int)n);
	st->ms_alarm = midi_alarm_create(midisyn_live_alarm, ms);
	if (st->ms_alarm != NULL)
		st->ms_sih = softint_establish(SOFTINT_SERIAL |
		    SOFTINT_MPSAFE, midisyn_live_softint, ms);
	evcnt_attach_dynamic(&st->ms_stolen, EVCNT_TYPE_MISC, NULL, ms->name,
	    "notes stolen");
	evcnt_attach_dynamic(&st->ms_refused, EVCNT_TYPE_MISC, NULL, ms->name,
	    "notes refused");
}

void
midisyn_fini(midisyn *ms)
{
	struct midisyn_state *st = ms->state;
	const size_t n = (size_t)ms->nvoice;

	KASSERT(!st->ms_open);
	evcnt_detach(&st->ms_refused);
	evcnt_detach(&st->ms_stolen);
	if (st->ms_sih != NULL)
		softint_disestablish(st->ms_sih);
	if (st->ms_alarm != NULL)
		midi_alarm_destroy(st->ms_alarm);
	kmem_free(ms->voices, n * sizeof(*ms->voices));
	kmem_free(st->ms_more, n * sizeof(*st->ms_more));
	kmem_free(st->ms_voice, n * sizeof(*st->ms_voice));
	kmem_free(st, sizeof(*st));
	ms->voices = NULL;
	ms->state = NULL;
}

void
midisyn_pair(midisyn *ms, int first, int second)
{

	syn_voice_pair(&ms->state->ms_voices, first, second);
}

uint_fast16_t
midisyn_control(midisyn *ms, uint_fast8_t channel, uint_fast8_t controller)
{

	return midi_ctl_value(&ms->state->ms_channel[channel].mc_ctl,
	    controller);
}

uint_fast16_t
midisyn_parameter(midisyn *ms, uint_fast8_t channel, uint_fast16_t rpn)
{

	KASSERT(rpn < MIDI_CTL_RPNS);
	return ms->state->ms_channel[channel].mc_ctl.mc_rpn[rpn];
}

int16_t
midisyn_vol2cB(uint_fast16_t value)
{

	return syn_pitch_level_cb(value);
}

midihz18_t
midisyn_mp2hz18(midipitch_t mp)
{

	return syn_pitch_hz18(mp);
}

/*
 * Messages.
 */

/* As after power-up, and nothing sounds. */
static void
midisyn_reset(midisyn *ms, enum midisyn_mode mode)
{
	struct midisyn_state *st = ms->state;
	struct midisyn_channel *mc;
	u_int channel;

	for (channel = 0; channel < MIDI_MAX_CHANS; channel++) {
		midisyn_note_silence(ms, channel);
		mc = &st->ms_channel[channel];
		midi_ctl_init(&mc->mc_ctl);
		mc->mc_bank = 0;
		mc->mc_drums = channel == MIDISYN_DRUMS;
		ms->pgms[channel] = 0;
		if (ms->mets->pgmchg != NULL)
			ms->mets->pgmchg(ms, channel, 0);
	}
	st->ms_mode = mode;
	st->ms_master_cb = 0;
	st->ms_master_fine = st->ms_master_coarse = 0;
}

static void
midisyn_program(midisyn *ms, u_int channel, u_int program)
{
	struct midisyn_state *st = ms->state;
	struct midisyn_channel *mc = &st->ms_channel[channel];
	const u_int bank = midi_ctl_value(&mc->mc_ctl,
	    MIDI_CTRL_BANK_SELECT_MSB);

	ms->pgms[channel] = (uint16_t)program;
	if (st->ms_mode != MIDISYN_MODE_GM)
		mc->mc_bank = (uint16_t)bank;
	if (st->ms_mode == MIDISYN_MODE_XG && channel != MIDISYN_DRUMS)
		mc->mc_drums = bank >> 7 >= 126;
	if (ms->mets->pgmchg != NULL)
		ms->mets->pgmchg(ms, channel, program);
}

/* Tell the driver; whether it does all that is to be done. */
static bool
midisyn_notice(midisyn *ms, midictl_evt event, u_int channel, u_int which)
{

	return ms->mets->ctlnotice != NULL &&
	    ms->mets->ctlnotice(ms, event, channel, which) != 0;
}

/* A controller of the channel has another value. */
static void
midisyn_controller(midisyn *ms, u_int channel, u_int controller)
{
	struct midisyn_state *st = ms->state;
	const bool done = midisyn_notice(ms, MIDICTL_CTLR, channel,
	    controller);

	switch (controller) {
	case MIDI_CTRL_CHANNEL_VOLUME_MSB:
		if (done)
			st->ms_driver_does |= MIDISYN_DOES_VOLUME;
		midisyn_live_levels(ms, channel);
		break;
	case MIDI_CTRL_EXPRESSION_MSB:
		if (done)
			st->ms_driver_does |= MIDISYN_DOES_EXPRESSION;
		midisyn_live_levels(ms, channel);
		break;
	case MIDI_CTRL_PAN_MSB:
		if (!done)
			midisyn_live_pans(ms, channel);
		break;
	case MIDI_CTRL_MODULATION_MSB:
		if (done)
			break;
		midisyn_live_pitches(ms, channel);
		midisyn_live_start(ms);
		break;
	case MIDI_CTRL_HOLD_1:
		midisyn_note_pedals(ms, channel);
		break;
	default:
		break;
	}
}

/* Sostenuto takes the keys of the moment it goes down. */
static void
midisyn_sostenuto(midisyn *ms, u_int channel, bool was)
{
	const bool is = midi_ctl_on(&ms->state->ms_channel[channel].mc_ctl,
	    MIDI_CTRL_SOSTENUTO);

	if (is && !was)
		midisyn_note_latch(ms, channel);
	else if (!is && was)
		midisyn_note_unlatch(ms, channel);
}

/* Make Reset All Controllers heard. */
static void
midisyn_controllers_reset(midisyn *ms, u_int channel)
{

	(void)midisyn_notice(ms, MIDICTL_RESET, channel, 0);
	midisyn_note_unlatch(ms, channel);
	midisyn_live_levels(ms, channel);
	midisyn_live_pitches(ms, channel);
}

static void
midisyn_control_change(midisyn *ms, u_int channel, const uint8_t *msg)
{
	struct midi_ctl *ctl = &ms->state->ms_channel[channel].mc_ctl;
	const bool was = midi_ctl_on(ctl, MIDI_CTRL_SOSTENUTO);
	const struct midi_ctl_change cc = midi_ctl_control(ctl, msg[1],
	    msg[2]);

	switch (cc.cc_event) {
	case MIDI_CTL_NOTHING:
		break;
	case MIDI_CTL_VALUE:
		midisyn_controller(ms, channel, cc.cc_number);
		if (cc.cc_number == MIDI_CTRL_SOSTENUTO)
			midisyn_sostenuto(ms, channel, was);
		break;
	case MIDI_CTL_RPN:
		if (!midisyn_notice(ms, MIDICTL_RPN, channel, cc.cc_number))
			midisyn_live_pitches(ms, channel);
		break;
	case MIDI_CTL_NRPN:
		(void)midisyn_notice(ms, MIDICTL_NRPN, channel, cc.cc_number);
		break;
	case MIDI_CTL_SOUND_OFF:
		(void)midisyn_notice(ms, MIDICTL_SOUND_OFF, channel, 0);
		midisyn_note_silence(ms, channel);
		break;
	case MIDI_CTL_RESET:
		midisyn_controllers_reset(ms, channel);
		break;
	case MIDI_CTL_LOCAL:
		(void)midisyn_notice(ms, MIDICTL_LOCAL, channel, cc.cc_value);
		break;
	case MIDI_CTL_MODE:
		(void)midisyn_notice(ms, MIDICTL_MODE, channel, cc.cc_number);
		midisyn_note_all_off(ms, channel);
		break;
	case MIDI_CTL_NOTES_OFF:
		(void)midisyn_notice(ms, MIDICTL_NOTES_OFF, channel, 0);
		midisyn_note_all_off(ms, channel);
		break;
	}
}

static void
midisyn_channel_message(midisyn *ms, const uint8_t *msg)
{
	const u_int channel = msg[0] & 0x0f;
	struct midi_ctl *ctl = &ms->state->ms_channel[channel].mc_ctl;

	switch (msg[0] & 0xf0) {
	case MIDI_MSG_NOTE_OFF:
		midisyn_note_off(ms, channel, msg[1], msg[2]);
		break;
	case MIDI_MSG_NOTE_ON:
		midisyn_note_on(ms, channel, msg[1], msg[2]);
		break;
	case MIDI_MSG_CONTROL:
		midisyn_control_change(ms, channel, msg);
		break;
	case MIDI_MSG_PROGRAM:
		midisyn_program(ms, channel, msg[1]);
		break;
	case MIDI_MSG_PRESSURE:
		ctl->mc_pressure = msg[1];
		midisyn_live_pitches(ms, channel);
		midisyn_live_start(ms);
		break;
	case MIDI_MSG_BEND:
		ctl->mc_bend = (uint16_t)(msg[1] | msg[2] << 7);
		midisyn_live_pitches(ms, channel);
		break;
	default:
		/* No chip has anything to press on a single key. */
		break;
	}
}

/* What concerns all channels. */
static void
midisyn_exclusive(midisyn *ms, const struct syn_sysex_command *sc)
{
	struct midisyn_state *st = ms->state;
	u_int channel;

	switch (sc->sc_kind) {
	case SYN_SYSEX_NONE:
		return;
	case SYN_SYSEX_GM_ON:
		midisyn_reset(ms, MIDISYN_MODE_GM);
		return;
	case SYN_SYSEX_GM_OFF:
	case SYN_SYSEX_GM2_ON:
	case SYN_SYSEX_GS_RESET:
		midisyn_reset(ms, MIDISYN_MODE_GS);
		return;
	case SYN_SYSEX_XG_ON:
		midisyn_reset(ms, MIDISYN_MODE_XG);
		return;
	case SYN_SYSEX_DRUMS:
		midisyn_note_silence(ms, sc->sc_channel);
		st->ms_channel[sc->sc_channel].mc_drums = sc->sc_value != 0;
		return;
	case SYN_SYSEX_VOLUME:
		st->ms_master_cb = syn_pitch_level_cb(sc->sc_value);
		break;
	case SYN_SYSEX_FINE:
		st->ms_master_fine = ((int32_t)sc->sc_value -
		    MIDI_CTL_CENTRE) * (MIDISYN_KEY / MIDI_CTL_CENTRE);
		break;
	case SYN_SYSEX_COARSE:
		st->ms_master_coarse = ((int32_t)sc->sc_value - 64) *
		    MIDISYN_KEY;
		break;
	}
	for (channel = 0; channel < MIDI_MAX_CHANS; channel++) {
		midisyn_live_levels(ms, channel);
		midisyn_live_pitches(ms, channel);
	}
}

/* A canonical run. */
static void
midisyn_run(midisyn *ms, const uint8_t *run, size_t n)
{
	struct midisyn_state *st = ms->state;
	struct syn_sysex_command sc;
	size_t i, len;

	for (i = 0; i < n; i += len) {
		len = midi_msg_unit(run + i, n - i);
		KASSERT(len != 0);
		if (midi_msg_is_channel(run[i]))
			midisyn_channel_message(ms, run + i);
		else if (midi_msg_is_sysex(run[i])) {
			sc = syn_sysex_take(&st->ms_sysex, run + i, len);
			midisyn_exclusive(ms, &sc);
		} else if (run[i] == MIDI_MSG_RESET)
			midisyn_reset(ms, MIDISYN_MODE_GS);
	}
}

/*
 * For midi(4).
 */

static int
midisyn_open(void *hdl, int flags, void (*in)(void *, int),
    void (*out)(void *), void *arg)
{
	midisyn *ms = hdl;
	struct midisyn_state *st = ms->state;
	int error;

	KASSERT(mutex_owned(ms->lock));
	error = ms->mets->open != NULL ? ms->mets->open(ms, flags) : 0;
	if (error)
		return error;
	midi_parse_init(&st->ms_parse, 0);
	syn_sysex_init(&st->ms_sysex);
	midisyn_reset(ms, MIDISYN_MODE_GS);
	st->ms_open = true;
	return 0;
}

static void
midisyn_close(void *hdl)
{
	midisyn *ms = hdl;
	u_int channel;

	KASSERT(mutex_owned(ms->lock));
	for (channel = 0; channel < MIDI_MAX_CHANS; channel++)
		midisyn_note_silence(ms, channel);
	ms->state->ms_open = false;
	if (ms->mets->close != NULL)
		ms->mets->close(ms);
}

static int
midisyn_outputn(void *hdl, const uint8_t *bytes, int n)
{
	midisyn *ms = hdl;
	uint8_t run[MIDI_PARSE_OUT_MAX(MIDISYN_CHUNK)];
	size_t done, used, out;

	KASSERT(mutex_owned(ms->lock));
	for (done = 0; done < (size_t)n; done += used) {
		used = midi_parse_run(&ms->state->ms_parse, bytes + done,
		    MIN((size_t)n - done, MIDISYN_CHUNK), run, sizeof(run),
		    &out);
		midisyn_run(ms, run, out);
	}
	return n;
}

static int
midisyn_output(void *hdl, int byte)
{
	const uint8_t b = (uint8_t)byte;

	(void)midisyn_outputn(hdl, &b, 1);
	return EINPROGRESS;
}

static void
midisyn_getinfo(void *hdl, struct midi_info *info)
{
	const midisyn *ms = hdl;

	info->name = ms->name;
	info->run = &midisyn_hw_if_run;
	info->props = MIDI_PROP_CANONICAL | MIDI_PROP_RELIABLE;
}

static int
midisyn_ioctl(void *hdl, u_long cmd, void *data, int flag, struct lwp *l)
{
	midisyn *ms = hdl;

	KASSERT(mutex_owned(ms->lock));
	return ms->mets->ioctl != NULL ?
	    ms->mets->ioctl(ms, cmd, data, flag, l) : EPASSTHROUGH;
}

static void
midisyn_get_locks(void *hdl, kmutex_t **intr, kmutex_t **thread)
{
	midisyn *ms = hdl;

	*intr = ms->lock;
	*thread = NULL;
}
