/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * opl.c: Yamaha's OPL2 and OPL3.  See opl(4).
 *
 * midisyn calls with a note, and what it means for the registers is set down
 * in sc_chip at once (opl_chip.c).  A soft interrupt writes it to the chip,
 * one register at a time: it takes what comes next with the lock held, and
 * writes, and waits for the chip, without.  A lock shared with the rest of a
 * sound card is so never held for as long as an OPL2 needs.  Soft interrupts
 * of several processors may want to write: sc_writing lets one of them, and
 * who finds it set leaves his work to that one.
 *
 * A pause that a note has to wait for before it begins is the alarm's, if
 * alarms are fine enough here; else there is none.
 *
 * Lock: the attachment's, [h], the hardware lock of midi(4).
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bus.h>
#include <sys/cpu.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/midiio.h>

#include <dev/ic/oplinstrs.h>
#include <dev/ic/oplvar.h>
#include <dev/midi_if.h>
#include <dev/midi/midi_alarm.h>
#include <dev/midi/syn_pitch.h>

/* Steps of an alarm that are fine enough for a pause. */
#define OPL_ALARM_NS		(2 * OPL_CHIP_FADE_NS)
/* A pan from here to there is the middle. */
#define OPL_CENTRE_MIN		44
#define OPL_CENTRE_MAX		84
/* The soft pedal: steps that modulators are turned down, which is duller. */
#define OPL_SOFT_STEPS		4
/* How often a timer of 80 us is looked at, and how long between. */
#define OPL_TIMER_LOOKS		40
#define OPL_TIMER_LOOK_US	10

/* Percussion that sounds as long as its key is down. */
#define OPL_LONG_WHISTLE	72
#define OPL_LONG_GUIRO		74

static int	opl_open(midisyn *, int);
static void	opl_close(midisyn *);
static int	opl_ioctl(midisyn *, u_long, void *, int, struct lwp *);
static void	opl_release(midisyn *, uint_fast16_t, uint_fast8_t);
static void	opl_repitch(midisyn *, uint_fast16_t, midipitch_t);
static void	opl_relevel(midisyn *, uint_fast16_t, int16_t);
static void	opl_attack(midisyn *, uint_fast16_t,
		    const struct midisyn_note *);
static void	opl_silence(midisyn *, uint_fast16_t);
static void	opl_pan(midisyn *, uint_fast16_t, uint_fast8_t);
static uint64_t	opl_tail(midisyn *, uint_fast16_t);
static int	opl_instrument(midisyn *, const struct midisyn_note *,
		    uint32_t *);

static struct midisyn_methods opl_methods = {
	.open = opl_open,
	.close = opl_close,
	.ioctl = opl_ioctl,
	.releasev = opl_release,
	.repitchv = opl_repitch,
	.relevelv = opl_relevel,
	.attackn = opl_attack,
	.silencev = opl_silence,
	.panv = opl_pan,
	.tailv = opl_tail,
	.instrument = opl_instrument,
};

/*
 * Registers.
 */

static uint8_t
opl_status(struct opl_softc *sc)
{

	if (sc->read_status != NULL)
		return sc->read_status(sc, 0);
	return bus_space_read_1(sc->iot, sc->ioh, sc->offs + OPL_STATUS);
}

/* Write a register and wait until the chip can take another.  A model that is
 * not known yet is treated as the slower one. */
static void
opl_write(struct opl_softc *sc, u_int reg, uint8_t value)
{
	const int bank = reg < 0x100 ? 0 : OPL_BANK2;
	const bool fast = sc->model == OPL_3;

	if (sc->send_command != NULL) {
		sc->send_command(sc, bank, reg & 0xff, value);
		return;
	}
	bus_space_write_1(sc->iot, sc->ioh, sc->offs + bank + OPL_ADDR,
	    reg & 0xff);
	delay(fast ? OPL3_ADDR_US : OPL2_ADDR_US);
	bus_space_write_1(sc->iot, sc->ioh, sc->offs + bank + OPL_DATA,
	    value);
	delay(fast ? OPL3_DATA_US : OPL2_DATA_US);
}

