/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * umidi_desc.c: what the descriptors of a USB MIDI interface tell.
 *
 * One pass finds the interface, notes where jacks and elements are, and
 * collects endpoints.  Each descriptor is handed on as a piece of bytes with
 * its own length, which no reader leaves.
 */

#include <sys/errno.h>

#include <dev/usb/umidi_desc.h>

/* Types of descriptors, and subtypes of those of the class. */
#define DESC_INTERFACE		0x04
#define DESC_ENDPOINT		0x05
#define DESC_CS_INTERFACE	0x24
#define DESC_CS_ENDPOINT	0x25
#define DESC_MS_HEADER		0x01
#define DESC_MS_IN_JACK		0x02
#define DESC_MS_OUT_JACK	0x03
#define DESC_MS_ELEMENT		0x04
#define DESC_MS_GENERAL		0x01
/* Roland's own: how many cables there are. */
#define DESC_MS_ROLAND		0xf1
#define DESC_ROLAND_CABLES	0x02

#define DESC_EMBEDDED		0x01
#define DESC_EXTERNAL		0x02

#define DESC_TRANSFER		0x03	/* of bmAttributes */
#define DESC_BULK		0x02
#define DESC_INTERRUPT		0x03
#define DESC_IN			0x80
#define DESC_ADDRESS		0x0f
#define DESC_PACKET		0x07ff

/* Elements behind one another, and pins in all, that a name is looked for. */
#define DESC_DEPTH		4
#define DESC_PINS		256

/* How far the pass has come. */
struct umidi_desc_pass {
	struct umidi_desc *ud;
	struct umidi_desc_endpoint *ue;	/* the last one, if it is used */
	unsigned int	roland_in;	/* cables; 0: does not say */
	unsigned int	roland_out;
};

static uint16_t
umidi_desc_word(const uint8_t *d)
{

	return d[0] | d[1] << 8;
}

/* The first n cables. */
static uint16_t
umidi_desc_first(unsigned int n)
{

	return n >= UMIDI_DESC_CABLES ? 0xffff : (1U << n) - 1;
}

/*
 * Jacks and elements.
 */

/* What is the jack's or the element's number?  0: it has none. */
static unsigned int
umidi_desc_id(const uint8_t *d)
{
	const unsigned int at = d[2] == DESC_MS_ELEMENT ? 3 : 4;

	return d[0] > at ? d[at] : 0;
}

/* Its input pins: how many, and where. */
static unsigned int
umidi_desc_pins(const uint8_t *d, const uint8_t **pins)
{
	const unsigned int at = d[2] == DESC_MS_ELEMENT ? 4 : 5;

	if (d[2] == DESC_MS_IN_JACK || d[0] <= at || d[0] < at + 1 + 2 * d[at])
		return 0;
	*pins = d + at + 1;
	return d[at];
}

/* Its name, or 0. */
static unsigned int
umidi_desc_string(const uint8_t *d)
{
	unsigned int at = 5;

	if (d[2] == DESC_MS_OUT_JACK && d[0] > 5)
		at = 6 + 2 * d[5];
	else if (d[2] == DESC_MS_ELEMENT)
		at = d[0] - 1;
	return d[0] > at ? d[at] : 0;
}

static void
umidi_desc_jack(struct umidi_desc *ud, const uint8_t *d)
{
	static const uint8_t lengths[] = { 0, 0, 6, 7, 10 };
	const unsigned int id = umidi_desc_id(d);

	if (d[0] < lengths[d[2]])
		ud->ud_flaws |= UMIDI_DESC_CUT;
	if (id == 0 || ud->ud_jacks[id] != 0) {
		ud->ud_flaws |= UMIDI_DESC_JACK;
		return;
	}
	ud->ud_jacks[id] = d - ud->ud_bytes;
	if (d[2] == DESC_MS_IN_JACK)
		ud->ud_nin_jacks++;
	else if (d[2] == DESC_MS_OUT_JACK)
		ud->ud_nout_jacks++;
}

static void
umidi_desc_class(struct umidi_desc_pass *up, const uint8_t *d)
{
	struct umidi_desc *ud = up->ud;

	switch (d[2]) {
	case DESC_MS_HEADER:
		if (d[0] >= 7)
			ud->ud_release = umidi_desc_word(d + 3);
		else
			ud->ud_flaws |= UMIDI_DESC_CUT;
		break;
	case DESC_MS_IN_JACK:
	case DESC_MS_OUT_JACK:
	case DESC_MS_ELEMENT:
		umidi_desc_jack(ud, d);
		break;
	case DESC_MS_ROLAND:
		if (d[0] >= 6 && d[3] == DESC_ROLAND_CABLES &&
		    d[4] <= UMIDI_DESC_CABLES && d[5] <= UMIDI_DESC_CABLES) {
			up->roland_in = d[4];
			up->roland_out = d[5];
		}
		break;
	default:
		break;
	}
}

/*
 * Endpoints.
 */

