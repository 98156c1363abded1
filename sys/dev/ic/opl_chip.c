/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * opl_chip.c: what an OPL is to do, as a sequence of register writes.
 *
 * Of the channels that have something to do now, the one that has had it
 * longest is served.  Invariants: oc_have is what the chip's registers hold,
 * but for the key, which is oc_key; in LOAD the key is off.
 */

#include <dev/ic/opl_chip.h>

#define OPL_CHIP_BANK		9	/* channels of a bank */
#define OPL_CHIP_BANK2		0x100
#define OPL_CHIP_PAIRS		3	/* of a bank, each with the channel 3
					   further on */

/* The number of a channel's first operator; the second's is 3 higher. */
static const uint8_t opl_chip_operators[OPL_CHIP_BANK] = {
	0x00, 0x01, 0x02, 0x08, 0x09, 0x0a, 0x10, 0x11, 0x12
};

/* An operator's registers. */
static const uint8_t opl_chip_bases[OPL_CHIP_OPERATOR] = {
	OPL_CHARS, OPL_LEVEL, OPL_ATTACK, OPL_RELEASE, OPL_WAVE
};

/* Fields of the first operator; of the second OPL_CHIP_OPERATOR more. */
#define OPL_CHIP_LEVEL		1
#define OPL_CHIP_RELEASE	3

/* What the start leaves in a channel: silence. */
static const uint8_t opl_chip_silent[OPL_CHIP_FIELDS] = {
	0x00, 0x3f, 0xff, 0xff, 0x00, 0x00, 0x3f, 0xff, 0xff, 0x00, 0, 0, 0
};

/* The first writes, before those of channels. */
static const struct opl_chip_write opl_chip_start2[] = {
	{ OPL_TEST, OPL_ENABLE_WAVE_SELECT }, { OPL_KEYBOARD_SPLIT, 0 },
	{ OPL_DEPTH, 0 }
};
static const struct opl_chip_write opl_chip_start3[] = {
	{ OPL3_MODE, OPL3_NEW }, { OPL3_4OP, 0 }, { OPL_TEST, 0 },
	{ OPL_KEYBOARD_SPLIT, 0 }, { OPL_DEPTH, 0 }
};

void
opl_chip_init(struct opl_chip *ch, bool opl3, uint64_t fade_ns)
{

	memset(ch, 0, sizeof(*ch));
	ch->ch_opl3 = opl3;
	ch->ch_channels = opl3 ? OPL3_NVOICE : OPL2_NVOICE;
	ch->ch_fade_ns = fade_ns;
}

static uint16_t
opl_chip_register(unsigned int c, unsigned int field)
{
	const unsigned int bank = c < OPL_CHIP_BANK ? 0 : OPL_CHIP_BANK2;
	const unsigned int place = c % OPL_CHIP_BANK;

	switch (field) {
	case OPL_CHIP_FEEDBACK:
		return (uint16_t)(bank + OPL_FEEDBACK + place);
	case OPL_CHIP_FNUM_LOW:
		return (uint16_t)(bank + OPL_FNUM_LOW + place);
	case OPL_CHIP_KEY:
		return (uint16_t)(bank + OPL_KEY + place);
	default:
		break;
	}
	return (uint16_t)(bank + opl_chip_bases[field % OPL_CHIP_OPERATOR] +
	    opl_chip_operators[place] +
	    (field < OPL_CHIP_OPERATOR ? 0 : 3));
}

int
opl_chip_partner(unsigned int c)
{
	const unsigned int place = c % OPL_CHIP_BANK;

	if (place >= 2 * OPL_CHIP_PAIRS)
		return -1;
	return (int)(place < OPL_CHIP_PAIRS ? c + OPL_CHIP_PAIRS :
	    c - OPL_CHIP_PAIRS);
}

/* A channel's pair in register OPL3_4OP; 0: it has none. */
static uint8_t
opl_chip_pair_bit(unsigned int c)
{

	if (opl_chip_partner(c) < 0)
		return 0;
	return (uint8_t)(1U << (c % OPL_CHIP_PAIRS +
	    (c < OPL_CHIP_BANK ? 0 : OPL_CHIP_PAIRS)));
}

/* The next write of the start. */
static void
opl_chip_begin(struct opl_chip *ch, struct opl_chip_write *cw)
{
	const unsigned int n = ch->ch_opl3 ? __arraycount(opl_chip_start3) :
	    __arraycount(opl_chip_start2);
	unsigned int c, field;

	if (ch->ch_start < n) {
		*cw = ch->ch_opl3 ? opl_chip_start3[ch->ch_start] :
		    opl_chip_start2[ch->ch_start];
		ch->ch_start++;
		return;
	}
	c = (ch->ch_start - n) / OPL_CHIP_FIELDS;
	/* The key first. */
	field = OPL_CHIP_FIELDS - 1 - (ch->ch_start - n) % OPL_CHIP_FIELDS;
	cw->cw_register = opl_chip_register(c, field);
	cw->cw_value = opl_chip_silent[field];
	ch->ch_channel[c].oc_have[field] = cw->cw_value;
	ch->ch_start++;
}