/* Something is to be written.  Lock held. */
static void
opl_kick(struct opl_softc *sc)
{

	KASSERT(mutex_owned(sc->lock));
	kpreempt_disable();
	softint_schedule(sc->sc_sih);
	kpreempt_enable();
}

static void
opl_alarm(void *arg)
{
	struct opl_softc *sc = arg;

	mutex_enter(sc->lock);
	if (!sc->sc_dying)
		opl_kick(sc);
	mutex_exit(sc->lock);
}

/* Take the next write.  False: there is none now, or another one writes. */
static bool
opl_next(struct opl_softc *sc, bool *mine, struct opl_chip_write *cw,
    uint64_t *when_ns)
{
	bool more = false;

	mutex_enter(sc->lock);
	if (*mine || !sc->sc_writing) {
		more = opl_chip_next(&sc->sc_chip, midi_alarm_now_ns(), cw,
		    when_ns);
		*mine = sc->sc_writing = more;
	}
	if (sc->sc_dying)
		*when_ns = OPL_CHIP_NEVER;
	if (more && sc->send_command != NULL)
		opl_write(sc, cw->cw_register, cw->cw_value);
	mutex_exit(sc->lock);
	return more;
}

/* Write all that there is to write now.  Thread or soft interrupt. */
static void
opl_softint(void *arg)
{
	struct opl_softc *sc = arg;
	struct opl_chip_write cw;
	uint64_t when_ns = OPL_CHIP_NEVER;
	bool mine = false;

	while (opl_next(sc, &mine, &cw, &when_ns)) {
		if (sc->send_command == NULL)
			opl_write(sc, cw.cw_register, cw.cw_value);
	}
	if (when_ns != OPL_CHIP_NEVER)
		midi_alarm_at(sc->sc_alarm, when_ns);
}

/*
 * Finding the chip.
 */

/* The flags of the timers, after a while of timer 1 counting its shortest; it
 * is started by the register of this number. */
static uint8_t
opl_find_flags(struct opl_softc *sc, u_int control)
{
	uint8_t flags = 0;
	u_int i;

	opl_write(sc, OPL_TIMER1, 0xff);
	opl_write(sc, control, OPL_TIMER2_MASK | OPL_TIMER1_START);
	for (i = 0; i < OPL_TIMER_LOOKS && flags == 0; i++) {
		delay(OPL_TIMER_LOOK_US);
		flags = opl_status(sc) & OPL_STATUS_FLAGS;
	}
	return flags;
}

static void
opl_find_reset(struct opl_softc *sc)
{

	opl_write(sc, OPL_TIMER_CONTROL, OPL_TIMER1_MASK | OPL_TIMER2_MASK);
	opl_write(sc, OPL_TIMER_CONTROL, OPL_IRQ_RESET);
}

int
opl_find(struct opl_softc *sc)
{
	uint8_t before, flags, status;

	sc->model = 0;
	opl_find_reset(sc);
	before = opl_status(sc) & OPL_STATUS_FLAGS;
	flags = opl_find_flags(sc, OPL_TIMER_CONTROL);
	status = opl_status(sc);
	opl_find_reset(sc);
	/* Where nothing answers, all bits are 1, or none. */
	if (before != 0 || flags != (OPL_STATUS_IRQ | OPL_STATUS_FT1) ||
	    (opl_status(sc) & OPL_STATUS_FLAGS) != 0)
		return 0;
	sc->model = OPL_2;
	/*
	 * Some that imitate an OPL2 have an OPL3's status, but not its second
	 * bank: then the timers are started there as well.
	 */
	if ((status & OPL_STATUS_OPL2) == 0) {
		if (opl_find_flags(sc, 0x100 + OPL_TIMER_CONTROL) == 0)
			sc->model = OPL_3;
		opl_find_reset(sc);
	}
	return 1;
}