static bool
umidi_desc_has(const struct umidi_desc *ud, unsigned int address)
{
	unsigned int i;

	for (i = 0; i < ud->ud_nin; i++) {
		if (ud->ud_in[i].ue_address == address)
			return true;
	}
	for (i = 0; i < ud->ud_nout; i++) {
		if (ud->ud_out[i].ue_address == address)
			return true;
	}
	return false;
}

static void
umidi_desc_endpoint(struct umidi_desc_pass *up, const uint8_t *d)
{
	struct umidi_desc *ud = up->ud;
	struct umidi_desc_endpoint *ue;
	unsigned int *n, packet, transfer;

	up->ue = NULL;
	if (d[0] < 7) {
		ud->ud_flaws |= UMIDI_DESC_CUT;
		return;
	}
	transfer = d[3] & DESC_TRANSFER;
	packet = umidi_desc_word(d + 4) & DESC_PACKET;
	if ((transfer != DESC_BULK && transfer != DESC_INTERRUPT) ||
	    packet < 4 || (d[2] & DESC_ADDRESS) == 0 ||
	    umidi_desc_has(ud, d[2])) {
		ud->ud_flaws |= UMIDI_DESC_ENDPOINT;
		return;
	}
	n = (d[2] & DESC_IN) != 0 ? &ud->ud_nin : &ud->ud_nout;
	if (*n == UMIDI_DESC_ENDPOINTS) {
		ud->ud_flaws |= UMIDI_DESC_MORE;
		return;
	}
	ue = n == &ud->ud_nin ? &ud->ud_in[*n] : &ud->ud_out[*n];
	++*n;
	ue->ue_address = d[2];
	ue->ue_interrupt = transfer == DESC_INTERRUPT;
	ue->ue_packet_bytes = packet;
	up->ue = ue;
}

/* The cables of an endpoint, each with its embedded jack. */
static void
umidi_desc_cables(struct umidi_desc_pass *up, const uint8_t *d)
{
	struct umidi_desc_endpoint *ue = up->ue;
	unsigned int i, n;

	if (ue == NULL || d[2] != DESC_MS_GENERAL || ue->ue_cables != 0)
		return;
	n = d[0] >= 4 ? d[3] : 0;
	if (n == 0 || d[0] < 4 + n)
		up->ud->ud_flaws |= UMIDI_DESC_CUT;
	if (d[0] < 4 + n)
		n = d[0] > 4 ? d[0] - 4 : 0;
	if (n > UMIDI_DESC_CABLES) {
		up->ud->ud_flaws |= UMIDI_DESC_MORE;
		n = UMIDI_DESC_CABLES;
	}
	for (i = 0; i < n; i++)
		ue->ue_jack[i] = d[4 + i];
	ue->ue_cables = umidi_desc_first(n);
}

/* Now that all jacks are known: those of an endpoint are there and of the
 * right direction? */
static void
umidi_desc_check(struct umidi_desc *ud, struct umidi_desc_endpoint *ue)
{
	const bool in = (ue->ue_address & DESC_IN) != 0;
	const uint8_t *d;
	unsigned int i;

	for (i = 0; i < UMIDI_DESC_CABLES; i++) {
		if ((ue->ue_cables & 1U << i) == 0)
			continue;
		d = ud->ud_bytes + ud->ud_jacks[ue->ue_jack[i]];
		if (ud->ud_jacks[ue->ue_jack[i]] == 0 ||
		    d[2] != (in ? DESC_MS_OUT_JACK : DESC_MS_IN_JACK)) {
			ud->ud_flaws |= UMIDI_DESC_JACK;
			ue->ue_jack[i] = 0;
		}
	}
}

static void
umidi_desc_finish(struct umidi_desc *ud, struct umidi_desc_endpoint *ue,
    unsigned int n, unsigned int roland)
{

	for (; n > 0; ue++, n--) {
		umidi_desc_check(ud, ue);
		if (ue->ue_cables != 0)
			continue;
		if (roland == 0)
			ud->ud_flaws |= UMIDI_DESC_NO_CABLES;
		ue->ue_cables = umidi_desc_first(roland != 0 ? roland : 1);
	}
}

/*
 * The pass.
 */

static void
umidi_desc_one(struct umidi_desc_pass *up, const uint8_t *d)
{

	switch (d[1]) {
	case DESC_CS_INTERFACE:
		if (d[0] >= 3)
			umidi_desc_class(up, d);
		break;
	case DESC_ENDPOINT:
		umidi_desc_endpoint(up, d);
		break;
	case DESC_CS_ENDPOINT:
		if (d[0] >= 3)
			umidi_desc_cables(up, d);
		break;
	default:
		break;
	}
}