static bool
opl_chip_started(const struct opl_chip *ch)
{

	return ch->ch_start >= ch->ch_channels * OPL_CHIP_FIELDS +
	    (ch->ch_opl3 ? __arraycount(opl_chip_start3) :
	    __arraycount(opl_chip_start2));
}

/* Write a field, with the key bit as it is. */
static void
opl_chip_put(struct opl_chip *ch, unsigned int c, unsigned int field,
    uint8_t value, struct opl_chip_write *cw)
{
	struct opl_channel *oc = &ch->ch_channel[c];

	oc->oc_have[field] = value;
	oc->oc_dirty &= (uint16_t)~(1U << field);
	cw->cw_register = opl_chip_register(c, field);
	cw->cw_value = value;
	if (field == OPL_CHIP_KEY && oc->oc_key)
		cw->cw_value |= OPL_KEY_ON;
}

/* Go to the next step after FADE, which has been written or is needless. */
static void
opl_chip_faded(struct opl_channel *oc, uint64_t now_ns)
{

	oc->oc_silent_ns = 0;
	if (!oc->oc_load)
		oc->oc_step = OPL_CHIP_IDLE;
	else
		oc->oc_step = now_ns < oc->oc_ready_ns ? OPL_CHIP_WAIT :
		    OPL_CHIP_LOAD;
}

/* False: it has nothing to write. */
static bool
opl_chip_fade(struct opl_chip *ch, unsigned int c, uint64_t now_ns,
    struct opl_chip_write *cw)
{
	struct opl_channel *oc = &ch->ch_channel[c];
	unsigned int i, field;

	if (!oc->oc_key && now_ns >= oc->oc_silent_ns) {
		opl_chip_faded(oc, now_ns);
		return false;
	}
	for (i = 0; i < 2; i++) {
		field = OPL_CHIP_RELEASE + i * OPL_CHIP_OPERATOR;
		if ((oc->oc_have[field] & 0x0f) != 0x0f) {
			opl_chip_put(ch, c, field,
			    oc->oc_have[field] | 0x0f, cw);
			return true;
		}
	}
	oc->oc_ready_ns = now_ns + ch->ch_fade_ns;
	if (!oc->oc_key) {
		opl_chip_faded(oc, now_ns);
		return false;
	}
	oc->oc_key = false;
	opl_chip_put(ch, c, OPL_CHIP_KEY, oc->oc_have[OPL_CHIP_KEY], cw);
	opl_chip_faded(oc, now_ns);
	return true;
}

/* A register that differs, or else the key.  False: neither. */
static bool
opl_chip_load(struct opl_chip *ch, unsigned int c, struct opl_chip_write *cw)
{
	struct opl_channel *oc = &ch->ch_channel[c];
	const uint8_t bit = opl_chip_pair_bit(c);
	unsigned int field;

	KASSERT(!oc->oc_key);
	if (ch->ch_opl3 && ((ch->ch_four_want ^ ch->ch_four_have) & bit)) {
		ch->ch_four_have ^= bit;
		cw->cw_register = OPL3_4OP;
		cw->cw_value = ch->ch_four_have;
		return true;
	}
	for (field = 0; field < OPL_CHIP_KEY; field++) {
		if (oc->oc_have[field] != oc->oc_want[field]) {
			opl_chip_put(ch, c, field, oc->oc_want[field], cw);
			return true;
		}
	}
	oc->oc_step = OPL_CHIP_IDLE;
	oc->oc_load = false;
	oc->oc_key = oc->oc_strike;
	oc->oc_strike = false;
	oc->oc_dirty = 0;
	opl_chip_put(ch, c, OPL_CHIP_KEY, oc->oc_want[OPL_CHIP_KEY], cw);
	return true;
}

/* What has been changed while it sounds, and at last the release. */
static bool
opl_chip_change(struct opl_chip *ch, unsigned int c,
    struct opl_chip_write *cw)
{
	struct opl_channel *oc = &ch->ch_channel[c];
	unsigned int field;

	for (field = 0; field < OPL_CHIP_FIELDS; field++) {
		if ((oc->oc_dirty & 1U << field) == 0)
			continue;
		oc->oc_dirty &= (uint16_t)~(1U << field);
		/* The two halves of a frequency go together. */
		if (oc->oc_have[field] == oc->oc_want[field] &&
		    field != OPL_CHIP_KEY)
			continue;
		opl_chip_put(ch, c, field, oc->oc_want[field], cw);
		return true;
	}
	if (!oc->oc_key || oc->oc_down)
		return false;
	oc->oc_key = false;
	opl_chip_put(ch, c, OPL_CHIP_KEY, oc->oc_have[OPL_CHIP_KEY], cw);
	return true;
}