int
opl_match(bus_space_tag_t iot, bus_space_handle_t ioh, int offs)
{
	struct opl_softc *sc;
	int found;

	sc = kmem_zalloc(sizeof(*sc), KM_SLEEP);
	sc->iot = iot;
	sc->ioh = ioh;
	sc->offs = offs;
	found = opl_find(sc);
	kmem_free(sc, sizeof(*sc));
	return found;
}

/*
 * The bank.
 */

/* Put an instrument at a number 0..255.  Lock held, or at attach. */
static int
opl_load(struct opl_softc *sc, u_int number, const uint8_t *bytes, bool opl3)
{
	struct opl_patch op;
	u_int i;

	if (number >= OPL_PATCH_NUMBERS || !opl_patch_decode(&op, bytes, opl3))
		return EINVAL;
	/* Half of such an instrument is no instrument. */
	if (op.op_kind == OPL_PATCH_FOUR && sc->model != OPL_3)
		return EINVAL;
	for (i = 0; i < 2 && sc->model != OPL_3; i++)
		op.op_bytes[0][OPL_PATCH_WAVE + i] &= 3;
	sc->sc_bank[number] = op;
	sc->sc_there[number] = true;
	return 0;
}

/* As it is from the beginning.  Lock held, or at attach. */
static void
opl_load_builtin(struct opl_softc *sc)
{
	uint8_t bytes[OPL_PATCH_BYTES];
	const uint8_t *instr;
	u_int i, number;
	int error __diagused;

	memset(sc->sc_there, 0, sizeof(sc->sc_there));
	for (i = 0; i < OPLINSTRS_PROGRAMS + OPLINSTRS_DRUMS; i++) {
		instr = oplinstrs_bank[i];
		number = i < OPLINSTRS_PROGRAMS ? i : i -
		    OPLINSTRS_PROGRAMS + OPLINSTRS_FIRST_DRUM +
		    OPL_PATCH_DRUM;
		memset(bytes, 0, sizeof(bytes));
		memcpy(bytes, instr, OPL_PATCH_CHANNEL);
		bytes[OPL_PATCH_KEY] = instr[OPL_PATCH_CHANNEL];
		error = opl_load(sc, number, bytes, false);
		KASSERT(error == 0);
	}
}

static u_int
opl_number(const struct midisyn_note *mn)
{

	return mn->mn_percussion ? OPL_PATCH_DRUM + mn->mn_key :
	    mn->mn_program;
}

static int
opl_instrument(midisyn *ms, const struct midisyn_note *mn, uint32_t *number)
{
	struct opl_softc *sc = ms->data;
	const struct opl_patch *op;
	int flags = 0;

	*number = opl_number(mn);
	op = &sc->sc_bank[*number];
	if (!sc->sc_there[*number])
		return MIDISYN_MUTE;
	if (op->op_kind != OPL_PATCH_TWO && sc->model == OPL_3)
		flags |= MIDISYN_WIDE;
	if (mn->mn_percussion && opl_patch_decays(op) &&
	    mn->mn_key != OPL_LONG_WHISTLE && mn->mn_key != OPL_LONG_GUIRO)
		flags |= MIDISYN_ONESHOT;
	return flags;
}

