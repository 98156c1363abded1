/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * syn_voice.c: which voice of a synthesizer plays the next note.
 *
 * Each voice gets a class, the lower the better, and within its class an
 * order; the least wins, and of equals the one with the lowest number.
 *
 * Invariants: partners are mutual; a voice's owner is itself or its partner,
 * and an owner owns itself.
 */

#include <dev/midi/syn_voice.h>

/* Classes; those of sounding voices go on by channel. */
#define SYN_VOICE_AGAIN		1
#define SYN_VOICE_SAME		2
#define SYN_VOICE_SILENT	3
#define SYN_VOICE_RINGS		4
#define SYN_VOICE_PEDAL		5
#define SYN_VOICE_STEAL		6
#define SYN_VOICE_NEVER		1000

/* Which note of its channel. */
#define SYN_VOICE_INNER		0
#define SYN_VOICE_LOWEST	1
#define SYN_VOICE_NEWEST	2
#define SYN_VOICE_STEPS		3

#define SYN_VOICE_CHANNELS	16U
#define SYN_VOICE_DRUMS		9U

struct syn_voice_rank {
	unsigned int	class;
	uint64_t	order;
};

/* The priority of a channel: 0 the highest, 15 the lowest. */
static unsigned int
syn_voice_priority(unsigned int channel)
{

	KASSERT(channel < SYN_VOICE_CHANNELS);
	if (channel == SYN_VOICE_DRUMS)
		return 0;
	return channel < SYN_VOICE_DRUMS ? channel + 1 : channel;
}

void
syn_voice_init(struct syn_voices *svs, struct syn_voice *voices,
    unsigned int n)
{
	unsigned int i;

	memset(voices, 0, n * sizeof(*voices));
	for (i = 0; i < n; i++) {
		voices[i].sv_partner = SYN_VOICE_NONE;
		voices[i].sv_owner = (int)i;
	}
	svs->svs_voice = voices;
	svs->svs_n = n;
	svs->svs_order = 0;
}

void
syn_voice_pair(struct syn_voices *svs, int first, int second)
{

	KASSERT(first < second);
	KASSERT(svs->svs_voice[first].sv_partner == SYN_VOICE_NONE);
	KASSERT(svs->svs_voice[second].sv_partner == SYN_VOICE_NONE);
	svs->svs_voice[first].sv_partner = second;
	svs->svs_voice[second].sv_partner = first;
}

/* The voice that has the note which sounds there. */
static const struct syn_voice *
syn_voice_owner(const struct syn_voices *svs, unsigned int i)
{

	return &svs->svs_voice[svs->svs_voice[i].sv_owner];
}

/* Where the voice's note stands among those of its channel that sound. */
static unsigned int
syn_voice_place(const struct syn_voices *svs, const struct syn_voice *sv)
{
	const struct syn_voice *other;
	bool lowest = true, newest = true;
	unsigned int i;

	for (i = 0; i < svs->svs_n; i++) {
		other = &svs->svs_voice[i];
		if (other == sv || other->sv_channel != sv->sv_channel ||
		    !syn_voice_sounds(svs, (int)i) ||
		    other->sv_state != SYN_VOICE_SOUNDING)
			continue;
		if (other->sv_key < sv->sv_key)
			lowest = false;
		if (other->sv_order > sv->sv_order)
			newest = false;
	}
	return newest ? SYN_VOICE_NEWEST : lowest ? SYN_VOICE_LOWEST :
	    SYN_VOICE_INNER;
}

static struct syn_voice_rank
syn_voice_rank_sounding(const struct syn_voices *svs,
    const struct syn_voice *sv, const struct syn_voice_note *note)
{
	const unsigned int priority = syn_voice_priority(sv->sv_channel);

	if (priority < syn_voice_priority(note->sn_channel))
		return (struct syn_voice_rank){ SYN_VOICE_NEVER, 0 };
	return (struct syn_voice_rank){ SYN_VOICE_STEAL + SYN_VOICE_STEPS *
	    (SYN_VOICE_CHANNELS - 1 - priority) + syn_voice_place(svs, sv),
	    sv->sv_order };
}

static struct syn_voice_rank
syn_voice_rank(const struct syn_voices *svs, unsigned int i,
    const struct syn_voice_note *note, uint64_t now_ns)
{
	const struct syn_voice *sv = syn_voice_owner(svs, i);
	const bool mine = sv->sv_used && sv->sv_channel == note->sn_channel;

	if (mine && sv->sv_key == note->sn_key && syn_voice_heard(svs,
	    svs->svs_voice[i].sv_owner, now_ns))
		return (struct syn_voice_rank){ SYN_VOICE_AGAIN,
		    UINT64_MAX - sv->sv_order };
	switch (sv->sv_state) {
	case SYN_VOICE_SOUNDING:
		return syn_voice_rank_sounding(svs, sv, note);
	case SYN_VOICE_HELD:
		return (struct syn_voice_rank){ SYN_VOICE_PEDAL,
		    sv->sv_order };
	default:
		break;
	}
	if (sv->sv_silent_ns > now_ns)
		return (struct syn_voice_rank){ SYN_VOICE_RINGS,
		    sv->sv_silent_ns };
	return (struct syn_voice_rank){ mine &&
	    sv->sv_patch == note->sn_patch ? SYN_VOICE_SAME :
	    SYN_VOICE_SILENT, sv->sv_order };
}