static bool
opl_chip_pending(const struct opl_channel *oc)
{

	return oc->oc_step != OPL_CHIP_IDLE || oc->oc_dirty != 0 ||
	    (oc->oc_key && !oc->oc_down);
}

/*
 * May a channel be loaded?  Four operators only when the other half is, and a
 * pair is not parted or joined while the other's key is still on.
 */
static bool
opl_chip_may_load(const struct opl_chip *ch, unsigned int c)
{
	const uint8_t bit = opl_chip_pair_bit(c);
	const struct opl_channel *other;

	if (!ch->ch_opl3 || bit == 0)
		return true;
	other = &ch->ch_channel[opl_chip_partner(c)];
	if (ch->ch_channel[c].oc_four && other->oc_load)
		return false;
	return ((ch->ch_four_want ^ ch->ch_four_have) & bit) == 0 ||
	    !other->oc_key;
}

/* Has the channel something to do now?  If only later, *when_ns says so. */
static bool
opl_chip_due(struct opl_chip *ch, unsigned int c, uint64_t now_ns,
    uint64_t *when_ns)
{
	struct opl_channel *oc = &ch->ch_channel[c];

	if (oc->oc_step == OPL_CHIP_WAIT && now_ns >= oc->oc_ready_ns)
		oc->oc_step = oc->oc_load ? OPL_CHIP_LOAD : OPL_CHIP_IDLE;
	switch (oc->oc_step) {
	case OPL_CHIP_WAIT:
		if (oc->oc_ready_ns < *when_ns)
			*when_ns = oc->oc_ready_ns;
		return false;
	case OPL_CHIP_LOAD:
		return opl_chip_may_load(ch, c);
	default:
		return opl_chip_pending(oc);
	}
}

/* The channel to be served, or -1. */
static int
opl_chip_select(struct opl_chip *ch, uint64_t now_ns, uint64_t *when_ns)
{
	int best = -1;
	unsigned int c;

	*when_ns = OPL_CHIP_NEVER;
	for (c = 0; c < ch->ch_channels; c++) {
		if (!opl_chip_due(ch, c, now_ns, when_ns))
			continue;
		if (best < 0 || ch->ch_channel[c].oc_order <
		    ch->ch_channel[best].oc_order)
			best = (int)c;
	}
	return best;
}

bool
opl_chip_next(struct opl_chip *ch, uint64_t now_ns, struct opl_chip_write *cw,
    uint64_t *when_ns)
{
	bool written = false;
	int c;

	if (!opl_chip_started(ch)) {
		opl_chip_begin(ch, cw);
		return true;
	}
	/* A channel that has nothing to write after all is done with. */
	while (!written) {
		c = opl_chip_select(ch, now_ns, when_ns);
		if (c < 0)
			return false;
		switch (ch->ch_channel[c].oc_step) {
		case OPL_CHIP_FADE:
			written = opl_chip_fade(ch, (unsigned int)c, now_ns,
			    cw);
			break;
		case OPL_CHIP_LOAD:
			written = opl_chip_load(ch, (unsigned int)c, cw);
			break;
		default:
			written = opl_chip_change(ch, (unsigned int)c, cw);
			break;
		}
	}
	return true;
}

/*
 * What is wanted.
 */

/* There is something to do: since now, or for longer. */
static void
opl_chip_touch(struct opl_chip *ch, unsigned int c)
{

	KASSERT(c < ch->ch_channels);
	if (!opl_chip_pending(&ch->ch_channel[c]))
		ch->ch_channel[c].oc_order = ++ch->ch_order;
}

static void
opl_chip_want(struct opl_channel *oc, const uint8_t bytes[OPL_PATCH_CHANNEL])
{
	unsigned int i, what;

	for (i = 0; i < 2; i++) {
		for (what = 0; what < OPL_CHIP_OPERATOR; what++)
			oc->oc_want[i * OPL_CHIP_OPERATOR + what] =
			    bytes[2 * what + i];
	}
}

/* Load, strike or not; what sounds there ends. */
static void
opl_chip_take(struct opl_chip *ch, unsigned int c,
    const uint8_t bytes[OPL_PATCH_CHANNEL], unsigned int place)
{
	struct opl_channel *oc = &ch->ch_channel[c];

	opl_chip_touch(ch, c);
	opl_chip_want(oc, bytes);
	oc->oc_want[OPL_CHIP_FEEDBACK] =
	    (uint8_t)(bytes[OPL_PATCH_FEEDBACK] | place);
	oc->oc_step = OPL_CHIP_FADE;
	oc->oc_load = true;
	oc->oc_four = false;
	oc->oc_dirty = 0;
}