static int
opl_ioctl(midisyn *ms, u_long cmd, void *data, int flag, struct lwp *l)
{
	struct opl_softc *sc = ms->data;
	const struct sbi_instrument *sbi = data;
	int error;

	switch (cmd) {
	case SEQUENCER_FM_LOAD_INSTR:
		if ((flag & FWRITE) == 0)
			return EBADF;
		error = EINVAL;
		if (sbi->channel >= 0 && (sbi->key == SBI_FM_PATCH ||
		    sbi->key == SBI_OPL3_PATCH))
			error = opl_load(sc, (u_int)sbi->channel,
			    sbi->operators, sbi->key == SBI_OPL3_PATCH);
		if (error)
			sc->sc_refused.ev_count++;
		else
			sc->sc_loaded.ev_count++;
		return error;
	case SEQUENCER_RESETSAMPLES:
		if ((flag & FWRITE) == 0)
			return EBADF;
		opl_load_builtin(sc);
		return 0;
	default:
		return EPASSTHROUGH;
	}
}

/*
 * Notes.
 */

/* The bits of a place, which an OPL2 has not. */
static uint8_t
opl_place(const struct opl_softc *sc, u_int pan)
{

	if (sc->model != OPL_3)
		return 0;
	if (pan < OPL_CENTRE_MIN)
		return sc->panl;
	return pan > OPL_CENTRE_MAX ? sc->panr : OPL_LEFT | OPL_RIGHT;
}

/* The voice of a channel's half (0, 1) as a channel of the chip. */
static u_int
opl_channel(u_int voice, u_int half)
{

	return half == 0 ? voice : (u_int)opl_chip_partner(voice);
}

static u_int
opl_halves(const struct opl_voice *ov)
{

	return ov->ov_wide ? 2 : 1;
}

static u_int
opl_fnum(const struct opl_voice *ov, u_int half)
{
	const struct opl_patch *op = &ov->ov_patch;
	midipitch_t mp = ov->ov_pitch;
	struct syn_pitch_fnum sf;

	mp += op->op_transpose[half] * MIDIPITCH_SEMITONE;
	if (half == 1)
		mp += op->op_detune * (MIDIPITCH_SEMITONE / 64);
	sf = syn_pitch_opl(mp);
	return opl_chip_fnum(sf.sf_block, sf.sf_fnum);
}

/* The level byte of operator 0..3 for a note of this level. */
static uint8_t
opl_level(const struct opl_voice *ov, u_int operator, int16_t level_cb)
{
	const uint8_t byte = ov->ov_patch.op_bytes[operator / 2]
	    [OPL_PATCH_LEVEL + operator % 2];
	u_int steps = byte & OPL_TOTAL_LEVEL;

	if (opl_patch_carriers(&ov->ov_patch) & 1U << operator)
		steps = syn_pitch_steps(level_cb, steps);
	else if (ov->ov_soft)
		steps = MIN(steps + OPL_SOFT_STEPS, SYN_PITCH_STEPS_MAX);
	return (uint8_t)((byte & OPL_LEVEL_SCALE) | steps);
}

static void
opl_attack(midisyn *ms, uint_fast16_t v, const struct midisyn_note *mn)
{
	struct opl_softc *sc = ms->data;
	struct opl_voice *ov = &sc->sc_voice[v];
	const uint8_t place = opl_place(sc, mn->mn_pan);
	uint8_t bytes[OPL_PATCH_CHANNEL];
	u_int half;

	ov->ov_patch = sc->sc_bank[opl_number(mn)];
	ov->ov_wide = sc->model == OPL_3 &&
	    ov->ov_patch.op_kind != OPL_PATCH_TWO;
	ov->ov_soft = mn->mn_soft;
	ov->ov_decays = mn->mn_percussion && opl_patch_decays(&ov->ov_patch);
	ov->ov_pitch = mn->mn_pitch;
	if (ov->ov_patch.op_key != 0)
		ov->ov_pitch = MIDIPITCH_FROM_KEY(ov->ov_patch.op_key);
	/* The second half first: it must be there when the key goes down. */
	for (half = opl_halves(ov); half-- > 0; ) {
		memcpy(bytes, ov->ov_patch.op_bytes[half], sizeof(bytes));
		bytes[OPL_PATCH_LEVEL] = opl_level(ov, 2 * half,
		    mn->mn_level_cb);
		bytes[OPL_PATCH_LEVEL + 1] = opl_level(ov, 2 * half + 1,
		    mn->mn_level_cb);
		if (half == 1 && ov->ov_patch.op_kind == OPL_PATCH_FOUR)
			opl_chip_prepare(&sc->sc_chip, opl_channel(v, half),
			    bytes, place);
		else
			opl_chip_strike(&sc->sc_chip, opl_channel(v, half),
			    bytes, opl_fnum(ov, half), place,
			    ov->ov_patch.op_kind == OPL_PATCH_FOUR);
	}
	opl_kick(sc);
}