static bool
syn_voice_before(const struct syn_voice_rank *a,
    const struct syn_voice_rank *b)
{

	return a->class < b->class ||
	    (a->class == b->class && a->order < b->order);
}

int
syn_voice_choose(const struct syn_voices *svs,
    const struct syn_voice_note *note, uint64_t now_ns)
{
	struct syn_voice_rank best = { SYN_VOICE_NEVER, 0 }, rank, half;
	int partner, found = SYN_VOICE_NONE;
	unsigned int i;

	for (i = 0; i < svs->svs_n; i++) {
		partner = svs->svs_voice[i].sv_partner;
		if (note->sn_wide && partner < (int)i)
			continue;
		rank = syn_voice_rank(svs, i, note, now_ns);
		if (note->sn_wide) {
			half = syn_voice_rank(svs, (unsigned int)partner,
			    note, now_ns);
			if (syn_voice_before(&rank, &half))
				rank = half;
		}
		if (syn_voice_before(&rank, &best)) {
			best = rank;
			found = (int)i;
		}
	}
	return found;
}

/* Nothing of what was played there is known any more. */
static void
syn_voice_clear(struct syn_voices *svs, int i)
{
	struct syn_voice *sv = &svs->svs_voice[i];

	sv->sv_owner = i;
	sv->sv_used = false;
	sv->sv_state = SYN_VOICE_RELEASED;
	sv->sv_silent_ns = 0;
}

void
syn_voice_strike(struct syn_voices *svs, int i,
    const struct syn_voice_note *note)
{
	struct syn_voice *sv = &svs->svs_voice[i];
	const int partner = sv->sv_partner;

	/* A wide note ends with either of its halves. */
	if (partner != SYN_VOICE_NONE && (note->sn_wide ||
	    sv->sv_owner == partner ||
	    svs->svs_voice[partner].sv_owner == i))
		syn_voice_clear(svs, partner);
	sv->sv_owner = i;
	sv->sv_used = true;
	sv->sv_state = SYN_VOICE_SOUNDING;
	sv->sv_channel = note->sn_channel;
	sv->sv_key = note->sn_key;
	sv->sv_patch = note->sn_patch;
	sv->sv_order = ++svs->svs_order;
	if (note->sn_wide) {
		KASSERT(partner > i);
		svs->svs_voice[partner].sv_owner = i;
	}
}

void
syn_voice_hold(struct syn_voices *svs, int i)
{

	KASSERT(syn_voice_sounds(svs, i));
	svs->svs_voice[i].sv_state = SYN_VOICE_HELD;
}

void
syn_voice_release(struct syn_voices *svs, int i, uint64_t silent_ns)
{

	KASSERT(svs->svs_voice[i].sv_owner == i);
	svs->svs_voice[i].sv_state = SYN_VOICE_RELEASED;
	svs->svs_voice[i].sv_silent_ns = silent_ns;
}

bool
syn_voice_sounds(const struct syn_voices *svs, int i)
{
	const struct syn_voice *sv = &svs->svs_voice[i];

	return sv->sv_owner == i && sv->sv_used &&
	    sv->sv_state != SYN_VOICE_RELEASED;
}

bool
syn_voice_heard(const struct syn_voices *svs, int i, uint64_t now_ns)
{
	const struct syn_voice *sv = &svs->svs_voice[i];

	return sv->sv_owner == i && sv->sv_used &&
	    (sv->sv_state != SYN_VOICE_RELEASED || sv->sv_silent_ns > now_ns);
}

bool
syn_voice_valid(const struct syn_voices *svs)
{
	const struct syn_voice *sv;
	unsigned int i;

	for (i = 0; i < svs->svs_n; i++) {
		sv = &svs->svs_voice[i];
		if (sv->sv_state > SYN_VOICE_SOUNDING ||
		    (sv->sv_partner != SYN_VOICE_NONE &&
		    svs->svs_voice[sv->sv_partner].sv_partner != (int)i))
			return false;
		if (sv->sv_owner != (int)i && (sv->sv_owner < 0 ||
		    sv->sv_owner != sv->sv_partner ||
		    svs->svs_voice[sv->sv_owner].sv_owner != sv->sv_owner))
			return false;
	}
	return true;
}