void
opl_chip_strike(struct opl_chip *ch, unsigned int c,
    const uint8_t bytes[OPL_PATCH_CHANNEL], unsigned int fnum,
    unsigned int place, bool four)
{
	struct opl_channel *oc = &ch->ch_channel[c];
	const uint8_t bit = opl_chip_pair_bit(c);
	const int partner = opl_chip_partner(c);

	/* Half of four operators goes to another note: end all four. */
	if (!four && (ch->ch_four_want & bit) != 0)
		opl_chip_silence(ch, (unsigned int)partner);
	opl_chip_take(ch, c, bytes, place);
	oc->oc_strike = true;
	oc->oc_down = true;
	oc->oc_four = four;
	oc->oc_want[OPL_CHIP_FNUM_LOW] = (uint8_t)fnum;
	oc->oc_want[OPL_CHIP_KEY] = (uint8_t)(fnum >> 8);
	ch->ch_four_want &= (uint8_t)~bit;
	if (four) {
		ch->ch_four_want |= bit;
		/* It sounds by this one's key. */
		ch->ch_channel[partner].oc_silent_ns = OPL_CHIP_NEVER;
	}
}

void
opl_chip_prepare(struct opl_chip *ch, unsigned int c,
    const uint8_t bytes[OPL_PATCH_CHANNEL], unsigned int place)
{
	struct opl_channel *oc = &ch->ch_channel[c];

	opl_chip_take(ch, c, bytes, place);
	oc->oc_strike = false;
	oc->oc_down = false;
}

void
opl_chip_release(struct opl_chip *ch, unsigned int c, uint64_t silent_ns)
{
	struct opl_channel *oc = &ch->ch_channel[c];

	opl_chip_touch(ch, c);
	oc->oc_down = false;
	oc->oc_silent_ns = silent_ns;
	if (oc->oc_four)
		ch->ch_channel[opl_chip_partner(c)].oc_silent_ns = silent_ns;
}

/* One channel, without the other of a pair. */
static void
opl_chip_end(struct opl_chip *ch, unsigned int c)
{
	struct opl_channel *oc = &ch->ch_channel[c];

	opl_chip_touch(ch, c);
	oc->oc_down = oc->oc_strike = oc->oc_load = oc->oc_four = false;
	oc->oc_dirty = 0;
	if (oc->oc_step != OPL_CHIP_WAIT)
		oc->oc_step = OPL_CHIP_FADE;
}

void
opl_chip_silence(struct opl_chip *ch, unsigned int c)
{
	const int partner = opl_chip_partner(c);
	const bool four = partner >= 0 && (ch->ch_channel[c].oc_four ||
	    ch->ch_channel[partner].oc_four);

	opl_chip_end(ch, c);
	if (four)
		opl_chip_end(ch, (unsigned int)partner);
}

static void
opl_chip_set(struct opl_chip *ch, unsigned int c, unsigned int field,
    uint8_t value)
{
	struct opl_channel *oc = &ch->ch_channel[c];

	opl_chip_touch(ch, c);
	oc->oc_want[field] = value;
	oc->oc_dirty |= (uint16_t)(1U << field);
}

void
opl_chip_set_level(struct opl_chip *ch, unsigned int c, unsigned int operator,
    uint8_t level)
{

	if (ch->ch_channel[c].oc_want[OPL_CHIP_LEVEL +
	    operator * OPL_CHIP_OPERATOR] != level)
		opl_chip_set(ch, c, OPL_CHIP_LEVEL +
		    operator * OPL_CHIP_OPERATOR, level);
}

void
opl_chip_set_fnum(struct opl_chip *ch, unsigned int c, unsigned int fnum)
{
	const uint8_t *want = ch->ch_channel[c].oc_want;

	if (want[OPL_CHIP_FNUM_LOW] == (uint8_t)fnum &&
	    want[OPL_CHIP_KEY] == (uint8_t)(fnum >> 8))
		return;
	opl_chip_set(ch, c, OPL_CHIP_FNUM_LOW, (uint8_t)fnum);
	if (want[OPL_CHIP_KEY] != (uint8_t)(fnum >> 8))
		opl_chip_set(ch, c, OPL_CHIP_KEY, (uint8_t)(fnum >> 8));
}

void
opl_chip_set_place(struct opl_chip *ch, unsigned int c, uint8_t place)
{
	const uint8_t value = (uint8_t)(place |
	    (ch->ch_channel[c].oc_want[OPL_CHIP_FEEDBACK] &
	    ~(OPL_LEFT | OPL_RIGHT)));

	if (ch->ch_channel[c].oc_want[OPL_CHIP_FEEDBACK] != value)
		opl_chip_set(ch, c, OPL_CHIP_FEEDBACK, value);
}