static uint64_t
opl_tail(midisyn *ms, uint_fast16_t v)
{
	struct opl_softc *sc = ms->data;
	const struct opl_voice *ov = &sc->sc_voice[v];

	return opl_patch_tail_ns(&ov->ov_patch,
	    opl_fnum(ov, 0) >> (8 + OPL_BLOCK_SHIFT), ov->ov_decays);
}

static void
opl_release(midisyn *ms, uint_fast16_t v, uint_fast8_t velocity)
{
	struct opl_softc *sc = ms->data;
	const struct opl_voice *ov = &sc->sc_voice[v];
	const uint64_t silent_ns = midi_alarm_now_ns() + opl_tail(ms, v);
	u_int half;

	for (half = 0; half < opl_halves(ov); half++) {
		if (half == 0 || ov->ov_patch.op_kind == OPL_PATCH_DOUBLE)
			opl_chip_release(&sc->sc_chip, opl_channel(v, half),
			    silent_ns);
	}
	opl_kick(sc);
}

static void
opl_silence(midisyn *ms, uint_fast16_t v)
{
	struct opl_softc *sc = ms->data;
	u_int half;

	for (half = 0; half < opl_halves(&sc->sc_voice[v]); half++)
		opl_chip_silence(&sc->sc_chip, opl_channel(v, half));
	opl_kick(sc);
}

static void
opl_repitch(midisyn *ms, uint_fast16_t v, midipitch_t mp)
{
	struct opl_softc *sc = ms->data;
	struct opl_voice *ov = &sc->sc_voice[v];
	u_int half;

	if (ov->ov_patch.op_key != 0)
		return;
	ov->ov_pitch = mp;
	for (half = 0; half < opl_halves(ov); half++)
		opl_chip_set_fnum(&sc->sc_chip, opl_channel(v, half),
		    opl_fnum(ov, half));
	opl_kick(sc);
}

static void
opl_relevel(midisyn *ms, uint_fast16_t v, int16_t level_cb)
{
	struct opl_softc *sc = ms->data;
	const struct opl_voice *ov = &sc->sc_voice[v];
	u_int operator;

	for (operator = 0; operator < 2 * opl_halves(ov); operator++)
		opl_chip_set_level(&sc->sc_chip, opl_channel(v, operator / 2),
		    operator % 2, opl_level(ov, operator, level_cb));
	opl_kick(sc);
}

static void
opl_pan(midisyn *ms, uint_fast16_t v, uint_fast8_t pan)
{
	struct opl_softc *sc = ms->data;
	u_int half;

	for (half = 0; half < opl_halves(&sc->sc_voice[v]); half++)
		opl_chip_set_place(&sc->sc_chip, opl_channel(v, half),
		    opl_place(sc, pan));
	opl_kick(sc);
}

/*
 * Life.
 */

/* What the chip holds is not known: begin anew. */
static void
opl_start(struct opl_softc *sc)
{

	opl_chip_init(&sc->sc_chip, sc->model == OPL_3,
	    midi_alarm_resolution_ns() <= OPL_ALARM_NS ? OPL_CHIP_FADE_NS :
	    0);
}