int
umidi_desc_walk(struct umidi_desc *ud, const uint8_t *bytes, size_t n,
    unsigned int iface, unsigned int alt)
{
	struct umidi_desc_pass up = { .ud = ud };
	bool found = false;
	const uint8_t *d;
	size_t i;

	memset(ud, 0, sizeof(*ud));
	if (n > 0xffff)
		n = 0xffff;
	ud->ud_bytes = bytes;
	ud->ud_nbytes = n;
	for (i = 0; n - i >= 2; i += d[0]) {
		d = bytes + i;
		if (d[0] < 2 || d[0] > n - i) {
			ud->ud_flaws |= UMIDI_DESC_CUT;
			break;
		}
		if (d[1] != DESC_INTERFACE) {
			if (found)
				umidi_desc_one(&up, d);
			continue;
		}
		if (found)
			break;
		if (d[0] < 9 || d[2] != iface || d[3] != alt)
			continue;
		found = true;
		ud->ud_class = d[5];
		ud->ud_subclass = d[6];
		ud->ud_string = d[8];
	}
	umidi_desc_finish(ud, ud->ud_in, ud->ud_nin, up.roland_in);
	umidi_desc_finish(ud, ud->ud_out, ud->ud_nout, up.roland_out);
	KASSERT(umidi_desc_valid(ud));
	if (!found)
		return ENOENT;
	return ud->ud_nin + ud->ud_nout == 0 ? ENXIO : 0;
}

/*
 * Names.
 */

static const uint8_t *
umidi_desc_find(const struct umidi_desc *ud, unsigned int id)
{

	return ud->ud_jacks[id] == 0 ? NULL : ud->ud_bytes + ud->ud_jacks[id];
}

static bool
umidi_desc_external(const uint8_t *d)
{

	return d[2] != DESC_MS_ELEMENT && d[0] > 3 && d[3] == DESC_EXTERNAL;
}

/* Go back from what has input pins, to the first external jack with a name
 * or, when to is not 0, to that jack.  *pins is how many may be looked at.
 * The name, or 1; 0: there is none. */
static unsigned int
umidi_desc_back(const struct umidi_desc *ud, const uint8_t *d, unsigned int to,
    unsigned int depth, unsigned int *left)
{
	const uint8_t *pins, *source;
	unsigned int n, string = 0;

	for (n = umidi_desc_pins(d, &pins); n > 0 && *left > 0; n--) {
		--*left;
		source = umidi_desc_find(ud, pins[0]);
		if (to != 0 && pins[0] == to)
			return 1;
		pins += 2;
		if (source == NULL)
			continue;
		if (to == 0 && umidi_desc_external(source))
			string = umidi_desc_string(source);
		else if (source[2] == DESC_MS_ELEMENT && depth > 0)
			string = umidi_desc_back(ud, source, to, depth - 1,
			    left);
		if (string != 0)
			return string;
	}
	return 0;
}

/* The name of an external jack that the embedded one leads to. */
static unsigned int
umidi_desc_forth(const struct umidi_desc *ud, unsigned int from)
{
	const uint8_t *d;
	unsigned int id, left;

	for (id = 1; id < UMIDI_DESC_IDS; id++) {
		d = umidi_desc_find(ud, id);
		if (d == NULL || d[2] != DESC_MS_OUT_JACK ||
		    !umidi_desc_external(d) || umidi_desc_string(d) == 0)
			continue;
		left = DESC_PINS;
		if (umidi_desc_back(ud, d, from, DESC_DEPTH, &left) != 0)
			return umidi_desc_string(d);
	}
	return 0;
}

unsigned int
umidi_desc_name(const struct umidi_desc *ud,
    const struct umidi_desc_endpoint *ue, unsigned int cable)
{
	unsigned int left = DESC_PINS;
	const uint8_t *d;

	KASSERT(cable < UMIDI_DESC_CABLES);
	d = umidi_desc_find(ud, ue->ue_jack[cable]);
	if (d == NULL)
		return 0;
	if (umidi_desc_string(d) != 0)
		return umidi_desc_string(d);
	if (d[2] == DESC_MS_OUT_JACK)
		return umidi_desc_back(ud, d, 0, DESC_DEPTH, &left);
	return umidi_desc_forth(ud, ue->ue_jack[cable]);
}

bool
umidi_desc_valid(const struct umidi_desc *ud)
{
	const struct umidi_desc_endpoint *ue;
	unsigned int i;

	if (ud->ud_nin > UMIDI_DESC_ENDPOINTS ||
	    ud->ud_nout > UMIDI_DESC_ENDPOINTS || ud->ud_jacks[0] != 0)
		return false;
	for (i = 0; i < ud->ud_nin + ud->ud_nout; i++) {
		ue = i < ud->ud_nin ? &ud->ud_in[i] :
		    &ud->ud_out[i - ud->ud_nin];
		if (ue->ue_packet_bytes == 0 || ue->ue_cables == 0 ||
		    ((ue->ue_address & DESC_IN) != 0) != (i < ud->ud_nin))
			return false;
	}
	for (i = 1; i < UMIDI_DESC_IDS; i++) {
		if (ud->ud_jacks[i] != 0 && (ud->ud_jacks[i] >= ud->ud_nbytes ||
		    ud->ud_bytes[ud->ud_jacks[i]] >
		    ud->ud_nbytes - ud->ud_jacks[i]))
			return false;
	}
	return true;
}