static int
opl_open(midisyn *ms, int flags)
{
	struct opl_softc *sc = ms->data;

	if (sc->powerctl != NULL) {
		(void)sc->powerctl(sc->powerarg, 1);
		opl_start(sc);
	}
	if (sc->spkrctl != NULL)
		(void)sc->spkrctl(sc->spkrarg, 1);
	opl_kick(sc);
	return 0;
}

static void
opl_close(midisyn *ms)
{
	struct opl_softc *sc = ms->data;

	if (sc->spkrctl != NULL)
		(void)sc->spkrctl(sc->spkrarg, 0);
	if (sc->powerctl != NULL)
		(void)sc->powerctl(sc->powerarg, 0);
}

static void
opl_attach_syn(struct opl_softc *sc)
{
	midisyn *ms = &sc->syn;
	u_int v;

	ms->mets = &opl_methods;
	strlcat(ms->name, "Yamaha OPL", sizeof(ms->name));
	strlcat(ms->name, sc->model == OPL_3 ? "3" : "2", sizeof(ms->name));
	ms->nvoice = sc->model == OPL_3 ? OPL3_NVOICE : OPL2_NVOICE;
	ms->data = sc;
	ms->lock = sc->lock;
	midisyn_init(ms);
	for (v = 0; v < OPL3_NVOICE && sc->model == OPL_3; v++) {
		if (opl_chip_partner(v) > (int)v)
			midisyn_pair(ms, (int)v, opl_chip_partner(v));
	}
	sc->sc_mididev = midi_attach_mi(&midisyn_hw_if, ms, sc->dev);
}

void
opl_attach(struct opl_softc *sc)
{
	const bool swap = (device_cfdata(sc->dev)->cf_flags &
	    OPL_FLAGS_SWAP_LR) != 0;

	if (!opl_find(sc)) {
		aprint_error(": the OPL has gone\n");
		return;
	}
	aprint_normal(": model OPL%d\n", sc->model);
	sc->panl = swap ? OPL_RIGHT : OPL_LEFT;
	sc->panr = swap ? OPL_LEFT : OPL_RIGHT;
	sc->sc_alarm = midi_alarm_create(opl_alarm, sc);
	sc->sc_sih = softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE,
	    opl_softint, sc);
	if (sc->sc_alarm == NULL || sc->sc_sih == NULL) {
		aprint_error_dev(sc->dev, "no soft interrupt\n");
		return;
	}
	sc->sc_bank = kmem_zalloc(OPL_PATCH_NUMBERS * sizeof(*sc->sc_bank),
	    KM_SLEEP);
	opl_load_builtin(sc);
	evcnt_attach_dynamic(&sc->sc_loaded, EVCNT_TYPE_MISC, NULL,
	    device_xname(sc->dev), "instruments loaded");
	evcnt_attach_dynamic(&sc->sc_refused, EVCNT_TYPE_MISC, NULL,
	    device_xname(sc->dev), "instruments refused");
	opl_start(sc);
	opl_softint(sc);
	opl_attach_syn(sc);
}

int
opl_detach(struct opl_softc *sc, int flags)
{
	int error;

	error = config_detach_children(sc->dev, flags);
	if (error)
		return error;
	if (sc->syn.state != NULL)
		midisyn_fini(&sc->syn);
	/* From now on the alarm is not set, nor calls for writes. */
	mutex_enter(sc->lock);
	sc->sc_dying = true;
	mutex_exit(sc->lock);
	if (sc->sc_sih != NULL)
		softint_disestablish(sc->sc_sih);
	if (sc->sc_alarm != NULL)
		midi_alarm_destroy(sc->sc_alarm);
	if (sc->sc_bank == NULL)
		return 0;
	evcnt_detach(&sc->sc_refused);
	evcnt_detach(&sc->sc_loaded);
	kmem_free(sc->sc_bank, OPL_PATCH_NUMBERS * sizeof(*sc->sc_bank));
	if (sc->model == OPL_3)
		opl_write(sc, OPL3_MODE, 0);
	return 0;
}
